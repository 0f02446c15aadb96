"""What trials together say of meetings, as entries of an assumption register.

May import what is estimated and scenarios. The entries are of a place that none of the trials was
in: differences between places are in their spread.
"""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Mapping, Sequence
from itertools import combinations
from typing import Annotated, Any, ClassVar

import numpy as np
from scipy import stats
from scipy.optimize import root
from scipy.special import ndtri

from jobsim.analysis.playing.points import unit_points
from jobsim.analysis.setting.steady_state import flows_at_rest
from jobsim.arrays import Floats
from jobsim.errors import InputError, nearest
from jobsim.scenario import Scenario, checked_scenario
from jobsim.scenario.correlations import Correlation
from jobsim.scenario.document import Document
from jobsim.scenario.evidence import Assumption, Distribution
from jobsim.scenario.fields import Frozen
from jobsim.text.tables import counted
from jobsim.trial.meeting_effects import PACKAGE, MeetingEffects

_FAMILIES = ("gamma", "lognorm", "weibull_min")
_KEPT = 1e-4
"""Relative error of the flows that are kept."""
_LEAST = 0.03
"""Rank correlations nearer to 0 are left out; with fewer, those of several groups could not be."""


class PooledEffects(Document):
    """Numbers of meetings by path, where the group of a path is a kind of people.

    Examples
    --------
    >>> found = PooledEffects.load("pooled")
    >>> found.people
    ['insured', 'job_ready', 'activity_ready', 'integration']
    """

    _what: ClassVar[str] = "file of pooled effects"
    _package: ClassVar[str] = PACKAGE

    values: Annotated[dict[str, float], Frozen]
    """Medians by path."""
    correlations: tuple[Correlation, ...] = ()
    """How they go together."""

    @property
    def people(self) -> list[str]:
        """Codes of the kinds of people that it speaks of."""
        found = [path.split(".")[1] for path in self.values if path.startswith("groups.")]
        return list(dict.fromkeys(found))

    def entries(self, groups: Mapping[str, str]) -> dict[str, Any]:
        """Values, assumptions, correlations and sources for groups that are such people.

        Parameters
        ----------
        groups : mapping of the code of a group to that of its people

        Raises
        ------
        InputError
            If it does not speak of such people; the message names the nearest.
        """
        if not isinstance(groups, Mapping) or not groups:
            raise InputError("groups: must be {group: people}, of one group at least")
        for group, people in groups.items():
            if not isinstance(group, str):
                raise InputError(f"groups: must be texts, got {group!r}")
            if people not in self.people:
                known = nearest(str(people), self.people)
                raise InputError(f'{group}: nothing is known of people "{people}"{known}')
        values, assumptions = {}, {}
        for path, value in self.values.items():
            for mine in _in_groups(path, groups):
                values[mine] = value
                assumptions[mine] = self.assumptions[path]
        pairs = [
            Correlation(of=(first, second), rank_correlation=one.rank_correlation)
            for one in self.correlations
            for first in _in_groups(one.of[0], groups)
            for second in _in_groups(one.of[1], groups)
        ]
        for path in self.values:  # of groups that are the same people, it is one number
            of_them = combinations(_in_groups(path, groups), 2)
            pairs += [Correlation(of=pair, rank_correlation=1.0) for pair in of_them]
        return {
            "values": values,
            "assumptions": assumptions,
            "correlations": tuple(pairs),
            "sources": dict(self.sources),
        }

    def laid_on(
        self, scenario: Scenario, groups: Mapping[str, str], *, keep_flows: bool = True
    ) -> Scenario:
        """A scenario with these numbers in place of its own, where they come from included.

        Correlations that the scenario states between numbers of meetings give way where one of
        them is laid.

        Parameters
        ----------
        scenario : Scenario
        groups : mapping of the code of a group to that of its people
        keep_flows : bool
            Work the hazards of a job and of other exits without meetings out again, so that under
            the regular service as many spells as before end in work, after as long on average.
            Inflow, pool and durations at rest then stay nearly what they were; `at_rest` makes
            them exact.

        Raises
        ------
        InputError
            If a group or people are not there, or no hazards keep the flows: meetings then do more
            than was seen of the regular service.

        Examples
        --------
        >>> import jobsim as js
        >>> town = js.Scenario.load("esbjerg-2018-evidence")
        >>> laid = PooledEffects.load("pooled").laid_on(town, {"job_ready": "job_ready"})
        >>> laid.groups["job_ready"].lasting_gain > 0
        True
        """
        scenario = checked_scenario("scenario", scenario)
        found = self.entries(groups)
        for group in groups:
            if group not in scenario.groups:
                known = nearest(group, scenario.groups)
                raise InputError(f'there is no group "{group}"{known}')
        changed = scenario.with_(found["values"])
        if keep_flows:
            for group in groups:
                changed = changed.with_(_kept_flows(scenario, changed, group))
        data = changed.stated()
        for part in ("assumptions", "sources"):
            data[part] = {**data.get(part, {}), **found[part]}
        paths = found["values"].keys()
        kept = [one for one in data.get("correlations", ()) if not self._replaces(one["of"], paths)]
        data["correlations"] = [*kept, *found["correlations"]]
        data["changed"] = [path for path in changed.changed if path not in paths]
        return Scenario.from_dict(data)

    def _replaces(self, pair: Sequence[str], laid: KeysView[str]) -> bool:
        """Whether a pair is of numbers of meetings alone, one of which is laid anew."""
        known = {path.rpartition(".")[2] for path in self.values}
        return not laid.isdisjoint(pair) and {one.rpartition(".")[2] for one in pair} <= known

    def __repr__(self) -> str:
        return (
            f"<PooledEffects {self.name}: {len(self.values)} numbers, of {', '.join(self.people)}>"
        )

    __str__ = __repr__


def _kept_flows(before: Scenario, after: Scenario, group: str) -> dict[str, float]:
    """Hazards without meetings under which spells of a group go on as before in regular service."""
    paths = [f"groups.{group}.{one}_hazard_per_week" for one in ("job_finding", "other_exit")]
    stated = [float(getattr(before.groups[group], path.split(".")[-1])) for path in paths]
    aim = _flows(before, group)

    def missed(factors: Floats) -> Floats:
        new = {path: x * abs(f) for path, x, f in zip(paths, stated, factors, strict=True)}
        return np.asarray(_flows(after.with_(new), group) / aim - 1)

    if min(stated) == 0 or np.allclose(missed(np.ones(2)), 0, atol=_KEPT):
        return {}
    solved = root(missed, np.array([0.9, 0.9]), tol=1e-8)
    if np.abs(missed(solved.x)).max() > _KEPT or solved.x.min() <= 0:
        raise InputError(
            f"groups.{group}: no hazards keep the flows of the regular service: meetings settle "
            f"more exits than it has; lower groups.{group}.meeting_exit_probability"
        )
    return {
        path: _digits(x * f) for path, x, f in zip(paths, stated, solved.x.tolist(), strict=True)
    }


def _flows(scenario: Scenario, group: str) -> Floats:
    """Share of spells that end in work, and mean weeks on benefit, in the regular service."""
    found = flows_at_rest(scenario, group)
    return np.array([found.placed.sum(), found.staying.sum()])


def _in_groups(path: str, groups: Mapping[str, str]) -> Iterator[str]:
    """A path of some people as those of the groups that are such people."""
    start, *rest = path.split(".", 2)
    if start != "groups":
        yield path
        return
    people, end = rest
    yield from (f"groups.{group}.{end}" for group, one in groups.items() if one == people)


def pooled(
    effects: MeetingEffects, values: Mapping[str, Floats], trials: Mapping[str, str], seed: int
) -> PooledEffects:
    """Entries of a register from the posterior of everything that is estimated.

    Parameters
    ----------
    effects : MeetingEffects
    values : mapping of name to float64[draws]
    trials : mapping of name to code of people
        Trials that were fitted.
    seed : int

    Notes
    -----
    Where a prior ends above, a number that is the same everywhere gets a beta distribution within
    its ends; any other number that of three families which is nearest to its draws (least greatest
    distance between distribution functions). All get the rank correlations of the draws.
    """
    draws = len(next(iter(values.values())))
    scores = ndtri(unit_points("sobol", draws, 2, seed=seed).values)
    elsewhere = effects.elsewhere(values, scores)
    columns: dict[str, Floats] = {}
    owners: dict[str, str] = {}
    for people in effects.people:
        for path, column in effects.of_people(people, people, elsewhere).items():
            columns.setdefault(path, column)
            owners.setdefault(path, people if path.startswith("groups.") else "")
    sources = {**effects.sources}
    cited = tuple(code for code in map(source_of, trials) if code in sources)
    assumptions = {
        path: _entry(effects, path, column, owners[path], trials, cited)
        for path, column in columns.items()
    }
    used = {code for one in assumptions.values() for code in one.sources}
    return PooledEffects(
        name="pooled",
        title="What trials together say of meetings",
        description=effects.description,
        values={path: _digits(float(np.median(column))) for path, column in columns.items()},
        correlations=_correlations(columns),
        assumptions=assumptions,
        sources={code: one for code, one in sources.items() if code in used},
    )


def source_of(trial: str) -> str:
    """Code of a trial's source.

    Examples
    --------
    >>> source_of("hig1-2005")
    'hig1_2005'
    """
    return trial.replace("-", "_")


def _entry(
    effects: MeetingEffects,
    path: str,
    column: Floats,
    people: str,
    trials: Mapping[str, str],
    cited: tuple[str, ...],
) -> Assumption:
    low, high = np.quantile(column, [0.025, 0.975])
    known = not people or people in trials.values()
    note = (
        ""
        if known
        else (
            f"Of {effects.people[people].label} prior only: no trial that was fitted is of them. "
        )
    )
    return Assumption(
        kind="estimated",
        sources=cited,
        formula=f"median over what {counted(len(trials), 'trial')} together leave possible, in a "
        "place that none of them was in (jobsim synthesise)",
        inputs=tuple(trials),
        reason=f"{note}Estimated together with the other numbers of meetings: see correlations.",
        low=_digits(float(low)),
        high=_digits(float(high)),
        distribution=_distribution(column, effects.ends_of(path)),
    )


def _distribution(column: Floats, ends: tuple[float, float]) -> Distribution:
    """The nearest of some families, at the median of the draws; a beta where the prior ends."""
    found = []
    low, high = ends
    for name in ("beta",) if np.isfinite(high) else _FAMILIES:
        fixed = {"floc": low, **({"fscale": high - low} if name == "beta" else {})}
        family = getattr(stats, name)
        *shapes, _, scale = family.fit(column, **fixed)
        names = [one.strip() for one in family.shapes.split(",")]
        parameters = {key: _digits(x) for key, x in zip(names, shapes, strict=True)}
        parameters |= {"scale": _digits(scale)} | ({"loc": low} if low else {})
        distance = stats.kstest(column, family(**parameters).cdf).statistic
        found.append((distance, name, parameters))
    _, name, parameters = min(found, key=lambda one: one[0])
    return Distribution(name=name, parameters=parameters, at=_digits(float(np.median(column))))


def _correlations(columns: Mapping[str, Floats]) -> tuple[Correlation, ...]:
    paths = list(columns)
    matrix = stats.spearmanr(np.column_stack(list(columns.values()))).statistic
    return tuple(
        Correlation(of=(paths[i], paths[j]), rank_correlation=round(float(matrix[i, j]), 2))
        for i in range(len(paths))
        for j in range(i)
        if abs(matrix[i, j]) >= _LEAST
    )


def _digits(value: float) -> float:
    return float(f"{value:.3g}")
