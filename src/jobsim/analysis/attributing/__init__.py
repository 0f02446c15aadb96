"""Whose work a change was: parts, Shapley values, tunings that fit equally well."""
