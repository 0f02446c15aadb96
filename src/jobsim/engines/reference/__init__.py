"""The model in executable form, as SimPy processes that read as a story (engine `simpy`)."""

PLAYS = ("people", "meetings", "programmes", "small_jobs", "supports")
"""Elements that this engine plays."""
