"""An experiment from the words of a command line: a name, a file or a text, and settings."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset, presets
from ganstudio.data.share import experiment_in, from_text, is_shared
from ganstudio.errors import FileError, PresetError, SpecError
from ganstudio.record.reader import RunReader
from ganstudio.record.schema import SUFFIX


def choose(what: str, settings: Sequence[str], options: dict[str, Any]) -> Experiment:
    """The experiment that a command line describes; options win over settings.

    Raises:
        SpecError, FileError: with one sentence that names what is wrong.
    """
    changes = dict(parse_setting(setting) for setting in settings) | options
    experiment = _load(what)
    return experiment.replace(**changes) if changes else experiment


def _load(what: str) -> Experiment:
    if what in presets():
        return load_preset(what)
    if is_shared(what):
        return from_text(what)
    path = Path(what)
    if path.suffix.lower() == SUFFIX:
        with RunReader(path) as reader:
            return reader.begun
    # Path.exists raises over a text that is too long for a name.
    if path.suffix or len(path.parts) > 1 or os.path.exists(path):
        return experiment_in(path)
    try:
        return load_preset(what)
    except PresetError as error:
        raise FileError(f"{error}; nor is there a file of that name") from error


def parse_setting(text: str) -> tuple[str, Any]:
    """`"field=value"` as (path, value): a TOML value, or else the text itself.

    Raises:
        SpecError: there is no `=`, or nothing before it.
    """
    path, equals, value = text.partition("=")
    path, value = path.strip(), value.strip()
    if not equals or not path:
        raise SpecError(f"--set {text}: it should be FIELD=VALUE, such as optimizer_d.lr=0.01")
    try:
        parsed = tomllib.loads(f"value = {value}")
    except (ValueError, RecursionError):
        return path, value
    # A line break could smuggle in a second key.
    return path, parsed["value"] if len(parsed) == 1 else value
