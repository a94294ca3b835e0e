"""What a GAN experiment is and how it is trained. No Qt, no files, no printing."""
