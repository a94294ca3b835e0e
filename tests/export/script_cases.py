"""What the tests of scripts share: experiments to be followed, and scripts as modules."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ganstudio.core.experiment import Experiment
from ganstudio.core.pictures.classifier import Classifier
from ganstudio.core.pictures.gallery import Gallery
from ganstudio.core.targets import Digits, Pictures
from ganstudio.data.images.gallery import gallery_for, training_of
from ganstudio.data.presets import presets
from tests.core.helpers import small


def _d(**settings: Any) -> dict[str, Any]:
    return {"discriminator.layers": ({"width": 8, **settings}, {"width": 6, **settings})}


def _g(**settings: Any) -> dict[str, Any]:
    return {"generator.layers": ({"width": 6, **settings}, {"width": 5, **settings})}


def _minibatch(**settings: Any) -> dict[str, Any]:
    own = {"enabled": True, "std": 0.3, **settings}
    return {f"discriminator.minibatch.{name}": value for name, value in own.items()}


SPECTRAL = {"discriminator.spectral_norm": True}
STD = {"discriminator.minibatch_std": True}
EMPTY = {"discriminator.layers": (), "generator.layers": ()}
BLUR = {"instance_noise.std": 0.3, "instance_noise.decay": 30}
ALL_D = ("r1", "r2", "dragan", "gradient_penalty", "l1", "l2", "historical_averaging")
ALL_G = ("feature_matching", "l1", "l2", "historical_averaging")
COSINE = {"kind": "cosine", "length": 20, "warmup": 10}

LAYERS: dict[str, dict[str, Any]] = {
    "dropout": {**_d(dropout=0.3), **_g(dropout=0.2)},
    "dropout in d": _d(dropout=0.3),
    "batch normalisation": {**_d(normalisation="batch"), **_g(normalisation="batch")},
    "layer normalisation": {**_d(normalisation="layer"), **_g(normalisation="layer")},
    "spectral": SPECTRAL,
    "spectral, batch, dropout": {
        **SPECTRAL,
        **_d(normalisation="batch", dropout=0.2),
        **_g(normalisation="batch", dropout=0.2),
        "loss": "relativistic",
    },
    "minibatch, itself one": _minibatch(itself="one"),
    "minibatch, itself identity": _minibatch(itself="identity"),
    "minibatch, itself zero": _minibatch(itself="zero"),
    "minibatch std": STD,
    "minibatch at 0 and std": {**_minibatch(position=0), **STD},
    "minibatch at 1 and std": {**_minibatch(position=1), **STD},
    "minibatch at 2 and std": {**_minibatch(position=2), **STD},
    "minibatch, std, spectral": {**_minibatch(), **STD, **SPECTRAL},
    "no hidden layers": {**EMPTY, **STD},
    "no hidden layers, minibatch": {**EMPTY, **_minibatch(position=0)},
    "packing": {"discriminator.packing": 4},
    "biases": {"generator.bias": 0.3},
    "equal biases": {"generator.bias": 0.3, "discriminator.bias": 0.3},
    "no biases": {"generator.biases": False, "discriminator.biases": False, **_minibatch()},
    "no biases in one": {"generator.biases": False},
    "two initializers": {
        "generator.initializer": "orthogonal",
        "discriminator.initializer": {"kind": "sparse", "connections": 3},
    },
    "output": {"generator.output": "tanh"},
    "frozen layers": {
        **_d(frozen=True, normalisation="layer"),
        **_g(frozen=True),
        "loss": "wasserstein",
        "unrolling.steps": 1,
        "penalties_g": ("historical_averaging",),
        "optimizer_d": "optimistic_adam",
    },
    "frozen minibatch": {
        **_d(frozen=True),
        **_minibatch(),
        "optimizer_d": {"kind": "adam", "epsilon": "tensorflow"},
    },
    "frozen d": {
        **_d(frozen=True),
        "discriminator.freeze_output": True,
        "penalties_d": ("l2",),
        "pretraining.steps": 5,
        "play": "extragradient",
    },
    "frozen d, unrolling": {
        **_d(frozen=True),
        "discriminator.freeze_output": True,
        "unrolling.steps": 2,
        "play": "extragradient",
        "discriminator_steps": 2,
    },
    "frozen g": {**_g(frozen=True), "generator.freeze_output": True, "ema": 0.9},
    "frozen g, matching": {
        **_g(frozen=True),
        "generator.freeze_output": True,
        "penalties_g": ("feature_matching",),
        "play": "simultaneous",
    },
}
TERMS: dict[str, dict[str, Any]] = {
    "all penalties": {"penalties_d": ALL_D, "penalties_g": ALL_G},
    "slopes of packs": {
        "penalties_d": ALL_D,
        "discriminator.packing": 2,
        **SPECTRAL,
        **_minibatch(),
        **_d(dropout=0.2),
    },
    "another layer matched": {
        "penalties_g": ({"kind": "feature_matching", "layer": 2},),
        **_d(dropout=0.3),
    },
    "unrolling": {"unrolling.steps": 3, "unrolling.lr": 0.1},
    "unrolling, matching, dropout": {
        "unrolling.steps": 2,
        "penalties_g": ("feature_matching",),
        "loss": "relativistic",
        **_d(dropout=0.3, normalisation="batch"),
    },
    "unrolling, matching, spectral": {
        "unrolling.steps": 2,
        "penalties_g": ("feature_matching",),
        **SPECTRAL,
    },
    "instance noise": {"instance_noise.std": 0.3},
    "fading instance noise, real samples": {**BLUR, "loss": "relativistic"},
    "smoothing": {"loss.smoothing": 0.1},
    "smoothing, clipped logarithm": {
        "loss": {
            "kind": "minimax",
            "smoothing": 0.1,
            "log": {"kind": "literal", "clip": 1e-5},
        }
    },
    "no weight clipping": {"loss": {"kind": "wasserstein", "clip": 0.0}},
}
LEARNING: dict[str, dict[str, Any]] = {
    "small norms": {
        "optimizer_d.clip": {"kind": "norm", "limit": 0.01},
        "optimizer_g": {"kind": "sgd", "clip": {"kind": "norm", "limit": 0.001}},
    },
    "nesterov without momentum": {"optimizer_d": {"kind": "nesterov", "momentum": 0.0}},
    "adagrad's initial sum": {"optimizer_d": {"kind": "adagrad", "initial": 0.1}},
    "warm-up alone": {"optimizer_d.schedule.warmup": 20},
    "one schedule": {"optimizer_d.schedule": COSINE, "optimizer_g.schedule": COSINE},
    "two schedules": {
        "optimizer_d": {"kind": "adamw", "schedule": {"kind": "step", "milestones": (10, 20)}},
        "optimizer_g": {
            "kind": "rmsprop_nesterov",
            "schedule": {"kind": "linear", "length": 30, "warmup": 10},
        },
    },
}
EVERY_PLAY: dict[str, dict[str, Any]] = {
    "k 2": {"discriminator_steps": 2},
    "k 3, everything": {
        "discriminator_steps": 3,
        "loss": "wasserstein",
        "penalties_d": ("l2", "historical_averaging"),
        **BLUR,
        "ema": 0.9,
        "ema_warmup": 10,
        "optimizer_d.schedule": COSINE,
        "optimizer_d.clip": {"kind": "value", "limit": 0.01},
        "optimizer_g.clip": "norm",
    },
    "spectral, batch, dropout": {**SPECTRAL, **_d(normalisation="batch", dropout=0.1)},
}
TURNS: dict[str, dict[str, Any]] = {
    f"{play}, {name}": {"play": play, **changes}
    for play in ("alternating", "simultaneous", "extragradient")
    for name, changes in EVERY_PLAY.items()
}
LINES = ("gaussian", "mixture", "uniform", "laplace", "drawn", "samples")
PRETRAINING: dict[str, dict[str, Any]] = {
    **{f"pretraining, {kind}": {"target": kind, "pretraining.steps": 20} for kind in LINES},
    **{
        f"pretraining, raw, {kind}": {
            "target": kind,
            "pretraining.steps": 20,
            "standardise": False,
            "sort_batch": True,
            "loss": "least_squares",
        }
        for kind in LINES
    },
    "pretraining, historical averaging": {
        "pretraining.steps": 20,
        "penalties_d": ("historical_averaging",),
    },
    "pretraining, clipping": {
        "pretraining.steps": 20,
        "optimizer_d.clip": {"kind": "norm", "limit": 0.1},
    },
    "pretraining, layers": {
        "pretraining.steps": 20,
        "optimizer_d.schedule": "exponential",
        **SPECTRAL,
        **_d(normalisation="batch", dropout=0.1),
    },
}
PLANES: dict[str, dict[str, Any]] = {
    f"raw {kind}": {"target": kind, "standardise": False, "noise.size": 2}
    for kind in ("ring", "grid", "gaussians", "two_moons", "spiral", "points")
}


def _maps(*layers: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """Small convolutional networks for digits."""
    settings = {"batch_size": 8, "steps": 20, **settings}
    d = [{"channels": 3, **layer} for layer in layers]
    g = [{"channels": 4, **layer} for layer in layers]
    small = {"discriminator.convolutions": d, "generator.convolutions": g, "noise": "normal"}
    return {"target": {"kind": "digits", "count": 50}, **small, **settings}


TOLD = {"target": "digits", "conditional": True}
PICTURES: dict[str, dict[str, Any]] = {
    "convolutions": _maps({"kernel": 4, "stride": 2}, {"kernel": 5, "stride": 2}),
    "convolutions that keep the size": _maps(
        {"kernel": 4, "stride": 1}, {"kernel": 3, "stride": 1}, {"kernel": 2, "stride": 2}
    ),
    "convolutions, batch and layer": _maps(
        {"normalisation": "batch"}, {"normalisation": "layer", "activation": "linear"}
    ),
    "convolutions, dropout": _maps({"dropout": 0.2}, **_d(dropout=0.3)),
    "convolutions, spectral": _maps({}, {"stride": 1}, **SPECTRAL, **_minibatch(position=1)),
    "convolutions, no hidden layers": _maps({}, {}, **EMPTY, **STD, **_minibatch(position=0)),
    "convolutions in d, packing": {
        **_maps({"kernel": 3}),
        "generator.convolutions": (),
        "discriminator.packing": 2,
        "generator.biases": False,
    },
    "convolutions in g, no biases": {
        **_maps({"kernel": 3}),
        "discriminator.convolutions": (),
        "generator.biases": False,
        "generator.initializer": "xavier_normal",
    },
    "convolutions, penalties": _maps(
        {"stride": 4, "kernel": 6},
        penalties_d=("r1", "l2", "gradient_penalty"),
        penalties_g=({"kind": "feature_matching", "layer": 3}, "l1"),
    ),
    "frozen convolutions": _maps(
        {"frozen": True},
        {"normalisation": "batch", "frozen": True},
        **{"generator.freeze_output": True},
    ),
    "classes": {**TOLD, "standardise": False, "batch_size": 8},
    "some classes, instance noise, dropout": {
        **TOLD,
        **BLUR,
        **_g(dropout=0.2),
        "target": {"kind": "digits", "classes": (3, 8)},
        "ema": 0.9,
    },
    "classes, steady instance noise": {**TOLD, "instance_noise.std": 0.3},
    "more in a batch than there are": {
        "target": {"kind": "digits", "count": 5},
        "batch_size": 16,
    },
}
WRITTEN = tuple(presets())
"""The presets that can be exported as a script: all."""
CASES: dict[str, dict[str, Any]] = {
    **LAYERS,
    **TERMS,
    **LEARNING,
    **TURNS,
    **PRETRAINING,
    **PLANES,
    **PICTURES,
}


# ---------------------------------------------------------------------------- scripts as modules

NETWORKS = {
    "generator.layers": ({"width": 6}, {"width": 5}),
    "discriminator.layers": ({"width": 8}, {"width": 6}),
}

Losses = NDArray[np.floating]


def tiny(**changes: Any) -> Experiment:
    """An experiment that is over in a moment."""
    return small(batch_size=8).replace(**NETWORKS).replace(**changes)


def loaded(text: str, folder: Path) -> ModuleType:
    """A script as a module; in doubles if that is what torch is in."""
    if torch.get_default_dtype() is torch.float64:
        text = text.replace("np.float32", "np.float64").replace("torch.float32", "torch.float64")
    path = folder / "script.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("script", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def judge() -> Classifier:
    """Of the digits. Whose weights have 32 bits: to be had before numbers have 64."""
    return gallery_for(Digits()).judge


def gallery_of(e: Experiment) -> Gallery | None:
    """Digits for a target of pictures, whatever the set."""
    if not isinstance(e.target, Pictures):
        return None
    learnt = training_of(Digits(classes=e.target.classes, count=e.target.count))
    return Gallery(learnt, learnt, judge())


def put_pictures(e: Experiment, folder: Path) -> None:
    """Beside a script, the pictures that it reads."""
    if (gallery := gallery_of(e)) is not None:
        training = gallery.training
        np.savez(folder / "script.npz", images=training.images, labels=training.labels.astype(int))


def losses_of(script: ModuleType, steps: int) -> Losses:
    """(steps, 2): of D, of G."""
    return np.array(list(script.train(steps)))
