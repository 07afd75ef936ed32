"""What is known exactly, in NumPy: the best discriminator, divergences, the Dirac-GAN, transport plans."""
