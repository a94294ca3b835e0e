"""The past of a run: what its file holds, and the slider through it."""
