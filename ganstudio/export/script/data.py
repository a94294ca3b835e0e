"""Real samples and noise, batch by batch, from the streams that GAN Studio draws them from."""

from __future__ import annotations

from ganstudio.core.draws import NOISE, REAL
from ganstudio.core.noise import NormalNoise, StratifiedNoise, UniformNoise
from ganstudio.export.script.pictures import classes, reading
from ganstudio.export.script.plan import Plan
from ganstudio.export.script.table import Table, written
from ganstudio.export.script.targets import NORMAL_QUANTILE, TARGETS, TargetText
from ganstudio.export.script.text import array, block, comment, lines

ROUNDING = 1e-12
"""A mean so near to 0, in standard deviations, is 0 but for the rounding of a sum."""


def data(plan: Plan) -> list[str]:
    """The blocks that draw x and z."""
    e = plan.e
    target = written(TARGETS, e.target, "target")
    reads = e.target.space == "pictures"
    streams = lines(
        "# Each kind of draw has a generator of its own, so that none disturbs another.",
        "" if reads else f"real_rng = np.random.default_rng([SEED, {REAL}])",
        f"noise_rng = np.random.default_rng([SEED, {NOISE}])",
    )
    return [
        streams,
        *reading(plan),
        lines(comment(f"The target: {target.about}"), target.constants) if target.constants else "",
        _units(plan),
        NORMAL_QUANTILE if target.bells else "",
        _real_samples(plan, target),
        _noise(plan),
        *classes(plan),
    ]


def standardised(plan: Plan, x: str) -> str:
    """x in the units that the networks see."""
    return f"({x} - MEAN) / STD" if plan.e.standardise else x


def _units(plan: Plan) -> str:
    if not plan.e.standardise:
        return ""
    shift, factor = plan.e.scale
    centre = [0.0 if abs(m) < ROUNDING * factor else m for m in shift]
    mean = f"MEAN = {centre[0]!r}" if len(set(centre)) == 1 else array("MEAN", centre)
    return lines(
        "# Of the target; the networks see (x - MEAN) / STD, which is much easier to learn.",
        mean,
        f"STD = {factor!r}",
    )


def _real_samples(plan: Plan, target: TargetText) -> str:
    sort = "x = np.sort(x, axis=0)  # as the first programs did"
    inputs = f"torch.tensor({standardised(plan, 'x')}, dtype=torch.float32)"
    if plan.e.labels:
        inputs = f"torch.cat([{inputs}, one_hot(LABELS[which])], dim=1)"
    return block(
        '''
        def real_samples():
            """A batch of real samples, (BATCH_SIZE, $features)$about."""
            $draw
            return $inputs
        ''',
        features=plan.e.inputs_d,
        about="" if target.constants else f": {target.about}",
        draw=lines(target.draw, sort if plan.e.sort_batch else ""),
        inputs=inputs,
    )


# ------------------------------------------------------------------------------------- the noise


def _stratified(n: StratifiedNoise) -> str:
    return block(
        '''
        def noise(count=BATCH_SIZE, rng=noise_rng):
            """The generator's input z, (count, 1): evenly spaced, plus a small jitter."""
            jitter = $jitter * rng.random(count)
            z = np.linspace($low, $high, count) + jitter
            return torch.tensor(z[:, None], dtype=torch.float32)
        ''',
        low=-n.range,
        high=n.range,
        jitter=n.jitter,
    )


def _uniform(n: UniformNoise) -> str:
    return block(
        '''
        def noise(count=BATCH_SIZE, rng=noise_rng):
            """The generator's input z, (count, $size), evenly spread."""
            z = rng.uniform($low, $high, (count, $size))
            return torch.tensor(z, dtype=torch.float32)
        ''',
        low=-n.limit,
        high=n.limit,
        size=n.size,
    )


def _normal(n: NormalNoise) -> str:
    return block(
        '''
        def noise(count=BATCH_SIZE, rng=noise_rng):
            """The generator's input z ~ N(0, 1), (count, $size)."""
            return torch.from_numpy(rng.standard_normal((count, $size), np.float32))
        ''',
        size=n.size,
    )


NOISES: Table[str] = {
    StratifiedNoise: _stratified,
    UniformNoise: _uniform,
    NormalNoise: _normal,
}


def _noise(plan: Plan) -> str:
    return written(NOISES, plan.e.noise, "noise")
