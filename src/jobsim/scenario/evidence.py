"""Where numbers come from and what is claimed of them; may import errors and vocabulary."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from functools import lru_cache
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from jobsim.errors import nearest
from jobsim.scenario.fields import WHOLE, Code, Frozen, Room, unit
from jobsim.scenario.months import in_words
from jobsim.vocabulary import VOLUME_MEASURES

Kind = Literal["article", "statute", "statistics", "study", "derived", "estimated", "judgement"]
OBSERVABLE = tuple(VOLUME_MEASURES)
"""Measures that an observed series can be of: the measures of volumes."""
_QUICK = """
    bernoulli beta betaprime cauchy chi2 expon f fisk gamma geom gumbel_l gumbel_r halfnorm
    invgamma laplace logistic loglaplace lognorm loguniform lomax norm pareto poisson
    powerlaw randint rayleigh skewnorm t trapezoid triang truncexpon truncnorm uniform
    weibull_min
"""
FAMILIES = tuple(_QUICK.split())
"""Distributions of scipy.stats whose quantiles are found at once, whatever the parameters."""
_SHAPES = {
    "beta": "ab",
    "gamma": "a",
    "lognorm": "s",
    "norm": "",
    "triang": "c",
    "uniform": "",
    "weibull_min": "c",
}
"""Shapes, of one letter each, of the families that most assumptions are of."""
_DISCRETE = ("geom", "poisson", "randint")
"""Families of whole numbers, which are shifted only."""
_TOP = 0.9999
"""Quantile that is to stay within a field when its distribution moves."""
_UNSHIPPED = ("docplayer", "9pdf", "scribd", "1library", "[short]", "rssing", "vdocuments")


class Source(Room):
    """A publication that a reader can look up."""

    author: str = Field(min_length=1)
    """Person or body."""
    title: str = Field(min_length=1)
    """Title of the publication, page or table."""
    year: Annotated[int, unit("year", ge=1900, le=2100), WHOLE]
    """Year of publication, or of the page read."""
    doi: str | None = None
    """Digital object identifier, without https://doi.org/."""
    url: str | None = None
    """Official page."""

    @model_validator(mode="after")
    def _can_be_found(self) -> Source:
        if not self.doi and not self.url:
            raise ValueError("a source needs a doi or a url")
        if self.url and not self.url.startswith(("https://", "http://")):
            raise ValueError("url must start with https:// or http://")
        if self.url and not _is_original(self.url):
            raise ValueError(f"url {self.url} is a mirror, truncated or a bare address")
        return self


def _is_original(url: str) -> bool:
    """Tell whether an address is whole, at a host with a name such as www.dst.dk, and no mirror."""
    host = urlsplit(url).hostname or ""
    named = "." in host and ":" not in host and not host.replace(".", "").isdigit()
    return named and not any(word in url for word in _UNSHIPPED)


class Distribution(Room):
    """What is known of an uncertain number, as a probability distribution.

    Either a scipy.stats name with its parameters, or low, mode and high (triangular).
    """

    of: Literal["value", "factor"] = "value"
    """value: of the number itself; factor: of what multiplies it, for all steps of a schedule or
    list together."""
    name: str | None = None
    """Name of a scipy.stats distribution, one of those with quick quantiles (`FAMILIES`)."""
    parameters: Annotated[dict[str, float], Frozen] = Field(default_factory=dict)
    """Its parameters (loc and scale included) by name."""
    low: float | None = None
    """Least plausible value, for a triangular distribution."""
    mode: float | None = None
    """Most plausible value."""
    high: float | None = None
    """Greatest plausible value."""
    at: float | None = None
    """Number that it was stated for, where that is not its mode (of low, mode and high) or median.
    Where another number stands in the file, the distribution moves with it."""

    @model_validator(mode="after")
    def _one_of_two_forms(self) -> Distribution:
        if self.at is not None and self.of == "factor":
            raise ValueError("at: a factor is of whatever number stands there; leave it out")
        triple = self._triple()
        if self.name is None:
            if len(triple) < 3:
                raise ValueError("give name and parameters, or low, mode and high")
            low, mode, high = triple
            if not (low <= mode <= high and low < high):
                raise ValueError("low <= mode <= high with low < high is needed")
        elif triple:
            raise ValueError("give name and parameters, or low, mode and high, not both")
        if not _is_plain(*self._named()):
            _check_median(*self._named())
        return self

    def frozen(self) -> Any:
        """Return the scipy.stats frozen distribution.

        Examples
        --------
        >>> float(Distribution(low=0.1, mode=0.2, high=0.3).frozen().mean().round(3))
        0.2
        """
        return _frozen(*self._named())

    def stated_for(self, value: float) -> float | None:
        """Number that it was stated for: the value itself, if that may be; None if not known.

        A lognormal distribution may be stated by its median or by its mean. Of a factor, and of
        families that do not say it, nothing is known without `at`.

        Examples
        --------
        >>> Distribution(low=0.1, mode=0.2, high=0.3).stated_for(0.25)
        0.2
        """
        found = [] if self.of == "factor" else self._centres()
        same = any(math.isclose(one, value, rel_tol=1e-9, abs_tol=1e-12) for one in found)
        return value if same else next(iter(found), None)

    def _centres(self) -> list[float]:
        """Numbers that it may have been stated for."""
        if self.at is not None or self.mode is not None:
            return [float(one) for one in (self.at, self.mode) if one is not None][:1]
        shapes = dict(self.parameters)
        loc, scale = shapes.get("loc", 0.0), shapes.get("scale", 1.0)
        if self.name == "triang":
            return [loc + shapes["c"] * scale]
        if self.name == "lognorm":
            return [loc + scale, loc + scale * math.exp(shapes["s"] ** 2 / 2)]
        return [loc] if self.name == "norm" else []

    def moved(
        self, before: float, value: float, least: float, greatest: float
    ) -> Distribution | None:
        """The same distribution about another number, within the bounds of its field.

        Parameters
        ----------
        before, value : float
            Number that it was stated for, and the one that stands there now.
        least, greatest : float
            What the field allows.

        Returns
        -------
        Distribution or None
            A positive number keeps its relative spread. Where that would leave the field at its
            upper end, every distance from that end changes in proportion; any other number is
            shifted. None where nothing is left of the spread: at an end of the field.

        Examples
        --------
        >>> print(Distribution(low=0.1, mode=0.2, high=0.3).moved(0.2, 0.4, 0, 1))
        triangular(0.2, 0.4, 0.6)
        >>> print(Distribution(low=0.0, mode=0.3, high=1.0).moved(0.3, 0.65, 0, 1))
        triangular(0.5, 0.65, 1)
        """
        shift, factor = self._way(before, value, max(0.0, least), greatest)
        if factor <= 0:
            return None
        triple, parameters = self._triple(), dict(self.parameters)
        if triple:
            low, mode, high = (shift + factor * one for one in triple)
            return Distribution(low=low, mode=mode, high=high, at=value)
        parameters["loc"] = shift + factor * parameters.get("loc", 0.0)
        if self.name not in _DISCRETE:
            parameters["scale"] = factor * parameters.get("scale", 1.0)
        return Distribution(name=self.name, parameters=parameters, at=value)

    def _way(
        self, before: float, value: float, origin: float, greatest: float
    ) -> tuple[float, float]:
        """Shift and factor that take what it was stated for to another number."""
        if self.name in _DISCRETE:
            return value - before, 1.0
        if before > origin and value >= origin:
            factor = (value - origin) / (before - origin)
            top = float(self.frozen().ppf(_TOP)) if self.high is None else self.high
            if factor <= 1 or origin + factor * (top - origin) <= greatest:
                return origin * (1 - factor), factor
        if math.isfinite(greatest) and before < greatest and origin <= min(before, value):
            factor = (greatest - value) / (greatest - before)
            return greatest * (1 - factor), factor
        return value - before, 1.0

    def _triple(self) -> list[float]:
        """Least, most plausible and greatest value, those that are given."""
        return [float(x) for x in (self.low, self.mode, self.high) if x is not None]

    def _named(self) -> tuple[str, tuple[tuple[str, float], ...]]:
        """Name and parameters as scipy.stats knows them."""
        if self.name is not None:
            return self.name, tuple(self.parameters.items())
        low, mode, high = self._triple()
        width = high - low
        triangular = {"c": (mode - low) / width, "loc": low, "scale": width}
        return "triang", tuple(triangular.items())

    def __str__(self) -> str:
        before = "× " if self.of == "factor" else ""
        if self.name is None:
            return f"{before}triangular({self.low:g}, {self.mode:g}, {self.high:g})"
        inside = ", ".join(f"{key}={value:g}" for key, value in self.parameters.items())
        return f"{before}{self.name}({inside})"


def _is_plain(name: str, parameters: tuple[tuple[str, float], ...]) -> bool:
    """Tell where a median is certain, half a second sooner than by loading scipy.stats."""
    shapes = dict(parameters)
    loc, scale = shapes.pop("loc", 0.0), shapes.pop("scale", 1.0)
    low, high = (0.0, 1.0) if name == "triang" else (1e-3, 1e3)
    return (
        set(shapes) == set(_SHAPES.get(name, "?"))
        and all(low <= shape <= high for shape in shapes.values())
        and abs(loc) < 1e100
        and 0 < scale < 1e100
    )


@lru_cache(maxsize=1024)
def _frozen(name: str, parameters: tuple[tuple[str, float], ...]) -> Any:
    from scipy import stats

    return getattr(stats, name)(**dict(parameters))


@lru_cache(maxsize=1024)
def _check_median(name: str, parameters: tuple[tuple[str, float], ...]) -> None:
    """Refuse a distribution without a finite median; remembered, since changes check it anew."""
    from scipy import stats

    if name not in FAMILIES:
        hint = nearest(name, FAMILIES)
        raise ValueError(f"scipy.stats has no distribution {name!r} with quick quantiles{hint}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            median = float(getattr(stats, name).ppf(0.5, **dict(parameters)))
    except (ArithmeticError, TypeError, ValueError) as error:
        raise ValueError(f"parameters do not fit scipy.stats.{name}: {error}") from error
    if not math.isfinite(median):
        raise ValueError(f"parameters do not fit scipy.stats.{name}: no finite median")


class Assumption(Room):
    """Where one number, or all numbers below one path, come from."""

    kind: Kind
    """article, statute, statistics, study, derived, estimated or judgement."""
    sources: tuple[Code, ...] = ()
    """Codes of the scenario's sources."""
    formula: str | None = None
    """Arithmetic of a derived number, in words and figures; of an estimated one, the procedure."""
    inputs: tuple[str, ...] = ()
    """What the formula uses."""
    reason: str | None = None
    """Why this value, for a judgement; a remark, for any other."""
    low: float | None = None
    """Least plausible value."""
    high: float | None = None
    """Greatest plausible value."""
    distribution: Distribution | None = None
    """What is known of it, where uncertain."""
    tuned_to: tuple[Code, ...] = ()
    """Codes of the scenario's claims, of role fitted, that the number was set to reproduce."""

    @model_validator(mode="after")
    def _says_enough(self) -> Assumption:
        if self.kind in ("derived", "estimated") and not (self.formula and self.inputs):
            raise ValueError(f"a number that is {self.kind} needs formula and inputs")
        if self.kind == "judgement" and (not self.reason or self.low is None or self.high is None):
            raise ValueError("a judgement needs reason, low and high")
        if self.kind not in ("derived", "estimated", "judgement") and not self.sources:
            raise ValueError(f"kind {self.kind} needs sources")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low ({self.low:g}) must not exceed high ({self.high:g})")
        return self


class Claim(Room):
    """A published result, to be fitted or to be judged."""

    label: str = Field(min_length=1)
    """The claim in a few words."""
    measure: Code
    """Measure of a comparison, such as placements or net_saving."""
    of: Literal["scenario", "difference"] = "scenario"
    """Whether it is about the scenario itself or its difference from the baseline."""
    year: Annotated[int, unit("year", ge=1900, le=2200), WHOLE]
    """Calendar year."""
    month: Annotated[int, unit("month", ge=1, le=12), WHOLE] | None = None
    """Month, where the claim is about the end of one (absent: the whole year)."""
    groups: tuple[Code, ...] = ()
    """Groups it is about (empty: all)."""
    payer: str | None = None
    """Whose purse, for money."""
    value: float
    """The figure claimed."""
    tolerance: Annotated[float, unit("same as value", ge=0)] | None = None
    """How near a fit must come."""
    source: Code
    """Code of the scenario's source."""
    role: Literal["fitted", "held_out"]
    """fitted: used to tune the scenario, hence no evidence for it; held_out: not used."""


class Observation(Room):
    """One observed value."""

    date: dt.date
    """Day it is about."""
    value: float
    """What was observed."""


class ObservedSeries(Room):
    """Observed values over time, to lay beside the model."""

    label: str = Field(min_length=1)
    """What was observed."""
    measure: Code
    """Measure of a comparison; a stock such as recipients is that of the end of the period."""
    groups: tuple[Code, ...] = ()
    """Groups it is about (empty: all)."""
    period: Literal["month", "year"] = "month"
    """What each value is of: the calendar month or the calendar year of its date."""
    values: tuple[Observation, ...] = ()
    """Values, kept in order of date (absent: they stand in the file)."""
    standard_error: Annotated[float, unit("same as values", ge=0)] | None = None
    """Standard error of each value, as a target (absent: everybody was counted)."""
    not_published: tuple[dt.date, ...] = ()
    """Periods of which no value is published, such as suppressed months: a day of each."""
    file: str | None = None
    """CSV file of months beside the scenario's file or below; read when the scenario is loaded."""
    column: str | None = None
    """Heading of the column in that file (absent: the name of the measure)."""
    source: Code
    """Code of the scenario's source."""

    @model_validator(mode="after")
    def _has_values(self) -> ObservedSeries:
        if self.file is not None or self.column is not None:
            raise ValueError(
                "file and column are read by Scenario.load, and stand in the place of values"
            )
        if not self.values:
            raise ValueError("needs values, or the name of a CSV file")
        return self

    @property
    def gaps(self) -> str:
        """Periods of which nothing is published, in words; empty where there are none."""
        if self.period == "year":
            return ", ".join(f"{day:%Y}" for day in sorted(self.not_published))
        return in_words(self.not_published)

    @field_validator("values")
    @classmethod
    def _in_order(cls, values: tuple[Observation, ...]) -> tuple[Observation, ...]:
        return tuple(sorted(values, key=lambda one: one.date))

    @model_validator(mode="after")
    def _says_each_period_once(self) -> ObservedSeries:
        days: dict[str, dt.date] = {}
        for day in (*(one.date for one in self.values), *self.not_published):
            period = f"{day:%Y}" if self.period == "year" else f"{day:%Y-%m}"
            if period in days:
                raise ValueError(f"{period} stands twice, as {days[period]} and {day}")
            days[period] = day
        return self

    @model_validator(mode="after")
    def _counts_whole(self) -> ObservedSeries:
        for one in self.values:
            if problem := no_count(self.measure, one.value):
                raise ValueError(f"{one.value:g} on {one.date} {problem}")
        return self


COUNTED = ("persons", "meetings")
"""Units that are counted, not measured."""


def no_count(measure: str, value: float) -> str:
    """What is wrong with an observed value of a measure that is counted; empty where nothing is.

    Examples
    --------
    >>> no_count("recipients", 1043.0), no_count("caseload", 43.5)
    ('', '')
    """
    words = VOLUME_MEASURES.get(measure)
    if words is None or words.unit not in COUNTED or (value >= 0 and value == math.floor(value)):
        return ""
    return (
        f"is no whole number of {words.unit}; if a point or comma between thousands was read as "
        "the decimal mark, write the number without it"
    )
