"""Several plans beside each other, as their comparisons tell; may import comparisons and style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.outcomes.measures import net
from jobsim.analysis.outcomes.spread import spread
from jobsim.errors import InputError
from jobsim.plots import palette, style
from jobsim.text.tables import count, counted, in_brackets
from jobsim.vocabulary import PURSE_LABELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SPREADS = "points: means; whiskers: 95 % intervals (Monte Carlo); bars: where 95 % of futures fall"


def plot_plans(
    plans: Mapping[str, Comparison] | Sequence[Comparison],
    *,
    payer: str = "municipality",
    ax: Axes | None = None,
) -> Axes:
    """What one payer gains by each of several plans, with the placements that it brings.

    Parameters
    ----------
    plans : mapping of name to Comparison, or sequence of Comparison
        Without names, plans are called as their scenarios are.
    payer : str
        Whose net saving over the whole run.
    ax : Axes, optional

    Raises
    ------
    InputError
        If there is no plan, something is no comparison, or they do not cover the same weeks.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("esbjerg-2018")
    >>> less = town.with_({"programmes.intensive.budget_per_year.scale": 0.5})
    >>> how = {"replications": 4, "engine": "numpy", "progress": False}
    >>> ax = plot_plans({"as it is": js.compare(town, **how), "half": js.compare(less, **how)})
    >>> ax.get_xlabel()
    'net saving of the municipality, million DKK'
    """
    named = dict(plans) if isinstance(plans, Mapping) else _named(plans)
    if not named:
        raise InputError("plot: there is no plan to draw; js.compare(scenario) makes one")
    for one in named.values():
        style.accepted(one, "js.compare(scenario)", Comparison)
    _refuse_other_weeks(named)
    ax, title = style.axes_or_new(ax), counted(len(named), "plan")
    extra = [one.difference_of("placements", None) for one in named.values()]
    saved = [net(one.increments, payer).sum(axis=1) for one in named.values()]
    if not style.seen(*extra, *saved):
        return style.nothing(ax, title, "No plan differs from its baseline in any future.")
    found = [spread(values) for values in saved]
    rows = zip(named, map(spread, extra), strict=True)
    names = [f"{name}\n{in_brackets(placed, count)} placements" for name, placed in rows]
    style.spreads_in_rows(ax, names, found, palette.own(ax, payer))
    unit = style.in_units(ax.xaxis, "DKK", max(abs(one.mean) for one in found))
    whose = PURSE_LABELS[payer].lower()
    ax.set_xlabel(f"net saving of the {whose}, {unit}")
    return style.headed(ax, title, "scenario − baseline over the whole run", _SPREADS, _NAMES)


_NAMES = "below each name: extra placements with their 95 % interval"


def _refuse_other_weeks(plans: Mapping[str, Comparison]) -> None:
    """Refuse plans over other weeks: what a longer run gains more is no merit of its plan."""
    runs = {name: one.played.scenario.horizon for name, one in plans.items()}
    (first, run), *others = runs.items()
    for name, other in others:
        if other != run:
            raise InputError(
                f'plot: "{name}" must cover the same weeks as "{first}" ({run.weeks} from '
                f"{run.start}), got {other.weeks} from {other.start}"
            )


def _named(plans: Sequence[Comparison]) -> dict[str, Comparison]:
    """Plans by their scenarios' names, numbered where these are alike."""
    found: dict[str, Comparison] = {}
    for one in plans:
        style.accepted(one, "js.compare(scenario)", Comparison)
        name = one.played.scenario.name
        alike = sum(name == other.played.scenario.name for other in found.values())
        found[f"{name} ({alike + 1})" if alike else name] = one
    return found
