"""The run file: what was trained, frame by frame, and from where it goes on."""
