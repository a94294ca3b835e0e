"""Headless steps a second against the loops that everybody writes first, on one torch thread."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from benchmarks.pace import seconds_per_step
from benchmarks.report import Result
from ganstudio import Experiment, load_preset

ROUNDS = 5
PLAIN_STEPS = 1_000
FLEETS = {64: (4, 100), 256: (2, 150), 1024: (1, 150)}
"""Replicas: blocks to time, and how many times the plain loop's pace they should reach."""


def plane() -> Experiment:
    """Eight modes on a ring, as papers on mode collapse train them."""
    layers = {"layers": [{"width": 128, "activation": "relu"}] * 2}
    adam = {"kind": "adam", "lr": 1e-3, "beta1": 0.5, "beta2": 0.999}
    return Experiment.parse(
        {
            "target": {"kind": "ring", "modes": 8},
            "standardise": False,
            "noise": {"kind": "normal", "size": 2},
            "generator": layers,
            "discriminator": layers,
            "loss": {"kind": "non_saturating"},
            "optimizer_d": adam,
            "optimizer_g": adam,
            "batch_size": 128,
        }
    )


def measure() -> list[Result]:
    """All sides in turn, round after round; the medians of the ratios within a round."""
    torch.set_num_threads(1)
    preset, ring = load_preset("aylien"), plane()
    plain, ours, plane_plain, plane_ours = [], [], [], []
    fleets: dict[int, list[float]] = {replicas: [] for replicas in FLEETS}
    for _ in range(ROUNDS):
        plain.append(pace_of(plain_preset_step()))
        ours.append(1 / seconds_per_step(preset, 16))
        for replicas, (blocks, _) in FLEETS.items():
            fleet = preset.replace(replicas=replicas)
            fleets[replicas].append(replicas / seconds_per_step(fleet, blocks))
        plane_plain.append(pace_of(plain_plane_step()))
        plane_ours.append(1 / seconds_per_step(ring, 4))
    return [
        _against("preset A, one seed, against nn.Module + Adam", ours, plain, 4),
        *(
            _against(f"the same, {replicas:,} seeds, seed-steps", paces, plain, FLEETS[replicas][1])
            for replicas, paces in fleets.items()
        ),
        _against("2-D ring, 2-128-128-2, batch 128", plane_ours, plane_plain, 1.5),
    ]


def _against(what: str, ours: list[float], plain: list[float], bar: float) -> Result:
    ratio = statistics.median(a / b for a, b in zip(ours, plain, strict=True))
    detail = f"{statistics.median(ours):,.0f} against {statistics.median(plain):,.0f} a second"
    return Result(what, ratio, bar, True, "x", detail)


# -------------------------------------------------------------------- what everybody writes first

Step = Callable[[], tuple[float, float]]
"""Trains D, then G; the losses of both."""


def pace_of(step: Step) -> float:
    """Steps a second of a plain loop, which keeps its losses."""
    step()
    begun = time.perf_counter()
    losses = [step() for _ in range(PLAIN_STEPS)]
    return len(losses) / (time.perf_counter() - begun)


def plain_preset_step() -> Step:
    """Preset A with nn.Module, backward() and torch.optim.Adam."""
    generator = nn.Sequential(nn.Linear(1, 4), nn.Softplus(), nn.Linear(4, 1))
    discriminator = nn.Sequential(
        nn.Linear(1, 8),
        nn.ReLU(),
        nn.Linear(8, 8),
        nn.ReLU(),
        nn.Linear(8, 8),
        nn.ReLU(),
        nn.Linear(8, 1),
        nn.Sigmoid(),
    )

    def real() -> Tensor:
        return (4 + 0.5 * torch.randn(8, 1)).sort(dim=0).values

    def noise() -> Tensor:
        return torch.linspace(-8, 8, 8)[:, None] + 0.01 * torch.rand(8, 1)

    def log(p: Tensor) -> Tensor:
        return torch.log(p.clamp_min(1e-5))

    def loss_d(real: Tensor, fake: Tensor) -> Tensor:
        return (-log(real) - log(1 - fake)).mean()

    def loss_g(fake: Tensor) -> Tensor:
        return -log(fake).mean()

    return _plain_step(generator, discriminator, real, noise, loss_d, loss_g, beta1=0.9)


def plain_plane_step() -> Step:
    """The ring of `plane`, with the losses from the logits as the field does today."""
    generator = nn.Sequential(
        nn.Linear(2, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 2)
    )
    discriminator = nn.Sequential(
        nn.Linear(2, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 1)
    )
    angles = torch.arange(8) * (math.tau / 8)
    centres = torch.stack([angles.cos(), angles.sin()], dim=1)

    def real() -> Tensor:
        return centres[torch.randint(8, (128,))] + 0.01 * torch.randn(128, 2)

    def noise() -> Tensor:
        return torch.randn(128, 2)

    def loss_d(real: Tensor, fake: Tensor) -> Tensor:
        return (softplus(-real) + softplus(fake)).mean()

    def loss_g(fake: Tensor) -> Tensor:
        return softplus(-fake).mean()

    return _plain_step(generator, discriminator, real, noise, loss_d, loss_g, beta1=0.5)


def _plain_step(
    generator: nn.Module,
    discriminator: nn.Module,
    real: Callable[[], Tensor],
    noise: Callable[[], Tensor],
    loss_d: Callable[[Tensor, Tensor], Tensor],
    loss_g: Callable[[Tensor], Tensor],
    *,
    beta1: float,
) -> Step:
    """One step of the loop of every tutorial."""
    adam_g = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(beta1, 0.999))
    adam_d = torch.optim.Adam(discriminator.parameters(), lr=1e-3, betas=(beta1, 0.999))

    def step() -> tuple[float, float]:
        adam_d.zero_grad()
        fake = generator(noise()).detach()
        of_d = loss_d(discriminator(real()), discriminator(fake))
        of_d.backward()  # type: ignore[no-untyped-call]  # torch has no types there
        adam_d.step()
        adam_g.zero_grad()
        of_g = loss_g(discriminator(generator(noise())))
        of_g.backward()  # type: ignore[no-untyped-call]  # torch has no types there
        adam_g.step()
        return of_d.item(), of_g.item()

    return step
