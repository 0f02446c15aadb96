"""Checks of `verify`: it passes where nothing is wrong, and names what is."""
