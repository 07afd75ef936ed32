"""Pictures: digits and the town, networks for them, the trained models, and how samples are judged. Chapters
12 to 15."""
