"""Everything that is printed and exported, against the same worked out again in plain lines."""
