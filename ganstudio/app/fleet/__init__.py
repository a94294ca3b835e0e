"""The page on which many seeds stand side by side."""
