"""Files on what meetings do: what was thought of it, and what trials together say."""
