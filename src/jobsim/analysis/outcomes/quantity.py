"""What a question is about: one measure of one purse and period; may import measures and text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from jobsim.analysis.outcomes.accumulators import of_paired
from jobsim.analysis.outcomes.measures import FOR_EACH, MEASURES, RATIOS, Paired, Played
from jobsim.analysis.outcomes.spread import Spread, linearised, spread
from jobsim.arrays import Floats
from jobsim.errors import InputError, nearest, text_of, texts_of
from jobsim.text import tables
from jobsim.vocabulary import FLOW_MEASURES, MEASURE_WORDS, PRESENT_VALUES, PURSES

Side = Literal["difference", "scenario", "baseline"]

_SIDES: tuple[Side, ...] = ("difference", "scenario", "baseline")
_KNOWN = (*MEASURES, *FLOW_MEASURES, *PRESENT_VALUES, *RATIOS)


@dataclass(frozen=True)
class Quantity:
    """One number of each replication of a scenario beside its baseline.

    Written as text it is its measure and what narrows it down, in any order, with colons:
    ``placements``, ``placements:2018``, ``net_saving:municipality:2018``,
    ``meetings_on_time:scenario``.

    Parameters
    ----------
    measure : str
        Code of a measure of volumes, or gross_saving, net_saving, programme_cost,
        net_saving_after_displacement, net_present_value, net_present_value_after_displacement;
        where a question takes them, cost_per_extra_placement, cost_per_job_year,
        benefit_cost_ratio.
    payer : str or None
        Whose purse, for money (default: municipality; present values are society's).
    year : int or None
        Calendar year, or None for the whole run.
    group : str or None
        Group of recipients, or None for all.
    side : "difference", "scenario" or "baseline"
        What of the two scenarios; money exists as a difference only.

    Examples
    --------
    >>> quantity("net_saving").code
    'net_saving:municipality'
    """

    measure: str
    payer: str | None = None
    year: int | None = None
    group: str | None = None
    side: Side = "difference"

    @property
    def code(self) -> str:
        """Text that `quantity` reads back."""
        side = None if self.side == "difference" else self.side
        parts = (self.measure, self.payer, self.group, self.year, side)
        return ":".join(str(part) for part in parts if part is not None)

    @property
    def unit(self) -> str:
        """Unit of the values."""
        return MEASURE_WORDS[self.measure].unit

    @property
    def label(self) -> str:
        """Words for tables and axes."""
        words = MEASURE_WORDS[self.measure].title
        side = "baseline" if self.side == "baseline" else None
        rest = [str(part) for part in (self.payer, self.group, self.year, side) if part is not None]
        words = f"{words} ({', '.join(rest)})" if rest else words
        extra = self.side == "difference" and not self.is_money
        return f"Extra: {words[0].lower()}{words[1:]}" if extra else words

    @property
    def is_money(self) -> bool:
        """Whether it depends on prices."""
        return self.measure not in MEASURES

    @property
    def is_ratio(self) -> bool:
        """Whether it is a ratio of two means, which no single replication has."""
        return self.measure in RATIOS

    @property
    def parts(self) -> tuple[Quantity, ...]:
        """Itself; of a ratio what is above and what is below the line."""
        if not self.is_ratio:
            return (self,)
        return tuple(
            replace(self, measure=measure, payer=None if measure in MEASURES else self.payer)
            for measure in RATIOS[self.measure]
        )

    def parts_of(self, paired: Paired) -> tuple[Floats, ...]:
        """Values of its parts in each replication."""
        return tuple(part.of(paired) for part in self.parts)

    def samples(self, parts: Sequence[Floats]) -> Floats:
        """Its own values; of a ratio what has its mean and, by the delta method, its error."""
        return linearised(*parts) if self.is_ratio else parts[0]

    def spread(self, parts: Sequence[Floats]) -> Spread:
        """Mean, interval and range; of a ratio Fieller's interval and no range."""
        return of_paired(*parts) if self.is_ratio else spread(parts[0])

    def no_price(self, mean: float, above: float) -> str:
        """What stands in place of a cost for each of what is lost; see `tables.no_price`.

        Parameters
        ----------
        mean, above : float, of the quantity, and of what is above the line
        """
        return tables.no_price(mean, above) if self.measure in FOR_EACH else ""

    def miss(self, parts: Sequence[Floats], value: float) -> Floats:
        """What has a mean of 0 where the mean of the quantity is a value, in each replication."""
        above, below = parts if self.is_ratio else (parts[0], np.ones_like(parts[0]))
        missed = above - value * below
        return missed if above.any() or below.any() else np.full_like(missed, np.nan)

    def of(self, paired: Paired) -> Floats:
        """Value in each replication (float64[replications]); of a ratio its `samples`.

        Raises
        ------
        InputError
            If the run does not have the year or the group.
        """
        if self.is_ratio:
            return self.samples(self.parts_of(paired))
        self._require(paired)
        if self.measure in PRESENT_VALUES:
            return paired.present_value(displaced=self.measure != PRESENT_VALUES[0])
        if self.is_money:
            assert self.payer is not None
            return paired.money_of(self.measure, self.payer, self.year)
        if self.side == "difference":
            return self._level(paired.played) - self._level(paired.baseline)
        return self._level(paired.played if self.side == "scenario" else paired.baseline)

    def _require(self, paired: Paired) -> None:
        years = paired.played.years
        if self.year is not None and self.year not in years:
            run = f"{years[0]}–{years[-1]}"
            raise InputError(f"{self.code}: {self.year} is outside the run ({run})")
        for side, played in (("scenario", paired.played), ("baseline", paired.baseline)):
            groups = played.scenario.groups
            if self.side in (side, "difference") and self.group not in (None, *groups):
                hint = nearest(str(self.group), groups)
                raise InputError(f'{self.code}: the {side} has no group "{self.group}"{hint}')

    def _level(self, played: Played) -> Floats:
        values = MEASURES[self.measure].over(played, self.year, self.group)
        return np.broadcast_to(values, played.volumes.sizes["replication"])


def quantity(given: str | Quantity, *, ratios: bool = False) -> Quantity:
    """Read and check a quantity: what is to be read from a result.

    Parameters
    ----------
    given : str or Quantity
        A measure, and after colons its payer, group, year and side: "net_saving:municipality:2018",
        "recipients:scenario".
    ratios : bool
        Whether ratios of two means are taken: by whoever asks `Quantity.spread` for them, and not
        for a value of each replication.

    Returns
    -------
    Quantity
        Its `of` reads it from a comparison, a number for each replication.

    Raises
    ------
    InputError
        If there is no such measure, or it does not go with the payer, group, year or side.

    Examples
    --------
    >>> import jobsim as js
    >>> js.quantity("placements:2018:scenario")
    Quantity(measure='placements', payer=None, year=2018, group=None, side='scenario')
    """
    found = _checked(given if isinstance(given, Quantity) else _read(str(given)))
    if found.is_ratio and not ratios:
        above, below = (part.code for part in found.parts)
        raise InputError(
            f"{found.measure}: is a ratio of two means, which single futures do not have; ask for "
            f"{above} and {below}"
        )
    return found


def net_saving(payer: str) -> Quantity:
    """Net saving of a payer over the whole run.

    Raises
    ------
    InputError
        If there is no such payer; in a quantity's text the word could be a group's, too.
    """
    return quantity(Quantity("net_saving", payer=payer))


def quantities_of(
    given: Iterable[str | Quantity] | str | Quantity | None, *, ratios: bool = False
) -> tuple[Quantity, ...]:
    """Read several quantities; without any, the standard ones; `ratios` as in `quantity`."""
    if given is None:
        return STANDARD
    several = texts_of("measures", given, Quantity)
    found = tuple(dict.fromkeys(quantity(one, ratios=ratios) for one in several))
    if not found:
        raise InputError("measures: name at least one measure")
    return found


def parts_of(quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """Everything that has to be measured for some quantities, each once."""
    return tuple(dict.fromkeys(part for one in quantities for part in one.parts))


def _read(text: str) -> Quantity:
    measure, *rest = text.split(":")
    about: dict[str, Any] = {}
    for part in rest:
        whose = "side" if part in _SIDES else "payer" if part in PURSES else "group"
        about |= {"year": int(part)} if part.isdecimal() else {whose: part}
    return Quantity(measure, **about)


def _checked(found: Quantity) -> Quantity:
    if found.measure not in _KNOWN:
        hint = nearest(found.measure, _KNOWN)
        raise InputError(f'measure: there is no measure "{found.measure}"{hint}')
    if found.side not in _SIDES:
        raise InputError(f'{found.measure}: there is no side "{found.side}"; known: {_SIDES}')
    return _checked_money(found) if found.is_money else _checked_volume(found)


def _checked_money(found: Quantity) -> Quantity:
    if found.group is not None:
        hint = nearest(str(found.group), PURSES)
        problem = f"money is not divided by group, got {found.group!r}"
        raise InputError(f"{found.measure}: {problem}{hint if 'did you' in hint else ''}")
    if found.side != "difference":
        raise InputError(f"{found.measure}: money is known as a difference only")
    if found.measure in PRESENT_VALUES:
        if found.year is not None or found.payer not in (None, "society"):
            raise InputError(f"{found.measure}: is of the whole run and of society")
        return replace(found, payer="society")
    payer = "municipality" if found.payer is None else found.payer
    if text_of("payer", payer) not in PURSES:
        raise InputError(f'payer: there is no payer "{payer}"{nearest(payer, PURSES)}')
    return replace(found, payer=payer)


def _checked_volume(found: Quantity) -> Quantity:
    if found.payer is not None:
        raise InputError(f"{found.measure}: is not money and has no payer, got {found.payer!r}")
    if found.group is not None and not MEASURES[found.measure].by_group:
        raise InputError(f"{found.measure}: is not divided by group, got {found.group!r}")
    return found


STANDARD = tuple(
    quantity(text)
    for text in (
        *("placements", "placements:scenario", "small_job_starts", "recipients"),
        *("benefit_weeks", "meetings", "weeks_between_meetings:scenario"),
        *("meetings_on_time:scenario", "caseload:scenario", "programme_cost", "gross_saving"),
        *(f"net_saving:{payer}" for payer in PURSES),
        "net_present_value",
    )
)
"""What sweeps show unless told otherwise, all of the whole run."""
