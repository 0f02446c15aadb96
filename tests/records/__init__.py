"""Estimates from individual histories."""
