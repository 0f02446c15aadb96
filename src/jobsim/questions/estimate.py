"""What individual histories say of hazards, frailty and what meetings do; may import records."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsim.analysis.setting.case import case_of
from jobsim.analysis.uncertainty.parameter_draws import distributions_of
from jobsim.arrays import Floats, Ints
from jobsim.engines.lowering import tables_of
from jobsim.engines.progress import progress_bar
from jobsim.engines.simulate import check_progress
from jobsim.engines.tables import Tables
from jobsim.errors import InputError, nearest, texts_of
from jobsim.records.counting import counts_of
from jobsim.records.events import Events, checked_events, whole_column
from jobsim.records.fitting import (
    HALF_LIFE,
    LASTING_HALF_LIFE,
    OF_ALL,
    OF_GROUPS,
    Fit,
    HigherGroundError,
    Likelihood,
    Parameter,
    fit,
)
from jobsim.records.likelihood import GroupSpells
from jobsim.records.pieces import (
    Pieces,
    persons_in_tracks,
    pieces_of,
    quality_of_meetings,
    tracks_of,
)
from jobsim.records.reading import codes_of, table_of
from jobsim.records.result import Basis, Ends, Estimates
from jobsim.records.statuses import MEANINGS, STATUSES, events_of_statuses
from jobsim.scenario import Scenario, checked_scenario
from jobsim.scenario.fields import whole_number
from jobsim.scenario.paths import value_at
from jobsim.text.tables import counted

if TYPE_CHECKING:
    import pandas as pd

_BY_EMPLOYABILITY = ("most_employable_first", "least_employable_first")
_FROM_RECORDS = "records"
_PROFILED = ("_gain", "half_life_weeks")
"""Ends of paths whose intervals by the standard error alone are poor."""


def estimate(
    records: pd.DataFrame | str | Path,
    scenario: Scenario,
    *,
    caseload: pd.DataFrame | str | Path | None = None,
    codes: Mapping[str, str] | str | Path | None = None,
    meetings: pd.DataFrame | str | Path | None = None,
    lasting: bool = False,
    hold: str | Sequence[str] = (),
    priors: Sequence[str] | Mapping[str, Any] | None = None,
    least_persons: int = 5,
    progress: bool = True,
) -> Estimates:
    """Estimate hazards, frailty and effects of meetings from individual histories.

    Nothing is simulated: with meetings, small jobs and supports as they happened, how probable the
    histories are is known exactly.

    Parameters
    ----------
    records : DataFrame, or path of a CSV or Parquet file
        One row per event, as `histories` gives them: person (or replication and number), group,
        week, event and value. Or one row per person with weekly status codes, column "statuses".
    scenario : Scenario
        Its calendar, groups, services, tightness and caps are taken as known, and every number that
        is not estimated.
    caseload : DataFrame or path, or "records", optional
        Staff and people by track and week: columns track, week, fte and persons. "records" counts
        people in the records, which then must hold everybody, beside the scenario's staff. Without
        it every meeting has quality 1: its gain is that at the caseload there was.
    codes : mapping of status code to "benefit", "work", "other" or "unknown", or a TOML file
    meetings : DataFrame or path, optional
        Events beside status codes: person, week, event and value.
    lasting : bool
        Whether lasting gains and their half-life are estimated.
    hold : path or sequence of path
        Numbers that stay as the scenario has them.
    priors : sequence of path, or mapping of path to distribution, optional
        What is known beforehand; of a path alone, the register's distribution.
    least_persons : int, 1 or more
        No number is told that fewer persons stand behind.
    progress : bool
        Whether to show how far it is.

    Returns
    -------
    Estimates

    Raises
    ------
    InputError
        If records or an argument are not valid; the message names the row. Also where a programme
        admits by employability: who is met then tells of the frailty, which the likelihood does not
        know of.

    Notes
    -----
    The likelihood of a person is in `jobsim.records.likelihood`; numbers of one group are fitted
    together, with half-lives that all groups share. Small samples tell little of half-lives, and
    without a programme that meets some people more often than others, nothing.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("town-2026").with_({"groups.job_ready.stock": 800})
    >>> records = js.histories(town, replications=1)
    >>> found = js.estimate(records, town, hold="meetings.half_life_weeks", progress=False)
    >>> found.row("groups.job_ready.no_show_probability").unit
    'probability'
    """
    checked_scenario("scenario", scenario)
    check_progress(progress)
    whole_number("least_persons", least_persons, 1, 1_000_000)
    events, told = _events(records, scenario, codes, meetings)
    _refuse_employability(events, scenario)
    tables = tables_of(scenario)
    quality, told_of_quality = _quality(caseload, events, scenario, tables)
    spells, told_of_groups = _groups(events, scenario, tables, quality, least_persons)
    parameters, told_of_held = _parameters(spells, scenario, hold, lasting=lasting)
    known = _priors(priors, parameters, scenario)
    parameters = [one.within(known[one.path]) if one.path in known else one for one in parameters]
    likelihood = Likelihood(spells, parameters, _held(spells, scenario, parameters), known)
    fitted, ends = _fitted(likelihood, scenario.name, progress=progress)
    places = [list(scenario.groups).index(one.code) for one in spells]
    return Estimates(
        scenario,
        fitted,
        ends,
        tuple(count for g in places for count in counts_of(events, scenario, tables, g)),
        _basis(spells),
        sum(one.pieces.weeks for one in spells),
        least_persons,
        (*told, *told_of_quality, *told_of_groups, *told_of_held),
    )


def _events(
    records: Any, scenario: Scenario, codes: Any, meetings: Any
) -> tuple[Events, tuple[str, ...]]:
    """Events of a table of events or of status codes, and what to tell of them."""
    frame, where = table_of(records)
    if STATUSES not in frame:
        for name, given in (("codes", codes), ("meetings", meetings)):
            if given is not None:
                raise InputError(f'{name}: belongs to a column "{STATUSES}", and there is none')
        return checked_events(frame, scenario, where), ()
    if codes is None:
        raise InputError(f'codes: is missing; a column "{STATUSES}" needs what each code means')
    shown, left_out = events_of_statuses(frame, codes_of(codes, MEANINGS), where)
    name = where(-1)
    beside = ""
    if meetings is not None:
        rows = len(shown)
        given, where_given = table_of(meetings, "meetings")
        shown = _with_meetings(shown, given, where_given)
        if lost := len(given) - (len(shown) - rows):
            beside = f"Not used: {counted(lost, 'event')} of persons who are not in the records."
    persons = shown["person"].to_numpy()
    found = checked_events(
        shown, scenario, lambda row: name if row < 0 else f"{name}: person {persons[row]}"
    )
    told = [
        "Status codes show neither programmes nor small jobs and supports; those given beside them "
        "were taken."
    ]
    told += [beside] if beside else []
    if left_out:
        told.append(
            f"Left out: {left_out:,} on benefit in their first week without elapsed_weeks, of whom "
            "it is not known how many have left before."
        )
    return found, tuple(told)


def _with_meetings(shown: pd.DataFrame, given: pd.DataFrame, where: Any) -> pd.DataFrame:
    """Events of status codes with events given beside them, of persons who are in both."""
    import pandas as pd

    for name in ("person", "week", "event"):
        if name not in given:
            hint = nearest(name, map(str, given.columns))
            raise InputError(f'{where(-1)}: there is no column "{name}"{hint}')
    known = given[given["person"].isin(shown["person"])]
    if len(given) and not len(known):
        raise InputError(f"{where(-1)}: person: none of them is in the records")
    columns = [name for name in ("person", "week", "event", "value") if name in known]
    added = known[columns].copy()
    if "group" in shown:
        groups = shown.drop_duplicates("person").set_index("person")["group"]
        added["group"] = added["person"].map(groups)
    both = pd.concat([shown, added], ignore_index=True)
    return both.fillna({"value": 0})


def _refuse_employability(events: Events, scenario: Scenario) -> None:
    admitted = events.is_("admitted")
    for place, (code, programme) in enumerate(scenario.programmes.items(), start=1):
        if programme.admission in _BY_EMPLOYABILITY and (events.value[admitted] == place).any():
            raise InputError(
                f"programmes.{code}.admission: is {programme.admission}; who is met then tells of "
                "employability, which the estimate does not know of, so that it would be wrong"
            )


def _quality(
    caseload: Any, events: Events, scenario: Scenario, tables: Tables
) -> tuple[Floats, tuple[str, ...]]:
    """Factor on the gain of each event, if it is a meeting, and what to tell of it."""
    if caseload is None:
        told = (
            "Every meeting was taken to have quality 1: the gain is that at the caseload there was."
        )
        matters = scenario.meetings.caseload_elasticity != 0
        return np.ones(len(events.code)), (told,) * matters
    if isinstance(caseload, str) and caseload == _FROM_RECORDS:
        fte = tables.services.fte
        persons = persons_in_tracks(events, len(fte), tables.weeks)
        told = (
            "Caseloads: people of the records, who must be all there are, per the scenario's staff."
        )
    else:
        fte, persons = _caseload_table(caseload, events, tables)
        told = "Caseloads are those given."
    return quality_of_meetings(events, scenario, fte, persons), (told,)


def _caseload_table(given: Any, events: Events, tables: Tables) -> tuple[Floats, Ints]:
    """FTE, float64[tracks, weeks], and persons, int64[1, tracks, weeks], of a table."""
    import pandas as pd

    frame, where = table_of(given, "caseload")
    codes = {code: place for place, code in enumerate(tables.services.codes)}
    for name in ("track", "week", "fte", "persons"):
        if name not in frame:
            raise InputError(f'{where(-1)}: there is no column "{name}"')
    week = whole_column(frame, "week", "weeks since the first day of the scenario", where)
    persons = whole_column(frame, "persons", "persons", where)
    fte = np.asarray(pd.to_numeric(frame["fte"], errors="coerce"), dtype=np.float64)
    track = np.array([codes.get(str(one).strip(), -1) for one in frame["track"]])
    problems = {
        "fte: must be a number, 0 or more (full-time caseworkers)": ~(fte >= 0),
        f"track: must be one of {', '.join(codes)}": track < 0,
        f"week: must be below {tables.weeks}": week >= tables.weeks,
    }
    for problem, wrong in problems.items():
        if wrong.any():
            raise InputError(f"{where(int(np.argmax(wrong)))}: {problem}")
    shape = (len(codes), tables.weeks)
    staff, people = np.full(shape, np.nan), np.ones((1, *shape), dtype=np.int64)
    staff[track, week], people[0, track, week] = fte, persons
    met = events.is_("meeting")
    lacking = met & np.isnan(staff[tracks_of(events), events.week])
    if lacking.any():
        row = int(np.argmax(lacking))
        code = tables.services.codes[tracks_of(events)[row]]
        raise InputError(
            f"{where(-1)}: there is no row for track {code} in week {events.week[row]}, in which "
            "people are met"
        )
    return np.nan_to_num(staff), people


def _groups(
    events: Events, scenario: Scenario, tables: Tables, quality: Floats, least: int
) -> tuple[list[GroupSpells], list[str]]:
    """Spells of the groups of which enough is known, and what to tell of the others."""
    pieces = pieces_of(events, scenario, tables, quality)
    found, told = [], []
    for place, code in enumerate(scenario.groups):
        low, high = np.searchsorted(events.group, [place, place + 1]).tolist()
        mine = pieces.of(low, high)
        if not len(mine.begin):
            continue
        if len(np.unique(mine.person[mine.placed])) < least:
            told.append(f"{code} is left out: fewer than {least} persons found a job.")
            continue
        found.append(GroupSpells(scenario, tables, code, mine, high - low))
    if not found:
        raise InputError(f"records: no group in which {least} persons or more found a job")
    return found, told


def _parameters(
    spells: Sequence[GroupSpells], scenario: Scenario, hold: Any, *, lasting: bool
) -> tuple[list[Parameter], list[str]]:
    """What is estimated, and what to tell of what is not."""
    known = list(_estimable(spells, lasting=lasting))
    if lasting and scenario.meetings.max_lasting_boost is None:
        raise InputError("meetings.max_lasting_boost: is missing; lasting=True needs it as it is")
    paths = [one.path for one in known]
    held = texts_of("hold", hold)
    for path in held:
        if path not in paths:
            value_at(scenario, path)
            raise InputError(f"hold: {path} is not estimated{nearest(path, paths)}")
    told = [f"Held as the scenario has it: {path}." for path in held]
    met = {one.code for one in spells if (one.pieces.weight > 0).any()}
    for one in spells:
        if one.code not in met:
            told.append(f"{one.code}: nobody was met, so that nothing is known of meetings.")
    free = [one for one in known if one.path not in held and _can_be_told(one, met)]
    if not free:
        raise InputError("hold: nothing is left to estimate")
    return free, told


def _can_be_told(one: Parameter, met: set[str]) -> bool:
    about_meetings = one.path.endswith(("_gain", "half_life_weeks"))
    return not about_meetings or (one.group in met if one.group else bool(met))


def _estimable(spells: Sequence[GroupSpells], *, lasting: bool) -> Iterator[Parameter]:
    for one in spells:
        for name, (start, low, high) in OF_GROUPS.items():
            if name != "lasting_gain" or lasting:
                first = _plain_hazard(one.pieces) if start is None else start
                yield Parameter(f"groups.{one.code}.{name}", one.code, first, low, high)
    for path, (start, low, high) in OF_ALL.items():
        if path != LASTING_HALF_LIFE or lasting:
            yield Parameter(path, "", start, low, high)


def _plain_hazard(pieces: Pieces) -> float:
    return float(pieces.placed.sum()) / max(1, pieces.weeks)


def _held(
    spells: Sequence[GroupSpells], scenario: Scenario, free: Sequence[Parameter]
) -> dict[str, Any]:
    """Values of what is not estimated, as the scenario has them."""
    paths = [f"groups.{one.code}.{name}" for one in spells for name in OF_GROUPS]
    estimated = {one.path for one in free}
    return {
        path: value_at(scenario, path)
        for path in (*paths, HALF_LIFE, LASTING_HALF_LIFE)
        if path not in estimated
    }


def _priors(priors: Any, free: Sequence[Parameter], scenario: Scenario) -> dict[str, Any]:
    if priors is None:
        return {}
    known = distributions_of(case_of(scenario, None, None), priors)
    paths = [one.path for one in free]
    for path in known:
        if path not in paths:
            raise InputError(f"priors: {path} is not estimated{nearest(path, paths)}")
    return known


def _fitted(likelihood: Likelihood, name: str, *, progress: bool) -> tuple[Fit, Ends]:
    """The most probable numbers, and profile intervals of those that need them."""
    start = None
    for _ in range(4):
        with progress_bar(name, 10, show=progress, unit="step") as bar:
            fitted = fit(likelihood, start)
            if not np.isfinite(fitted.height):
                raise InputError("records: a job was found in a week in which that was impossible")
            bar.update(1)
            try:
                return fitted, dict(_ends(fitted, bar))
            except HigherGroundError as error:
                start = error.args[0]
    raise RuntimeError("no highest point of the likelihood was found")


def _ends(fitted: Fit, bar: Any) -> Iterator[tuple[str, tuple[float, float]]]:
    for j, one in enumerate(fitted.likelihood.parameters):
        if one.path.endswith(_PROFILED) or not fitted.free[j] or not fitted.error(j) > 0:
            low, high = (fitted.profile_end(j, side) for side in (-1, 1))
            bar.update(1)
            yield one.path, (low, high)


def _basis(spells: Iterable[GroupSpells]) -> dict[str, Basis]:
    found = {}
    for one in spells:
        jobs = one.pieces.person[one.pieces.placed]
        seen = len(np.unique(one.pieces.person))
        found[one.code] = Basis(seen, len(np.unique(jobs)), len(jobs))
    columns = zip(*(dataclasses.astuple(one) for one in found.values()), strict=True)
    found[""] = Basis(*(sum(column) for column in columns))
    return found
