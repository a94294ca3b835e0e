"""Combinations of settings that are each valid alone and make no sense together.

Spectral normalisation beside a gradient penalty is none of them, nor are penalties on the slope
of a discriminator that compares samples: both have been published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ganstudio.core.losses import GanLoss, Wasserstein
from ganstudio.core.penalties import FeatureMatching, Penalty, SlopePenalty

if TYPE_CHECKING:
    from ganstudio.core.networks import Discriminator


def conflicts(
    loss: GanLoss,
    penalties_d: Sequence[Penalty],
    penalties_g: Sequence[Penalty],
    *,
    discriminator: Discriminator,
    batch_size: int,
) -> list[str]:
    """One sentence each: the fields, what is wrong with them together, and what to do."""
    return [
        *_clipping(loss, penalties_d, discriminator),
        *_batches(penalties_d, discriminator, batch_size),
        *_repeated("penalties_d", penalties_d),
        *_repeated("penalties_g", penalties_g),
        *_matching(penalties_g, len(discriminator.hidden_layers)),
    ]


def _clipping(
    loss: GanLoss, penalties: Sequence[Penalty], discriminator: Discriminator
) -> Iterator[str]:
    if not (isinstance(loss, Wasserstein) and loss.clip):
        return
    for path, penalty in _on_the_slope(penalties):
        yield (
            f"loss.clip and {path}: weight clipping and {penalty} both bound the slope of D; "
            f"set loss.clip to 0 or take {penalty} out"
        )
    if discriminator.spectral_norm:
        yield (
            "loss.clip and discriminator.spectral_norm: both bound the slope of D, and what one "
            "clips the other divides out again; set loss.clip to 0 or turn "
            "discriminator.spectral_norm off"
        )


def _batches(
    penalties: Sequence[Penalty], discriminator: Discriminator, batch_size: int
) -> Iterator[str]:
    if batch_size % discriminator.packing:
        yield (
            f"discriminator.packing and batch_size: packs of {discriminator.packing} can't "
            f"share a batch of {_samples(batch_size)}; make batch_size a multiple of "
            "discriminator.packing"
        )
    for where, layer in discriminator.hidden_layers.items():
        if layer.normalisation != "batch":
            continue
        for path, penalty in _on_the_slope(penalties):
            yield (
                f"{path} and discriminator.{where}.normalisation: {penalty} is about the "
                "slope at one sample, but with batch normalisation D's value there depends on "
                "the whole batch; use layer normalisation"
            )
        # One such layer is enough to say it.
        return


def _repeated(field: str, penalties: Sequence[Penalty]) -> Iterator[str]:
    for kind, count in Counter(map(_kind, penalties)).items():
        if count > 1:
            yield f"{field}: {kind} stands there {count} times; keep one and add up the weights"


def _matching(penalties: Sequence[Penalty], hidden_layers: int) -> Iterator[str]:
    for i, penalty in enumerate(penalties):
        if not isinstance(penalty, FeatureMatching) or penalty.layer <= hidden_layers:
            continue
        path = f"penalties_g.{i}"
        if hidden_layers:
            has, use = f"{hidden_layers} hidden layers", f"{hidden_layers} or less"
            if hidden_layers == 1:
                has, use = "1 hidden layer", "1"
            yield (
                f"{path}.layer and discriminator.layers: D has only {has}, so there is no number "
                f"{penalty.layer} from the last; use {use}"
            )
        else:
            yield (
                f"{path} and discriminator.layers: feature matching compares a hidden layer of "
                "D, and D has none; give D a hidden layer or take feature_matching out"
            )


def _on_the_slope(penalties: Sequence[Penalty]) -> list[tuple[str, str]]:
    """(path, kind) of each penalty on the slope of D."""
    return [
        (f"penalties_d.{i}", _kind(penalty))
        for i, penalty in enumerate(penalties)
        if isinstance(penalty, SlopePenalty)
    ]


def _samples(count: int) -> str:
    return f"{count:,} sample" if count == 1 else f"{count:,} samples"


def _kind(penalty: Penalty) -> str:
    return str(type(penalty).model_fields["kind"].default)
