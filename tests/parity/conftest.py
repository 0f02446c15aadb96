"""Tests of every engine in turn."""

from __future__ import annotations

import pytest

from jobsim.engines import ENGINES


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)
