"""Forecast Kolding's recipients of October 2018 from the figures of 2017 alone.

What the preset has of 2018 was tuned to 2018, so that here it is not known: the inflow of 2018 and
what a consultant finds then are drawn, as are hazards and the same numbers of 2017. Two figures are
fitted, recipients in October and small jobs started in 2017. The labour market is the published
one, that of 2018 too. Takes some minutes.

    python examples/forecast_kolding_2018.py
"""

from __future__ import annotations

import datetime as dt

import scipy.stats

import jobsim as js

KOLDING = js.Scenario.load("kolding-2018")
CASH_BENEFIT = ("job_ready", "activity_ready")
OPENINGS = "small_jobs.consultants.openings_per_fte_week"
HAZARDS = ("job_finding_hazard_per_week", "other_exit_hazard_per_week")
AT_REST = KOLDING.groups["integration"].inflow_per_week.values[0]
PRIORS = {
    "groups.job_ready.job_finding_hazard_per_week": scipy.stats.lognorm(0.3, scale=0.00749),
    "groups.job_ready.other_exit_hazard_per_week": scipy.stats.lognorm(0.25, scale=0.0035),
    "groups.integration.inflow_per_week.2017-01-01": scipy.stats.norm(AT_REST, 0.3 * AT_REST),
    "groups.integration.inflow_per_week.2018-01-01": scipy.stats.norm(AT_REST, 0.3 * AT_REST),
    f"{OPENINGS}.2017-01-01": scipy.stats.lognorm(0.5, scale=0.8),
    f"{OPENINGS}.2018-01-01": scipy.stats.lognorm(0.5, scale=1.5),
}
"""As the preset was tuned: hazards of evidence, inflow at rest, what two consultants may find."""


def tied(scenario: js.Scenario) -> js.Scenario:
    """Other groups as what is drawn for one: hazards of the job-ready, inflow of integration."""
    changes: dict[str, object] = {}
    drawn = scenario.groups["job_ready"]
    for name in HAZARDS:
        factor = getattr(drawn, name) / getattr(KOLDING.groups["job_ready"], name)
        path = f"groups.activity_ready.{name}"
        changes[path] = factor * getattr(KOLDING.groups["activity_ready"], name)
    early, _, late = scenario.small_jobs.consultants.openings_per_fte_week.values
    changes[f"{OPENINGS}.2017-07-01"] = (early + late) / 2
    settled = js.at_rest(scenario.with_(changes))
    levels = [x / AT_REST for x in scenario.groups["integration"].inflow_per_week.values[1:]]
    days = tuple(dt.date(year, 1, 1) for year in (2016, 2017, 2018))
    inflows: dict[str, object] = {}
    for code in CASH_BENEFIT:
        before = settled.groups[code].inflow_per_week.values[0]
        steps = (before, *(before * level for level in levels[:2]))
        inflows[f"groups.{code}.inflow_per_week"] = js.Schedule(days, steps)
    return settled.with_(inflows)


def main() -> None:
    """Fit to 2017, forecast 2018, print what was learned and how far off it is."""
    place = KOLDING.with_({"horizon.weeks": 104})
    found = js.forecast(place, until="2017-12", parameters=PRIORS, adjust=tied, draws=512)
    print(found.fits["2017-12"])
    print()
    print(found)


if __name__ == "__main__":
    main()
