"""What came of a scenario beside its baseline: measures, money, spreads and claims."""
