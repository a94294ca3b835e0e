"""GAN Studio: see a GAN learn.

>>> import ganstudio
>>> for event in ganstudio.train(ganstudio.load_preset("first-gan", seed=7)):
...     if isinstance(event, ganstudio.Frame):
...         print(event.step, event.metrics.distance)
"""

from typing import TYPE_CHECKING

# Names are imported when first used: a part of the program pays only for what it needs.
if TYPE_CHECKING:
    from ganstudio.core.control import Control, Order
    from ganstudio.core.draws import Draws
    from ganstudio.core.events import Edited, Event, Failed, Finished, Frame, Started
    from ganstudio.core.experiment import Experiment
    from ganstudio.data.presets import load_preset, presets
    from ganstudio.errors import GanStudioError
    from ganstudio.runs.training import train
else:
    import lazy_loader

    __getattr__, __dir__, _ = lazy_loader.attach(
        __name__,
        submod_attrs={
            "core.control": ["Control", "Order"],
            "core.draws": ["Draws"],
            "core.events": ["Edited", "Event", "Failed", "Finished", "Frame", "Started"],
            "core.experiment": ["Experiment"],
            "data.presets": ["load_preset", "presets"],
            "errors": ["GanStudioError"],
            "runs.training": ["train"],
        },
    )

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
