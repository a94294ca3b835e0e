"""Events as a run would send them, with arrays computed from their definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import (
    Condition,
    Floor,
    Frame,
    LayerMeter,
    Metrics,
    PlaneMetrics,
    PlaneView,
    Started,
    Verdict,
    View,
)
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Density, Ring

Array = NDArray[np.float64]
BINS = 160
METRICS = ("mean", "std", "std_ratio", "mean_error", "js", "kl", "w1", "ks", "modes")
PLANE_METRICS = (
    "std_ratio", "mean_error", "w1", "mmd", "high_quality", "covered", "modes", "reverse_kl"
)  # fmt: skip


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
    replica: int = 0,
) -> Frame:
    """A frame in which replica i generates N(means[i], stds[i]); metrics by name win."""
    target = begun.experiment.target
    assert isinstance(target, Density)
    low, high = target.mean - reach * target.std, target.mean + reach * target.std
    x, edges = np.linspace(low, high, 401), np.linspace(low, high, BINS + 1)
    mean, std = means[replica], stds[replica]
    generated = _normal(x, mean, std)
    p = np.asarray(target.density(x))
    with np.errstate(invalid="ignore", divide="ignore"):
        best = p / (p + generated)
    z = begun.experiment.noise.grid(41)
    view = View(
        replica=replica,
        x=_f(x),
        target_density=_f(p),
        shown_density=_f(generated),
        current_density=_f(generated * 0.97),
        d=_f(1 / (1 + np.exp(-(x - target.mean) / target.std / 3))),
        d_best=_f(best),
        edges=_f(edges),
        target_histogram=_f(_histogram(np.asarray(target.draw(_rng(), (10_000,))), edges)),
        shown_histogram=_f(_histogram(_rng().normal(mean, std, 10_000), edges)),
        z=_f(z),
        map=_f(mean + std * z),
        d_reference=d_reference,
    )
    given = metrics or {}
    columns = {name: np.full(len(means), given.get(name, 0.1)) for name in METRICS}
    columns["mean"], columns["std"] = np.array(means), np.array(stds)
    measured = Metrics(**{name: _f(column) for name, column in columns.items()}, samples=10_000)
    return _frame(begun, step, view, measured, loss_d, loss_g)


def plane_started(sigma: float = 0.05, modes: int = 8, **changes: Any) -> Started:
    """The beginning of a run on a ring of 8 modes, with floors of 2,500 points."""
    floors = {
        "w1": Floor(0.021, 0.034),
        "reverse_kl": Floor(0.0013, 0.0029),
        "high_quality": Floor(0.9889, 0.9924),
        "modes": Floor(8.0, 8.0),
        "covered": Floor(8.0, 8.0),
        "mmd": Floor(-0.00004, 0.00041),
        "mean_error": Floor(0.016, 0.035),
        "std_ratio": Floor(1.0, 1.01),
    }
    experiment = Experiment(target=Ring(sigma=sigma, modes=modes)).replace(**changes)
    return Started(experiment, "cpu", 1, 17_281, 17_154, floors)


def plane_frame(
    begun: Started,
    step: int,
    fit: float = 0.5,
    centre: tuple[float, float] = (0.0, 0.0),
    loss_d: NDArray[Any] | None = None,
    loss_g: NDArray[Any] | None = None,
    d_reference: str = "",
    metrics: Mapping[str, float] | None = None,
    count: int = 2500,
) -> Frame:
    """A frame whose points are the target's, for `fit` of 1, or a small bell around `centre`."""
    target, rng = begun.experiment.target, _rng()
    assert isinstance(target, Ring)
    real = np.asarray(target.points(rng, (count,)))
    bell = np.array(centre) + 0.1 * rng.normal(size=(count, 2))
    shown = fit * np.asarray(target.points(rng, (count,))) + (1 - fit) * bell
    # As the engine draws it: in steps of two, so wide that most points are seen.
    reach = 2.3 * target.radius / np.sqrt(2)
    off = float(np.quantile(np.abs(shown).max(axis=1), 0.98))
    reach *= 2.0 ** np.clip(np.ceil(np.log2(off / reach)), 0, 4)
    grid = np.linspace(-reach, reach, 48)
    x, y = np.meshgrid(grid, grid)
    z = np.stack(np.meshgrid(*[np.linspace(-2, 2, 21)] * 2), axis=-1)
    view = PlaneView(
        replica=0,
        x=_f(grid),
        y=_f(grid),
        real=_f(real),
        shown=_f(shown),
        current=_f(shown * 1.02),
        d=_f(np.exp(-8 * (np.hypot(x, y) - target.radius) ** 2)),
        slope=_f(0.2 * (1 - fit) * shown[:64]),
        arrows=_f(shown[:64]),
        mesh=_f(np.array(centre) + 0.5 * z * (1 + 0.3 * np.sin(z[..., ::-1]))),
        d_reference=d_reference,
    )
    given = metrics or {}
    columns = {
        name: _f(np.full(begun.experiment.replicas, given.get(name, 0.1))) for name in PLANE_METRICS
    }
    return _frame(begun, step, view, PlaneMetrics(**columns, samples=count), loss_d, loss_g)


def any_frame(begun: Started, step: int, *, off: float = 0.2, d_reference: str = "") -> Frame:
    """A frame of a run on the line or in the plane, so many of its standard deviations away."""
    target, replicas = begun.experiment.target, begun.experiment.replicas
    if isinstance(target, Density):
        means = (target.mean - off * target.std,) * replicas
        return frame(begun, step, means, (target.std,) * replicas, d_reference=d_reference)
    return plane_frame(begun, step, centre=(-off, 0.0), d_reference=d_reference)


def _frame(
    begun: Started,
    step: int,
    view: View | PlaneView,
    metrics: Metrics | PlaneMetrics,
    loss_d: NDArray[Any] | None,
    loss_g: NDArray[Any] | None,
) -> Frame:
    replicas = begun.experiment.replicas
    empty = np.empty((0, replicas))
    return Frame(
        step=step,
        loss_d=_f(empty if loss_d is None else loss_d),
        loss_g=_f(empty if loss_g is None else loss_g),
        loss_pretraining=_f(empty),
        pretraining_step=0,
        view=view,
        metrics=metrics,
        floors=begun.floors,
        measured_at=step,
        verdicts=tuple(Verdict(Condition.OFF_TARGET, "under way") for _ in range(replicas)),
        lost_at=np.full(replicas, np.nan),
        layers=layers(step),
    )


def layers(step: int, saturated: float = 0.3, gradient: float = 0.02) -> tuple[LayerMeter, ...]:
    """Three layers of each network; the last but one of the generator is as given."""
    rng = np.random.default_rng(step)
    made = []
    for network in ("generator", "discriminator"):
        for layer, name in enumerate(("tanh, 32 units", "tanh, 32 units", "output, 1 unit")):
            given = network == "generator" and layer == 1
            shares, edges = np.histogram(rng.normal(size=500), 24)
            made.append(
                LayerMeter(
                    network=network,
                    layer=layer,
                    name=name,
                    gradient=gradient if given else 0.5 / (layer + 1),
                    weight_edges=_f(edges),
                    weight_shares=_f(shares / 500),
                    activation_edges=_f(np.linspace(-1, 1, 25)),
                    activation_shares=_f(shares[::-1] / 500),
                    saturated=saturated if given else 0.05 * layer,
                )
            )
    return tuple(made)


def run(
    begun: Started,
    steps: int,
    every: int = 20,
    then: Callable[[Frame], None] = lambda _: None,
) -> Frame:
    """Frames of a run that goes well, each given to `then`; the last one is returned."""
    rng, replicas = _rng(), begun.experiment.replicas
    for step in range(every, steps + 1, every):
        left = np.exp(-np.arange(step - every, step) / 300)[:, None]
        noise = rng.normal(0, 0.07, (2, every, replicas))
        losses = np.log(4) - 0.9 * left + noise[0], np.log(2) + 1.6 * left + noise[1]
        far = float(left[-1, 0])
        if isinstance(begun.experiment.target, Density):
            last = _on_its_way(begun, step, far, *losses, rng=rng)
        else:
            shares = {"w1": 0.9 * far + 0.02, "reverse_kl": 2 * far + 0.003, "mmd": far - 0.3}
            counts = {"modes": 1 + 7 * (1 - far), "covered": 8.0, "high_quality": 1 - far}
            last = plane_frame(
                begun, step, 1 - far, loss_d=losses[0], loss_g=losses[1], metrics=shares | counts
            )
        then(last)
    return last


def _on_its_way(
    begun: Started,
    step: int,
    far: float,
    loss_d: Array,
    loss_g: Array,
    *,
    rng: np.random.Generator,
) -> Frame:
    target, replicas = begun.experiment.target, begun.experiment.replicas
    assert isinstance(target, Density)
    return frame(
        begun,
        step,
        tuple(target.mean - 8 * target.std * far - 0.02 * i for i in range(replicas)),
        tuple(target.std * (1.05 - 0.9 * far) for _ in range(replicas)),
        loss_d,
        loss_g,
        metrics={
            "w1": 8 * target.std * far + 0.02 * float(rng.uniform(0.6, 1.4)),
            "js": 0.9 * far + 0.003 * float(rng.uniform(0.6, 1.4)),
            "ks": 0.9 * far + 0.012 * float(rng.uniform(0.6, 1.4)),
            "mean_error": 8 * target.std * far + 0.01 * float(rng.uniform(0.1, 1.4)),
            "std_ratio": 1.05 - 0.9 * far + 0.02 * float(rng.normal()),
        },
    )


_BREAKABLE = (
    *("shown_density", "current_density", "d", "d_best", "shown_histogram", "map"),
    *("shown", "current", "slope", "arrows", "mesh"),
)


def broken(whole: Frame, value: float = float("nan")) -> Frame:
    """The same frame with a value that is not finite in every array that could hold one."""

    def spoil(part: Any, *names: str) -> Any:
        held = [name for name in names if hasattr(part, name)]
        return replace(part, **{name: np.full_like(getattr(part, name), value) for name in held})

    whole = spoil(whole, "loss_d", "loss_g")
    return replace(
        whole,
        view=spoil(whole.view, *_BREAKABLE),
        metrics=spoil(whole.metrics, *METRICS, *PLANE_METRICS),
        lost_at=np.zeros_like(whole.lost_at),
        layers=tuple(
            replace(
                spoil(meter, "activation_edges", "activation_shares", "weight_edges"),
                gradient=value,
                saturated=value,
            )
            for meter in whole.layers
        ),
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
