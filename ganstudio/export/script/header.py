"""The head and the foot of a script: what it is, what it leaves out, and the experiment."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from ganstudio.core.experiment import Experiment
from ganstudio.core.networks import Network
from ganstudio.export.script.plan import normalises
from ganstudio.export.script.text import WIDTH, comment, harmless

ROOM = WIDTH - len("# ")
OPENED = re.compile(r"(?P<name>\w+) = \[")
STRING = re.compile(r'(?P<name>\w+) = "(?P<value>.*)"')
WORD = re.compile(r"(?:\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\.|[^\\ ]{1,60}) ?")
"""Something after which a string may go on in the next row: an escape is not parted."""
AGAIN = re.compile("^ |(?<= ) ")
"""A space that would be lost at the start of a row."""
LONGEST_ARRAY = 100
"""A longer list of numbers stands in the script above, and is not written twice."""


def header(e: Experiment) -> str:
    """What the script is, and what is not in it."""
    paragraphs = [
        e.title,
        e.about,
        "Made by GAN Studio: this trains the same experiment with PyTorch alone, from the same "
        f"random numbers, and meets the same losses. It needs {_needs(e)}.",
        "Run it, or import it: train(steps) yields the losses, generate(count) draws samples.",
        *_differences(e),
    ]
    return "\n#\n".join(comment(text) for text in paragraphs if harmless(text))


def _needs(e: Experiment) -> str:
    if e.target.space != "pictures":
        return "torch and numpy"
    return (
        "torch, numpy and, to draw what came of it, Pillow; and beside it the file of pictures "
        "that was written with it, which has its name and ends in .npz"
    )


def _differences(e: Experiment) -> Iterator[str]:
    if e.vary:
        first = e.vary.values[0]
        yield f"In GAN Studio {e.vary.path} differs between the replicas; here it is {first!r}."
    if e.replicas > 1:
        yield (
            f"GAN Studio trains {e.replicas:,} replicas side by side, from {e.seed} on; this "
            "trains the first one. Change SEED for another."
        )
    if e.early_stopping.metric != "none":
        yield (
            f"GAN Studio stops early, by {e.early_stopping.metric}; this trains to the last step."
        )
    if _frozen(e.generator) or _frozen(e.discriminator):
        yield (
            "Some layers are frozen. If they came from a trained run: its weights are not in "
            "here, everything begins with fresh ones."
        )
    if normalises(e.generator):
        yield (
            "The running statistics of batch normalisation, which only generate() uses, follow "
            "every pass here; in GAN Studio only those of the network's own updates."
        )
    if e.device != "cpu":
        yield f"The experiment's device is {e.device}; this trains on the CPU."


def _frozen(network: Network) -> bool:
    return network.freeze_output or any(layer.frozen for layer in network.hidden_layers.values())


# ------------------------------------------------------------------------------------- the foot


def footer(e: Experiment) -> str:
    """The experiment as TOML, in comments."""
    head = "The experiment, as GAN Studio reads it once the # at the start of each line is gone:"
    return "\n".join(f"# {row}".rstrip() for row in [head, "", *_toml(e)])


def _toml(e: Experiment) -> Iterator[str]:
    """Rows no longer than a script's, that say the same."""
    table, name, items = "", "", [""]
    for row in e.to_toml().strip().split("\n"):
        if row.startswith("["):
            table = row
        if found := OPENED.fullmatch(row):
            name, items = found["name"], []
        elif not name:
            yield from _folded(_visible(row))
        elif row != "]":
            items.append(_visible(row).strip())
        else:
            yield from _array(name, items, above=table == "[target]")
            name = ""


def _array(name: str, items: list[str], *, above: bool) -> Iterator[str]:
    """The rows of an array; `above` says that its values stand in the script already."""
    if any(item.startswith("{") for item in items):
        yield from (f"{name} = [", *items, "]")
    elif above and len(items) > LONGEST_ARRAY:
        yield f"{name} = []  # the {len(items):,} rows stand above"
    else:
        yield f"{name} = ["
        yield from textwrap.wrap(" ".join(items), ROOM, break_on_hyphens=False)
        yield "]"


def _visible(row: str) -> str:
    """Signs that can't be seen, as TOML spells them out; they stand in strings only."""
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in row)


def _folded(row: str) -> Iterator[str]:
    """A long string over several rows: a \\ at the end of one joins it to the next."""
    found = STRING.fullmatch(row)
    if len(row) <= ROOM or found is None:
        yield row
        return
    yield f'{found["name"]} = """\\'
    here = ""
    for word in WORD.findall(AGAIN.sub(r"\\u0020", found["value"])):
        if len(here) + len(word) > ROOM - len('"""'):
            yield f"{here}\\"
            here = ""
        here += word
    yield f'{here}"""'
