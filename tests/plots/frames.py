"""Events as a run would send them, with arrays computed from their definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import Condition, Floor, Frame, Metrics, Started, Verdict, View
from ganstudio.core.experiment import Experiment

Array = NDArray[np.float64]
BINS = 160
METRICS = ("mean", "std", "std_ratio", "mean_error", "js", "kl", "w1", "ks", "modes")


def started(experiment: Experiment | None = None, **changes: Any) -> Started:
    """The beginning of a run, with the floors of 10,000 samples of a Gaussian of std .5."""
    floors = {
        "js": Floor(0.0015, 0.0019),
        "kl": Floor(0.0016, 0.0021),
        "w1": Floor(0.0060, 0.0104),
        "ks": Floor(0.0083, 0.0133),
        "mean_error": Floor(0.0034, 0.0098),
        "std_ratio": Floor(1.0, 1.014),
    }
    experiment = (experiment or Experiment()).replace(**changes)
    return Started(experiment, "cpu", 1, 1153, 321, floors)


def frame(
    begun: Started,
    step: int,
    means: tuple[float, ...] = (3.8,),
    stds: tuple[float, ...] = (0.55,),
    loss_d: NDArray[Any] | None = None,
    loss_g: NDArray[Any] | None = None,
    reach: float = 8.0,
    d_reference: str = "",
    metrics: Mapping[str, float] | None = None,
) -> Frame:
    """A frame in which replica i generates N(means[i], stds[i]); metrics by name win."""
    target = begun.experiment.target
    low, high = target.mean - reach * target.std, target.mean + reach * target.std
    x, edges = np.linspace(low, high, 401), np.linspace(low, high, BINS + 1)
    generated = np.stack([_normal(x, m, s) for m, s in zip(means, stds, strict=True)])
    p = np.asarray(target.density(x))
    with np.errstate(invalid="ignore", divide="ignore"):
        best = p / (p + generated)
    z = begun.experiment.noise.grid(41)
    view = View(
        x=_f(x),
        target_density=_f(p),
        shown_density=_f(generated),
        current_density=_f(generated * 0.97),
        d=_f(1 / (1 + np.exp(-(x - target.mean) / target.std * np.ones((len(means), 1)) / 3))),
        d_best=_f(best),
        edges=_f(edges),
        target_histogram=_f(_histogram(np.asarray(target.draw(_rng(), (10_000,))), edges)),
        shown_histogram=_f(
            np.stack(
                [
                    _histogram(_rng().normal(m, s, 10_000), edges)
                    for m, s in zip(means, stds, strict=True)
                ]
            )
        ),
        z=_f(z),
        map=_f(np.stack([m + s * z / 1.0 for m, s in zip(means, stds, strict=True)])),
        d_reference=d_reference,
    )
    given = metrics or {}
    columns = {name: np.full(len(means), given.get(name, 0.1)) for name in METRICS}
    columns["mean"], columns["std"] = np.array(means), np.array(stds)
    empty = np.empty((0, len(means)))
    return Frame(
        step=step,
        loss_d=_f(empty if loss_d is None else loss_d),
        loss_g=_f(empty if loss_g is None else loss_g),
        loss_pretraining=_f(empty),
        pretraining_step=0,
        view=view,
        metrics=Metrics(**{name: _f(column) for name, column in columns.items()}),
        verdicts=tuple(Verdict(Condition.OFF_TARGET, "under way") for _ in means),
    )


def run(
    begun: Started,
    steps: int,
    every: int = 20,
    then: Callable[[Frame], None] = lambda _: None,
) -> Frame:
    """Frames of a run that goes well, each given to `then`; the last one is returned."""
    rng, replicas = _rng(), begun.experiment.replicas
    target = begun.experiment.target
    for step in range(every, steps + 1, every):
        left = np.exp(-np.arange(step - every, step) / 300)[:, None]
        noise = rng.normal(0, 0.07, (2, every, replicas))
        far = float(left[-1, 0])
        shift = tuple(target.mean - 8 * target.std * far - 0.02 * i for i in range(replicas))
        stds = tuple(target.std * (1.05 - 0.9 * far) for _ in range(replicas))
        last = frame(
            begun,
            step,
            shift,
            stds,
            np.log(4) - 0.9 * left + noise[0],
            np.log(2) + 1.6 * left + noise[1],
            metrics={
                "w1": 8 * target.std * far + 0.02 * float(rng.uniform(0.6, 1.4)),
                "js": 0.9 * far + 0.003 * float(rng.uniform(0.6, 1.4)),
                "ks": 0.9 * far + 0.012 * float(rng.uniform(0.6, 1.4)),
                "mean_error": 8 * target.std * far + 0.01 * float(rng.uniform(0.1, 1.4)),
                "std_ratio": 1.05 - 0.9 * far + 0.02 * float(rng.normal()),
            },
        )
        then(last)
    return last


def broken(whole: Frame, value: float = float("nan")) -> Frame:
    """The same frame with a value that is not finite in every array that could hold one."""
    view = whole.view
    bad = {
        name: np.full_like(getattr(view, name), value)
        for name in ("shown_density", "current_density", "d", "d_best", "shown_histogram", "map")
    }
    whole_view = {
        name: getattr(view, name)
        for name in ("x", "target_density", "edges", "target_histogram", "z", "d_reference")
    }
    return Frame(
        step=whole.step,
        loss_d=np.full_like(whole.loss_d, value),
        loss_g=np.full_like(whole.loss_g, value),
        loss_pretraining=whole.loss_pretraining,
        pretraining_step=whole.pretraining_step,
        view=View(**bad, **whole_view),
        metrics=Metrics(
            **{name: np.full_like(getattr(whole.metrics, name), value) for name in METRICS}
        ),
        verdicts=whole.verdicts,
    )


def _normal(x: Array, mean: float, std: float) -> Array:
    z = (x - mean) / std
    return np.asarray(np.exp(-0.5 * z * z) / (std * np.sqrt(2 * np.pi)))


def _histogram(samples: Array, edges: Array) -> Array:
    kept = np.clip(samples, edges[0], edges[-1])
    return np.histogram(kept, edges)[0] / len(samples) / np.diff(edges)


def _rng() -> np.random.Generator:
    return np.random.default_rng(7)


def _f(values: Any) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, dtype=np.float32)
