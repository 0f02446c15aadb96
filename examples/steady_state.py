"""The arithmetic behind the presets: boost of stacked meetings, and the stock at rest, corrected.

`jobsim.steady_state` works out how many come, how many are in work and for how long, so that with
constant inflow, no programme and a neutral labour market the number of recipients stays where it
is. What its closed form leaves out is corrected here by simulation. May import jobsim and tomli_w.
"""

from __future__ import annotations

from collections.abc import Callable

import tomli_w

from jobsim import Scenario, register, simulate, steady_state

__all__ = [
    "boost_per_meeting",
    "correct_inflow",
    "drift",
    "hazard_without_meetings",
    "left_range",
    "mean_boost",
    "neutral",
    "preset_lines",
    "weeks_between_meetings",
]

TUNED = (
    "employed_pool",
    "inflow_per_week",
    "job_finding_hazard_per_week",
    "other_exit_hazard_per_week",
    "elapsed_weeks",
    "tenure_weeks",
    "ladder_weeks",
)
"""Entries of a group that the tuning scripts set."""


def boost_per_meeting(scenario: Scenario, code: str) -> float:
    """Sum over weeks of what one held meeting adds for a group, in hazard-weeks.

    The model raises the boost before the week's hazard is read and lets it decay afterwards, so a
    gain adds ``gain * (1 + d + d**2 + …) = gain / (1 - d)`` with ``d = 0.5 ** (1 / half-life)``;
    the gain of the moment and the lasting one add up.
    """
    group, meetings = scenario.groups[code], scenario.meetings
    kinds = (
        (group.meeting_gain, meetings.half_life_weeks),
        (group.lasting_gain, meetings.lasting_half_life_weeks),
    )
    return sum(gain / (1.0 - 0.5 ** (1.0 / half_life)) for gain, half_life in kinds)


def weeks_between_meetings(scenario: Scenario, code: str, interval_weeks: float) -> float:
    """Weeks between held meetings: somebody who does not come is called again a week later."""
    no_show = scenario.groups[code].no_show_probability
    return interval_weeks + no_show / (1.0 - no_show)


def mean_boost(scenario: Scenario, code: str, interval_weeks: float) -> float:
    """Mean boost over time at regular meetings; the caps are taken not to bind."""
    weeks = weeks_between_meetings(scenario, code, interval_weeks)
    return boost_per_meeting(scenario, code) / weeks


def hazard_without_meetings(hazard_with: float, boost: float) -> float:
    """λ of the model from a hazard that was measured with a mean boost from meetings."""
    return hazard_with / (1.0 + boost)


def neutral(scenario: Scenario) -> Scenario:
    """No programme, tightness at its reference, inflow constant at its first step."""
    changes: dict[str, object] = {
        "labour_market.tightness": scenario.labour_market.reference_tightness
    }
    for code, group in scenario.groups.items():
        changes[f"groups.{code}.inflow_per_week"] = group.inflow_per_week.values[0]
    return scenario.without_programmes().with_(changes)


def drift(scenario: Scenario, *, replications: int = 200, seed: int = 1) -> dict[str, float]:
    """Change of the recipients of each group from the first month to the last, relative."""
    recipients = simulate(scenario, replications=replications, seed=seed, progress=False).recipients
    mean = recipients.mean("replication")
    change = mean.isel(month=-1) / mean.isel(month=0) - 1.0
    return {str(code): float(change.sel(group=code)) for code in change.group.values}


def correct_inflow(
    scenario: Scenario,
    *,
    replications: int = 200,
    seed: int = 1,
    at_rest: Callable[[Scenario], Scenario] = neutral,
) -> Scenario:
    """Correct the inflow by simulation until the stock of `at_rest` stays within 0.3 %.

    A person more a week raises the stock at the horizon by the weeks that an entry spends on
    benefit until then, returns included; two or three rounds are enough.
    """
    weeks = scenario.horizon.weeks
    for _ in range(4):
        gap = drift(at_rest(scenario), replications=replications, seed=seed)
        if max(abs(value) for value in gap.values()) < 0.003:
            break
        factors = {}
        for code, group in scenario.groups.items():
            stay = 1.5 * float(steady_state(scenario, code).staying[:weeks].sum())
            inflow = group.inflow_per_week.values[0]
            factors[code] = max(0.5, 1.0 - gap[code] * group.stock / stay / inflow)
        scenario = scenario.with_(
            {f"groups.{code}.inflow_per_week.scale": factor for code, factor in factors.items()}
        )
    return scenario


def left_range(scenario: Scenario) -> str:
    """Name the inputs that lie outside the plausible range that the register states."""
    lines = [
        f"  {row.path} = {row.value}, plausible {row.assumption.low:g} to {row.assumption.high:g}"
        for row in register(scenario).outside_range
        if row.assumption is not None
    ]
    return "\n".join(["left their plausible range:", *(lines or ["  none"])])


def preset_lines(scenario: Scenario) -> str:
    """TOML of the entries of each group that tuning sets, ready to be put into a preset."""
    stated = scenario.to_dict()["groups"]
    chosen = {code: {name: stated[code][name] for name in TUNED} for code in stated}
    return tomli_w.dumps({"groups": chosen}, multiline_strings=True)
