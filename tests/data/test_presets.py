"""Presets are presets.md, field by field."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from ganstudio.core.activations import LeakyRelu, Linear, Relu, Softplus, Tanh
from ganstudio.core.experiment import Experiment
from ganstudio.core.initializers import Normal, XavierUniform
from ganstudio.core.losses import LiteralLog, NonSaturating, StableLog
from ganstudio.core.networks import Dense, MinibatchDiscrimination
from ganstudio.core.noise import NormalNoise, StratifiedNoise
from ganstudio.core.optimizers import Adam, Sgd
from ganstudio.core.schedules import Constant, Staircase
from ganstudio.core.targets import Gaussian
from ganstudio.data.presets import load_preset, presets
from ganstudio.errors import PresetError, SpecError

NAMES = (
    "first-gan",
    "aylien",
    "aylien-minibatch",
    "aylien-blog",
    "aylien-blog-minibatch",
    "aylien-dec16",
    "aylien-dec16-minibatch",
    "aylien-text",
    "aylien-text-minibatch",
    "book",
    "ring",
    "ring-modern",
    "grid-modern",
    "moons-modern",
    "digits",
    "digits-conditional",
    "digits-dcgan",
    "mnist-textbook",
    "mnist-leaky",
    "mnist-broken",
    "mnist-modern",
)

# mu, batch, D's function, log clip, rate (None: A's Adam), pretraining, steps, identity term,
# kernel std of the variant with minibatch discrimination
PUBLISHED: dict[str, tuple[Any, ...]] = {
    "aylien": (4, 8, Relu(), 1e-5, None, 0, 5001, "one", 0.02),
    "aylien-blog": (4, 12, Tanh(), 0, 0.005, 1000, 1200, "identity", 0.02),
    "aylien-dec16": (4, 12, Tanh(), 0, 0.03, 1000, 1200, "one", 0.02),
    "aylien-text": (4, 12, Tanh(), 0, 0.005, 0, 1200, "one", 1.0),
    "book": (3, 12, Tanh(), 0, 0.03, 1000, 1200, None, None),
}
VARIANTS = [(name, False) for name in PUBLISHED] + [
    (name, True) for name, row in PUBLISHED.items() if row[-1] is not None
]


def test_the_names_in_order() -> None:
    assert presets() == NAMES
    folder = files("ganstudio") / "resources" / "presets"
    stored = {item.name.removesuffix(".toml") for item in folder.iterdir()}
    assert stored == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_says_what_it_is_in_one_line(name: str) -> None:
    preset = load_preset(name)
    assert preset.title != Experiment().title
    assert preset.about
    assert "\n" not in preset.about
    assert preset.seed == Experiment().seed


def test_titles_differ() -> None:
    assert len({load_preset(name).title for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize(("name", "minibatch"), VARIANTS)
def test_the_published_programs(name: str, minibatch: bool) -> None:
    mu, batch, function, clip, rate, pretraining, steps, itself, std = PUBLISHED[name]
    e = load_preset(f"{name}-minibatch" if minibatch else name)
    assert e.target == Gaussian(mu=mu, sigma=0.5)
    assert (e.standardise, e.sort_batch) == (False, True)
    assert e.noise == StratifiedNoise(range=8, jitter=0.01)
    assert e.generator.layers == (Dense(width=4, activation=Softplus()),)
    assert e.generator.output == Linear()
    assert e.generator.initializer == e.discriminator.initializer == Normal(std=1)
    # The minibatch layer takes the place of the third hidden layer.
    layers = 2 if minibatch else 3
    assert e.discriminator.layers == (Dense(width=8, activation=function),) * layers
    if minibatch:
        assert e.discriminator.minibatch == MinibatchDiscrimination(
            enabled=True, kernels=5, dimensions=3, position=2, itself=itself, std=std
        )
    else:
        assert not e.discriminator.minibatch.enabled
    assert e.loss == NonSaturating(log=LiteralLog(clip=clip))
    if rate is None:
        adam = Adam(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, epsilon="tensorflow")
        assert e.optimizer_d == e.optimizer_g == adam
    else:
        rate = 0.005 if minibatch else rate
        sgd = Sgd(lr=rate, schedule=Staircase(decay=0.95, every=150))
        assert e.optimizer_d == e.optimizer_g == sgd
    assert e.pretraining.steps == pretraining
    assert (e.pretraining.low, e.pretraining.high) == (-5, 5)
    assert (e.batch_size, e.steps, e.discriminator_steps, e.ema) == (batch, steps, 1, 0)


def test_the_preset_that_people_meet_first() -> None:
    e = load_preset("first-gan")
    slope = LeakyRelu(slope=0.2)
    assert e.target == Gaussian(mu=4, sigma=0.5)
    assert e.standardise
    assert e.generator.layers == (Dense(width=16, activation=slope),) * 2
    assert e.discriminator.layers == (Dense(width=32, activation=slope),) * 2
    assert e.generator.initializer == e.discriminator.initializer == XavierUniform()
    assert e.noise == NormalNoise(size=1)
    assert e.loss == NonSaturating(log=StableLog())
    adam = Adam(lr=1e-3, beta1=0.5, beta2=0.999, schedule=Constant())
    assert e.optimizer_d == e.optimizer_g == adam
    assert (e.batch_size, e.steps, e.ema) == (64, 2000, 0.995)


def test_changes_go_through_paths() -> None:
    changed = load_preset("aylien", seed=3, **{"optimizer_d.lr": 0.5})
    assert (changed.seed, changed.optimizer_d.lr) == (3, 0.5)
    assert load_preset("aylien").seed != 3


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("first_gan", "did you mean 'first-gan'"),
        ("alyien", "did you mean 'aylien'"),
        ("zzz", "there is first-gan, aylien"),
        ("", "there is no preset ''"),
        ("../presets/aylien", "there is no preset"),
    ],
)
def test_names_of_no_preset(name: str, says: str) -> None:
    with pytest.raises(PresetError, match=says):
        load_preset(name)


def test_changes_that_do_not_fit() -> None:
    with pytest.raises(SpecError, match="did you mean 'seed'"):
        load_preset("aylien", sede=3)
