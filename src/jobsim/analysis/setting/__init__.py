"""What is changed in a scenario, its baseline and the prices, by path."""
