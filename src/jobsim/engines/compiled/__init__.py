"""The model as one compiled loop per replication (engine `numba`)."""

PLAYS = ("people", "meetings", "programmes", "small_jobs", "supports")
"""Elements that this engine plays."""
