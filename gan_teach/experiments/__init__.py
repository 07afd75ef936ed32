"""Many trainings at once: sweeps, the clinic of cures with its layers, and phase diagrams. Chapters 9 to
11."""
