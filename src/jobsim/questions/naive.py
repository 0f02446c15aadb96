"""What a press release would compute, beside the truth; may import the readings.

Every naive reading looks at the scenario alone; the truth is the difference from the same persons
with the same luck in the baseline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Unpack

import numpy as np

from jobsim.analysis.attributing.naive_readings import About, Reading, readings
from jobsim.analysis.attributing.took_part import TookPart, took_part
from jobsim.analysis.outcomes.measures import year_of
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.analysis.playing.player import plan_of
from jobsim.analysis.setting.case import Case, case_of
from jobsim.arrays import Floats
from jobsim.errors import InputError, nearest, text_of, texts_of
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number, whole_number
from jobsim.text.tables import Shown, Table, count, estimate, millions, share, unseen_note

if TYPE_CHECKING:
    import pandas as pd

_PLAYS = 3
"""Scenarios that are played, about."""


@dataclass(frozen=True, repr=False)
class Naive(Result):
    """Naive readings of one year beside the paired truth.

    Its table has one row for each reading and unit: naive, truth and bias, each with its spreads.

    Parameters
    ----------
    record : RunRecord
    year : int
    groups : tuple of str, codes of the groups it is about, empty for all
    readings : tuple of Reading
    left_out : tuple of str, readings that could not be made, with the reason
    took_part : tuple of TookPart
        Of those who took part, who is placed without it, too; empty unless asked for.
    """

    record: RunRecord
    year: int
    groups: tuple[str, ...]
    readings: tuple[Reading, ...]
    left_out: tuple[str, ...]
    took_part: tuple[TookPart, ...] = ()
    _name: ClassVar = "readings"
    _keys: ClassVar = ("reading", "unit")

    def reading(self, label: str) -> Reading:
        """One reading by its label.

        Raises
        ------
        InputError
            If there is none; the message names the nearest.
        """
        found = {one.label: one for one in self.readings}
        if text_of("label", label) not in found:
            raise InputError(f'there is no reading "{label}"{nearest(label, found)}')
        return found[label]

    def _lines(self) -> Iterator[dict[str, object]]:
        for one in self.readings:
            persons, money = (one.persons, one.truth), (one.saved, one.saved_truth)
            for unit, (naive_, true) in ((one.unit, persons), ("DKK", money)):
                row: dict[str, object] = {"reading": one.label, "year": self.year, "unit": unit}
                row["compared"] = one.compared
                for name, values in (("naive", naive_), ("truth", true), ("bias", naive_ - true)):
                    row |= {f"{name}_{key}": x for key, x in vars(spread(values)).items()}
                yield row

    def participants_frame(self) -> pd.DataFrame:
        """Of those who took part, the share placed by the end of the run, and without it, too."""
        import pandas as pd

        rows = []
        for one in self.took_part:
            row: dict[str, object] = {"took_part_in": one.label, "persons": one.persons.mean()}
            for name, found in (("placed", one.share_placed), ("without", one.share_without)):
                ends = {"share": found.mean, "ci_low": found.ci_low, "ci_high": found.ci_high}
                row |= {f"{name}_{key}": value for key, value in ends.items()}
            rows.append(row)
        return pd.DataFrame(rows)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        more = {"participants": self.participants_frame()} if self.took_part else {}
        return {**super().frames(), **more}

    def _parts(self) -> list[Table]:
        return [self._table(), *([self._participants()] if self.took_part else [])]

    def _participants(self) -> Table:
        rows = tuple(
            (
                one.label,
                count(float(one.persons.mean())),
                *estimate(one.share_placed, share),
                *estimate(one.share_without, share),
            )
            for one in self.took_part
        )
        header = ("", "persons", "placed", "ci", "without it, too", "ci")
        note = (
            "Each person once. Placed: at some time from the start of the spell on benefit in "
            "which they first took part to the end of the run; without it, too: in the baseline, "
            "where others may have taken what they left."
        )
        found = Table("Of those who took part, over the whole run", header, rows, note)
        unseen = unseen_note([found], len(self.record.replications))
        return replace(found, note="\n".join([note, *unseen]))

    def _table(self) -> Table:
        header = ("Reading", "Naive", "Truth", "Bias", "Naive, m DKK", "Truth", "Bias")
        played = self.record
        baseline = played.baseline or played.scenario
        note = (
            f"Truth: {played.scenario.name} − {baseline.name}, the same persons with the same "
            "luck. Means and 95 % intervals of the mean (Monte Carlo). Money: a year's municipal "
            "benefit and activation for each person, against what is saved before staff and grants."
        )
        told = [f"{one.label}: {one.compared}." for one in self.readings if one.compared]
        about = f" ({', '.join(self.groups)})" if self.groups else ""
        if self.groups:
            told.append("What is truly saved is that of all groups.")
        return Table(
            f"{self.record.scenario.name}{about}: naive readings of {self.year} beside the truth",
            header,
            tuple(_row(one) for one in self.readings),
            "\n".join([note, *told, *(f"Left out: {reason}." for reason in self.left_out)]),
        )


def _row(one: Reading) -> tuple[str, ...]:
    persons = _compared(count, one.persons, one.truth, one.bias)
    money = _compared(millions, one.saved, one.saved_truth, one.saved_bias)
    return f"{one.label} ({one.unit})", *persons, *money


def _compared(shown: Shown, naive_: Floats, true: Floats, bias: Spread) -> tuple[str, ...]:
    means = (shown(float(np.mean(values)), sign=True) for values in (naive_, true))
    _, ends = estimate(bias, shown)
    return (*means, f"{shown(bias.mean, sign=True)} ({ends})")


@takes_options(counted=True)
def naive(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    year: int | None = None,
    target: float | None = None,
    groups: Sequence[str] = (),
    participants: bool = False,
    **how: Unpack[RunOptions],
) -> Naive:
    """Compute what a press release would, beside the paired truth, with the bias of each.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        What it truly compares with; without it, the scenario without programmes, consultants and
        supports.
    year : int, optional
        Calendar year; without it, the latest that a claim is about, else the first of the run.
    target : float, optional
        Placements in the year that were hoped for, for "outcome − target".
    groups : sequence of str
        Codes of the groups it is about; empty for all.
    participants : bool
        Whether to tell, of those who took part in each programme, got a grant or had a small job,
        how many would have been placed by the end of the run without it, too. It takes the
        histories of both scenarios, some three times as long.
    **how
        How to play.

    Returns
    -------
    Naive
        Readings, as far as scenario and run allow them:

        - outcome − target: placements in the year less the target, and, where a claim states
          them, the published ones;
        - before − after: recipients at the end of the last month played of the year less those a
          year before (at the start of the run, in its first year), and as observed, at the ends of
          the latest month observed in both years and played, beside the truth of the groups
          observed; placements of the year less those of the year before;
        - participants − others: placements of participants less what they would have been at the
          rate, per week on benefit, of those outside; the same where the most employable are
          admitted first (both left out where programmes admit others than the groups); the same
          for those in small jobs.

    Raises
    ------
    InputError
        If the year is outside the run, a group unknown or the target no number.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("esbjerg-2018-evidence").with_({"horizon.weeks": 53})
    >>> found = js.naive(town, target=216, replications=2, engine="numpy", progress=False)
    >>> found.reading("Outcome − target").unit
    'extra placements'
    """
    case = case_of(scenario, baseline, how["prices"])
    groups = texts_of("groups", groups)
    chosen = _checked(case, year, target, groups)
    plan = plan_of(scenario, how, plays=_PLAYS)
    made = list(readings(About(case, plan, how, chosen, groups, target)))
    found = tuple(one for one in made if isinstance(one, Reading))
    left_out = tuple(one for one in made if isinstance(one, str))
    some = took_part(case, plan, how, groups) if participants else ()
    return Naive(plan.record(case), chosen, tuple(groups), found, left_out, some)


def _checked(case: Case, year: int | None, target: float | None, groups: Sequence[str]) -> int:
    scenario = case.scenario
    for group in groups:
        if group not in (known := scenario.groups):
            raise InputError(f'groups: there is no group "{group}"{nearest(group, known)}')
    if target is not None and not (is_number(target) and np.isfinite(target)):
        raise InputError(f"target: must be a finite number of placements, got {target!r}")
    years = np.unique(year_of(scenario.weeks.months)).tolist()
    claimed = [claim.year for claim in scenario.claims.values() if claim.year in years]
    found = max(claimed, default=years[0]) if year is None else whole_number("year", year)
    if found not in years:
        raise InputError(f"year: {found} is outside the run ({years[0]}–{years[-1]})")
    return int(found)
