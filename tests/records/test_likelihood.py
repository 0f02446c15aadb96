"""The likelihood of spells against closed forms, and hazards against a walk week by week."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import jobsim as js
from jobsim.engines.lowering import tables_of
from jobsim.records.counting import Count, counts_of
from jobsim.records.events import checked_events
from jobsim.records.likelihood import Effects, GroupSpells, loglikelihood
from jobsim.records.pieces import persons_in_tracks, pieces_of, quality_of_meetings
from tests.factory import small_town

EFFECTS = Effects(0.9, 0.3, 0.0, 3.0, None)
hazards = st.floats(0.001, 0.8)


@pytest.fixture(scope="module")
def town():
    changes = {"groups__activity_ready__meeting_exit_probability": 0.05}
    return small_town(horizon__weeks=60, groups__job_ready__stock=150, **changes)


@pytest.fixture(scope="module")
def prepared(town):
    frame = js.histories(town, replications=1, seed=3)
    events = checked_events(frame, town, lambda row: f"row {row}")
    tables = tables_of(town)
    persons = persons_in_tracks(events, len(tables.services.codes), tables.weeks)
    quality = quality_of_meetings(events, town, tables.services.fte, persons)
    return frame, events, tables, persons, quality, pieces_of(events, town, tables, quality)


@given(st.floats(0.05, 3.0), st.floats(0.0, 2.0), st.lists(hazards, min_size=1, max_size=4))
def test_jobs_found_are_differences_of_survival(frailty, lived, last):
    """The product of exp(-v(x - y/2)) - exp(-v(x + y/2)), written out: 2^D gamma transforms."""
    y, a, before = np.array(last), 1 / frailty, 0.3
    exact = sum(
        np.prod(signs) * ((a + before) / (a + before + lived + y.sum() / 2 - signs @ y / 2)) ** a
        for signs in map(np.array, itertools.product([1, -1], repeat=len(y)))
    )
    x = np.array([lived + y.sum() / 2])
    found = loglikelihood(x, np.array([before]), y, np.array([len(y)]), frailty)
    assert np.exp(found) == pytest.approx(exact, rel=1e-6, abs=1e-12)


def test_without_frailty_it_is_the_limit_of_little():
    numbers = np.array([0.4, 1.1]), np.zeros(2), np.array([0.1, 0.2, 0.05]), np.array([1, 2])
    assert loglikelihood(*numbers, 0.0) == pytest.approx(loglikelihood(*numbers, 1e-6), abs=1e-4)
    assert loglikelihood(*numbers, 0.0) != pytest.approx(loglikelihood(*numbers, 0.5), abs=1e-2)


def test_people_and_weeks_are_those_of_the_volumes(town, prepared):
    persons, pieces = prepared[3], prepared[5]
    volumes = js.simulate(town, replications=1, seed=3, progress=False)
    ramp = int(volumes.placements.sel(route="ramp").sum())
    assert persons.sum() == volumes.benefit_weeks.sum()
    assert persons[:, 1].sum() == volumes.participant_weeks.sum()
    assert pieces.weeks == volumes.benefit_weeks.sum() - ramp
    assert pieces.placed.sum() == volumes.placements.sel(route="ordinary").sum()


def walk(town, tables, frame, group, quality):  # noqa: C901, PLR0912 - plain on purpose
    """Cumulative hazards of a group's spells, week by week from the rows: plain Python."""
    ramp, supports = tables.ramp, tables.supports
    programmes = town.programmes.values()
    multipliers = [one.gain_multiplier for one in (town.regular_service, *programmes)]
    steps = town.groups[group].duration_multipliers or ()
    g = list(town.groups).index(group)
    found = []
    for _, rows in frame[frame.group == g].groupby("number"):
        happened: dict[int, list[tuple[str, int, float]]] = {}
        for (week, event, value), q in zip(
            rows[["week", "event", "value"]].itertuples(index=False),
            quality[rows.index],
            strict=True,
        ):
            happened.setdefault(week, []).append((event, value, q))
        grants: dict[int, int] = {}
        on = False
        for t in range(tables.weeks):
            by_ramp = placed = gone = False
            for event, value, q in happened.get(t, []):
                if event in ("start", "enter", "return"):
                    on, total, boost, level, track = True, 0.0, 0.0, 0, 0
                    s, held = (value, 9) if event == "start" else (0, 0)
                    experienced, started = False, t
                elif event in ("admitted", "programme_end"):
                    track = value if event == "admitted" else 0
                elif event == "meeting":
                    held += 1
                    f = town.meetings.first_meeting_factor if held == 1 else 1.0
                    gain = EFFECTS.meeting_gain * f * multipliers[track] * q
                    boost = min(boost + gain, town.meetings.max_boost)
                elif event == "support":
                    grants[value] = t + supports.lead_weeks[value]
                elif event == "small_job":
                    level, started = 1, t
                elif event == "start_small_job":
                    level, started = value, t - ramp.step_weeks * value
                    experienced = t - started >= ramp.experience_weeks
                placed |= event == "placed" and value == 0
                by_ramp |= event == "placed" and value == 1
                gone |= event == "other_exit"
            reviewed = level and t > started and (t - started) % ramp.step_weeks == 0
            experienced = on and (
                experienced or bool(reviewed and t - started >= ramp.experience_weeks)
            )
            level = (
                0 if on and any(e == "drop" for e, *_ in happened.get(t, [])) else (on and level)
            )
            if on and not by_ramp:
                factor = 1.0
                for one, works in grants.items():
                    factor *= (supports.multiplier if works <= t else supports.lock_in)[one]
                factor *= ramp.multiplier[g] if level else 1.0
                factor *= ramp.experience_multiplier if experienced else 1.0
                step = [x.value for x in steps if x.from_week <= s] or [1.0]
                weeks = (s + 1) ** EFFECTS.weibull_shape - s**EFFECTS.weibull_shape
                total += weeks * step[-1] * tables.people.cycle[g][t] * (1 + boost) * factor
                boost *= 0.5 ** (1 / EFFECTS.half_life_weeks)
                s += 1
            if on and (placed or by_ramp or gone or t == tables.weeks - 1):
                found.append(total)
                on = False
    return found


@pytest.mark.parametrize("group", ["job_ready", "activity_ready"])
def test_hazards_are_those_of_a_walk_week_by_week(town, prepared, group):
    frame, events, tables, _, quality, pieces = prepared
    place = list(town.groups).index(group)
    low, high = np.searchsorted(events.group, [place, place + 1])
    spells = GroupSpells(town, tables, group, pieces.of(low, high), int(high - low))
    rows = np.ones(len(frame))
    order = np.lexsort((frame.phase, frame.week, frame.number, frame.group))
    rows[order] = quality
    numbered = frame[~frame.event.eq("start_small_job").groupby(frame.number).transform("any")]
    expected = walk(town, tables, numbered, group, rows)
    kept = set(numbered[numbered.group == place].number)
    person_number = (
        frame.iloc[order].drop_duplicates(["group", "number"]).number.to_numpy()[low:high]
    )
    mine = np.isin(person_number[spells.pieces.person], list(kept))
    assert len(expected) > 40
    assert spells.lived(EFFECTS).whole[mine] == pytest.approx(expected, rel=1e-12)
    other = spells.lived(EFFECTS._replace(meeting_gain=0.0)).whole[mine]
    assert other != pytest.approx(expected, rel=1e-3)


class TestCounts:
    def test_a_probability_is_a_share(self):
        count = Count("x", 9, 9, 9, {1.0: 20}, {1.0: 80}, probability=True)
        assert count.estimate == pytest.approx(0.2)
        assert count.se == pytest.approx((0.2 * 0.8 / 100) ** 0.5)
        low, high = count.interval
        for p in (low, high):
            loss = 20 * np.log(0.2 / p) + 80 * np.log(0.8 / (1 - p))
            assert loss == pytest.approx(3.841458820694124 / 2, rel=1e-6)

    def test_nothing_seen_has_an_upper_end(self):
        count = Count("x", 9, 0, 9, {1.0: 0}, {1.0: 100})
        assert (count.estimate, count.interval[0]) == (0.0, 0.0)
        assert count.interval[1] == pytest.approx(3.841458820694124 / 200)

    def test_multipliers_divide_the_hazard(self):
        plain = Count("x", 9, 9, 9, {1.0: 5}, {1.0: 300})
        half = Count("x", 9, 9, 9, {0.5: 5}, {0.5: 300})
        assert half.estimate == pytest.approx(2 * plain.estimate)

    def test_they_are_those_of_the_volumes(self, town, prepared):
        _, events, tables, *_ = prepared
        volumes = js.simulate(town, replications=1, seed=3, progress=False)
        for place, code in enumerate(town.groups):
            counts = {
                one.path.split(".")[-1]: one for one in counts_of(events, town, tables, place)
            }
            mine = volumes.sel(group=code)
            settled = int(mine.meeting_exits.sum())
            assert counts["meeting_exit_probability"].events == settled
            exits = int(mine.other_exits.sum()) - counts["other_exit_hazard_per_week"].events
            assert 0 <= exits <= settled
            assert counts["return_share"].events == mine.returns.sum()
            lost = sum(
                one.events for one in counts_of(events, town, tables, place) if one.step is not None
            )
            assert lost == mine.returns.sum() + mine.not_returned.sum()
