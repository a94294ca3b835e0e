"""Pictures of what the window shows, as images and files."""
