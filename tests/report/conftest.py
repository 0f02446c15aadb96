"""One small town, played once, and its page in both languages."""

from __future__ import annotations

import datetime as dt

import pytest

import jobsim as js
from jobsim.report import Report, report_on
from jobsim.scenario import Scenario
from tests.report.browser import BROWSER_TESTS, chromium
from tests.report.parsing import Page

KEPT = (
    "groups.job_ready.meeting_gain",
    "groups.job_ready.no_show_probability",
    "groups.job_ready.job_finding_hazard_per_week",
    "meetings.half_life_weeks",
    "programmes.intensive.cost_per_fte_year",
)
"""Assumptions that stay uncertain, so that little is played."""

collect_ignore = [] if chromium() else [BROWSER_TESTS]


def small_town() -> Scenario:
    """A tenth of a preset for a year, with claims, a few uncertain numbers and months observed."""
    scenario = js.Scenario.load("esbjerg-2018-evidence")
    assumptions = {path: scenario.assumptions[path].model_dump() for path in KEPT}
    seen = {
        "label": "Recipients",
        "measure": "recipients",
        "values": [{"date": dt.date(2018, month, 28), "value": 66.0} for month in (1, 4)],
        "not_published": [dt.date(2018, 2, 28), dt.date(2018, 3, 31)],
        "source": "esbjerg_article",
    }
    return scenario.with_(
        {
            "assumptions": assumptions,
            "horizon.weeks": 53,
            "groups.job_ready.stock": 70,
            "observed": {"seen": seen},
            "correlations": [{"of": [KEPT[0], KEPT[3]], "rank_correlation": -0.45}],
        }
    )


@pytest.fixture(scope="session")
def town() -> Scenario:
    return small_town()


@pytest.fixture(scope="session")
def english(town) -> Report:
    return report_on(town, replications=6, progress=False)


@pytest.fixture(scope="session")
def danish(english) -> Report:
    return english.in_language("da")


@pytest.fixture(scope="session", params=["en", "da"])
def either(request, english, danish) -> Report:
    return english if request.param == "en" else danish


@pytest.fixture(scope="session")
def page(either) -> Page:
    return Page(either.html)
