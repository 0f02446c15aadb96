"""The model as arrays of replications × persons, phase by phase (engine `numpy`)."""

PLAYS = ("people", "meetings", "programmes", "small_jobs", "supports")
"""Elements that this engine plays."""
