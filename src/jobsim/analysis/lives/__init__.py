"""Single persons: what happened to them, and where two worlds part."""
