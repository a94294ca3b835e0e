"""The drawings, one file a view. The window and the export use the same ones."""
