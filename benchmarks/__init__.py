"""Measurements of jobsim and its peers; they never run inside the test suite.

May import jobsim; nothing imports them.
"""
