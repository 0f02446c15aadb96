"""The engines, one after the other."""

from __future__ import annotations

import pytest

from jobsim.engines import ENGINES


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    """Name of an engine; whatever is worked out by hand holds for all of them."""
    return str(request.param)
