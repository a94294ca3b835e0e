"""What leaves the window as a file: films and data, made beside the training."""
