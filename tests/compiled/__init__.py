"""The compiled engine: equal to the others, however it is compiled, divided and kept."""
