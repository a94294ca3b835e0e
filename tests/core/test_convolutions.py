"""Convolutions against torch.nn's, for stacks of replicas; what they refuse and what they count."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ganstudio.core.networks import Convolution, Generator, Pass
from tests.core.convolutional import (
    Layers,
    buffers_of,
    close,
    discriminator,
    every_network,
    first_of,
    generator,
    layers,
    torch_d,
    torch_g,
)


@pytest.mark.parametrize("replicas", [1, 3])
@every_network
def test_both_networks_are_torch_s_for_every_replica(
    side: int, convolutions: Layers, dense: Layers, replicas: int
) -> None:
    d, g = discriminator(convolutions, dense), generator(convolutions, dense)
    of_d = first_of(d, side**2, replicas=replicas)
    of_g = first_of(g, 7, side**2, replicas=replicas)
    x, z = torch.randn(replicas, 5, side**2), torch.randn(replicas, 5, 7)
    logits, fake = d(of_d.views, x), g(of_g.views, z)
    assert fake.shape == x.shape
    for i in range(replicas):
        expected = torch_d(d, side, of_d.views, i)(x[i])
        torch.testing.assert_close(logits[i], expected, **close)
        expected = torch_g(g, 7, side, of_g.views, i)(z[i])
        torch.testing.assert_close(fake[i], expected, **close)


@pytest.mark.parametrize(
    ("kernel", "stride"), [(k, s) for k in (1, 2, 3, 4, 5, 8, 15) for s in (1, 2, 3, 4) if k >= s]
)
def test_every_kernel_keeps_sizes_exact_and_both_ways_are_each_other_s_adjoint(
    kernel: int, stride: int
) -> None:
    layer = Convolution(channels=3, kernel=kernel, stride=stride)
    w, none = torch.randn(2, 3, 4, kernel, kernel), torch.zeros(2, 1, 4)
    x, y = torch.randn(2, 5, 4, 3 * stride, 3 * stride), torch.randn(2, 5, 3, 3, 3)
    there, back = layer.shrunk(x, w, torch.zeros(2, 1, 3)), layer.enlarged(y, w, none)
    assert there.shape == y.shape
    assert back.shape == x.shape
    torch.testing.assert_close((there * y).sum(), (x * back).sum(), rtol=1e-3, atol=1e-3)


def dcgan(kernel: int, padding: int, output_padding: int) -> tuple[nn.Module, nn.Module]:
    """Radford et al. 2016 for 16 x 16 pixels, as the published programs have it."""
    up: dict[str, Any] = {"padding": padding, "output_padding": output_padding}
    g = nn.Sequential(
        *(nn.Linear(9, 8 * 16), nn.Unflatten(1, (8, 4, 4)), nn.BatchNorm2d(8), nn.ReLU()),
        *(nn.ConvTranspose2d(8, 4, kernel, 2, **up), nn.BatchNorm2d(4), nn.ReLU()),
        *(nn.ConvTranspose2d(4, 1, kernel, 2, **up), nn.Tanh(), nn.Flatten()),
    )
    d = nn.Sequential(
        nn.Unflatten(1, (1, 16, 16)),
        *(nn.Conv2d(1, 4, kernel, 2, padding), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(4, 8, kernel, 2, padding), nn.BatchNorm2d(8), nn.LeakyReLU(0.2)),
        *(nn.Flatten(), nn.Linear(8 * 16, 1)),
    )
    return g, d


@pytest.mark.parametrize(("kernel", "padding", "output_padding"), [(4, 1, 0), (5, 2, 1)])
def test_dcgan_is_expressed_exactly(kernel: int, padding: int, output_padding: int) -> None:
    bent = {"kernel": kernel, "activation": "relu", "normalisation": "batch"}
    small, large = {"channels": 4, "kernel": kernel}, {"channels": 8, "kernel": kernel}
    g = Generator.parse(
        {"layers": [], "convolutions": [large | bent, small | bent], "output": "tanh"}
    )
    d = discriminator([small, large | {"normalisation": "batch"}], [])
    theirs_g, theirs_d = dcgan(kernel, padding, output_padding)
    of_g, of_d = first_of(g, 9, 256), first_of(d, 256)
    for theirs, ours in ((theirs_g, of_g), (theirs_d, of_d)):
        parameters = list(theirs.parameters())
        assert sum(p.numel() for p in parameters) == ours.flat.shape[1]
        for parameter, view in zip(parameters, ours.views, strict=True):
            turned = view[0].T if parameter.dim() == 2 else view[0]
            parameter.data = turned.reshape(parameter.shape).clone()
    z = torch.randn(1, 6, 9)
    fake = g(of_g.views, z, Pass(buffers_of(g, 9, 256).views, training=True, learns=True))
    torch.testing.assert_close(fake[0], theirs_g(z[0]), **close)
    logits = d(of_d.views, fake, Pass(buffers_of(d, 256).views, training=True, learns=True))
    torch.testing.assert_close(logits[0], theirs_d(theirs_g(z[0])), **close)
    assert (g.parameters(9, 256), d.parameters(256)) == (of_g.flat.numel(), of_d.flat.numel())


@pytest.mark.parametrize("replicas", [1, 3])
def test_batch_normalisation_is_torch_s_in_training_and_evaluation(replicas: int) -> None:
    sizes = layers((4, 4, 2), (3, 3, 1), normalisation="batch")
    d, g = discriminator(sizes, []), generator(sizes, [])
    of_d, of_g = first_of(d, 64, replicas=replicas), first_of(g, 5, 64, replicas)
    kept_d, kept_g = buffers_of(d, 64, replicas=replicas), buffers_of(g, 5, 64, replicas)
    theirs_d = [torch_d(d, 8, of_d.views, i) for i in range(replicas)]
    theirs_g = [torch_g(g, 5, 8, of_g.views, i) for i in range(replicas)]

    def compare(x: Tensor, z: Tensor, *, training: bool) -> None:
        found_d = d(of_d.views, x, Pass(kept_d.views, training=training, learns=training))
        found_g = g(of_g.views, z, Pass(kept_g.views, training=training, learns=training))
        for i in range(replicas):
            torch.testing.assert_close(found_d[i], theirs_d[i].train(training)(x[i]), **close)
            torch.testing.assert_close(found_g[i], theirs_g[i].train(training)(z[i]), **close)

    for _ in range(3):
        compare(torch.randn(replicas, 6, 64) * 3 + 1, torch.randn(replicas, 6, 5), training=True)
    compare(torch.randn(replicas, 6, 64), torch.randn(replicas, 6, 5), training=False)
    norm = next(m for m in theirs_d[-1].modules() if isinstance(m, nn.BatchNorm2d))
    assert norm.running_mean is not None
    assert norm.running_var is not None
    mean, variance = kept_d.views[:2]
    torch.testing.assert_close(mean[-1, 0], norm.running_mean, **close)
    torch.testing.assert_close(variance[-1, 0], norm.running_var, **close)


def test_two_minibatches_are_normalised_apart() -> None:
    d = discriminator(layers((4, 4, 2), normalisation="batch"), [])
    weights, kept = first_of(d, 64), buffers_of(d, 64)
    real, fake = torch.randn(2, 1, 6, 64) * torch.tensor([1.0, 5.0]).view(2, 1, 1, 1)
    how = Pass(kept.views, training=True, learns=True, minibatches=2)
    both = d(weights.views, torch.cat([real, fake], dim=1), how)
    module = torch_d(d, 8, weights.views)
    torch.testing.assert_close(both[0], torch.cat([module(real[0]), module(fake[0])]), **close)
    seen = torch_d(d, 8, weights.views)[:3]
    mean = torch.stack([seen(x[0]).mean((0, 2, 3)) for x in (real, fake)]).mean(0)
    torch.testing.assert_close(kept.views[0][0, 0], 0.1 * mean, **close)


@every_network
def test_layer_normalisation_is_torch_s(side: int, convolutions: Layers, dense: Layers) -> None:
    normalised = [layer | {"normalisation": "layer"} for layer in convolutions]
    d, g = discriminator(normalised, dense), generator(normalised, dense)
    of_d, of_g = first_of(d, side**2, replicas=2), first_of(g, 7, side**2, replicas=2)
    x, z = torch.randn(2, 5, side**2), torch.randn(2, 5, 7)
    for i in range(2):
        expected = torch_d(d, side, of_d.views, i)(x[i])
        torch.testing.assert_close(d(of_d.views, x)[i], expected, **close)
        expected = torch_g(g, 7, side, of_g.views, i)(z[i])
        torch.testing.assert_close(g(of_g.views, z)[i], expected, **close)


# The newer one begins with the other of the two directions.
@pytest.mark.filterwarnings("ignore:.*spectral_norm.*is deprecated:FutureWarning")
def test_each_step_of_spectral_normalisation_is_torch_s() -> None:
    d = discriminator(layers((4, 4, 2), (3, 3, 1)), [], spectral_norm=True)
    weights, kept = first_of(d, 64), buffers_of(d, 64)
    assert [part.shape for part in kept.parts] == [(4,), (3,), (1,)]
    module = torch_d(d, 8, weights.views)
    bounded: list[Any] = [m for m in module.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    for layer, direction in zip(bounded, kept.views, strict=True):
        # torch begins with directions of its own; it is given ours.
        nn.utils.spectral_norm(layer).weight_u.copy_(direction[0, 0])
    theta = [w.clone().requires_grad_() for w in weights.views]
    for _ in range(3):
        x = torch.randn(1, 5, 64)
        found = d(theta, x, Pass(kept.views, training=True, learns=True))
        expected = module(x[0])
        torch.testing.assert_close(found[0], expected, **close)
        slopes = torch.autograd.grad(found.square().sum(), theta[:3:2])
        originals = [layer.weight_orig for layer in bounded[:2]]
        theirs = torch.autograd.grad(expected.square().sum(), originals)
        for ours, other in zip(slopes, theirs, strict=True):
            torch.testing.assert_close(ours[0], other, **close)


def test_replicas_never_mix() -> None:
    sizes = layers((4, 4, 2), (3, 3, 1), normalisation="batch")
    d, g = discriminator(sizes, [{"width": 4}]), generator(sizes, [{"width": 4}])
    for network, inputs, outputs in ((d, 64, 1), (g, 5, 64)):
        weights = first_of(network, inputs, outputs, replicas=3)
        data = torch.randn(3, 6, inputs)

        def outcome(some: slice, network: Any = network, data: Tensor = data) -> list[Tensor]:
            theta = [w[some].clone().requires_grad_() for w in weights.views]  # noqa: B023
            kept = buffers_of(network, data.shape[2], outputs, 3)  # noqa: B023
            views = [b[some].clone() for b in kept.views]
            y = network(theta, data[some], Pass(views, training=True, learns=True))
            return [y.detach(), *torch.autograd.grad(y.square().sum(), theta), *views]

        together = outcome(slice(3))
        for i in range(3):
            for one, alone in zip(together, outcome(slice(i, i + 1)), strict=True):
                torch.testing.assert_close(one[i : i + 1], alone, rtol=1e-4, atol=1e-4)


@every_network
def test_gradients_of_r1_are_autograd_s(side: int, convolutions: Layers, dense: Layers) -> None:
    """The gradient of a gradient: what R1 and gradient penalties ask of every layer."""
    # Behind a leaky relu alone the second derivatives would hardly be seen.
    bent = [layer | {"normalisation": "layer"} for layer in convolutions]
    d = discriminator(bent, dense)
    weights = first_of(d, side**2, replicas=2)
    theta = [w.clone().requires_grad_() for w in weights.views]
    x = torch.randn(2, 3, side**2).requires_grad_()
    (slope,) = torch.autograd.grad(d(theta, x).sum(), x, create_graph=True)
    # The last bias has no part in a slope.
    found = torch.autograd.grad(slope.square().sum(), theta[:-1])
    for i in range(2):
        module = torch_d(d, side, weights.views, i)
        own = x[i].detach().requires_grad_()
        (theirs,) = torch.autograd.grad(module(own).sum(), own, create_graph=True)
        expected = torch.autograd.grad(theirs.square().sum(), list(module.parameters())[:-1])
        torch.testing.assert_close(slope[i], theirs, **close)
        for ours, other in zip(found, expected, strict=True):
            turned = other.T if other.dim() == 2 else other
            if other.dim() == 3:
                turned = other.sum((1, 2))
            torch.testing.assert_close(ours[i].reshape(turned.shape), turned, rtol=1e-3, atol=1e-3)
