"""Experiments as TOML: what is written is read back; what is hostile is one typed error."""

from __future__ import annotations

import random
import tomllib
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset, presets
from ganstudio.errors import GanStudioError, SpecError
from tests.core.strategies import experiments

MUTANTS = 2000

slow_to_draw = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@slow_to_draw
@given(experiments())
def test_round_trip(experiment: Experiment) -> None:
    text = experiment.to_toml()
    assert Experiment.from_toml(text) == experiment
    assert Experiment.from_toml(text).to_toml() == text


@slow_to_draw
@given(experiments())
def test_round_trip_through_plain_data(experiment: Experiment) -> None:
    assert Experiment.parse(experiment.model_dump(mode="json")) == experiment


@pytest.mark.parametrize("name", presets())
def test_presets_round_trip(name: str) -> None:
    assert Experiment.from_toml(load_preset(name).to_toml()) == load_preset(name)


def test_an_empty_text_is_the_default() -> None:
    assert Experiment.from_toml("") == Experiment()


def test_a_byte_order_mark_does_not_matter() -> None:
    assert Experiment.from_toml("\ufeffseed = 3") == Experiment(seed=3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sead = 3", "did you mean 'seed'"),
        ("seed = [", "not valid TOML"),
        ("seed = 3\nseed = 4", "not valid TOML"),
        ("seed = 'x'", "seed: input should be a valid integer"),
        ("seed = 1e99", "seed: unable to parse"),
        ("seed = -1", "greater than or equal to 0"),
        ("steps = 'many'", "steps: input should be a valid integer"),
        ("batch_size = nan", "batch_size"),
        ("ema = inf", "ema: input should be"),
        ("title = 3", "title: input should be a valid string"),
        ("target = 3", "target"),
        ("target = []", "target"),
        ("[target]\nmu = 3", "target: it needs a 'kind'"),
        ("[target]\nkind = 3", "target"),
        ("generator = 'big'", "generator"),
        ("[generator]\nlayers = {}", "generator.layers"),
        ("[generator]\nlayers = [3]", "generator.layers"),
        ("[generator]\nlayers = [" + "{}," * 33 + "]", "generator.layers"),
        ("seed = " + "9" * 5000, "not valid TOML"),
        ("seed = " + "9" * 4000, "seed: input should be less than or equal to"),
        ("x = " + "[" * 20_000 + "]" * 20_000, "nested too deeply"),
        ("x = " + "{a=" * 20_000 + "1" + "}" * 20_000, "nested too deeply"),
        (".".join("a" * 20_000) + " = 1", "dots"),
        (".".join("a" * 4_000) + " = 1", "there is no field 'a'"),
        ("#" * 4_300_000, "4,300,000 characters"),
        ("seed = 3\x00", "not valid TOML"),
        ("seed = 1979-05-27", "seed"),
    ],
)
def test_hostile_texts_are_one_sentence(text: str, says: str) -> None:
    with pytest.raises(SpecError) as caught:
        Experiment.from_toml(text)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 2000


def mutant(text: str, chance: random.Random) -> str:
    """A copy with a few places changed, cut out, doubled or moved."""
    for _ in range(chance.randint(1, 4)):
        a, b = sorted(chance.sample(range(len(text) + 1), 2))
        b = min(b, a + chance.choice([1, 3, 30]))
        piece = text[a:b]
        match chance.randrange(5):
            case 0:
                text = text[:a] + text[b:]
            case 1:
                text = text[:b] + piece + text[b:]
            case 2:
                text = (
                    text[:a] + chr(chance.choice([0, 10, 34, 39, 91, 93, 123, 0x2028])) + text[b:]
                )
            case 3:
                text = (
                    text[:a]
                    + chance.choice(["-", "9" * 40, "nan", "true", "kind", ".", "=", "[["])
                    + text[a:]
                )
            case _:
                at = chance.randrange(len(text) + 1)
                text = text[:at] + piece + text[at:]
    return text


def test_mutants_are_experiments_or_typed_errors() -> None:
    chance = random.Random(0)
    texts = [load_preset(name).to_toml() for name in presets()]
    refused = 0
    for _ in range(MUTANTS):
        try:
            Experiment.from_toml(mutant(chance.choice(texts), chance))
        except GanStudioError:
            refused += 1
    assert 0.5 * MUTANTS < refused < MUTANTS


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_an_experiment_or_a_typed_error(text: str) -> None:
    with suppress(SpecError):
        Experiment.from_toml(text)


def test_a_choice_without_settings_is_written_as_its_kind() -> None:
    data = tomllib.loads(Experiment().to_toml())
    assert data["loss"]["log"] == "stable"
    assert data["optimizer_d"]["clip"] == "none"
    assert data["play"] == "alternating"
