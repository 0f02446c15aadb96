"""The model as one compiled loop per replication (engine `numba`)."""
