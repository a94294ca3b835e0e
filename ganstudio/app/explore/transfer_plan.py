"""What a transfer is, in experiments and in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from ganstudio.app.forms.words import in_a_sentence
from ganstudio.core.experiment import Experiment
from ganstudio.core.networks import Dense, Network
from ganstudio.core.networks.convolution import Convolution
from ganstudio.core.networks.layers import Layer
from ganstudio.core.targets import (
    Digits,
    FashionMnist,
    Kmnist,
    Mnist,
    PictureFolder,
    Pictures,
)
from ganstudio.core.transfer import misfit
from ganstudio.data.images.download import is_here
from ganstudio.data.images.gallery import cache
from ganstudio.data.images.known import KNOWN
from ganstudio.errors import SpecError

NetworkName = Literal["generator", "discriminator"]
NETWORKS: tuple[NetworkName, ...] = ("generator", "discriminator")
LETTER = {"generator": "G", "discriminator": "D"}
SETS: dict[str, type[Pictures]] = {
    "digits": Digits,
    "mnist": Mnist,
    "fashion": FashionMnist,
    "kmnist": Kmnist,
    "folder": PictureFolder,
}
TITLES = {"digits": "Digits", "folder": "A folder of pictures"} | {
    name: known.title for name, known in KNOWN.items()
}
_MOST_NAMED = 4
_LONGEST_TITLE = 200
NOTHING_LEARNS = (
    "Every layer of the generator would keep its weights, so it could not change: free one of them."
)
UNTRAINED = (
    "Nothing is trained yet: press Train, wait until the pictures are good, then come back. A "
    "fresh start needs no training."
)
LOOK = (
    "Look at where each curve begins and how soon it is down. Trained layers know strokes and "
    "edges, so the start is mostly faster; layers that keep their weights can't adapt, so the end "
    "may be worse. Both runs have the same seed and settings."
)


@dataclass(frozen=True)
class LayerChoice:
    """One layer that may keep its weights."""

    path: str
    """The field of an experiment that says so."""
    words: str
    """"1: leaky ReLU, 256 units"."""
    short: str
    """"G's layer 1"."""


def layer_choices(e: Experiment, network: NetworkName) -> list[LayerChoice]:
    """All layers of a network, the output last."""
    spec: Network = getattr(e, network)
    whose = f"{LETTER[network]}'s"
    found = [
        LayerChoice(f"{network}.{path}.frozen", f"{i}: {_layer_words(layer)}", f"{whose} layer {i}")
        for i, (path, layer) in enumerate(spec.hidden_layers.items(), 1)
    ]
    gives = f"{e.features:,} pixels" if network == "generator" else "1 number"
    output = LayerChoice(f"{network}.freeze_output", f"Output: {gives}", f"{whose} output")
    return [*found, output]


def _layer_words(layer: Layer) -> str:
    size = ""
    if isinstance(layer, Dense):
        size = _counted(layer.width, "unit")
    elif isinstance(layer, Convolution):
        size = f"{_counted(layer.channels, 'channel')} ({layer.kernel} × {layer.kernel})"
    return f"{in_a_sentence(layer.activation.kind)}, {size}"


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing if count == 1 else f'{thing}s'}"


# ---------------------------------------------------------------------------------- the target


def class_names(kind: str) -> tuple[str, ...]:
    """Of all classes of a set; none if only its files know."""
    if kind in KNOWN:
        return KNOWN[kind].classes
    return tuple("0123456789") if kind == "digits" else ()


def missing(kind: str) -> str:
    """Why a set can't be learnt from; empty if it can."""
    if kind in KNOWN and not is_here(KNOWN[kind], cache() / kind):
        return f"{KNOWN[kind].title} is not on this machine: get it on the tab with the data first"
    return ""


def target_for(base: Pictures, kind: str, classes: Collection[int], folder: str) -> Pictures:
    """What the new run is to learn.

    Args:
        base: what the trained run learnt.
        kind: of the set.
        classes: some of them, or all.
        folder: of one's own pictures.

    Raises:
        SpecError: no class or folder was chosen.
    """
    if kind == "folder":
        if not folder.strip():
            raise SpecError("Choose a folder of pictures.")
        # The networks are made for pictures of this size.
        return PictureFolder(folder=folder.strip(), side=base.width)
    if not classes:
        raise SpecError("Choose at least one class.")
    every = len(set(classes)) == len(class_names(kind))
    chosen = () if every else tuple(sorted(classes))
    if kind == base.kind:
        return base.replace(classes=chosen)
    return SETS[kind](kind=kind, classes=chosen)


def others(target: Pictures) -> tuple[int, ...]:
    """The classes that were not learnt; all if all were."""
    every = range(len(class_names(target.kind)))
    return tuple(label for label in every if label not in target.classes) or tuple(every)


def classes_words(target: Pictures) -> str:
    """ "Digits 0–4", "MNIST"."""
    title = TITLES[target.kind]
    if isinstance(target, PictureFolder):
        return f"“{target.folder.rstrip('/').rpartition('/')[2]}”"
    names = class_names(target.kind)
    if not target.classes:
        return title
    chosen = [names[label] for label in target.classes]
    if all(name.isdigit() for name in chosen):
        return f"{title} {', '.join(_runs(target.classes))}"
    if len(chosen) > _MOST_NAMED:
        return f"{title}, {len(chosen)} classes"
    return f"{title}: {', '.join(chosen)}"


def _runs(labels: Sequence[int]) -> list[str]:
    """0, 1, 2, 5 as "0–2", "5"."""
    found: list[list[int]] = []
    for label in labels:
        if found and label == found[-1][-1] + 1:
            found[-1].append(label)
        else:
            found.append([label])
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in found]


# ----------------------------------------------------------------------------- the experiments


@dataclass(frozen=True)
class Plan:
    """Two experiments that differ in what they begin with, and what they are called."""

    trained: Experiment
    """To be begun with the networks that were trained; some layers keep their weights."""
    fresh: Experiment
    """The same with all layers free, to be begun from the first weights."""
    trained_words: str
    fresh_words: str
    kept: str
    """Which layers keep their weights: "G's layer 1 and D's output", or nothing."""


def plan_for(base: Experiment, target: Pictures, kept: Collection[str], steps: int) -> Plan:
    """The two experiments.

    Args:
        base: what was trained, whose settings both have.
        target: what they are to learn.
        kept: paths of the layers that keep their weights.
        steps: how long they train.

    Raises:
        SpecError: that is no experiment.
    """
    choices = {network: layer_choices(base, network) for network in NETWORKS}
    if all(choice.path in kept for choice in choices["generator"]):
        raise SpecError(NOTHING_LEARNS)
    every = [choice for some in choices.values() for choice in some]
    short = [choice.short for choice in every if choice.path in kept]
    words = " and ".join(filter(None, [", ".join(short[:-1]), *short[-1:]]))
    before, after = base.target, classes_words(target)
    came = classes_words(before) if isinstance(before, Pictures) else "?"
    same = before.kind == target.kind and target.classes
    goes = after.removeprefix(TITLES[target.kind]).lstrip(": ,") if same else after
    trained_words = f"{came} → {goes}" + (f", {words} kept" if words else "")
    wanted = base.replace(target=target, steps=steps)
    free = wanted.replace(**dict.fromkeys((choice.path for choice in every), False))
    held = free.replace(**dict.fromkeys(kept, True)) if kept else free
    return Plan(
        held.replace(title=f"{trained_words}, from trained"[:_LONGEST_TITLE]),
        free.replace(title=f"{after}, fresh"[:_LONGEST_TITLE]),
        trained_words,
        after,
        words,
    )


def what_comes_along(plan: Plan) -> str:
    """What is transferred, in a sentence or two."""
    if not plan.kept:
        return (
            "All weights of G and D come along as a start, and all of them learn on; the "
            "optimizers begin anew."
        )
    return (
        f"All weights of G and D come along as a start; those of {plan.kept} stay as they are, all "
        "others learn on. The optimizers begin anew."
    )


def problem_with(running: Experiment, plan: Plan) -> str:
    """Why the networks of now can't begin it; empty if they can."""
    return misfit(running, plan.trained) or ""
