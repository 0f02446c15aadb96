"""What is not known exactly: uncertain numbers, their distributions and draws."""
