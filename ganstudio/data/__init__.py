"""What the program brings along or reads: presets, and later images."""
