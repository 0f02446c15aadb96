"""`python -m jobsim` is the command line."""

from jobsim.cli import main

main()
