"""Price lists: what weeks, hours and kroner are worth, by date or held at one day.

May import errors, calendar, vocabulary, scenario, the parts of a list and overlays.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from jobsim.calendar import Schedule
from jobsim.errors import InputError, PriceError, nearest, text_of
from jobsim.files.writing import file_path, refuse_ending, write_text
from jobsim.ledger import overlays
from jobsim.ledger.rates import (
    Activation,
    BenefitRate,
    ConsumerPrices,
    Destination,
    Displacement,
    Earnings,
    Equalisation,
    Guidance,
    Refund,
    Taxes,
    Wages,
    dates_of,
    refuse_above_one,
    years_of,
)
from jobsim.scenario import Scenario, checked_scenario, dump_toml, fields, register
from jobsim.scenario.document import Document, ScenarioDifference
from jobsim.scenario.fields import Code, Frozen, FrozenDict, unit
from jobsim.scenario.files import preset_names
from jobsim.scenario.paths import as_data, flatten, value_at
from jobsim.text.currency import CURRENCY
from jobsim.text.tables import counted


def checked_prices(given: object) -> Prices:
    """Check that something is a price list; without one, "denmark".

    Raises
    ------
    InputError
        If it is something else; for a text, the message says what makes a price list of it.
    """
    if given is None:
        return _denmark()
    if isinstance(given, Prices):
        return given
    hint = f"; js.Prices.load({given!r}) makes one" if isinstance(given, str) else ""
    raise InputError(f"prices: must be Prices, got {type(given).__name__}{hint}")


@cache
def _denmark() -> Prices:
    """The list that everybody means who names none, read once."""
    return Prices.load("denmark")


def _day(given: object) -> dt.date:
    """A date, or one written as 2026-01-01."""
    day = as_data(given)
    with suppress(ValueError):
        day = dt.date.fromisoformat(day) if isinstance(day, str) else day
    if isinstance(day, dt.datetime) or not isinstance(day, dt.date):
        raise PriceError(f"day: must be a date like 2026-01-01, got {given!r}")
    return day


_GO_ON = ("consumer_prices", "guidance")
"""Parts of a price list that are not held: consumer prices and discount rates go on."""


_GROWTH = "growth_per_year_after_list"
"""The one entry that may begin after a run does: it holds after the list alone."""


_EVERY_YEAR = (1980, 2200)
"""Years that a run may have."""


class Prices(Document):
    """What volumes cost and yield, by payer and date.

    Load one with `Prices.load`; change one with `with_`, or with a file that begins with
    ``based_on = "denmark"`` and states only what differs, by the same rules. Prices are nominal.
    They stay as they are before their first date, and grow by `growth_per_year_after_list` after
    the list's last year.

    Examples
    --------
    >>> prices = Prices.load("denmark")
    >>> dearer = prices.with_({"wages.job_per_hour.scale": 1.1})
    >>> dearer.changed
    ('wages.job_per_hour',)
    """

    _what: ClassVar[str] = overlays.WHAT
    _package: ClassVar[str] = overlays.PACKAGE
    _error: ClassVar[type[InputError]] = PriceError

    price_year: Annotated[int, unit("year", ge=1980, le=2200), fields.WHOLE] | None = None
    """Year to whose consumer prices social values are deflated; without it, the run's first."""
    growth_per_year_after_list: fields.Growth = 0.0
    """Growth of all amounts of money and of consumer prices after the list's last year; shares and
    tax rates stay."""
    held_at: dt.date | None = None
    """Day whose benefits, wages, taxes and refunds hold throughout; `as_of` writes it."""
    currency: fields.Currency = CURRENCY
    """Currency of every amount, as its three letters; scenarios must be in the same."""
    not_priced: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """What the list leaves out, as short phrases without a full stop, to be shown with results."""
    benefits: Annotated[dict[Code, BenefitRate], Frozen] = Field(min_length=1)
    """Benefit rates by the names that groups use."""
    earnings: Earnings
    refund: Refund
    wages: Wages
    taxes: Taxes
    equalisation: Equalisation = Equalisation()
    activation: Activation
    destinations: Annotated[dict[Code, Destination], Frozen] = Field(default_factory=FrozenDict)
    """Destinations of those who leave without work; what no destination takes costs nothing."""
    displacement: Displacement
    consumer_prices: ConsumerPrices
    guidance: Guidance

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Prices:
        self._destinations_share_one()
        days = self.consumer_prices.index.dates
        if days and self.price_year is not None and self.price_year < days[0].year:
            problem = f"must be {days[0].year} or later, as consumer_prices.index begins"
            raise ValueError(f"price_year: {problem}, got {self.price_year}")
        self._stand_still()
        if self.grows and all(last is None for _, last in self.known.values()):
            problem = "no price of this list has a date after which it could grow"
            raise ValueError(f"growth_per_year_after_list: {problem}")
        for path, assumption in self.assumptions.items():
            for code in assumption.sources:
                if code not in self.sources:
                    hint = nearest(code, self.sources)
                    raise ValueError(f'assumptions."{path}".sources: no source "{code}"{hint}')
            if assumption.tuned_to:
                raise ValueError(f'assumptions."{path}".tuned_to: a price list has no claims')
        return self

    def _destinations_share_one(self) -> None:
        """Refuse shares above 1 together, and two destinations that both have the rest."""
        rest = [code for code, place in self.destinations.items() if place.share is None]
        if len(rest) > 1:
            told = f"{' and '.join(rest)} have no share; only one can have the rest"
            raise ValueError(f"destinations: {told}")
        for after_meeting in (False, True):
            places = self.destinations.values()
            given = [place.share_of(after_meeting=after_meeting) for place in places]
            named = "shares after a meeting" if after_meeting else "shares"
            refuse_above_one(f"destinations: {named}", [one for one in given if one is not None])

    def _stand_still(self) -> None:
        """Refuse growth, and a second step, where prices are held at one day."""
        if self.held_at is None:
            return
        told = f"prices are held at {self.held_at}"
        if self.grows:
            raise ValueError(f"growth_per_year_after_list: {told}, and none of them grows")
        for path, days in self._dated():
            if days[0] != days[-1]:
                raise ValueError(f"{path}: {told}, and this one changes on {days[-1]}")

    def _dated(self) -> Iterator[tuple[str, list[dt.date]]]:
        """Paths of prices with dates, and the dates; without those that go on."""
        texts = (*Document.model_fields, *_GO_ON)
        stated = {name: part for name, part in self.stated().items() if name not in texts}
        for path, _ in flatten(stated):
            if days := sorted(dates_of(value_at(self, path))):
                yield path, days

    @classmethod
    def _not_in_prices(cls, path: str) -> str:
        return f'in a price list, leave "prices." out: {path.removeprefix("prices.")}'

    @classmethod
    def _completed(cls, data: dict[str, Any], folder: Path) -> Mapping[str, Any]:
        return overlays.completed(cls, data, folder)

    def save(
        self, path: str | Path, *, force: bool = False, based_on: str | Path | None = None
    ) -> Path:
        """Write a file that `load` reads: TOML in UTF-8, whole or not at all.

        Parameters
        ----------
        path : path of a .toml file
        force : bool, whether a file that is there already is replaced
        based_on : str or Path, optional
            Name or path of a price list: only what differs from it is written. A number that
            stands for the dated steps of that list is written as a step from its first date.

        Raises
        ------
        InputError
            If the name does not end in .toml, or this list lacks what the other has.
        OutputError
            If a file is there already and is to stay, or it cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> dearer = Prices.load("denmark").with_({"wages.job_per_hour.scale": 1.1})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = dearer.save(f"{folder}/dearer.toml", based_on="denmark")
        ...     Prices.load(file) == dearer
        True
        """
        if based_on is None:
            return super().save(path, force=force)
        target = file_path(path)
        refuse_ending(target, ".toml")
        text = self.to_toml(based_on, folder=target.parent)
        if os.path.realpath(based_on) == os.path.realpath(target):
            raise PriceError(f"based_on: {target} cannot be based on itself")
        return write_text(target, text, force=force)

    def to_toml(self, based_on: str | Path | None = None, *, folder: str | Path = ".") -> str:
        """TOML text that `load` reads back to an equal object; sources stand last.

        Parameters
        ----------
        based_on : str or Path, optional
            Name or path of a price list: the text states only what differs from it.
        folder : str or Path
            Where the text is to stand, from which the path of the other list is told.
        """
        if based_on is None:
            return super().to_toml()
        base, named = Prices.load(based_on), str(based_on)
        if named not in preset_names(self._package):
            there, here = Path(based_on).resolve(), Path(folder).resolve()
            if not there.is_relative_to(here):
                raise PriceError(f'based_on: "{named}" must lie in {here} or in a folder below it')
            named = there.relative_to(here).as_posix()
        try:
            return dump_toml(overlays.overlay(self, base, named))
        except InputError as error:
            raise PriceError(str(error)) from None

    def difference(self, other: Prices) -> ScenarioDifference:
        """What another price list changes: values by path, here and there."""
        return ScenarioDifference(dict(overlays.differing(self, checked_prices(other))))

    @property
    def named(self) -> str:
        """Name with the number of changes, such as "denmark, 4 entries changed"."""
        many = len(self.entries_changed)
        return f"{self.name}, {counted(many, 'entry')} changed" if many else self.name

    @property
    def known(self) -> dict[str, tuple[int | None, int | None]]:
        """First and last year with prices of their own, by kind; None where there is no end."""
        index = years_of([self.consumer_prices.index])
        if self.held_at is not None:
            always = dict.fromkeys(("benefits", "wages", "refund"), (None, None))
            return {**always, "consumer prices": index}
        benefits = [rate.per_month for rate in self.benefits.values()]
        wages = [self.wages.small_job_per_hour, self.wages.job_per_hour]
        return {
            "benefits": years_of(benefits),
            "wages": years_of(wages),
            "refund": (years_of(self.refund.municipal_share)[0], None),
            "consumer prices": index,
        }

    @property
    def grows(self) -> bool:
        """Whether amounts grow in some year after the list's last one."""
        rate = self.growth_per_year_after_list
        return any(rate.values) if isinstance(rate, Schedule) else rate != 0.0

    @property
    def years(self) -> tuple[int, int]:
        """First and last year with all prices of their own; every year where none has a date."""
        firsts, lasts = zip(*self.known.values(), strict=True)
        first = max((year for year in firsts if year is not None), default=_EVERY_YEAR[0])
        return first, min((year for year in lasts if year is not None), default=_EVERY_YEAR[1])

    def price_year_of(self, scenario: Scenario) -> int:
        """Year in whose prices social values of a run are."""
        return scenario.horizon.start.year if self.price_year is None else self.price_year

    def with_tax_treatment(self, name: str) -> Prices:
        """The same list where extra municipal tax is treated by one of the list's names.

        Parameters
        ----------
        name : str, of `equalisation.treatments`

        Raises
        ------
        PriceError
            If the list has no such treatment; the message names the nearest one.

        Examples
        --------
        >>> budgeting = Prices.load("denmark").with_tax_treatment("self_budgeting")
        >>> budgeting.equalisation.kept_share
        0.25
        """
        treatments = self.equalisation.treatments
        if text_of("name", name) not in treatments:
            problem = f'there is no tax treatment "{name}"{nearest(name, treatments)}'
            raise PriceError(f"{self.name}: {problem}")
        return self.with_({"equalisation.kept_share": treatments[name]})

    def benefit_rate(self, rate: str) -> BenefitRate:
        """Benefit rate by its name.

        Raises
        ------
        PriceError
            If the list has no such rate; the message names the nearest one.
        """
        if text_of("rate", rate) not in self.benefits:
            raise PriceError(
                f'{self.name}: there is no benefit rate "{rate}"{nearest(rate, self.benefits)}'
            )
        return self.benefits[rate]

    def check(self, scenario: Scenario) -> None:
        """Refuse a scenario in another currency, or one that draws a rate that the list lacks.

        Raises
        ------
        PriceError
            One line; if a rate is missing, with its path and the nearest rate.
        """
        self.refuse_currency(checked_scenario("scenario", scenario))
        for code, group in scenario.groups.items():
            for rate in group.benefit_rates:
                try:
                    self.benefit_rate(rate)
                except PriceError as error:
                    raise PriceError(f"groups.{code}.benefit_rates: {error}") from None

    def refuse_currency(self, scenario: Scenario) -> None:
        """Refuse a scenario whose amounts are in another currency.

        Raises
        ------
        PriceError
            One line with both.
        """
        if scenario.currency != self.currency:
            ours, theirs = (
                f"{self.name} in {self.currency}",
                f"{scenario.name} is in {scenario.currency}",
            )
            problem = f"{theirs}, the price list {ours}"
            raise PriceError(f"currency: {problem}; state one of them in the other's currency")

    def refuse_gaps(self, scenario: Scenario) -> None:
        """Refuse a run that begins before a price that was changed does.

        Raises
        ------
        PriceError
            If dates of a changed price begin after the run and after the list itself: one line.
        """
        start, index = scenario.horizon.start, self.consumer_prices.index.dates
        for path in self.entries_changed:
            days = dates_of(value_at(self, path)) if path != _GROWTH else []
            if days and days[0] > max([start, *index[:1]]):
                problem = f"begins {days[0]}, after the first day of the run ({start})"
                raise PriceError(
                    f"prices.{path}: {problem}; a step from {start} would say what holds first"
                )

    def as_of(self, day: dt.date | str) -> Prices:
        """Hold benefits, wages, taxes and refunds at what they are on one day.

        Two regimes laid over the same volumes show what a reform alone does to every purse. Nothing
        grows after the list's last year.

        Examples
        --------
        >>> import datetime as dt, jobsim as js
        >>> now = js.Prices.load("denmark").as_of(dt.date(2026, 1, 1))
        >>> now.earnings.deducted_share.values
        (0.65,)
        """
        day = _day(day)
        held: dict[str, object] = {"held_at": self.held_at or day}
        for path, days in self._dated():
            given = value_at(self, path)
            if isinstance(given, Schedule):
                held[path] = [{"from": days[0], "value": given.on(day)}]
            else:
                held[path] = [one.on(day) for one in self.refund.municipal_share]
        if self.growth_per_year_after_list != 0.0:
            held["growth_per_year_after_list"] = 0.0
        return self.with_({**held, "name": f"{self.name} as of {day}"})

    def __repr__(self) -> str:
        share = register(self).judgement_share
        parts = [
            f"benefit rates: {', '.join(self.benefits)}",
            f"social values in prices of {self.price_year or 'the first year'}",
            f"municipal tax: {self.equalisation.told}",
            f"{share:.0%} of the numbers are judgement",
        ]
        changed = self.entries_changed
        changes = [f"changed: {', '.join(changed)}"] if changed else []
        return f"<Prices {self.named}: {'; '.join(parts + changes)}>"

    __str__ = __repr__
