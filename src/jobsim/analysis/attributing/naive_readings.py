"""The naive readings themselves, one function each; may import the paired scenarios.

Some need to know how many found work while in a programme or a small job: histories tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from jobsim.analysis.outcomes.measures import (
    MEASURES,
    Months,
    Paired,
    Played,
    months_of,
    net,
    year_of,
)
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.player import Plan, Player, player_of
from jobsim.analysis.playing.workers import in_order
from jobsim.analysis.setting.case import Case
from jobsim.arrays import Floats
from jobsim.calendar import WEEKS_PER_YEAR
from jobsim.engines import histories
from jobsim.scenario import Scenario
from jobsim.scenario.evidence import Observation, ObservedSeries
from jobsim.vocabulary import SPELL_STARTS, WEEKLY_LINES

AT_ONCE = 20
"""Replications whose histories are held in memory at a time."""


Inside = Mapping[str, float]
"""Events by which a person comes inside (1) and leaves (0)."""
IN_PROGRAMME: Inside = {"admitted": 1.0, "programme_end": 0.0}
IN_SMALL_JOB: Inside = {"small_job": 1.0, "start_small_job": 1.0, "drop": 0.0}


def placed_inside(
    scenario: Scenario,
    plan: Plan,
    inside: Inside,
    *,
    groups: Sequence[str],
    year: int,
    how: RunOptions,
) -> Floats:
    """Placements of a calendar year of those who were inside when placed.

    Parameters
    ----------
    scenario : Scenario
    plan : Plan, the same as for the volumes
    inside : Inside
    groups : codes of groups, empty for all
    year : int
    how : RunOptions, complete

    Returns
    -------
    float64[replications]
    """
    many = plan.replications
    numbers = tuple(range(many)) if isinstance(many, int) else many
    parts = [numbers[i : i + AT_ONCE] for i in range(0, len(numbers), AT_ONCE)]
    chosen = [place for place, code in enumerate(scenario.groups) if not groups or code in groups]
    counted = partial(_counted, scenario, plan, inside, chosen, year)
    return np.concatenate(in_order(counted, parts, how, label="histories"))


def _counted(
    scenario: Scenario,
    plan: Plan,
    inside: Inside,
    groups: list[int],
    year: int,
    numbers: tuple[int, ...],
) -> Floats:
    events = histories(scenario, replications=numbers, seed=plan.seed, engine=plan.engine)
    marks = dict.fromkeys(SPELL_STARTS, 0.0) | {**inside}
    events = events[events["event"].isin([*marks, "placed"])]
    order = np.lexsort((events["number"], events["replication"]))  # ties keep their order
    events = events.iloc[order]
    was_inside = events["event"].astype(object).map(marks).astype(float).ffill() == 1.0
    in_year = scenario.weeks.years[events["week"]] == year
    in_groups = events["group"].isin(groups)
    counted = events[(events["event"] == "placed") & was_inside & in_year & in_groups]
    by_number = counted["replication"].value_counts()
    return np.asarray(by_number.reindex(list(numbers), fill_value=0), dtype=np.float64)


FEWER = "fewer recipients"
EXTRA = "extra placements"
_CREAM = "most_employable_first"
_YEAR = np.timedelta64(12, "M")


@dataclass(frozen=True, eq=False)
class Reading:
    """One naive reading beside the truth, in persons and in DKK.

    Parameters
    ----------
    label : str
    unit : str, what the persons are
    compared : str
        Which months are laid side by side, and of which groups where they are not those of the
        other readings; empty where the year and its groups say it.
    persons, truth : float64[replications]
    saved, saved_truth : float64[replications], DKK
        What the reading says the municipality saves in the year before staff and grants, a year of
        benefit and activation for each person; what it truly saves.
    """

    label: str
    unit: str
    compared: str
    persons: Floats
    truth: Floats
    saved: Floats
    saved_truth: Floats

    @property
    def bias(self) -> Spread:
        """Naive − true, persons."""
        return spread(self.persons - self.truth)

    @property
    def saved_bias(self) -> Spread:
        """Naive − true, DKK."""
        return spread(self.saved - self.saved_truth)


@dataclass(frozen=True)
class About:
    """What all readings share: the case, how it is played, and what they are about."""

    case: Case
    plan: Plan
    how: RunOptions
    year: int
    groups: tuple[str, ...]
    target: float | None

    @property
    def player(self) -> Player:
        """What plays, and remembers."""
        return player_of(self.plan)

    @property
    def paired(self) -> Paired:
        """Scenario and baseline."""
        return self.player.paired(self.case)

    def level(self, played: Played, measure: str, months: Months) -> Floats:
        """A measure of some months of one scenario in each replication."""
        values = MEASURES[measure].of(played, months, self.groups)
        return np.broadcast_to(values, self.plan.count)

    def is_about(self, groups: Sequence[str]) -> bool:
        """Whether a figure about some groups, or all, is about the same ones."""
        known = self.case.scenario.groups
        return set(groups or known) == set(self.groups or known)

    def reading(
        self,
        label: str,
        unit: str,
        persons: Floats | float,
        paired: Paired,
        *,
        end: np.datetime64 | None = None,
        compared: str = "",
    ) -> Reading:
        """A reading with its truth: extra placements, or fewer recipients at the end of a month.

        Without a month, at the end of the year.
        """
        months = months_of(paired.played, self.year)
        if end is not None:
            months = paired.played.months == end
        measure, pair = "placements", (paired.played, paired.baseline)
        if unit == FEWER:
            measure, pair = "recipients", (paired.baseline, paired.played)
        more, less = (self.level(one, measure, months) for one in pair)
        persons = np.broadcast_to(np.asarray(persons, dtype=np.float64), more.shape)
        worth = persons * _cost_of_a_recipient_year(paired, self.year)
        saved = paired.money_of("gross_saving", "municipality", self.year)
        return Reading(label, unit, compared, persons, more - less, worth, saved)


Made = Iterator[Reading | str]


def readings(about: About) -> Made:
    """All readings that can be made, and the reason where one cannot."""
    yield from _from_outcomes(about)
    yield from _before_and_after(about)
    yield from _from_participants(about)


def _cost_of_a_recipient_year(paired: Paired, year: int) -> Floats:
    """Municipal benefit (beside jobs too) and activation for a year of one recipient's benefit."""
    months = months_of(paired.played, year)
    paid = net(paired.amounts[0].sel(line=list(WEEKLY_LINES)), "municipality")
    spent = -paid[:, months].sum(axis=1)
    weeks = paired.played.total("benefit_weeks")[:, months].sum(axis=1)
    a_week = np.divide(spent, weeks, out=np.zeros_like(spent), where=weeks > 0)
    return np.asarray(WEEKS_PER_YEAR * a_week)


def _from_outcomes(about: About) -> Made:
    if about.target is None:
        yield "outcome − target (give target=)"
        return
    paired = about.paired
    months = months_of(paired.played, about.year)
    reached = about.level(paired.played, "placements", months)
    yield about.reading("Outcome − target", EXTRA, reached - about.target, paired)
    for claim in about.case.scenario.claims.values():
        stated = (claim.measure, claim.year, claim.of, claim.month)
        if stated != ("placements", about.year, "scenario", None):
            continue
        if about.is_about(claim.groups):
            label, published = "Published outcome − target", claim.value - about.target
            yield about.reading(label, EXTRA, published, paired)
        else:
            yield (
                f"published outcome − target ({claim.label} is of {_named(claim.groups)}, the "
                f"target of {_named(about.groups)})"
            )


def _named(groups: Sequence[str]) -> str:
    return ", ".join(groups) or "all groups"


def _before_and_after(about: About) -> Made:
    paired, year = about.paired, about.year
    played = paired.played
    end: np.datetime64 = played.months[months_of(played, year)][-1]
    before, compared = _recipients_before(about, end)
    if before is None:
        yield f"recipients before − after ({compared})"
    else:
        fall = before - about.level(played, "recipients", played.months == end)
        label = "Recipients before − after"
        yield about.reading(label, FEWER, fall, paired, end=end, compared=compared)
    yield from _observed(about)
    if all((year_of(played.months) == one).sum() == 12 for one in (year - 1, year)):
        now, then = (
            about.level(played, "placements", months_of(played, one)) for one in (year, year - 1)
        )
        yield about.reading("Placements after − before", EXTRA, now - then, paired)
    else:
        yield f"placements after − before ({year - 1} and {year} are not both played in full)"


def _recipients_before(about: About, end: np.datetime64) -> tuple[Floats | None, str]:
    """Recipients a year before the end of a month, and what they are compared with.

    Those at the start of a run that begins in the year of the month.
    """
    played = about.paired.played
    then = end - _YEAR
    if then in played.months:
        before = about.level(played, "recipients", played.months == then)
        return before, f"ends of {then} and {end}"
    if about.year - 1 in played.years:
        return None, f"{end} is the last month played of {about.year}, and {then} is not played"
    groups = played.scenario.groups
    stock = sum(groups[code].stock for code in about.groups or groups)
    return np.full(about.plan.count, float(stock)), f"start of the run and end of {end}"


def _observed(about: About) -> Made:
    """Recipients as published."""
    label, observed = "Published before − after", about.case.scenario.observed.values()
    published = [one for one in observed if one.measure == "recipients"]
    for series in published:
        own = f": {series.label}" if len(published) > 1 else ""
        yield _as_published(about, series, f"{label}{own}")


def _as_published(about: About, series: ObservedSeries, label: str) -> Reading | str:
    """The same month of the year before and of the year, the latest published of both."""
    values = {_month_of(series, one): one.value for one in series.values}
    months = about.paired.played.months
    ends = [
        one
        for one in months[months_of(about.paired.played, about.year)]
        if one in values and one - _YEAR in values
    ]
    if not ends:
        said = f"published for both {about.year - 1} and {about.year}, and played"
        return f"{label[0].lower()}{label[1:]} (no month is {said})"
    end = max(ends)
    compared = f"ends of {end - _YEAR} and {end}"
    if not about.is_about(series.groups):
        compared += f", {_named(series.groups)}; what is truly saved is that of all groups"
    fall = values[end - _YEAR] - values[end]
    return replace(about, groups=series.groups).reading(
        label, FEWER, fall, about.paired, end=end, compared=compared
    )


def _month_of(series: ObservedSeries, one: Observation) -> np.datetime64:
    """Month at whose end a stock was observed: that of the date, or the last of its year."""
    month = 12 if series.period == "year" else one.date.month
    return np.datetime64(f"{one.date.year:04}-{month:02}", "M")


def _from_participants(about: About) -> Made:
    scenario = about.case.scenario
    if scenario.programmes:
        yield from _from_programmes(about)
    chosen = [code for code in about.groups or scenario.groups if scenario.groups[code].small_jobs]
    if chosen:
        yield _in_small_jobs("In small jobs − others", about, chosen)


def _from_programmes(about: About) -> Made:
    programmes = about.case.scenario.programmes
    admitted = {code for one in programmes.values() for code in one.groups}
    if about.groups and not admitted <= set(about.groups):  # volumes know no weeks by group
        yield "participants − others (programmes admit other groups, too)"
        return
    yield _in_programmes("Participants − others", about, about.case)
    if any(one.admission != _CREAM for one in programmes.values()):
        cream: dict[str, object] = {f"programmes.{code}.admission": _CREAM for code in programmes}
        changed = about.case.with_(cream)
        yield _in_programmes("The same, most employable first", about, changed)


def _in_programmes(label: str, about: About, case: Case) -> Reading:
    paired = about.player.paired(case)
    listed = {code for one in case.scenario.programmes.values() for code in one.groups}
    weeks = paired.played.total("participant_weeks")
    return _beside_others(label, about, paired, IN_PROGRAMME, sorted(listed), weeks)


def _in_small_jobs(label: str, about: About, groups: list[str]) -> Reading:
    paired = about.paired
    on_level = paired.played.volumes["benefit_weeks"].sel(group=groups, level=slice(1, None))
    weeks = on_level.sum(("group", "band", "level")).transpose("replication", "month")
    return _beside_others(label, about, paired, IN_SMALL_JOB, groups, np.asarray(weeks.values))


def _beside_others(
    label: str, about: About, paired: Paired, inside: Inside, groups: list[str], weeks: Floats
) -> Reading:
    """Placements of those inside, less what they would be at the rate of the others.

    `weeks` : [replications, months], weeks on benefit of those inside.
    """
    months, played = months_of(paired.played, about.year), paired.played
    here = placed_inside(
        played.scenario, about.plan, inside, groups=groups, year=about.year, how=about.how
    )
    within = weeks[:, months].sum(axis=1)
    others = played.total("benefit_weeks", groups)[:, months].sum(axis=1) - within
    there = played.total("placements", groups)[:, months].sum(axis=1) - here
    rate = np.divide(there, others, out=np.full_like(here, np.nan), where=others > 0)
    return about.reading(label, EXTRA, here - within * rate, paired)
