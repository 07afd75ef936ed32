"""Digits: the data, networks for images, the trained models, and how samples are judged. Chapters 12 to
14."""
