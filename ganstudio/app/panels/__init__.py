"""The panels of the window."""

from ganstudio.app.panels.section import Section
from ganstudio.app.panels.side_panel import SidePanel

__all__ = ["Section", "SidePanel"]
