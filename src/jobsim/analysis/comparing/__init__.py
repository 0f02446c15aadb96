"""A scenario beside its baseline: rows, results, summaries and their text."""
