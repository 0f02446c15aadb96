"""Kinds of arrays that signatures name; shapes and units stand in docstrings. Imports nothing."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]

LARGEST = 1e15
"""Largest number that a table may hold, so that sums and products of a few stay numbers."""
