"""The value of an assumption at which a measure reaches a figure.

May import the search.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Unpack

from jobsim.analysis.outcomes.claims import asked, lean
from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result, about
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.analysis.playing.player import plan_of
from jobsim.analysis.searching.crossing import PLAYS, Crossing, crossings, estimate_of, move_of
from jobsim.analysis.setting.case import MoveWhere, case_of, move_where
from jobsim.errors import InputError
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number
from jobsim.text.tables import Table, brief, estimate, in_brackets, no_price_note, unseen_note

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, repr=False)
class Threshold(Result):
    """The value of one assumption at which the mean of a measure reaches a figure.

    Parameters
    ----------
    record : RunRecord
    quantity : Quantity, what has to be reached
    target : float, the figure, in the quantity's unit
    crossing : Crossing
        Everything tried, and where the figure is reached.
    stated : Spread, the quantity where nothing moves
    moved : str, what moved where
    """

    record: RunRecord
    quantity: Quantity
    target: float
    crossing: Crossing
    stated: Spread
    moved: str
    _name: ClassVar = "answer"
    _keys: ClassVar = ("path",)

    @property
    def path(self) -> str:
        """What moves."""
        return self.crossing.move.path

    @property
    def value(self) -> float:
        """Value at which the mean is the figure; not a number where it is not reached."""
        return self.crossing.at.mean

    @property
    def ci_low(self) -> float:
        """Lower end of the value's 95 % interval: where that of the mean covers the figure."""
        return self.crossing.at.ci_low

    @property
    def ci_high(self) -> float:
        """Upper end of the value's 95 % interval."""
        return self.crossing.at.ci_high

    @property
    def crossed(self) -> bool:
        """Whether the figure is reached."""
        return self.crossing.crossed

    @property
    def inside(self) -> bool:
        """Whether it is reached within low and high."""
        return self.crossing.inside

    @property
    def verdict(self) -> str:
        """What was found, as one phrase."""
        if self.crossed:
            move = self.crossing.move
            judged = "plausible range" if move.judged else "range asked for"
            within = "within" if self.inside else "outside"
            return f"{within} the {judged}, {brief(move.low)} to {brief(move.high)}"
        low, high = (self.crossing.tried[place][0] for place in (0, -1))
        at_low, at_high = self.crossing.shown_at(low), self.crossing.shown_at(high)
        ends = f"{at_low} at {brief(low)} and {at_high} at {brief(high)}"
        effect = ", whatever its value" if self.crossing.without_effect else ""
        return f"not crossed{effect}: {ends}"

    def _lines(self) -> list[dict[str, object]]:
        """The one line that says where the figure is reached."""
        return [self.crossing.columns(self.quantity, self.target)]

    def points_frame(self) -> pd.DataFrame:
        """Every value tried, with mean, Monte Carlo error and range over chance."""
        import pandas as pd

        where = {"path": self.path, **about(self.quantity)}
        return pd.DataFrame(
            {**where, "value": x, **vars(found), "unit": self.quantity.unit}
            for x, found in self.crossing.tried
        )

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what was found, and every value tried."""
        return {**super().frames(), "points": self.points_frame()}

    def to_dataset(self) -> xr.Dataset:
        """The outcome along the values tried, and where it reaches the figure (`needed`)."""
        import xarray as xr

        points = self.points_frame().set_index("value")[list(vars(self.stated))].to_xarray()
        points = points.assign_attrs(units=self.quantity.unit, long_name=self.quantity.label)
        known = {name: x for name, x in self._lines()[0].items() if is_number(x)}
        return xr.merge([points, xr.Dataset(known)]).assign_attrs(
            **points.attrs, **self._attrs(), path=self.path, verdict=self.crossing.verdict
        )

    def _table(self) -> Table:
        words = dict(self.crossing.no_price)
        rows = tuple(
            (brief(x), words[x], "–") if x in words else (brief(x), *estimate(found, brief))
            for x, found in self.crossing.tried
        )
        found = f"{self.path} = {in_brackets(self.crossing.at, brief)}; "
        there = (self.value, "There") if self.crossed else (self.crossing.move.stated, "As stated")
        note = (found if self.crossed else "") + (
            f"{self.verdict}; {brief(self.crossing.move.stated)} is stated. {self.moved} Nothing "
            "else moves; what was derived from it stays."
        )
        table = Table(
            f"{self.record.scenario.name}: {self.quantity.label} = {brief(self.target)} "
            f"{self.quantity.unit}",
            (self.path, "Mean", "95 % interval (Monte Carlo)"),
            rows,
        )
        unseen = unseen_note([table], len(self.record.replications))
        told = [note, *self.crossing.weeks_told(*there), *unseen, *no_price_note([table])]
        return replace(table, note="\n".join(told))


@takes_options(counted=True)
def threshold(
    scenario: Scenario,
    path: str,
    baseline: Scenario | None = None,
    *,
    measure: str | Quantity = "net_saving",
    payer: str | None = None,
    year: int | None = None,
    value: float = 0.0,
    low: float | None = None,
    high: float | None = None,
    move: MoveWhere = "auto",
    **how: Unpack[RunOptions],
) -> Threshold:
    """Find the value of one assumption at which the mean of a measure is a figure.

    Parameters
    ----------
    scenario : Scenario
    path : str
        A number of the scenario or, after "prices.", of the price list; a schedule moves by its
        path and ``.scale``.
    baseline : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    measure : str or Quantity
        A measure such as "net_saving:municipality:2018", or the code of a claim.
    payer, year : optional
        Purse and calendar year, where `measure` does not say.
    value : float
        The figure to reach, in the measure's unit.
    low, high : float, optional
        Ends to search between. Without them the plausible range of the register and three of its
        widths on each side, as far as the scenario accepts; without a range in the register, from 0
        to four times what is stated.
    move : "auto", "both" or "scenario"
        What changes move; see `sweep`.
    **how
        How to play.

    Returns
    -------
    Threshold
        With the 95 % interval of the value: Monte Carlo error only. Where the figure is not
        reached, it says so with the means at both ends.

    Raises
    ------
    InputError
        If there is no such path or measure, or an argument is not valid.

    Notes
    -----
    The mean over replications is a function of the number, since all share their luck; Brent's
    method finds its root. Of several crossings the one nearest to what is stated is taken, as far
    as the ends of the range show them.

    Examples
    --------
    >>> import jobsim as js
    >>> scenario = js.Scenario.load("esbjerg-2018-evidence")
    >>> found = js.threshold(scenario, "groups.job_ready.job_finding_hazard_per_week",
    ...                   measure="placements_2018", value=250, replications=2, progress=False)
    >>> found.crossed, found.inside
    (True, True)
    """
    if not is_number(value) or not math.isfinite(value):
        raise InputError(f"value: must be a finite number, got {value!r}")
    wanted = asked(scenario, measure, payer, year, ratios=True)
    case = lean(case_of(scenario, baseline, how["prices"]), wanted)
    along, moving = move_of(case, path, low, high), move_where(move)
    (found,), stated = crossings(
        case, [along], wanted, float(value), moving=moving, how=how, label="threshold"
    )
    if found.error is not None:
        raise InputError(found.error)
    moved = case.moved([path], moving)
    record = plan_of(scenario, how, plays=PLAYS).record(case, moved)
    known = estimate_of(wanted.spread(stated), wanted, case)
    return Threshold(record, wanted, float(value), found, known, moved)
