"""Names and sentences for fields, from what the specs say about themselves."""

from __future__ import annotations

import html
import inspect
from typing import Any

from pydantic.fields import FieldInfo

from ganstudio.app.forms.numerals import Range
from ganstudio.core.spec import Hint, Spec, hint_of

_SPELLING = {
    "adagrad": "AdaGrad",
    "adam": "Adam",
    "dragan": "DRAGAN",
    "elu": "ELU",
    "fashion": "Fashion-MNIST",
    "fid": "FID",
    "gaussian": "Gaussian",
    "gaussians": "Gaussians",
    "gelu": "GELU",
    "he": "He",
    "js": "JS",
    "kid": "KID",
    "kmnist": "KMNIST",
    "kl": "KL",
    "ks": "KS",
    "l1": "L1",
    "l2": "L2",
    "laplace": "Laplace",
    "mmd": "MMD",
    "mnist": "MNIST",
    "r1": "R1",
    "r2": "R2",
    "relu": "ReLU",
    "nesterov": "Nesterov",
    "rmsprop": "RMSProp",
    # Nesterov's accelerated gradient: its full name does not fit into a box.
    "rmsprop_nesterov": "RMSProp NAG",
    "selu": "SELU",
    "sgd": "SGD",
    "silu": "SiLU",
    "tensorflow": "TensorFlow",
    "torch": "PyTorch",
    "w1": "W1",
    "wasserstein": "Wasserstein",
    "xavier": "Xavier",
}

AT_ONCE = "Applies at once."
AT_RESTART = "Applies at restart."


def readable(name: str) -> str:
    """A Python name or kind for people: "leaky_relu" is "Leaky ReLU"."""
    text = in_a_sentence(name)
    return text[:1].upper() + text[1:]


def in_a_sentence(name: str) -> str:
    """The same within a sentence: only names keep their capitals."""
    if name in _SPELLING:
        return _SPELLING[name]
    words = [_SPELLING.get(word, word) for word in name.split("_")]
    return " ".join(words).replace("non ", "non-")


def label_of(name: str, hint: Hint) -> str:
    """What stands before a field."""
    return hint.label or readable(name)


def path_words(spec: Spec, path: str) -> str:
    """A dotted path as the labels on the way to the field: "Generator, Learning rate"."""
    words: list[str] = []
    here: Any = spec
    for part in path.split("."):
        if isinstance(here, Spec):
            words.append(label_of(part, hint_of(type(here).model_fields[part])))
            here = getattr(here, part)
        else:
            here = here[int(part)]
            named = "kind" in type(here).model_fields
            words.append(readable(kind_of(type(here))) if named else str(int(part) + 1))
    return ", ".join(words)


def kind_of(spec_class: type[Spec]) -> str:
    """The kind that tells this class from the others of its union."""
    return str(spec_class.model_fields["kind"].default)


def first_sentence(spec_class: type[Spec]) -> str:
    """What a class says about itself, on one line."""
    return " ".join((inspect.getdoc(spec_class) or "").split("\n\n")[0].split())


def plain_help(field: FieldInfo, hint: Hint) -> str:
    """All there is to know about a field: help, range, and when a change applies."""
    limits = Range.of(field).text()
    parts = [hint.help, f"{limits[0].upper()}{limits[1:]}." if limits else ""]
    parts.append(AT_ONCE if hint.live else AT_RESTART)
    return "\n".join(part for part in parts if part)


def tooltip(text: str) -> str:
    """Text as a tooltip that Qt breaks into lines."""
    return "<p>" + html.escape(text).replace("\n", "<br>") + "</p>"
