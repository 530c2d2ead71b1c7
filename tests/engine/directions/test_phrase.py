"""A direction in words: with a stand-in for OpenCLIP it is learned, without it one sentence says how to get it."""

from __future__ import annotations

import importlib.machinery
import sys
from types import ModuleType

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.directions import discover
from engine.directions.phrase import Phrase, how_to_get_it, learn_phrase, weights_folder
from engine.errors import ModelFileError, VisagistError
from engine.job import finish


class Clip(torch.nn.Module):
    """Words and pictures as colours: 'red' is the first number, anything else the second."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(3))

    def encode_text(self, tokens: torch.Tensor) -> torch.Tensor:
        return tokens * self.scale

    def encode_image(self, pictures: torch.Tensor) -> torch.Tensor:
        return pictures.mean((2, 3)) * self.scale


@pytest.fixture
def clip(monkeypatch, home):
    """open_clip, as far as it is used, and weights in their folder."""
    made = ModuleType("open_clip")
    made.__spec__ = importlib.machinery.ModuleSpec("open_clip", None)
    made.list_models = lambda: ["ViT-B-32"]
    made.get_model_config = lambda name: {"text_cfg": {"width": 512}}
    made.get_tokenizer = lambda name: (
        lambda said: torch.tensor([[1.0, 0, 0] if "red" in s else [0, 1.0, 0] for s in said])
    )
    made.create_model_and_transforms = lambda name, pretrained: (Clip(), None, prepare)
    monkeypatch.setitem(sys.modules, "open_clip", made)
    weights_folder().mkdir(parents=True)
    save_file({"scale": torch.ones(3)}, weights_folder() / "ViT-B-32.safetensors")
    return made


def prepare(picture) -> torch.Tensor:
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 255


def test_without_openclip_or_its_weights_it_is_said_how_to_get_them(clip, monkeypatch):
    assert how_to_get_it() == ""
    (weights_folder() / "ViT-B-32.safetensors").unlink()
    assert "put ViT-B-32.safetensors into" in how_to_get_it()
    with pytest.raises(VisagistError, match="words need the weights of a CLIP network"):
        Phrase("a red face", "a face")
    monkeypatch.delitem(sys.modules, "open_clip")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install open_clip_torch" in how_to_get_it()


def test_a_picture_is_measured_along_the_texts_direction(clip):
    measurer = Phrase("a red face", "a face")
    torch.testing.assert_close(measurer.towards, torch.tensor([1.0, -1.0, 0]) / 2**0.5)
    pictures = np.zeros((2, 8, 8, 3), np.uint8)
    pictures[0, ..., 0], pictures[1, ..., 1] = 200, 200
    assert measurer(pictures)[:, 0] == pytest.approx([0.5**0.5, -(0.5**0.5)], abs=1e-6)
    with pytest.raises(VisagistError, match="says the same as"):
        Phrase("a plain face", "a face")


def test_a_phrase_becomes_a_direction(clip, narrow_model, monkeypatch):
    monkeypatch.setattr(discover, "FACES", 5)
    monkeypatch.setattr(discover, "NATURAL", 6)
    lesson = finish(learn_phrase(narrow_model, "a red face", count=120))
    assert [finding.attribute for finding in lesson.findings] == ["a red face"]
    assert [direction.name for direction in lesson.pack.directions] == ["A red face"]


def test_a_network_of_which_a_part_would_be_fetched_is_refused(clip):
    clip.get_model_config = lambda name: {"text_cfg": {"hf_tokenizer_name": "somewhere/else"}}
    with pytest.raises(ModelFileError, match="would fetch a part of ViT-B-32 from the net; take one that is whole"):
        Phrase("a red face", "a face")


def test_weights_of_something_else_are_refused_in_one_sentence(clip):
    path = weights_folder() / "ViT-B-32.safetensors"
    save_file({"other": torch.ones(3)}, path)
    with pytest.raises(ModelFileError, match="it does not hold the weights of ViT-B-32"):
        Phrase("a red face", "a face")
    path.rename(weights_folder() / "Something.safetensors")
    with pytest.raises(ModelFileError, match="OpenCLIP knows no network of this name"):
        Phrase("a red face", "a face")
