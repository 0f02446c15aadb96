"""What tests of studies share."""

import sys

import pytest

from jobsim.engines import simulate


@pytest.fixture
def simulated(monkeypatch):
    """Replications of everything that this process simulates."""
    found = []

    def noted(scenario, *, replications, **how):
        found.append(replications)
        return simulate(scenario, replications=replications, **how)

    for module in ("jobsim.analysis.playing.player", "jobsim.study.playing.missing"):
        monkeypatch.setattr(sys.modules[module], "simulate", noted)
    return found
