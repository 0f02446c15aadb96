"""Scenarios in which the trials that come with jobsim took place."""
