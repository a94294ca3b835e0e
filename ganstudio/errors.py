"""Every error that GAN Studio raises on purpose.

    GanStudioError
    ├── SpecError            an experiment, or one field of it, is not valid
    │   └── PresetError      there is no preset of that name
    ├── WeightsError         given weights do not fit the networks
    ├── CheckpointError      a checkpoint does not fit its experiment
    ├── DrawsError           a given source of draws returned something unusable
    ├── DeviceError          the device asked for is not there
    ├── TooLargeError        refused before anything is allocated
    ├── FileError            a file cannot be read or written
    │   └── RecordError      a run file is damaged, foreign, or of a newer program
    └── DisplayError         there is no display to open a window on

Each carries one sentence that names the field or file and says what would be right.
"""

from __future__ import annotations


class GanStudioError(Exception):
    """Base of all errors raised on purpose; `str(error)` is one sentence for a person."""


class SpecError(GanStudioError):
    """An experiment, or one field of it, is not valid."""


class PresetError(SpecError):
    """There is no preset of that name."""


class WeightsError(GanStudioError):
    """Given weights do not fit the networks."""


class CheckpointError(GanStudioError):
    """A checkpoint does not fit its experiment."""


class DrawsError(GanStudioError):
    """A given source of draws returned something unusable."""


class DeviceError(GanStudioError):
    """The device asked for is not there."""


class TooLargeError(GanStudioError):
    """The experiment would need more memory than is sensible; refused before allocating."""


class FileError(GanStudioError):
    """A file cannot be read or written."""


class RecordError(FileError):
    """A run file is damaged, is none, or was written by a newer program."""


class DisplayError(GanStudioError):
    """There is no display to open a window on."""
