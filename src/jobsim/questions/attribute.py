"""How much of a change goes to which part? May import cells, parts and tunings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np

from jobsim.analysis.attributing.parts import Part, Parts, coalitions, parts_of, shapley, tuned
from jobsim.analysis.outcomes.claims import Claimed, asked, lean
from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result, about
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.cells import Cells, play_cells
from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.analysis.playing.rules import certain
from jobsim.analysis.setting.case import Case, MoveWhere, Moving, case_of, move_where
from jobsim.analysis.uncertainty.parameter_draws import parameter_draws
from jobsim.arrays import Floats
from jobsim.errors import InputError, text_of
from jobsim.scenario import Scenario
from jobsim.text.tables import Table, between, brief, counted, estimate, not_seen, unseen_note

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


REST = "rest"
"""What is left with all parts switched off."""
_ENDS = ("low", "high", "ci_low", "ci_high")
_HALF = 0.5
"""Identified if the least size over the tunings is at least this share of the greatest."""


@dataclass(frozen=True)
class Contribution:
    """What one part contributes.

    Parameters
    ----------
    code, label : str
    model : Spread
        In the scenario itself: Monte Carlo error and range over chance.
    low, high : float
        Least and greatest mean over all tunings.
    ci_low, ci_high : float
        Ends of their 95 % intervals.
    tunings : int
    """

    code: str
    label: str
    model: Spread
    low: float
    high: float
    ci_low: float
    ci_high: float
    tunings: int

    @property
    def identified(self) -> bool | None:
        """Whether the tunings agree on the sign and on half the size; None for one tuning."""
        if self.tunings < 2:
            return None
        sizes = sorted((abs(self.low), abs(self.high)))
        return self._one_sign and sizes[0] >= _HALF * sizes[1]

    @property
    def _one_sign(self) -> bool:
        return self.ci_low > 0 or self.ci_high < 0

    @property
    def verdict(self) -> str:
        """Whether the published figures identify it, as one phrase."""
        if self.identified is None:
            return "one tuning: not known"
        missing = "size" if self._one_sign else "sign"
        return "identified" if self.identified else f"not identified: {missing}"


@dataclass(frozen=True, repr=False, eq=False)
class Attribution(Result):
    """A change divided between parts by Shapley values, over one or more tunings.

    Parameters
    ----------
    record : RunRecord, of the scenario itself
    quantity : Quantity
    since : Quantity or None
        What the change is counted from; None for the level itself.
    parts : tuple of Part
    values : float64[tunings, parts + 1, replications]
        Contribution of each part, and last of the rest, in each tuning; the scenario's own tuning
        comes first. They add up to the model's change in each replication.
    """

    record: RunRecord
    quantity: Quantity
    since: Quantity | None
    parts: tuple[Part, ...]
    values: Floats
    _name: ClassVar = "contributions"
    _keys: ClassVar = ("part",)

    @property
    def tunings(self) -> int:
        """Number of tunings, the scenario's own included."""
        return len(self.values)

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """Contribution of each part and, last, of the rest."""
        names = [(part.code, part.label) for part in self.parts]
        names.append((REST, "The rest" if self.since else "Without all of them"))
        return tuple(
            self._contribution(*name, values)
            for name, values in zip(names, self.values.swapaxes(0, 1), strict=True)
        )

    @property
    def total(self) -> Contribution:
        """The model's change, which the contributions add up to."""
        return self._contribution("total", "The model's total", self.values.sum(axis=1))

    @property
    def observed(self) -> float:
        """The published change, where measure and since are claims; else not a number."""
        before = _published(self.since) if self.since else 0.0
        return _published(self.quantity) - before

    def contribution(self, code: str) -> Contribution:
        """Contribution of one part, or of the "rest"."""
        found = {one.code: one for one in self.contributions}
        if text_of("code", code) not in found:
            raise InputError(f'there is no part "{code}"; known: {", ".join(found)}')
        return found[code]

    def _contribution(self, code: str, label: str, values: Floats) -> Contribution:
        spreads = [spread(row) for row in values]
        means = [one.mean for one in spreads]
        ends = [(0.0, 0.0) if not_seen(one) else (one.ci_low, one.ci_high) for one in spreads]
        lows, highs = np.transpose(ends)
        low, high = float(lows.min()), float(highs.max())
        model = certain(spreads[0], ruled=False)
        return Contribution(code, label, model, min(means), max(means), low, high, len(spreads))

    def _lines(self) -> Iterator[dict[str, object]]:
        """One for each part, the rest and the total."""
        for one in (*self.contributions, self.total):
            yield {
                "part": one.code,
                "label": one.label,
                **about(self.quantity),
                **vars(one.model),
                "unit": self.quantity.unit,
                **{f"tunings_{end}": getattr(one, end) for end in _ENDS},
                "verdict": one.verdict,
            }

    def to_dataset(self) -> xr.Dataset:
        """Contributions by tuning, part and replication, with units."""
        import xarray as xr

        codes = [*(part.code for part in self.parts), REST]
        attrs = {"units": self.quantity.unit, "long_name": self._about}
        return xr.Dataset(
            {"contribution": (("tuning", "part", "replication"), self.values, attrs)},
            coords={"tuning": range(self.tunings), "part": codes},
            attrs=self._attrs() | {"observed": self.observed},
        )

    @property
    def _about(self) -> str:
        since = f" since {self.since.label}" if self.since else ""
        return f"{self.quantity.label}{since}"

    def _table(self) -> Table:
        means = f"Means of {counted(self.tunings, 'tuning')}"
        header = ("Part", "Mean", "95 % interval", means, "")
        rows = [_row(one) for one in (*self.contributions, self.total)]
        if math.isfinite(self.observed):
            rows.append(("Published", brief(self.observed), "", "", ""))
        note = (
            "Shapley values over paired runs: they add up to the total in every replication. "
            f"Intervals are Monte Carlo error. {self.record.moved}"
        )
        if self.tunings > 1:
            note += (
                " Identified: all tunings agree on the sign (their intervals, too), and none gives "
                "less than half of what another gives."
            )
        title = f"{self.record.scenario.name}: {self._about}, {self.quantity.unit}"
        found = Table(title, header, tuple(rows), note)
        unseen = unseen_note([found], self.values.shape[-1])
        return replace(found, note="\n".join([note, *unseen]))


def _published(quantity: Quantity) -> float:
    return quantity.claim.value if isinstance(quantity, Claimed) else math.nan


def _row(one: Contribution) -> tuple[str, ...]:
    verdict = one.verdict if one.code != "total" else ""
    return one.label, *estimate(one.model, brief), between(brief, one.low, one.high), verdict


@takes_options(replications=100)
def attribute(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    parts: Parts | None = None,
    measure: str | Quantity = "recipients:scenario",
    since: str | Quantity | None = None,
    tunings: Iterable[Scenario | Mapping[str, object]] | pd.DataFrame = (),
    move: MoveWhere = "auto",
    **how: Unpack[RunOptions],
) -> Attribution:
    """Divide a change between the parts that made it, by Shapley values over paired runs.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    parts : sequence of str or Part, or mapping of name to changes, optional
        What the change is divided between: codes of `default_parts`, or the changes that switch a
        part off. Without it, all default parts.
    measure : str or Quantity
        A measure such as "recipients:scenario:2018", or the code of a claim.
    since : str or Quantity, optional
        Measure or claim that the change is counted from: of a fall from 2017 to 2018, the figure
        of 2017. Without it the level itself is divided: what the parts make of what would be
        without them.
    tunings : iterable of Scenario, or of mapping of path to value
        Others that fit the published figures as well, from `equally_good`; or draws of a posterior,
        a table with paths as columns.
    move : "auto", "both" or "scenario"
        What changes move; see `sweep`.
    **how
        How to play.

    Returns
    -------
    Attribution
        Contributions, rest and total, with Monte Carlo intervals; over all tunings, and whether
        the published figures identify them.

    Raises
    ------
    InputError
        If there is no such part, measure or claim, or two parts change the same path.

    Notes
    -----
    With n parts 2**n worlds are played on the same luck. A part's contribution is what switching it
    on adds, averaged over all orders of switching on; parts and rest add up exactly.

    Examples
    --------
    >>> import jobsim as js
    >>> found = js.attribute(js.Scenario.load("kolding-2018"), parts=["consultants", "inflow"],
    ...     measure="recipients_2018", since="recipients_2017", replications=2, progress=False)
    >>> [one.code for one in found.contributions]
    ['consultants', 'inflow', 'rest']
    """
    wanted = asked(scenario, measure)
    before = None if since is None else asked(scenario, since)
    measured = [wanted] if before is None else [wanted, before]
    found, records = [], []
    for one in (scenario, *(tuned(scenario, one) for one in _several(scenario, tunings))):
        case = lean(case_of(one, baseline, how["prices"]), *measured)
        cells = _worlds(case, parts_of(one, parts), measured, move_where(move), how)
        found.append(_divided(cells, measured))
        records.append(cells.record)
    return Attribution(records[0], wanted, before, parts_of(scenario, parts), np.stack(found))


def _several(scenario: Scenario, tunings: Any) -> Iterable[Scenario | Mapping[str, object]]:
    """Tunings one by one: of one, of several, or of a table of draws."""
    if isinstance(tunings, (Scenario, Mapping)):
        return (tunings,)
    return parameter_draws(scenario, tunings).changes() if hasattr(tunings, "iloc") else tunings


def _worlds(
    case: Case, parts: Sequence[Part], measured: Sequence[Quantity], moving: Moving, how: RunOptions
) -> Cells:
    """One tuning with every set of its parts switched off."""
    worlds = [_switched_off(parts, inside) for inside in coalitions(len(parts))]
    cells = play_cells(case, worlds, measured, move=moving, label="worlds", **how)
    for failed in cells.failed:
        raise InputError(f"{failed.error}; world: {dict(failed.changes)}")
    return cells


def _divided(cells: Cells, measured: Sequence[Quantity]) -> Floats:
    """Contributions of one tuning: float64[parts + 1, replications], the rest last."""
    wanted, *before = (cells.of(quantity) for quantity in measured)
    values = wanted - before[0] if before else wanted
    return np.concatenate([shapley(values), values[:1]])


def _switched_off(parts: Sequence[Part], inside: Sequence[int]) -> dict[str, object]:
    outside = (part for place, part in enumerate(parts) if place not in inside)
    return {path: value for part in outside for path, value in part.off.items()}
