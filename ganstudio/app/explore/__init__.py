"""Pictures from every side: what a generator knows, and what is true about it."""
