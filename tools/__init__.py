"""What the developers of GAN Studio run beside the program."""
