"""Tests of tables, roster and the vectorised engine."""
