"""Preset D, a GAN on pictures: against the usual loop, and against its bare matrix products."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.pace import seconds_per_step
from benchmarks.report import Result
from ganstudio import Experiment, load_preset
from ganstudio.core.pictures.gallery import Gallery
from ganstudio.core.targets import Digits
from ganstudio.data.images.gallery import gallery_for

PICTURES = 10_000
"""As many as in the held-out part of MNIST; what they show does not matter here."""
ROUNDS = 5
STEPS = 300
BATCH = 128


def preset() -> Experiment:
    """Preset D on the pictures that every copy has."""
    return load_preset("mnist-textbook").replace(target="digits")


def measure() -> list[Result]:
    """All sides in turn, round after round; the medians of the ratios within a round."""
    torch.set_num_threads(1)
    gallery = many_pictures()
    usual_step, products = usual_loop(gallery), bare_products()
    ours, usual, bare = [], [], []
    for _ in range(ROUNDS):
        bare.append(seconds_of(products))
        ours.append(seconds_per_step(preset(), 2, gallery))
        usual.append(seconds_of(usual_step))
    faster = statistics.median(b / a for a, b in zip(ours, usual, strict=True))
    above = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    a, b, c = (1e3 * statistics.median(one) for one in (ours, usual, bare))
    detail = f"{a:.2f} ms a step, the usual loop {b:.2f} ms, the matrix products alone {c:.2f} ms"
    return [
        Result("preset D, batch 128, against the usual loop", faster, 1.25, True, "x", detail),
        Result("the same, against its matrix products alone", above, 1.3, False, "x", detail),
    ]


def many_pictures() -> Gallery:
    """The digits, again and again."""
    found = gallery_for(Digits())
    which = np.arange(PICTURES) % len(found.training)
    images = replace(
        found.training,
        images=found.training.images[which],
        labels=found.training.labels[which],
    )
    return Gallery(images, found.held_out, found.judge)


def seconds_of(step: Callable[[], object]) -> float:
    """One step's, over some of them."""
    step()
    begun = time.perf_counter()
    for _ in range(STEPS):
        step()
    return (time.perf_counter() - begun) / STEPS


def usual_loop(gallery: Gallery) -> Callable[[], tuple[float, float]]:
    """TensorDataset, DataLoader, nn.Module, backward() and torch.optim.Adam."""
    pixels = torch.tensor(gallery.training.images).reshape(PICTURES, -1).float() / 255
    loader = DataLoader(TensorDataset(pixels), BATCH, shuffle=True, drop_last=True)

    def batches() -> Iterator[Tensor]:
        while True:
            for (x,) in loader:
                yield x

    real = batches()
    generator = nn.Sequential(nn.Linear(100, 128), nn.ReLU(), nn.Linear(128, 784), nn.Sigmoid())
    discriminator = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 1))
    adam_g = torch.optim.Adam(generator.parameters(), 1e-3)
    adam_d = torch.optim.Adam(discriminator.parameters(), 1e-3)
    loss = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(BATCH, 1), torch.zeros(BATCH, 1)

    def step() -> tuple[float, float]:
        x = next(real)
        fake = generator(torch.rand(BATCH, 100) * 2 - 1).detach()
        loss_d = loss(discriminator(x), ones) + loss(discriminator(fake), zeros)
        adam_d.zero_grad()
        loss_d.backward()
        adam_d.step()
        fake = generator(torch.rand(BATCH, 100) * 2 - 1)
        loss_g = loss(discriminator(fake), ones)
        adam_g.zero_grad()
        loss_g.backward()
        adam_g.step()
        return loss_d.item(), loss_g.item()

    return step


def bare_products() -> Callable[[], None]:
    """The matrix products of one step, and nothing else: what no program can leave out."""
    b = BATCH
    of_g = [(b, 100, 128), (b, 128, 784)]
    shapes = [
        # D's update: G forwards, D forwards on both halves and back to its weights.
        *of_g,
        (2 * b, 784, 128),
        (2 * b, 128, 1),
        (128, 2 * b, 1),
        (2 * b, 1, 128),
        (784, 2 * b, 128),
        # G's: both forwards, back through D, and back to G's weights.
        *of_g,
        (b, 784, 128),
        (b, 128, 1),
        (b, 1, 128),
        (b, 128, 784),
        (128, b, 784),
        (b, 784, 128),
        (100, b, 128),
    ]
    pairs = [(torch.rand(m, k), torch.rand(k, n)) for m, k, n in shapes]

    def products() -> None:
        for left, right in pairs:
            torch.mm(left, right)

    return products
