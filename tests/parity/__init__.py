"""Equality of the engines: volumes with ==, histories row by row."""
