"""What networks with convolutions are made of, what they show of themselves and refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ganstudio.core.control import Order
from ganstudio.core.experiment import Experiment
from ganstudio.core.looking import Eye
from ganstudio.core.meters import measure_layers
from ganstudio.core.networks import Discriminator, Pass
from ganstudio.core.transfer import misfit
from ganstudio.errors import SpecError
from tests.core.convolutional import Layers, close, discriminator, first_of, generator, layers
from tests.core.helpers import new_game


def test_parts_have_names_shapes_and_an_order() -> None:
    sizes = layers((4, 5, 2), (6, 3, 1), normalisation="batch")
    d, g = discriminator(sizes, [{"width": 3}], packing=2), generator(sizes, [{"width": 3}])
    assert [(p.layer, p.name, p.shape) for p in d.parts(64) if p.name in ("weight", "gain")] == [
        (0, "weight", (4, 2, 5, 5)),
        (0, "gain", (4,)),
        (1, "weight", (6, 4, 3, 3)),
        (1, "gain", (6,)),
        (2, "weight", (6 * 16, 3)),
        (3, "weight", (3, 1)),
    ]
    assert [(p.layer, p.name, p.shape) for p in g.parts(7, 64)] == [
        *((0, "weight", (7, 3)), (0, "bias", (3,))),
        *(
            (1, "weight", (3, 6 * 16)),
            (1, "bias", (6 * 16,)),
            (1, "gain", (6,)),
            (1, "shift", (6,)),
        ),
        *((2, "weight", (6, 4, 3, 3)), (2, "bias", (4,)), (2, "gain", (4,)), (2, "shift", (4,))),
        *((3, "weight", (4, 1, 5, 5)), (3, "bias", (1,))),
    ]
    assert [(p.layer, p.name, p.shape) for p in g.buffers(7, 64)] == [
        *((1, "mean", (6,)), (1, "variance", (6,)), (2, "mean", (4,)), (2, "variance", (4,)))
    ]
    assert list(d.hidden_layers) == ["convolutions.0", "convolutions.1", "layers.0"]
    assert list(g.hidden_layers) == ["layers.0", "convolutions.0", "convolutions.1"]
    assert (d.widest(64), g.widest(7, 64)) == (6 * 16, 6 * 16)
    assert d.parameters(64) == sum(p.size for p in d.parts(64))


def test_frozen_layers_keep_what_leads_to_their_channels() -> None:
    sizes = layers((4, 4, 2), (6, 4, 2))
    sizes[0]["frozen"] = True
    d, g = discriminator(sizes, []), generator(sizes, [], freeze_output=True)
    assert {p.layer for p in d.parts(64) if not p.trained} == {0}
    # G meets that layer last but one, before the output.
    assert {p.layer for p in g.parts(7, 64) if not p.trained} == {1, 2}
    trained = first_of(d, 64).trained()
    assert trained is not None
    assert int((trained == 0).sum()) == 4 * 16 + 4


def test_weights_are_known_by_name_in_torch_s_layout() -> None:
    g = generator(layers((4, 5, 2), (6, 3, 1)), [])
    weights, others = first_of(g, 7, 64, 2), first_of(g, 7, 64, 2)
    named = weights.named("generator")
    assert named["generator.1.weight"].shape == (2, 6, 4, 3, 3)
    others.flat.zero_()
    others.load("generator", named)
    assert torch.equal(weights.flat, others.flat)


@pytest.mark.parametrize(
    ("convolutions", "features", "sentence"),
    [
        (layers((4, 4, 2)), 2, "samples are 2 numbers; take them out"),
        (layers((4, 4, 2)), 1, "samples are 1 number; take them out"),
        (layers((4, 4, 4), (4, 4, 2)), 784, "divide a side by 8, and 28 pixels are no multiple"),
        (layers((4, 4, 4), (4, 4, 2)), 64, None),
        ([], 2, None),
    ],
)
def test_sizes_that_do_not_fit(convolutions: Layers, features: int, sentence: str | None) -> None:
    for network in (discriminator(convolutions, []), generator(convolutions, [])):
        problem = network.problem(features)
        assert (problem or "").startswith("convolutions: " if sentence else "")
        assert (sentence or "") in (problem or "")
        sizes = (features, 1) if isinstance(network, Discriminator) else (3, features)
        if sentence is not None:
            with pytest.raises(SpecError, match="convolutions: "):
                network.parts(*sizes)


def test_a_kernel_that_leaves_pixels_out_is_refused() -> None:
    with pytest.raises(SpecError, match=r"convolutions\.0: kernel \(2\) must be at least stride"):
        discriminator(layers((4, 2, 3)), [])


def test_the_place_of_minibatch_discrimination_is_counted_behind_the_convolutions() -> None:
    with pytest.raises(SpecError, match="are only 0 hidden layers behind the convolutions"):
        discriminator(layers((4, 4, 2)), [], minibatch={"enabled": True, "position": 1})
    first = {"enabled": True, "position": 0, "kernels": 5, "dimensions": 3}
    d = discriminator(layers((4, 4, 2)), [{"width": 7}], minibatch=first, minibatch_std=True)
    assert d.shapes(64) == [(4, 1, 4, 4), (64, 15), (64 + 5, 7), (7 + 1, 1)]
    assert d.is_projection(1)
    weights = first_of(d, 64)
    x = torch.randn(1, 6, 64)
    beside = d(weights.views, x[:, :1], others=x[:, 1:])
    assert beside.shape == (1, 1, 1)
    conv, dense = d.hidden(weights.views, x, Pass())
    assert (conv.shape, dense.shape) == ((1, 6, 64), (1, 6, 7))


# -------------------------------------------------------------------------------- what they see


def test_packed_pictures_are_the_channels_of_one() -> None:
    d = discriminator(layers((4, 4, 2)), [], packing=2)
    weights = first_of(d, 64)
    x = torch.randn(1, 6, 64)
    w, b = weights.views[:2]
    pairs = torch.stack([x[0, ::2], x[0, 1::2]], dim=1).view(3, 2, 8, 8)
    convolved = nn.functional.conv2d(pairs, w[0], b[0, 0], stride=2, padding=1)
    (hidden,) = d.hidden(weights.views, x, Pass())
    expected = nn.functional.leaky_relu(convolved, 0.2).flatten(1)
    torch.testing.assert_close(hidden[0], expected, **close)
    alone = d(weights.views, x[:, :1], others=x[:, 1:])
    torch.testing.assert_close(alone, d(weights.views, x[:, :2]), **close)


def test_units_are_seen_before_and_after_their_activation() -> None:
    seen: list[tuple[Tensor, Tensor]] = []
    sizes = layers((4, 4, 2), (6, 3, 1))
    g = generator(sizes, [{"width": 3}])
    g(first_of(g, 7, 64).views, torch.randn(1, 5, 7), Pass(seen=seen))
    assert [before.shape for before, _ in seen] == [(1, 5, 3), (1, 5, 6, 4, 4), (1, 5, 4, 4, 4)]
    for before, after in seen:
        torch.testing.assert_close(after, nn.functional.leaky_relu(before, 0.2))


def test_dropout_leaves_out_single_pixels() -> None:
    class Half:
        def uniform(self, name: str, *shape: int) -> Tensor:
            asked[name] = shape
            return (torch.arange(64.0).view(shape[1:]) % 2).expand(1, *shape)

        def normal(self, name: str, *shape: int) -> Tensor:
            raise AssertionError(f"nobody needs {name} here")

    asked: dict[str, tuple[int, ...]] = {}
    d = discriminator([{"channels": 4, "dropout": 0.5}], [])
    weights = first_of(d, 64)
    x = torch.randn(1, 5, 64)
    (dropped,) = d.hidden(weights.views, x, Pass(training=True, chance=Half(), label="d"))
    (whole,) = d.hidden(weights.views, x, Pass())
    assert asked == {"d.dropout.0": (5, 4, 4, 4)}
    assert not dropped[..., ::2].any()
    torch.testing.assert_close(dropped[..., 1::2], 2 * whole[..., 1::2])


PICTURES: dict[str, Any] = {
    "target": "digits",
    "batch_size": 4,
    "generator.layers": [{"width": 5}],
    "generator.convolutions": [{"channels": 3, "activation": "tanh"}, {"channels": 1, "kernel": 5}],
    "discriminator.layers": [],
    "discriminator.convolutions": [{"channels": 2, "normalisation": "batch"}],
}


def test_meters_say_how_large_the_pictures_are() -> None:
    game = new_game(Experiment().replace(**PICTURES))
    game.step(Order.BOTH)
    meters = measure_layers(game, 0, Eye(game).inward(np.random.default_rng(0).random((8, 784))))
    assert [(meter.network, meter.layer, meter.name) for meter in meters] == [
        ("generator", 0, "leaky relu, 5 units"),
        ("generator", 1, "tanh, 3 channels of 7 x 7"),
        ("generator", 2, "leaky relu, 1 channel of 14 x 14"),
        ("generator", 3, "output"),
        ("discriminator", 0, "leaky relu, 2 channels of 14 x 14"),
        ("discriminator", 1, "output"),
    ]
    assert all(np.isfinite(meter.gradient) and meter.gradient > 0 for meter in meters)
    assert all(meter.activation_shares.sum() == pytest.approx(1) for meter in meters)


def test_networks_with_other_convolutions_do_not_fit() -> None:
    trained = Experiment().replace(**PICTURES)
    assert misfit(trained, trained.replace(**{"generator.convolutions.1.stride": 2})) is None
    wanted = trained.replace(**{"discriminator.convolutions.0.kernel": 3})
    assert misfit(trained, wanted) == (
        "Transfer needs the discriminator that was trained: its layers had 1 × 2 (4 × 4 pixels), "
        "392 × 1 inputs and outputs, now 1 × 2 (3 × 3 pixels), 392 × 1."
    )


# ------------------------------------------------------------------------------- first weights


@pytest.mark.parametrize("kind", ["xavier_normal", "xavier_uniform", "he_normal", "he_uniform"])
def test_first_weights_have_the_spread_that_torch_gives_them(kind: str) -> None:
    d = discriminator(layers((40, 5, 2), (60, 4, 2)), [], initializer=kind)
    drawn = d.initial(np.random.default_rng(0), 784)[2]
    conv = nn.Conv2d(40, 60, 4)
    assert drawn.shape == conv.weight.shape
    theirs = getattr(nn.init, kind.replace("he_", "kaiming_") + "_")
    theirs(conv.weight, **({"nonlinearity": "relu"} if kind.startswith("he") else {}))
    assert drawn.std() == pytest.approx(conv.weight.std().item(), rel=0.02)


def test_transposed_ones_have_that_of_what_they_take_and_give() -> None:
    g = generator(layers((40, 5, 2), (60, 4, 2)), [], initializer="he_normal")
    drawn = g.initial(np.random.default_rng(0), 9, 784)[2]
    assert drawn.shape == (60, 40, 4, 4)
    assert drawn.std() == pytest.approx(np.sqrt(2 / (60 * 16)), rel=0.02)


def test_a_unit_s_incoming_weights_are_drawn_together() -> None:
    """Orthogonal rows and sparse units show which weights a scheme takes for one unit's."""
    sizes = layers((6, 4, 2), (5, 3, 1))
    for network, inputs, outputs, units in (
        (discriminator(sizes, []), 64, 1, (0, 1)),
        (generator(sizes, []), 9, 64, (1, 0)),
    ):
        for kind in ("orthogonal", "sparse"):
            some = network.replace(initializer=kind)
            first = some.initial(np.random.default_rng(0), inputs, outputs)
            drawn = np.moveaxis(first[2], units, (0, 1))
            rows = drawn.reshape(len(drawn), -1).astype(np.float64)
            if kind == "orthogonal":
                np.testing.assert_allclose(rows @ rows.T, np.eye(len(rows)), atol=1e-6)
            else:
                assert ((rows != 0).sum(1) == 15).all()
