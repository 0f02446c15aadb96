"""Many settings on the same luck: what is changed, who plays it, and how often."""
