"""The arithmetic behind the presets: boost of stacked meetings, and stocks and flows at rest.

A preset starts in the middle of things: people have been on benefit for some time, others are in
work and may come back. This file works out how many, and for how long, so that with constant
inflow, no programme and a neutral labour market the number of recipients stays where it is.
May import jobsim and numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobsim.engines import simulate
from jobsim.scenario import Group, MeetingEffect, RegularService, Scenario
from jobsim.scenario.document import register
from jobsim.scenario.files import dump_toml

__all__ = [
    "SteadyState",
    "boost_per_meeting",
    "correct_inflow",
    "drift",
    "gain_elasticity",
    "hazard_without_meetings",
    "left_range",
    "mean_boost",
    "neutral",
    "preset_lines",
    "steady_state",
]

Floats = npt.NDArray[np.float64]
Bands = list[dict[str, float]]

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

_SPELL_WEEKS = 1560
_SPELL_EDGES = (1, 8, 16, 26, 39, 52, 78, 104, 156, 208, 260, 364, 520, 780, 1560)
_TENURE_EDGES = (0, 6, 13, 26, 39, 52, 104, 156, 208, 260, 364, 520, 780, 1560)
_LADDER_EDGES = (0, 4, 26, 52, 104, 208, 520, 1560)


def boost_per_meeting(gain: float, half_life_weeks: float) -> float:
    """Sum over weeks of the boost that one held meeting adds, in hazard-weeks.

    The model raises the boost before the week's hazard is read and lets it decay afterwards, so a
    meeting adds ``gain * (1 + d + d**2 + …) = gain / (1 - d)`` with ``d = 0.5 ** (1 / half-life)``.
    """
    decay: float = 0.5 ** (1.0 / half_life_weeks)
    return gain / (1.0 - decay)


def mean_boost(gain: float, half_life_weeks: float, interval_weeks: float, no_show: float) -> float:
    """Mean boost over time when meetings are called every `interval_weeks`.

    Somebody who does not come is called again a week later, so held meetings lie
    ``interval + p / (1 - p)`` weeks apart; the cap on stacked boosts is taken not to bind.
    """
    return boost_per_meeting(gain, half_life_weeks) / (interval_weeks + no_show / (1.0 - no_show))


def hazard_without_meetings(hazard_with: float, boost: float) -> float:
    """λ of the model from a hazard that was measured with a mean boost from meetings."""
    return hazard_with / (1.0 + boost)


def gain_elasticity(hazard_elasticity: float, boost: float) -> float:
    """Elasticity of a meeting's gain that gives the stated elasticity of the hazard.

    The hazard is ``λ (1 + B q)``; its elasticity in q, at q = 1, is ``B / (1 + B)``.
    """
    return hazard_elasticity * (1.0 + boost) / boost


@dataclass(frozen=True)
class SteadyState:
    """Stocks and flows of one group at rest, per week and in persons."""

    inflow_per_week: float
    employed_pool: int
    placements_per_week: float
    elapsed_weeks: Bands
    tenure_weeks: Bands
    ladder_stock: Bands
    ladder_pool: Bands

    def changes(self, code: str) -> dict[str, object]:
        """Paths and values for `Scenario.with_`."""
        return {
            f"groups.{code}.inflow_per_week": self.inflow_per_week,
            f"groups.{code}.employed_pool": self.employed_pool,
            f"groups.{code}.elapsed_weeks": self.elapsed_weeks,
            f"groups.{code}.tenure_weeks": self.tenure_weeks,
            f"groups.{code}.ladder_weeks.stock": self.ladder_stock,
            f"groups.{code}.ladder_weeks.pool": self.ladder_pool,
        }


def steady_state(scenario: Scenario, code: str) -> SteadyState:
    """Work out inflow, pool in work and durations at which the group's stock stays as it is.

    Parameters
    ----------
    scenario : Scenario, whose stock, hazards and regular service are taken as given
    code : str, group

    Notes
    -----
    A spell still runs at the tally of its week s with probability
    ``G(s) = (1 + θ λ H(s))**(-1/θ) exp(-μ s)``, H the summed duration factors times one plus the
    expected boost of weeks 0 … s-1. Entries per week are stock / sum of G(s) over s >= 1 (those
    who enter in week 0 come on top of the stock); the share of spells that ends in a placement
    follows from H, the pool in work is placements times the mean length of a job, and the inflow
    is what entries need beyond returns. Small jobs, the queue for meetings and the caseload's
    effect on their gain are left to `correct_inflow`.
    """
    group = scenario.groups[code]
    survival, placed = _spells(group, scenario.regular_service, scenario.meetings, code)
    alive = survival[:-1] * np.exp(-group.other_exit_hazard_per_week * np.arange(_SPELL_WEEKS))
    entries = group.stock / alive[1:].sum()
    placements = entries * placed.sum()
    in_job = np.exp(-_cumulative_job_loss(group))
    returns = placements * group.return_share
    at_entry, at_exit = _ladders(group, entries, returns, placed, in_job)
    return SteadyState(
        inflow_per_week=float(entries - returns),
        employed_pool=round(float(placements * in_job.sum())),
        placements_per_week=float(placements),
        elapsed_weeks=_bands(np.append(0.0, alive[1:]), _SPELL_EDGES),
        tenure_weeks=_bands(in_job, _TENURE_EDGES),
        ladder_stock=_bands(at_entry, _LADDER_EDGES),
        ladder_pool=_bands(at_exit, _LADDER_EDGES),
    )


def _spells(
    group: Group, service: RegularService, effect: MeetingEffect, code: str
) -> tuple[Floats, Floats]:
    """Survival against placement after 0, 1, … weeks; probability of placement in each week."""
    weeks = np.arange(_SPELL_WEEKS)
    shape, theta = group.weibull_shape, group.frailty_variance
    duration = (weeks + 1.0) ** shape - weeks**shape
    boost = _boost_by_week(group, service, effect, code)
    reach = np.append(0.0, np.cumsum(duration * (1.0 + boost))) * group.job_finding_hazard_per_week
    survival = (1.0 + theta * reach) ** (-1.0 / theta) if theta > 0 else np.exp(-reach)
    still_here = np.exp(-group.other_exit_hazard_per_week * weeks)
    return survival, -np.diff(survival) * still_here


def _boost_by_week(
    group: Group, service: RegularService, effect: MeetingEffect, code: str
) -> Floats:
    """Expected boost at each week of a spell under the regular service, no queue, q = 1."""
    listed = service.interval_weeks.get(code) or service.interval_weeks["all"]
    attempts = group.no_show_probability ** np.arange(40) * (1.0 - group.no_show_probability)
    held = np.zeros(_SPELL_WEEKS)
    held[service.first_meeting_weeks : service.first_meeting_weeks + 40] = attempts
    added = held * effect.first_meeting_factor
    number = 0
    while held.sum() > 1e-9:
        gap = listed[min(number, len(listed) - 1)]
        held = np.convolve(np.append(np.zeros(gap), held), attempts)[:_SPELL_WEEKS]
        added += held
        number += 1
    decay = 0.5 ** (np.arange(_SPELL_WEEKS) / effect.half_life_weeks)
    return np.asarray(np.convolve(added * group.meeting_gain, decay)[:_SPELL_WEEKS])


def _cumulative_job_loss(group: Group) -> Floats:
    """Summed hazard of losing a job over its weeks 0 … tenure-1, by tenure."""
    hazard = np.zeros(_SPELL_WEEKS)
    for step in group.job_loss_hazard_per_week:
        hazard[step.from_week :] = step.value
    return np.append(0.0, np.cumsum(hazard)[:-1])


def _ladders(
    group: Group, entries: float, returns: float, placed: Floats, in_job: Floats
) -> tuple[Floats, Floats]:
    """Weeks on the refund ladder at entry and at placement: shares by whole week, at rest.

    Who returns after 52 weeks or more in the job starts the ladder anew; the others keep theirs.
    Jobs are taken one at a time and spells as independent, which the model does not assume.
    """
    new = np.zeros(_SPELL_WEEKS)
    for band in group.ladder_weeks.arrivals:
        new[band.from_ : band.to] = band.share / (band.to - band.from_)
    spell = np.append(0.0, placed / placed.sum())[:_SPELL_WEEKS]
    at_entry = new
    for _ in range(60):
        at_exit = np.convolve(at_entry, spell)
        at_exit = np.append(at_exit[: _SPELL_WEEKS - 1], at_exit[_SPELL_WEEKS - 1 :].sum())
        kept = at_exit * (1.0 - in_job[52])
        kept[0] += in_job[52]
        at_entry = ((entries - returns) * new + returns * kept) / entries
    return at_entry, at_exit


def _bands(by_week: Floats, edges: Sequence[int]) -> Bands:
    """Shares of bands of weeks, to four decimals, adding up to 1; empty bands are left out."""
    totals = np.array([by_week[a:b].sum() for a, b in zip(edges, edges[1:], strict=False)])
    shares = np.round(totals / totals.sum(), 4)
    shares[shares.argmax()] += 1.0 - shares.sum()
    pairs = zip(edges, edges[1:], shares.round(4).tolist(), strict=False)
    return [{"from": a, "to": b, "share": share} for a, b, share in pairs if share > 0]


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
            survival, _placed = _spells(group, scenario.regular_service, scenario.meetings, code)
            other = np.exp(-group.other_exit_hazard_per_week * np.arange(weeks))
            stay = 1.5 * float((survival[:weeks] * other).sum())
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
    return dump_toml({"groups": chosen})
