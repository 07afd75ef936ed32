"""The town: small colour pictures of citizens, thieves and police, drawn from factors, so that the truth
about each picture is known exactly. Chapters 15, 16, 19 and 22 to 25."""
