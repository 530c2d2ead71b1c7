"""Pictures of 16 bits: every number comes back, and so does the recipe."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import VisagistError
from engine.export.deep import check_depth, encode_png, encode_tiff, save_deep
from engine.export.images import read_provenance
from engine.recipe import Recipe, SeedLatent
from engine.renderer import Renderer
from engine.synthetic import SYNTHETIC

av = pytest.importorskip("av")


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_every_number_and_the_recipe_come_back(tiny_model, tmp_path, suffix):
    renderer = Renderer(tiny_model)
    recipe = Recipe(latent=SeedLatent(3))
    frame = renderer.render(recipe)
    picture = renderer.picture(recipe)
    path = tmp_path / f"deep{suffix}"
    save_deep(frame, picture, path, "Tiny")
    expected = np.clip(np.rint((picture.double().numpy() + 1) * 32767.5), 0, 65535).transpose(1, 2, 0)
    with av.open(str(path), format={".png": "png_pipe", ".tif": "tiff_pipe"}[suffix]) as container:
        found = next(container.decode(video=0)).to_ndarray(format="rgb48le")
    assert found.dtype == np.uint16
    assert np.array_equal(found, expected)
    assert len(np.unique(found)) > 256
    assert read_provenance(path).recipe == recipe


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_private_picture_stays_synthetic(tiny_model, tmp_path, suffix):
    renderer = Renderer(tiny_model)
    frame = renderer.render(Recipe())
    path = tmp_path / f"deep{suffix}"
    save_deep(frame, renderer.picture(Recipe()), path, private=True)
    assert SYNTHETIC.encode() in path.read_bytes()
    with pytest.raises(VisagistError, match="carries no Visagist recipe"):
        read_provenance(path)


def test_the_command_writes_them(cli, tiny_path, tmp_path):
    path = tmp_path / "deep.png"
    assert cli("render", "--model", tiny_path, "--depth", 16, "-o", path).code == 0
    assert path.read_bytes()[24] == 16, "bits of a sample (PNG 1.2, section 4.1.1)"
    for words, said in (
        (("--depth", 12, "-o", path), "8 or 16 bits a colour, not 12"),
        (("--depth", 16, "-o", tmp_path / "a.jpg"), "16 bits a colour need PNG or TIFF"),
    ):
        result = cli("render", "--model", tiny_path, *words)
        assert result.code == 2
        assert said in result.err
    with pytest.raises(VisagistError):
        check_depth(0, path)


@pytest.mark.parametrize("encode", [encode_png, encode_tiff])
def test_extremes_are_clamped_and_odd_sizes_are_no_trouble(tiny_model, encode):
    from engine.export.deep import to_words
    from engine.export.provenance import of_frames

    frame = Renderer(tiny_model).render(Recipe())
    picture = torch.tensor([-9.0, -1.0, 0.0, 1.0, 9.0]).repeat(3, 7, 1)  # [3, 7, 5]
    words = to_words(picture)
    assert words[0, :, 0].tolist() == [0, 0, 32768, 65535, 65535]
    assert encode(words, of_frames(frame, [Recipe()], "")).startswith((b"\x89PNG", b"II*\0"))
