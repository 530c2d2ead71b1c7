"""GANSpace's components, against numpy's singular values in float64."""

from __future__ import annotations

import numpy as np
import torch

from engine.directions.ganspace import Covariance, sample_w


def test_components_are_those_of_a_singular_value_decomposition():
    draw = torch.Generator().manual_seed(0)
    scales = torch.linspace(5, 0.5, 16)
    x = torch.randn(3000, 16, generator=draw) * scales + 1000  # a far centre
    covariance = Covariance()
    for batch in x.split(700):
        covariance.add(batch)
    axes, deviations = covariance.components(8)
    centred = x.numpy().astype(np.float64)
    centred -= centred.mean(0)
    _, singular, right = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(deviations.numpy(), singular[:8] / np.sqrt(2999), rtol=1e-8)
    cosines = np.abs((axes.numpy() * right[:8]).sum(1))
    np.testing.assert_allclose(cosines, 1, atol=1e-8)
    for axis, deviation in zip(axes, deviations, strict=True):
        assert abs(covariance.deviation(axis) - float(deviation)) < 1e-8
        assert float(axis[axis.abs().argmax()]) > 0


def test_the_samples_of_w_do_not_depend_on_the_batch(small_model):
    one = torch.cat(list(sample_w(small_model.generator, 25, seed=7, batch=10)))
    other = torch.cat(list(sample_w(small_model.generator, 25, seed=7, batch=25)))
    assert one.shape == (25, 512)
    assert torch.allclose(one, other, atol=1e-5)
