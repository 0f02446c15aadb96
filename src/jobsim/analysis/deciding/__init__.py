"""Choices under uncertainty, on plain arrays: dominance, acceptability, pilots, smooth fits."""
