"""Headless steps a second of preset A against the loop that everybody writes first."""

from __future__ import annotations

import statistics
import time

import torch
from torch import Tensor, nn

from benchmarks.report import Result
from ganstudio import Finished, Frame, load_preset, train

ROUNDS = 5
PLAIN_STEPS = 1_000
OUR_STEPS = 4_000


def measure() -> list[Result]:
    """Both sides alternately; the median of the ratios, one torch thread."""
    torch.set_num_threads(1)
    plain, ours, fleet = [], [], []
    for _ in range(ROUNDS):
        plain.append(plain_steps_per_second(PLAIN_STEPS))
        ours.append(our_steps_per_second(OUR_STEPS, replicas=1))
        fleet.append(our_steps_per_second(OUR_STEPS // 4, replicas=64))
    single = statistics.median(a / b for a, b in zip(ours, plain, strict=True))
    many = statistics.median(64 * a / b for a, b in zip(fleet, plain, strict=True))
    figures = f"{statistics.median(ours):,.0f} against {statistics.median(plain):,.0f} steps/s"
    return [
        Result("preset A, one seed, against nn.Module + Adam", single, 2.5, True, "x", figures),
        Result("the same for 64 seeds, in seed-steps (a later bar)", many, 100, True, "x"),
    ]


def our_steps_per_second(steps: int, *, replicas: int) -> float:
    """Steps a second of preset A, without the first frame and the capture."""
    experiment = load_preset("aylien", steps=steps, replicas=replicas, frame_every=10**6)
    begun = ended = 0.0
    for event in train(experiment):
        if isinstance(event, Frame) and event.step == 0:
            begun = time.perf_counter()
        elif isinstance(event, Frame):
            ended = time.perf_counter()
        elif isinstance(event, Finished):
            break
    return steps / (ended - begun)


def plain_steps_per_second(steps: int) -> float:
    """The same networks, batch and losses with nn.Module, backward() and torch.optim.Adam."""
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
    adam_g = torch.optim.Adam(generator.parameters(), lr=1e-3)
    adam_d = torch.optim.Adam(discriminator.parameters(), lr=1e-3)
    losses = []
    begun = time.perf_counter()
    for _ in range(steps):
        x = (4 + 0.5 * torch.randn(8, 1)).sort(dim=0).values
        adam_d.zero_grad()
        fake = generator(_noise()).detach()
        loss_d = (-_log(discriminator(x)) - _log(1 - discriminator(fake))).mean()
        loss_d.backward()  # type: ignore[no-untyped-call]  # torch has no types there
        adam_d.step()
        adam_g.zero_grad()
        loss_g = -_log(discriminator(generator(_noise()))).mean()
        loss_g.backward()  # type: ignore[no-untyped-call]  # torch has no types there
        adam_g.step()
        losses.append((loss_d.item(), loss_g.item()))
    return steps / (time.perf_counter() - begun)


def _noise() -> Tensor:
    return torch.linspace(-8, 8, 8)[:, None] + 0.01 * torch.rand(8, 1)


def _log(p: Tensor) -> Tensor:
    return torch.log(p.clamp_min(1e-5))
