"""The window: composition root, session, panels, pages. Never imports torch."""
