"""What the heads of the closed sections say, and the lines on top of the open ones."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from ganstudio.app.forms.numerals import format_float
from ganstudio.app.forms.words import in_a_sentence, path_words, readable
from ganstudio.core.estimate import estimate
from ganstudio.core.experiment import Experiment
from ganstudio.core.networks import Convolution, Dense, Network
from ganstudio.core.penalties import FeatureMatching
from ganstudio.core.play import Alternating
from ganstudio.core.schedules import Constant
from ganstudio.core.targets import PictureFolder, Pictures, Points, Samples

Summaries = tuple[str, ...]
"""The same in words from long to short; the head shows the first that fits."""

_DOT = " · "


def target(e: Experiment) -> Summaries:
    """Which distribution, and the noise."""
    target = _kind(e.target)
    if isinstance(e.target, Points | Samples):
        numbers = e.target.positions if isinstance(e.target, Points) else e.target.values
        target = f"{len(numbers):,} {target.lower()}"
    elif isinstance(e.target, Pictures):
        target = _of_pictures(e.target)
    elif e.target.modes > 1:
        target = f"{target} of {e.target.modes}"
    size = f"{e.noise.dimensions}-D " if e.noise.dimensions > 1 else ""
    noise = f"{size}{in_a_sentence(e.noise.kind)} z"
    told = (f"{target}, told the class, {noise}",) if e.conditional else ()
    return (*told, f"{target}, {noise}", target)


def _of_pictures(target: Pictures) -> str:
    """Which set, how many of it, and which classes."""
    kind = _kind(target)
    if isinstance(target, PictureFolder):
        kind = PurePath(target.folder).name or "No folder chosen"
    few = f"{target.count:,} " if target.count else ""
    classes = f" {', '.join(map(str, target.classes))}" if target.classes else ""
    return f"{few}{kind}{classes}"


def generator(e: Experiment) -> Summaries:
    """How many parameters, and what makes it more than a plain network."""
    return _parameters(estimate(e).parameters_g, _specials(e.generator))


def discriminator(e: Experiment) -> Summaries:
    """The same of the discriminator."""
    d = e.discriminator
    specials = {
        "spectral norm": d.spectral_norm,
        "minibatch std": d.minibatch_std,
        f"packs of {d.packing}": d.packing > 1,
    }
    names = [name for name, there in specials.items() if there]
    return _parameters(estimate(e).parameters_d, [*names, *_specials(d)])


def _parameters(count: int, specials: list[str]) -> Summaries:
    words = "parameter" if count == 1 else "parameters"
    with_specials = (
        _DOT.join([f"{count:,} {words}", *specials]),
        _DOT.join([f"{count:,}", *specials]),
        f"{count:,} + {len(specials)} more",
    )
    return (
        (*with_specials, f"{count:,}")
        if specials
        else (f"{count:,} {words}", f"{count:,}", f"{count:.2e}")
    )


def _specials(network: Network) -> list[str]:
    """What a plain multilayer perceptron does not have."""
    layers = list(network.hidden_layers.values())
    count = len(network.convolutions)
    normalised = sorted({layer.normalisation for layer in layers} - {"none"})
    specials = {
        f"{count} convolution{'s' * (count > 1)}": count > 0,
        **{f"{each} norm": True for each in normalised},
        "dropout": any(layer.dropout for layer in layers),
        "frozen layers": network.freeze_output or any(layer.frozen for layer in layers),
        "no biases": not network.biases,
    }
    return [name for name, there in specials.items() if there]


def _widths(network: Network, inputs: int, outputs: int) -> str:
    hidden = [
        f"{layer.channels:,} pictures" if isinstance(layer, Convolution) else f"{layer.width:,}"
        for layer in network.hidden_layers.values()
        if isinstance(layer, Convolution | Dense)
    ]
    return " → ".join([f"{inputs:,}", *hidden, f"{outputs:,}"])


def generator_note(e: Experiment) -> str:
    """The widths of its layers."""
    return f"z  {_widths(e.generator, e.inputs_g, e.features)}  x"


def discriminator_note(e: Experiment) -> str:
    """The widths of its layers, for packed samples those of a pack."""
    return f"x  {_widths(e.discriminator, e.inputs_d * e.discriminator.packing, 1)}  D(x)"


def minibatch(e: Experiment) -> Summaries:
    """How it compares, if it does."""
    layer = e.discriminator.minibatch
    if not layer.enabled:
        return ("off",)
    return f"{layer.kernels} kernels × {layer.dimensions}", f"{layer.kernels} × {layer.dimensions}"


def loss(e: Experiment) -> Summaries:
    """The loss and what is added to it."""
    loss = in_a_sentence(e.loss.kind)
    on_d = [in_a_sentence(p.kind) for p in e.penalties_d]
    on_g = [
        in_a_sentence(p.kind) + ("" if isinstance(p, FeatureMatching) else " on G")
        for p in e.penalties_g
    ]
    count = len(on_d) + len(on_g)
    if not count:
        return (loss,)
    return (
        " + ".join([loss, *on_d, *on_g]),
        f"{loss} + {count} {'penalty' if count == 1 else 'penalties'}",
        f"{loss} + {count}",
    )


def optimizers(e: Experiment) -> Summaries:
    """Both, once if they are alike."""
    g, d = e.optimizer_g, e.optimizer_d
    plain = [f"{_kind(o)} {format_float(o.lr)}" for o in (g, d)]
    full = [
        words if isinstance(o.schedule, Constant) else f"{words} {in_a_sentence(o.schedule.kind)}"
        for words, o in zip(plain, (g, d), strict=True)
    ]
    kinds = [_kind(o) for o in (g, d)]
    short = kinds[0] if kinds[0] == kinds[1] else _DOT.join(kinds)
    return _of_both(full), _of_both(plain), short


def _of_both(words: list[str]) -> str:
    g, d = words
    return g if g == d else f"G {g} · D {d}"


def remedies(e: Experiment) -> Summaries:
    """Those that are in use."""
    there = {
        "instance noise": (e.instance_noise.std, format_float(e.instance_noise.std)),
        "unrolling": (e.unrolling.steps, f"{e.unrolling.steps}"),
        "average": (e.ema, format_float(e.ema)),
    }
    found = {name: words for name, (value, words) in there.items() if value}
    if not found:
        return ("none",)
    return (
        _DOT.join(f"{name} {words}" for name, words in found.items()),
        _DOT.join(found),
        f"{len(found)} remedies" if len(found) > 1 else "one remedy",
    )


def training(e: Experiment) -> Summaries:
    """How long, and what is not as usual."""
    steps = f"{e.steps:,} steps"
    usual = f"{steps} · batch {e.batch_size:,} · k {e.discriminator_steps}"
    special = {
        _kind(e.play).lower(): not isinstance(e.play, Alternating),
        "pretrained D": e.pretraining.steps > 0,
        f"until {in_a_sentence(e.early_stopping.metric)}": e.early_stopping.metric != "none",
        "raw data": not e.standardise,
    }
    found = [words for words, there in special.items() if there]
    return _DOT.join([usual, *found]), _DOT.join([steps, *found]), usual, steps


def seeds(e: Experiment) -> Summaries:
    """How many, and what differs between them."""
    each = e.replicas // max(len(e.vary.values), 1)
    words = "1 seed" if each == 1 else f"{each:,} seeds"
    if e.replicas > 1 and (e.generator.convolutions or e.discriminator.convolutions):
        # Only products of matrices are stacked.
        words += ", one after another"
    if not e.vary:
        return (words,)
    name = e.vary.path.rpartition(".")[2].replace("_", " ")
    short = f"{name} × {len(e.vary.values)}"
    full = f"{path_words(e, e.vary.path)} × {len(e.vary.values)}"
    return f"{words}, {full}", f"{words}, {short}", short


def _kind(spec: Any) -> str:
    return readable(spec.kind)
