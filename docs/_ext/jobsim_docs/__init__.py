"""What writes the reference of jobsim from jobsim itself; `extension` is what Sphinx loads."""
