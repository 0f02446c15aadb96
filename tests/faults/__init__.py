"""Faults planted on purpose in a copy of the program, each with the tests that must notice it."""
