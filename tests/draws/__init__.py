"""Tests of jobsim.draws."""
