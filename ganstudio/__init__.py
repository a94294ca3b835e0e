"""GAN Studio: see a GAN learn.

    >>> import ganstudio
    >>> for event in ganstudio.train(ganstudio.load_preset("first-gan", seed=7)):
    ...     if isinstance(event, ganstudio.Frame):
    ...         print(event.step, event.metrics.w1)
"""

from ganstudio.core.control import Control, Order
from ganstudio.core.draws import Draws
from ganstudio.core.events import Edited, Event, Failed, Finished, Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.trainer import train
from ganstudio.data.presets import load_preset, presets
from ganstudio.errors import GanStudioError

__all__ = [
    "Control",
    "Draws",
    "Edited",
    "Event",
    "Experiment",
    "Failed",
    "Finished",
    "Frame",
    "GanStudioError",
    "Order",
    "Started",
    "load_preset",
    "presets",
    "train",
]
