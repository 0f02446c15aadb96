"""Measurements of jobsim itself; they never run inside the test suite."""
