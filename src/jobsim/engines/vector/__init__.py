"""The model as arrays of replications × persons, phase by phase (engine `numpy`)."""
