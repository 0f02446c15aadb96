"""Where something turns: best budgets, crossings, limits, loads."""
