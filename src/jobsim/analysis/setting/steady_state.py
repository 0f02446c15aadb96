"""Inflow, people in work and durations at which a group's stock stays as it is, in closed form.

A scenario starts in the middle of things: people have been on benefit for some time, others are in
work and may come back. May import scenarios.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from jobsim.arrays import Floats
from jobsim.errors import InputError, nearest
from jobsim.scenario import Group, Scenario, checked_scenario
from jobsim.text.printed import Printed
from jobsim.text.tables import Table, count, number
from jobsim.vocabulary import BAND_EDGES

Bands = list[dict[str, float]]
"""Shares of people by band of weeks, as files hold them."""

_WEEKS = 1560
"""Longest spell and job that count: thirty years."""
_SPELL_EDGES = (1, 8, 16, 26, 39, 52, 78, 104, 156, 208, 260, 364, 520, 780, 1560)
_TENURE_EDGES = (0, 6, 13, 26, 39, 52, 104, 156, 208, 260, 364, 520, 780, 1560)
_LADDER_EDGES = (0, *BAND_EDGES, 104, 208, 520, 1560)
_ATTEMPTS = 40
"""Most calls to one meeting that are followed."""


class FlowsAtRest(NamedTuple):
    """Flows of one group at rest, persons per week, and what they come from by week."""

    entries: float
    returns: float
    placements: float
    staying: Floats
    placed: Floats
    in_job: Floats

    @property
    def inflow_per_week(self) -> float:
        """New recipients beyond those who return."""
        return float(self.entries - self.returns)

    @property
    def employed_pool(self) -> int:
        """Persons in work who came from benefit."""
        return round(float(self.placements * self.in_job.sum()))


@dataclass(frozen=True, repr=False, eq=False)
class SteadyState(Printed):
    """Stocks and flows of one group at rest, in persons and per week.

    Parameters
    ----------
    scenario, group : str, name and code
    inflow_per_week : float, new recipients beyond those who return
    employed_pool : int, persons in work who came from benefit
    placements_per_week : float
    elapsed_weeks, tenure_weeks : list of bands
        Of those on benefit, and of those in work.
    ladder_stock, ladder_pool : list of bands, weeks on the refund ladder before the present spell
    staying : float64[weeks], share of spells that still run after 0, 1, … weeks
    """

    scenario: str
    group: str
    inflow_per_week: float
    employed_pool: int
    placements_per_week: float
    elapsed_weeks: Bands
    tenure_weeks: Bands
    ladder_stock: Bands
    ladder_pool: Bands
    staying: Floats

    @property
    def changes(self) -> dict[str, object]:
        """Paths and values for `Scenario.with_`."""
        found = {
            "inflow_per_week": self.inflow_per_week,
            "employed_pool": self.employed_pool,
            "elapsed_weeks": self.elapsed_weeks,
            "tenure_weeks": self.tenure_weeks,
            "ladder_weeks.stock": self.ladder_stock,
            "ladder_weeks.pool": self.ladder_pool,
        }
        return {f"groups.{self.group}.{name}": value for name, value in found.items()}

    def _table(self) -> Table:
        rows = (
            ("inflow per week", number(self.inflow_per_week, digits=2)),
            ("placements per week", number(self.placements_per_week, digits=2)),
            ("in work, may return", count(self.employed_pool)),
        )
        note = "Small jobs, programmes and the queue for meetings are left out."
        return Table(f"{self.scenario}: group {self.group} at rest", ("", "persons"), rows, note)


def steady_state(scenario: Scenario, group: str) -> SteadyState:
    """Work out inflow, pool in work and durations at which the group's stock stays as it is.

    Parameters
    ----------
    scenario : Scenario
        Its stock, hazards and regular service are taken as given, in a labour market at its
        reference.
    group : str, code of a group

    Returns
    -------
    SteadyState
        Its `changes` put a scenario there.

    Raises
    ------
    InputError
        If there is no such group, or nothing is ever at rest: nobody is on benefit, nobody finds a
        job, or jobs never end.

    Notes
    -----
    A spell still runs at the tally of its week s with probability
    ``G(s) = (1 + θ λ H(s))**(-1/θ) exp(-μ s)``, H the summed duration factors times one plus the
    expected boost of weeks 0 … s-1. Entries per week are stock / sum of G(s) over s >= 1 (those
    who enter in week 0 come on top of the stock); the share of spells that ends in a placement
    follows from H, the pool in work is placements times the mean length of a job, and the inflow
    is what entries need beyond returns. Exits that meetings settle thin G. Small jobs, the queue
    for meetings and the caseload's effect on their gain are left out: simulation shows how far the
    stock drifts.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("esbjerg-2018-evidence")
    >>> state = js.steady_state(town, "job_ready")
    >>> state.employed_pool == town.groups["job_ready"].employed_pool
    True
    >>> at_rest = town.with_(state.changes)
    """
    flows = flows_at_rest(scenario, group)
    at_entry, at_exit = _ladders(scenario.groups[group], flows)
    return SteadyState(
        scenario=scenario.name,
        group=group,
        inflow_per_week=flows.inflow_per_week,
        employed_pool=flows.employed_pool,
        placements_per_week=float(flows.placements),
        elapsed_weeks=_bands(np.append(0.0, flows.staying[1:]), _SPELL_EDGES),
        tenure_weeks=_bands(flows.in_job, _TENURE_EDGES),
        ladder_stock=_bands(at_entry, _LADDER_EDGES),
        ladder_pool=_bands(at_exit, _LADDER_EDGES),
        staying=flows.staying,
    )


def at_rest(scenario: Scenario, *, stock: Mapping[str, int] | None = None) -> Scenario:
    """Put all groups where their stocks stay as they are, whatever their hazards.

    Parameters
    ----------
    scenario : Scenario
    stock : mapping of group to persons, optional
        Recipients at the start, where another number than the scenario's is meant.

    Returns
    -------
    Scenario
        Inflow, pool in work, and weeks on benefit, in work and on the refund ladder are those of
        `steady_state`. Of an inflow by steps, the one before the run, or else the first, is moved;
        later ones stay as they are stated.

    Raises
    ------
    InputError
        If there is no such group, or one of them is never at rest; see `steady_state`.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("esbjerg-2018-evidence")
    >>> quicker = town.with_({"groups.job_ready.job_finding_hazard_per_week.scale": 1.2})
    >>> settled = js.at_rest(quicker)
    >>> settled.groups["job_ready"].employed_pool > town.groups["job_ready"].employed_pool
    True

    It is a function of a scenario alone, so that questions which draw hazards take it as
    ``adjust=js.at_rest``.
    """
    checked_scenario("scenario", scenario)
    for code in stock or {}:
        _group(scenario, code)
    if stock:
        scenario = scenario.with_({f"groups.{code}.stock": one for code, one in stock.items()})
    changes: dict[str, object] = {}
    for code in scenario.groups:
        changes |= steady_state(scenario, code).changes
        inflow = f"groups.{code}.inflow_per_week"
        steps = scenario.groups[code].inflow_per_week
        if steps.dates:
            before = max(0, bisect_left(steps.dates, scenario.horizon.start) - 1)
            changes[f"{inflow}.{steps.dates[before]}"] = changes.pop(inflow)
    return scenario.with_(changes)


def flows_at_rest(scenario: Scenario, group: str) -> FlowsAtRest:
    """Flows at which the group's stock stays as it is, without its ladders; see `steady_state`."""
    of = _group(checked_scenario("scenario", scenario), group)
    staying, placed = _spells(scenario, group)
    entries = of.stock / staying[1:].sum()
    placements = entries * placed.sum()
    in_job = np.exp(-_summed_job_loss(of))
    return FlowsAtRest(entries, placements * of.return_share, placements, staying, placed, in_job)


def _group(scenario: Scenario, code: str) -> Group:
    """The group, if anything of it can be at rest."""
    if not isinstance(code, str) or code not in scenario.groups:
        raise InputError(f'group: there is no group "{code}"{nearest(str(code), scenario.groups)}')
    group, path = scenario.groups[code], f"groups.{code}"
    if group.stock == 0:
        raise InputError(f"{path}.stock: nobody is on benefit")
    if group.job_finding_hazard_per_week == 0:
        raise InputError(f"{path}.job_finding_hazard_per_week: nobody finds a job")
    if not any(step.value for step in group.job_loss_hazard_per_week):
        raise InputError(f"{path}.job_loss_hazard_per_week: jobs never end, so none is at rest")
    return group


def _spells(scenario: Scenario, code: str) -> tuple[Floats, Floats]:
    """Probability of being on benefit in week 0, 1, … of a spell, and of a placement in each."""
    group, weeks = scenario.groups[code], np.arange(_WEEKS)
    shape, theta = group.weibull_shape, group.frailty_variance
    duration = (weeks + 1.0) ** shape - weeks**shape
    boost, held = _boost_by_week(scenario, code)
    reach = np.append(0.0, np.cumsum(duration * (1.0 + boost))) * group.job_finding_hazard_per_week
    survival = (1.0 + theta * reach) ** (-1.0 / theta) if theta > 0 else np.exp(-reach)
    settled = np.append(1.0, np.cumprod(1.0 - group.meeting_exit_probability * held))[:-1]
    still_here = np.exp(-group.other_exit_hazard_per_week * weeks) * settled
    return survival[:-1] * still_here, -np.diff(survival) * still_here


def _boost_by_week(scenario: Scenario, code: str) -> tuple[Floats, Floats]:
    """Expected boost at each week of a spell under the regular service, no queue, q = 1.

    And the expected number of meetings held in each.
    """
    group, effect, service = scenario.groups[code], scenario.meetings, scenario.regular_service
    listed = service.interval_weeks.get(code) or service.interval_weeks["all"]
    calls = np.arange(_ATTEMPTS)
    attempts = group.no_show_probability**calls * (1.0 - group.no_show_probability)
    first = np.append(np.zeros(service.first_meeting_weeks), attempts)[:_WEEKS]
    held = np.append(first, np.zeros(_WEEKS - first.size))
    added, meetings = held * effect.first_meeting_factor, held.copy()
    number_held = 0
    while held.sum() > 1e-9:
        gap = listed[min(number_held, len(listed) - 1)]
        held = np.convolve(np.append(np.zeros(gap), held), attempts)[:_WEEKS]
        added += held
        meetings += held
        number_held += 1
    kinds = [(group.meeting_gain, effect.half_life_weeks)]
    if effect.lasting_half_life_weeks is not None:
        kinds.append((group.lasting_gain, effect.lasting_half_life_weeks))
    boost = np.zeros(_WEEKS)
    for gain, half_life in kinds:
        with np.errstate(over="ignore"):  # of the least half-lives nothing is left after a week
            left = 0.5 ** (np.arange(_WEEKS) / half_life)
        boost += np.convolve(added * gain, left)[:_WEEKS]
    return boost, meetings


def _summed_job_loss(group: Group) -> Floats:
    """Summed hazard of losing a job over its weeks 0 … tenure-1, by tenure."""
    hazard = np.zeros(_WEEKS)
    for step in group.job_loss_hazard_per_week:
        hazard[step.from_week :] = step.value
    return np.append(0.0, np.cumsum(hazard)[:-1])


def _ladders(group: Group, flows: FlowsAtRest) -> tuple[Floats, Floats]:
    """Weeks on the refund ladder at entry and at placement: shares by whole week, at rest.

    Who returns after 52 weeks or more in the job starts the ladder anew; the others keep theirs.
    Jobs are taken one at a time and spells as independent, which the model does not assume.
    """
    returning, placed, in_job = flows.returns / flows.entries, flows.placed, flows.in_job
    new = np.zeros(_WEEKS)
    for band in group.ladder_weeks.arrivals:
        new[band.from_ : band.to] = band.share / (band.to - band.from_)
    spell = np.append(0.0, placed / placed.sum())[:_WEEKS]
    at_entry = new
    for _ in range(60):
        at_exit = np.convolve(at_entry, spell)
        at_exit = np.append(at_exit[: _WEEKS - 1], at_exit[_WEEKS - 1 :].sum())
        kept = at_exit * (1.0 - in_job[52])
        kept[0] += in_job[52]
        at_entry = (1.0 - returning) * new + returning * kept
    return at_entry, at_exit


def _bands(by_week: Floats, edges: Sequence[int]) -> Bands:
    """Shares of bands of weeks, to four decimals, adding up to 1; empty bands are left out."""
    totals = np.array([by_week[a:b].sum() for a, b in zip(edges, edges[1:], strict=False)])
    shares = np.round(totals / totals.sum(), 4)
    shares[shares.argmax()] += 1.0 - shares.sum()
    pairs = zip(edges, edges[1:], shares.round(4).tolist(), strict=False)
    return [{"from": a, "to": b, "share": share} for a, b, share in pairs if share > 0]
