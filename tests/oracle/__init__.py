"""The model once more: slow, literal and apart from the engines, which are held against it.

Written from the rules in docs/model.md, week by week and person by person in plain Python, without
a look at `jobsim.engines`; of jobsim it takes the scenario, the draws and words. Read `week.py`
first: one function for each phase of a week. `model.play` plays one replication.
"""
