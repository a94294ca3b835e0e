"""How the classifier that judges pictures is trained: once for an image set, in some seconds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.image_set import ImageSet
from ganstudio.core.lazy import torch
from ganstudio.core.pictures.classifier import Classifier, convolutions, planes, shapes
from ganstudio.errors import SpecError

if TYPE_CHECKING:
    from torch import Tensor

BATCH = 128
LEARNING_RATE = 5e-3
WARM_UP = 0.15
"""Share of the updates in which the learning rate rises; then it falls with a cosine."""
FEWEST_SEEN, MOST_SEEN, EPOCHS = 25_000, 120_000, 10
"""How many pictures it sees in all: so many times the set, but the time is bounded."""
ANGLE = 0.15
ZOOM = 0.1
SHIFT = 2 / 28
"""By how much pictures are turned (radians), scaled and shifted (of their side) at most."""
MOMENTUM = 0.05
EPSILON = 1e-5
TURNS = ("upright", "a quarter turn", "half a turn", "three quarter turns")

Tell = Callable[[float], object]


def train_classifier(
    training: ImageSet,
    held_out: ImageSet,
    *,
    seed: int = 0,
    tell: Tell = lambda share: None,
) -> Classifier:
    """A classifier of the pictures' classes, the same for a seed and a kind of processor.

    Where all pictures are of one class there is nothing to tell apart. Then it learns by how many
    quarter turns each was turned, of which features come that serve other ends as well (Gidaris
    et al. 2018, arXiv 1803.07728).

    Its weights are rounded to 16 bits, so that they can be kept in half the room.

    Args:
        training: to learn from.
        held_out: for its accuracy; there may be none.
        seed: of the initial weights, the order and the augmentation.
        tell: told the share that is done, from 0 to 1; an exception from it ends the training.

    Raises:
        SpecError: the pictures are not square, or too small, too large or none.
    """
    side = _side(training, held_out)
    of_turns = has_one_class(training)
    outputs = len(TURNS) if of_turns else len(training.classes)
    generator = torch.Generator().manual_seed(seed)
    with _one_thread(), torch.enable_grad():
        learner = _Learner(side, outputs, generator)
        pictures, labels = torch.tensor(training.images), torch.tensor(training.labels).long()
        seen = min(MOST_SEEN, max(FEWEST_SEEN, EPOCHS * len(training)))
        steps = seen // BATCH
        for step, chosen in zip(range(steps), _batches(len(training), generator), strict=False):
            x, y = planes(pictures[chosen], side), labels[chosen]
            if of_turns:
                y = torch.randint(len(TURNS), (BATCH,), generator=generator)
                x = turned(x, y)
            learner.update(_moved(x, generator), y, LEARNING_RATE * _pace(step / steps))
            tell((step + 1) / steps)
    return judge_of(learner.folded(), training, held_out)


def judge_of(
    arrays: Mapping[str, NDArray[np.float32]], training: ImageSet, held_out: ImageSet
) -> Classifier:
    """The classifier with weights that were trained before, tried on the held-out pictures.

    Raises:
        SpecError: see `train_classifier`.
        WeightsError: they do not fit these pictures.
    """
    side, of_turns = _side(training, held_out), has_one_class(training)
    classes = TURNS if of_turns else training.classes
    untried = Classifier(arrays, classes, side, math.nan, of_turns)
    return replace(untried, accuracy=_accuracy(untried, held_out))


def has_one_class(images: ImageSet) -> bool:
    """Whether there is nothing to tell apart but by how much a picture was turned."""
    return len(np.unique(images.labels)) < 2


def turned(x: Tensor, turns: Tensor) -> Tensor:
    """Pictures (n, ..., side, side), each turned by its number of quarter turns (n,)."""
    found = x.clone()
    for count in range(1, len(TURNS)):
        found[turns == count] = x[turns == count].rot90(count, (-2, -1))
    return found


@contextmanager
def _one_thread() -> Iterator[None]:
    """The layers are small: where others use the cores too, two threads mostly wait.

    Measured on two busy cores: 210 s with two, 15 s with one, which needs 10 s of a core.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _side(training: ImageSet, held_out: ImageSet) -> int:
    height, width = training.size
    if height != width:
        raise SpecError(f"{training.name}: pictures are {width} x {height}; they must be square")
    if not len(training):
        raise SpecError(f"{training.name}: there are no pictures to learn from")
    if held_out.size != training.size or len(held_out.classes) != len(training.classes):
        raise SpecError(f"{training.name}: the held-out pictures are of another size or kind")
    return width


def _accuracy(judge: Classifier, held_out: ImageSet) -> float:
    if not len(held_out):
        return math.nan
    images, labels = torch.tensor(held_out.images), torch.tensor(held_out.labels)
    if judge.of_turns:
        labels = torch.arange(len(TURNS)).repeat_interleave(len(images))
        images = turned(images.repeat(len(TURNS), 1, 1), labels)
    with torch.no_grad():
        return float((judge.logits(images).argmax(dim=1) == labels).double().mean())


def _batches(count: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Indices without an end: all pictures in a new order, again and again."""
    waiting = torch.empty(0, dtype=torch.int64)
    while True:
        while len(waiting) < BATCH:
            waiting = torch.cat([waiting, torch.randperm(count, generator=generator)])
        yield waiting[:BATCH]
        waiting = waiting[BATCH:]


def _moved(x: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures (n, 1, side, side), each turned, scaled and shifted a little at random."""
    u = 2 * torch.rand(4, len(x), generator=generator) - 1
    angle, scale = ANGLE * u[0], 1 + ZOOM * u[1]
    cos, sin = scale * angle.cos(), scale * angle.sin()
    # A picture is 2 wide in these coordinates.
    across, up = 2 * SHIFT * u[2], 2 * SHIFT * u[3]
    rows = torch.stack([cos, -sin, across, sin, cos, up], dim=1).view(-1, 2, 3)
    f = torch.nn.functional
    grid = f.affine_grid(rows, list(x.shape), align_corners=False)
    return f.grid_sample(x, grid, padding_mode="border", align_corners=False)


def _pace(share: float) -> float:
    """The learning rate over its highest value."""
    rest = max(0.0, (share - WARM_UP) / (1 - WARM_UP))
    return min(1.0, share / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * rest))


class _Learner:
    """The network while it learns: batch normalisation behind each layer but the last.

    Args:
        side: of a picture.
        outputs: how many logits.
        generator: of the initial weights (He et al. 2015).
    """

    def __init__(self, side: int, outputs: int, generator: torch.Generator) -> None:
        self._layers, self._weights, self._mean, self._var = convolutions(side), [], [], []
        for name, shape in shapes(side, outputs).items():
            if name.endswith("weight"):
                scale = math.sqrt(2 / math.prod(shape[1:]))
                self._weights.append(torch.randn(shape, generator=generator).mul_(scale))
                self._mean.append(torch.zeros(shape[0]))
                self._var.append(torch.ones(shape[0]))
        # Of the three convolutions. The features stay standardised.
        self._gain = [torch.ones_like(mean) for mean in self._mean[:3]]
        self._bias = [torch.zeros_like(mean) for mean in self._mean[:3]]
        self._last = torch.zeros(outputs)
        learnt = [*self._weights, *self._gain, *self._bias, self._last]
        for tensor in learnt:
            tensor.requires_grad_()
        self._adam = torch.optim.Adam(learnt, betas=(0.9, 0.99), fused=True)

    def update(self, x: Tensor, y: Tensor, learning_rate: float) -> None:
        """One step of Adam on the cross-entropy."""
        f = torch.nn.functional
        for i, layer in enumerate(self._layers):
            x = f.conv2d(x, self._weights[i], None, layer.stride, layer.padding)
            x = self._normalised(x, i, self._gain[i], self._bias[i]).relu()
        features = self._normalised(f.linear(x.flatten(1), self._weights[3]), 3)
        loss = f.cross_entropy(f.linear(features.relu(), self._weights[4], self._last), y)
        self._adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
        self._adam.param_groups[0]["lr"] = learning_rate
        self._adam.step()

    def _normalised(
        self, x: Tensor, i: int, gain: Tensor | None = None, bias: Tensor | None = None
    ) -> Tensor:
        return torch.nn.functional.batch_norm(
            x, self._mean[i], self._var[i], gain, bias, True, MOMENTUM, EPSILON
        )

    def folded(self) -> dict[str, NDArray[np.float32]]:
        """The weights and biases of the same network without batch normalisation, rounded."""
        found: dict[str, Tensor] = {}
        for i, weight in enumerate(self._weights[:4]):
            scale = (self._var[i] + EPSILON).rsqrt()
            scale = scale * self._gain[i] if i < 3 else scale
            shift = -self._mean[i] * scale
            found[f"{i}.weight"] = weight * scale.view(-1, *[1] * (weight.dim() - 1))
            found[f"{i}.bias"] = shift + self._bias[i] if i < 3 else shift
        found["4.weight"], found["4.bias"] = self._weights[4], self._last
        return {name: tensor.detach().half().float().numpy() for name, tensor in found.items()}
