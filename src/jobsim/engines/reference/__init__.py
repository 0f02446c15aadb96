"""The model in executable form, as SimPy processes that read as a story (engine `simpy`)."""
