"""The tests; what several of them need stands in `tests.factory`."""
