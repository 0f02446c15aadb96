"""Words that everything shares."""
