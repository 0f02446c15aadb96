"""Tests of jobsim.scenario."""
