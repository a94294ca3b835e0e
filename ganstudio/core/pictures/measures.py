"""How far generated pictures are from real ones, in the features of one small classifier.

Its features are not Inception's: the figures compare with each other, not with papers'. As on the
line, a floor is what a perfect generator scores with the same number of samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.image_set import ImageSet
from ganstudio.core.lazy import torch
from ganstudio.core.measurements import Floor
from ganstudio.core.pictures.classifier import Classifier
from ganstudio.core.pictures.distances import (
    Moments,
    frechet,
    kernel_distance,
    manifold,
    moments,
    precision_recall,
)
from ganstudio.core.targets import MODE_SHARE
from ganstudio.errors import SpecError

if TYPE_CHECKING:
    from torch import Tensor

    Pictures = Tensor | NDArray[np.uint8] | NDArray[np.floating]

SAMPLES = 1_000
NAMES = ("fid", "kid", "precision", "recall", "modes", "reverse_kl", "std_ratio")
MOST_REFERENCE = 20_000
"""Pictures to learn from whose features are the reference."""
MOST_HELD_OUT = 10_000
MOST_NEIGHBOURS = 2_000
"""Features, real and generated, that precision and recall look at: they need all pairs."""
FLOOR_TRIALS = 32
LEAST_FID = 1e-4


class PictureRuler:
    """Measures pictures (R, n, pixels) against one image set.

    Args:
        classifier: whose features are compared.
        training: what the generator learns from; the reference.
        held_out: what the generator does not see; a perfect one makes pictures like these.
        count: how many pictures each measured set has; fewer if fewer are held out.

    Raises:
        SpecError: one of the parts is empty, or is not of the classifier's size or classes.
    """

    def __init__(
        self, classifier: Classifier, training: ImageSet, held_out: ImageSet, count: int = SAMPLES
    ) -> None:
        for part in (training, held_out):
            _check(classifier, part)
        self._classifier, self._held_out = classifier, held_out.first(MOST_HELD_OUT)
        self.count = min(count, len(self._held_out))
        self._label_shares = np.bincount(training.labels, minlength=256) / len(training)
        reference = self._features(_some(training, MOST_REFERENCE))
        self._reference = moments(reference)
        self._root = self._reference.root
        self._real = manifold(reference[:MOST_NEIGHBOURS])
        self._shares, present = self._training_shares(training, reference)
        # Of many classes each has less than 1 % of the pictures.
        self._wanted = np.where(present, np.minimum(MODE_SHARE, self._shares / 2), np.inf)

    def measure(
        self, images: Pictures, wanted: NDArray[np.int64] | None = None
    ) -> dict[str, NDArray[np.float32]]:
        """All metrics of pictures (R, n, pixels), bytes or from 0 to 1: (R,) each.

        The first `count` of each replica are measured. What lies beyond black and white is seen
        as these, as on a screen. NaN where a replica is not finite.

        Args:
            images: of all replicas.
            wanted: the class that each was asked for, (n,), for the share that is `right`.
        """
        found = np.full((len(NAMES) + 1, len(images)), np.nan, dtype=np.float32)
        for replica, one in enumerate(images):
            pictures = _as_tensor(one[: self.count])
            if bool(torch.isfinite(pictures).all()):
                features = self._features(pictures)
                found[:-1, replica] = self._measure(features)
                if wanted is not None:
                    found[-1, replica] = (self._classes(features) == wanted[: self.count]).mean()
        return dict(zip((*NAMES, "right"), found, strict=True))

    def floors(self) -> Mapping[str, Floor]:
        """What held-out pictures score, by name; where more is better, it is the ceiling."""
        return self._floors

    @cached_property
    def _floors(self) -> Mapping[str, Floor]:
        features = self._features(torch.tensor(self._held_out.images))
        rng = np.random.default_rng(0)
        draws = [self._measure(features[self._draw(rng)]) for _ in range(FLOOR_TRIALS)]
        values = np.array(draws).T
        found = {
            name: Floor(float(np.median(one)), float(np.quantile(one, 0.95)))
            for name, one in zip(NAMES, values, strict=True)
        }
        off = np.abs(values[NAMES.index("std_ratio")] - 1)
        found["std_ratio"] = Floor(1.0, float(1 + np.quantile(off, 0.95)))
        fid = found["fid"]
        # Rounding: pictures that are all alike are no distance apart, and nothing is below that.
        found["fid"] = Floor(max(fid.median, LEAST_FID), max(fid.high, LEAST_FID))
        # One single picture to learn from has no width that others could be compared with.
        return {name: floor for name, floor in found.items() if np.isfinite(floor.high)}

    def _draw(self, rng: np.random.Generator) -> Tensor:
        """Indices of held-out pictures such as a perfect generator might make, (count,).

        How many are of each class is chance, by the shares in the training part: a held-out part
        often has exactly its share of each. Within a class they are drawn without putting back,
        as long as there are any.
        """
        labels = self._held_out.labels
        here = np.unique(labels)
        # Were none of these classes among the training pictures, each would be as likely.
        weights = self._label_shares[here] + 1e-12
        wanted = rng.multinomial(self.count, weights / weights.sum())
        chosen = [
            np.resize(rng.permutation(np.flatnonzero(labels == label)), count)
            for label, count in zip(here, wanted, strict=True)
        ]
        return torch.tensor(np.concatenate(chosen))

    def _measure(self, features: Tensor) -> list[float]:
        own = moments(features)
        near = manifold(features[:MOST_NEIGHBOURS])
        return [
            frechet(self._reference, own, self._root),
            kernel_distance(self._reference, own),
            *precision_recall(self._real, near),
            *self._of_classes(self._classes(features)),
            _ratio(own, self._reference),
        ]

    def _of_classes(self, classes: NDArray[np.int64]) -> tuple[float, float]:
        """How many classes hold at least 1 % of the pictures, and the KL of all shares, nats.

        A class counts only if the generator learns it. Half its share in the training pictures is
        enough where that is less than 1 %.
        """
        own = np.bincount(classes, minlength=len(self._shares)) / len(classes)
        held = own > 0
        divergence = own[held] * np.log(own[held] / self._shares[held])
        return float((own >= self._wanted).sum()), float(divergence.sum())

    def _training_shares(
        self, training: ImageSet, reference: Tensor
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """The classes' shares, and which are there.

        Each class counts as if one picture more were of it (Laplace's rule): none has a share of
        0, so a generator with one stray picture is not infinitely far.
        """
        of_turns = self._classifier.of_turns
        labels = self._classes(reference) if of_turns else training.labels
        held = np.bincount(labels, minlength=len(self._classifier.classes))
        return (held + 1) / (held.sum() + len(held)), held > 0

    def _features(self, pictures: Tensor) -> Tensor:
        with torch.no_grad():
            return self._classifier.features(pictures)

    def _classes(self, features: Tensor) -> NDArray[np.int64]:
        with torch.no_grad():
            return self._classifier.logits_of(features).argmax(dim=1).cpu().numpy()


def _check(classifier: Classifier, part: ImageSet) -> None:
    if not len(part):
        raise SpecError(f"{part.name}: there are no pictures to measure with")
    if part.size != (classifier.side, classifier.side):
        raise SpecError(f"{part.name}: its judge knows pictures {classifier.side} pixels wide")
    if not classifier.of_turns and len(part.classes) != len(classifier.classes):
        raise SpecError(f"{part.name}: its judge knows {len(classifier.classes)} classes")


def _some(images: ImageSet, most: int) -> Tensor:
    """Pictures in random order, always the same ones: (n, height, width) bytes."""
    order = np.random.default_rng(0).permutation(len(images))[:most]
    return torch.tensor(images.images[order])


def _as_tensor(images: Pictures) -> Tensor:
    """Bytes as they are, other numbers clipped to 0 and 1, which leaves NaN."""
    # A copy: torch warns of arrays that nobody may write to.
    x = torch.tensor(images) if isinstance(images, np.ndarray) else images
    if x.dtype == torch.uint8:
        return x
    return torch.where(x.isinf(), torch.nan, x.float()).clamp(0, 1)


def _ratio(own: Moments, reference: Moments) -> float:
    """Root of the total variance of the features over the reference's."""
    total = float(reference.covariance.trace())
    return float(own.covariance.trace().clamp(min=0) / total) ** 0.5 if total > 0 else np.nan
