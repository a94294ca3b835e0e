"""What is refused is said in the form's own words."""

from __future__ import annotations

from typing import Any

import pytest

from ganstudio.app.forms.sentences import fields_in, named, sentence_of
from ganstudio.core.experiment import Experiment
from ganstudio.errors import SpecError

WGAN = Experiment().replace(loss="wasserstein")
CLIPLESS = {"kind": "wasserstein", "clip": 0}
SWEEP = Experiment().replace(replicas=4, vary={"path": "optimizer_g.beta1", "values": (0.1, 0.5)})
MATCHING = Experiment().replace(
    penalties_g=["feature_matching"], **{"discriminator.layers": [{"width": 8}]}
)


def refusal(before: Experiment, path: str, value: Any) -> SpecError:
    with pytest.raises(SpecError) as caught:
        before.replace(**{path: value})
    return caught.value


@pytest.mark.parametrize(
    ("before", "path", "value", "said", "about"),
    [
        (
            WGAN.replace(loss=CLIPLESS, penalties_d=["l2", "gradient_penalty"]),
            "loss.clip",
            0.1,
            "“Weight clipping” and “Penalties on D: gradient penalty”: weight clipping and "
            "gradient penalty both bound the slope of D; set “Weight clipping” to 0 or take "
            "gradient penalty out",
            {"loss.clip", "penalties_d.1"},
        ),
        (
            Experiment().replace(penalties_d=["r1"]),
            "loss.kind",
            "wasserstein",
            "“Weight clipping” and “Penalties on D: R1”: weight clipping and R1 both bound the "
            "slope of D; set “Weight clipping” to 0 or take R1 out",
            {"loss.clip", "penalties_d.0"},
        ),
        (
            Experiment(),
            "discriminator.packing",
            3,
            "“Packing” and “Batch size”: packs of 3 can't share a batch of 64 samples; make "
            "“Batch size” a multiple of “Packing”",
            {"discriminator.packing", "batch_size"},
        ),
        (
            MATCHING,
            "penalties_g.0.layer",
            2,
            "“Layer” and “Discriminator, Layers”: D has only 1 hidden layer, so there is no "
            "number 2 from the last; use 1",
            {"penalties_g.0.layer", "discriminator.layers"},
        ),
        (
            Experiment().replace(**{"pretraining.steps": 9}),
            "target.kind",
            "ring",
            "“Pretraining, Steps”: D can learn the density of a 1-D target only; use 0",
            {"pretraining.steps"},
        ),
        (
            Experiment(),
            "early_stopping.metric",
            "mmd",
            "This target is not measured by MMD; use W1, JS, KL, KS, mean error, modes",
            {"early_stopping.metric"},
        ),
        (
            SWEEP,
            "optimizer_g.kind",
            "sgd",
            "“Generator, β1” is what differs between the seeds, and this takes it away",
            {"optimizer_g.beta1"},
        ),
    ],
)
def test_fields_are_named_as_on_the_form(
    before: Experiment, path: str, value: Any, said: str, about: set[str]
) -> None:
    error = refusal(before, path, value)
    assert sentence_of(error, before, path) == said
    assert about <= set(fields_in(error, before))


def test_a_part_of_an_experiment_says_it_with_its_own_paths() -> None:
    d = Experiment().replace(**{"discriminator.minibatch.enabled": True}).discriminator
    with pytest.raises(SpecError) as caught:
        d.replace(**{"minibatch.position": 9})
    said = sentence_of(caught.value, d, "minibatch.position")
    assert said.startswith("“Position” is 9, but there are only 2")
    assert fields_in(caught.value, d) == ["minibatch.position"]


def test_what_is_no_field_keeps_its_words() -> None:
    text = "Generator and discriminator would need about 3.2 TiB; the limit is 64 GiB: use less"
    assert sentence_of(text, Experiment(), "batch_size") == text
    assert named(Experiment(), "no_such.field") == ""
    assert fields_in(text, Experiment()) == []
