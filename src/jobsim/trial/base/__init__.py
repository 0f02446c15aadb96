"""Trials that come with jobsim, as TOML with the source of every published number."""
