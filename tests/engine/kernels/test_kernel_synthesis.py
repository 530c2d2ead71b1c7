"""The fused network against a slow float64 version of the same description, on small random networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import tests.engine.kernels.kernel_reference as slow
from engine.kernels import FusedSynthesis, activation
from engine.kernels.activation import BufferPool
from engine.kernels.compiler import host_vectors
from engine.kernels.team import default_threads

TOLERANCE = {"f32": 5e-6, "bf16": 1e-2}
WIDTHS = [[64, 64, 64, 32], [32, 64, 128], [20, 48, 24], [128, 16]]


def styles_for(seed: int = 1) -> torch.Tensor:
    return torch.randn(22, 24, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def make(weights, vectors, folder, threads=2) -> FusedSynthesis:
    return FusedSynthesis(weights, vectors.precision, threads, vectors=vectors, cache=folder)


def maps(weights) -> list[torch.Tensor]:
    return [weights[name] for name in slow.noise_names(weights)]


def run(net: FusedSynthesis, weights, styles, hook=None):
    """Every stage's activation."""
    made = [None]
    for index, noise in enumerate(maps(weights)):
        made.append(net.stage(index, made[-1], styles.float(), noise, hook))
    return made[1:]


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_every_stage_and_head_matches_float64(vectors, code_folder, widths):
    weights, styles = slow.small_network(widths), styles_for()
    net = make(weights, vectors, code_folder)
    x = None
    for index, made in enumerate(run(net, weights, styles)):
        x = slow.stage(weights, index, x, styles, maps(weights)[index])
        assert made.tensor().shape == x.shape
        assert slow.relative(made.tensor(), x) < TOLERANCE[vectors.precision]
        if index and index % 2 == 0:
            size = 2 * made.resolution
            truth = slow.picture(weights, size, x, styles[3 * index // 2])
            assert slow.relative(net.picture(size, made, styles.float()), truth) < TOLERANCE[vectors.precision]


@pytest.mark.parametrize("hidden", [12, 32, 48])
def test_the_hidden_layers_of_drafts_match_float64(vectors, code_folder, hidden):
    weights, styles = slow.small_network([32, 64, 128, 20], hidden=hidden), styles_for()
    net = make(weights, vectors, code_folder)
    for made in run(net, weights, styles)[2::2]:
        size = 2 * made.resolution
        before = made.tensor()
        truth = slow.picture(weights, size, before.double(), styles[3 * (net.sizes.index(size) + 1)])
        for _ in range(2):  # the second time in a buffer that was used
            assert slow.relative(net.picture(size, made, styles.float()), truth) < TOLERANCE[vectors.precision]
        assert torch.equal(made.tensor(), before)


def test_without_noise_maps_there_is_no_noise(vectors, code_folder):
    weights, styles = slow.small_network([32, 64, 64]), styles_for()
    net = make(weights, vectors, code_folder)
    x, truth = None, None
    for index in range(net.stages):
        x = net.stage(index, x, styles.float(), None)
        truth = slow.stage(weights, index, truth, styles, None)
    assert slow.relative(x.tensor(), truth) < TOLERANCE[vectors.precision]


def test_any_number_of_threads_and_any_run_give_the_same_bits(vectors, code_folder):
    weights, styles = slow.small_network([64, 64, 64, 32]), styles_for()
    pictures = []
    for threads in (1, 2, 3, 7, 2):
        net = make(weights, vectors, code_folder, threads)
        pictures.append(net.pixels(64, run(net, weights, styles)[-1], styles.float()))
        pictures.append(net.pixels(64, run(net, weights, styles)[-1], styles.float()))
    assert all(np.array_equal(picture, pictures[0]) for picture in pictures)


def test_pixels_are_the_picture_rounded_with_blue_first_and_opaque(vectors, code_folder):
    weights, styles = slow.small_network([32, 64, 64]), styles_for()
    net = make(weights, vectors, code_folder)
    last = run(net, weights, styles)[-1]
    picture = net.picture(32, last, styles.float())
    assert picture.abs().max() > 1, "the case must clip somewhere"
    out = np.zeros((32, 32, 4), np.uint8)
    assert net.pixels(32, last, styles.float(), out) is out
    expected = ((picture.double() + 1) * 127.5).clamp(0, 255).permute(1, 2, 0).flip(2).numpy()
    # half a level, and what f32 loses at numbers near 255
    assert np.abs(out[..., :3] - expected).max() <= 0.5 + 1e-3
    assert (out[..., 3] == 255).all()


def test_a_stage_leaves_its_input_alone_and_gives_the_same_again(vectors, code_folder):
    weights, styles = slow.small_network([32, 64, 64]), styles_for()
    net = make(weights, vectors, code_folder)
    first, second, third, *_ = run(net, weights, styles)
    before = second.tensor()
    again = net.stage(2, second, styles.float(), maps(weights)[2])
    other = net.stage(2, second, styles_for(2).float(), maps(weights)[2])
    assert torch.equal(second.tensor(), before)
    assert torch.equal(again.tensor(), third.tensor())
    assert not torch.equal(other.tensor(), third.tensor())
    assert first.nbytes == first.buffer.nbytes


def test_a_hook_that_changes_nothing_changes_no_bit(vectors, code_folder):
    weights, styles = slow.small_network([32, 64, 64]), styles_for()
    net = make(weights, vectors, code_folder)
    seen = []

    def look(name, x):
        seen.append((name, tuple(x.shape)))
        return x

    plain, hooked = run(net, weights, styles), run(net, weights, styles, look)
    assert torch.equal(plain[-1].tensor(), hooked[-1].tensor())
    assert np.array_equal(net.pixels(32, plain[-1], styles.float()), net.pixels(32, hooked[-1], styles.float()))
    assert seen == [
        ("conv1", (1, 32, 4, 4)),
        ("blocks.0.conv1", (1, 64, 8, 8)),
        ("blocks.0.conv2", (1, 64, 8, 8)),
        ("blocks.1.conv1", (1, 64, 16, 16)),
        ("blocks.1.conv2", (1, 64, 16, 16)),
    ]


def test_what_a_hook_returns_replaces_the_activation(vectors, code_folder):
    weights, styles = slow.small_network([32, 64, 64]), styles_for()
    net = make(weights, vectors, code_folder)

    def flip(name, x):
        return x.flip(3) if name == "blocks.0.conv2" else x

    x = None
    for index in range(5):
        x = slow.stage(weights, index, x.flip(3) if index == 3 else x, styles, maps(weights)[index])
    made = run(net, weights, styles, flip)
    assert slow.relative(made[-1].tensor(), x) < TOLERANCE[vectors.precision]


def test_a_hook_that_changes_the_shape_is_refused_and_the_network_goes_on(code_folder):
    weights, styles = slow.small_network([32, 64]), styles_for()
    net = FusedSynthesis(weights, "f32", 2, cache=code_folder)
    before = run(net, weights, styles)[-1].tensor()
    with pytest.raises(ValueError, match="must keep the shape"):
        run(net, weights, styles, lambda name, x: x[:, :1])
    assert torch.equal(run(net, weights, styles)[-1].tensor(), before)


def test_frames_after_the_first_live_in_the_same_buffers(code_folder):
    weights, styles = slow.small_network([32, 64, 64]), styles_for()
    net = FusedSynthesis(weights, "f32", 2, cache=code_folder)
    frames = []
    for release in (True, False, True):
        made = run(net, weights, styles)
        frames.append({x.buffer.data_ptr() for x in made})
        for x in made if release else []:
            x.release()
        made = x = None
    assert len(frames[0] | frames[1] | frames[2]) <= 5  # five outputs


def test_a_released_activation_cannot_be_read(code_folder):
    weights, styles = slow.small_network([32, 64]), styles_for()
    net = FusedSynthesis(weights, "f32", 2, cache=code_folder)
    made = run(net, weights, styles)[-1]
    made.release()
    made.release()
    with pytest.raises(ValueError, match="released"):
        made.tensor()


def test_a_stage_or_head_with_the_wrong_input_says_what_it_needs(code_folder):
    weights, styles = slow.small_network([32, 64, 64]), styles_for().float()
    net = FusedSynthesis(weights, "f32", 2, cache=code_folder)
    first, _, second, *_ = run(net, weights, styles)
    assert net.stages == 5
    assert net.sizes == [16, 32]
    with pytest.raises(ValueError, match="stage 2 needs the output of stage 1"):
        net.stage(2, first, styles, None)
    with pytest.raises(ValueError, match="stage 1 needs the output of stage 0"):
        net.stage(1, None, styles, None)
    with pytest.raises(ValueError, match="no head for 64 pixels"):
        net.picture(64, second, styles)
    with pytest.raises(ValueError, match="needs the output of stage 4"):
        net.pixels(32, second, styles)
    with pytest.raises(ValueError, match="contiguous uint8"):
        net.pixels(16, second, styles, np.zeros((16, 16, 3), np.uint8))


def test_the_kernels_take_no_more_threads_than_torch_was_told_to_use():
    told = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        assert default_threads() == 1
    finally:
        torch.set_num_threads(told)
    assert 1 <= default_threads() <= told


def test_buffers_that_idle_are_let_go_beyond_a_limit(monkeypatch):
    pool = BufferPool(host_vectors("f32"))
    order = torch.arange(8)
    many = [pool.lend(30, order) for _ in range(6)]
    few = [pool.lend(6, order) for _ in range(2)]
    large, small = 32 * 32 * 8 * 4, 8 * 8 * 8 * 4
    monkeypatch.setattr(activation, "IDLE_BYTES", 3 * large + 2 * small)
    for lent in (*many, *few):
        lent.release()
    assert {shape: len(kept) for shape, kept in pool._free.items()} == {(32, 32, 8): 3, (8, 8, 8): 2}
