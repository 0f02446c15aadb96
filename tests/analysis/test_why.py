"""Where two paths part and why, in towns so small that the answer is known beforehand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import jobsim as js
from jobsim.analysis.lives.worlds import World
from jobsim.errors import InputError
from jobsim.scenario import Scenario
from tests.engines.scene import bare_town
from tests.factory import small_town

DESK = {"regular_service__fte": 1.0}
"""One meeting a week in the regular service; everybody is due every week."""


def programme(**changes):
    """A programme with one place and no meetings, for whoever is longest on benefit."""
    return {
        "label": "One place",
        "groups": ["people"],
        "budget_per_year": 500_000.0,
        "cost_per_fte_year": 500_000.0,
        "meetings_per_fte_week": 0.0,
        "caseload_limit": 1.0,
        "interval_weeks": [1],
        **changes,
    }


def crowd(count, **changes):
    """Persons on benefit at the start, number 0 first in every line."""
    return bare_town(groups__people__stock=count, **changes)


def test_a_treated_person():
    town = crowd(2, programmes={"one": programme()})
    parting = js.why(town, person=0)
    assert parting.treated
    assert (parting.kind, parting.week, parting.date) == ("treated", 0, dt.date(2018, 1, 4))
    assert [link.event for link in parting.chain] == ["admitted"]
    assert parting.chain[0].others == ()
    assert "does not offer it" in repr(parting)


def test_a_meeting_moved_because_somebody_entered_the_programme():
    # Both are due in week 0 and one can be called: 0 without the programme, 1 with it.
    town = crowd(2, **DESK, programmes={"one": programme()})
    parting = js.why(town, person=1)
    assert (parting.kind, parting.week, parting.treated) == ("queue", 0, False)
    mine, theirs = parting.chain
    assert (mine.person, mine.event, mine.world) == (1, "meeting", "small-town")
    assert mine.others == (0,)
    assert (theirs.person, theirs.event, theirs.kind) == (0, "admitted", "treated")
    assert "1 other person stood first in the queue of the regular service" in repr(parting)


def small_jobs_first_by_consultants():
    """Consultants' openings in week 0 only, ordinary ones in week 1 only."""
    return crowd(
        3,
        horizon={"start": dt.date(2018, 12, 24), "weeks": 2},
        groups__people__small_jobs={
            "cap_shares": [0.0, 0.0, 1.0],
            "ordinary_openings_per_week": steps((2018, 0.0), (2019, 1.0)),
            "consultant_share": 1.0,
            "drop_probabilities": [0.0],
            "climb_probabilities": [0.0],
        },
        small_jobs={
            "hours_per_week": [10.0, 37.0],
            "step_weeks": 8,
            "consultants": {
                "budget_per_year": steps((2018, 500_000.0), (2019, 0.0)),
                "cost_per_fte_year": 500_000.0,
                "openings_per_fte_week": 1.0,
            },
        },
    )


def steps(*of_years):
    return [{"from": dt.date(year, 1, 1), "value": value} for year, value in of_years]


def seed_with_one_opening_each_week(town):
    for seed in range(200):
        events = js.histories(town, replications=1, seed=seed)
        taken = events.loc[events["event"] == "small_job", "week"].tolist()
        if taken == [0, 1]:
            return seed
    raise AssertionError("one opening in each of two weeks has probability 0.37 ** 2")


def test_a_small_job_taken_by_another():
    # With consultants 0 takes the opening of week 0 and 1 that of week 1; without them 0 takes
    # that of week 1. Person 2 gets nothing either way.
    town = small_jobs_first_by_consultants()
    seed = seed_with_one_opening_each_week(town)
    parting = js.why(town, person=1, seed=seed)
    assert (parting.kind, parting.week) == ("opening", 1)
    assert parting.chain[0].others == (0,)
    assert [(link.person, link.week, link.kind) for link in parting.chain] == [
        (1, 1, "opening"),
        (0, 0, "treated"),
    ]
    assert "more openings that week, 1 against 0" in parting.chain[1].reason
    assert js.why(town, person=0, seed=seed).treated
    assert js.why(town, person=2, seed=seed).kind == "never"


def test_a_caseload_that_shrank():
    # Everybody is met every week. The programme leaves one person to the caseworker instead of
    # two, so that each of the other's meetings gains twice as much (1 against 0.5).
    town = crowd(
        2,
        **DESK,
        horizon__weeks=300,
        regular_service__meetings_per_fte_week=10.0,
        groups__people__job_finding_hazard_per_week=0.004,
        groups__people__meeting_gain=0.5,
        meetings={"reference_caseload": 1.0, "caseload_elasticity": 1.0},
        programmes={"one": programme()},
    )
    parting = js.why(town, person=1)
    assert (parting.kind, parting.treated) == ("caseload", False)
    mine, theirs = parting.chain
    assert (mine.event, mine.world, mine.others) == ("placed", "small-town", (0,))
    assert (theirs.person, theirs.week, theirs.kind) == (0, 0, "treated")
    assert "1 person for 1 caseworker in small-town" in mine.reason
    assert "2 persons for 1 caseworker in small-town without programmes" in mine.reason
    assert mine.date.isoformat() in mine.reason  # the last common meeting is of the same week


def test_a_place_that_another_programme_freed():
    # With both programmes 0 is in the first and 1 in the second; else 0 is in the second.
    both = crowd(2, programmes={"first": programme(), "second": programme()})
    parting = js.why(both, crowd(2, programmes={"second": programme()}), person=1)
    assert (parting.kind, parting.week) == ("place", 0)
    assert parting.chain[0].others == (0,)
    assert (parting.chain[1].person, parting.chain[1].treated) == (0, True)


def test_a_grant_that_another_did_not_get():
    # One grant a year, for the first who is met. In the programme 0 meets nobody.
    grant = {
        "key": 3,
        "label": "A licence",
        "groups": ["people"],
        "need_share": {"people": 1.0},
        "budget_per_year": 10_000.0,
        "unit_cost": 10_000.0,
    }
    parts = {**DESK, "regular_service__meetings_per_fte_week": 10.0, "supports": {"one": grant}}
    town = crowd(2, **parts, programmes={"one": programme()})
    parting = js.why(town, crowd(2, **parts), person=1)
    assert (parting.kind, parting.week, parting.chain[0].event) == ("grant", 0, "support")
    assert parting.chain[0].others == (0,)
    assert parting.chain[1].treated


def test_more_grants_more_places_more_meetings_are_the_policy_itself():
    town = crowd(3, **DESK, programmes={"one": programme(budget_per_year=1_000_000.0)})
    fewer = crowd(3, **DESK, programmes={"one": programme()})
    places = js.why(town, fewer, person=1).chain[0]
    assert (places.kind, places.event) == ("treated", "admitted")
    assert "more places, 2 against 1" in places.reason
    staff = js.why(crowd(2, regular_service__fte=2.0), crowd(2, **DESK), person=1).chain[0]
    assert (staff.kind, staff.event) == ("treated", "meeting")
    assert "can call more that week, 2 against 1" in staff.reason


def test_paths_that_never_part():
    parting = js.why(crowd(2, **DESK), person=1)
    assert (parting.kind, parting.week, parting.date, parting.chain) == ("never", None, None, ())
    assert not parting.treated
    assert "The paths never part in small-town and small-town without programmes." in repr(parting)
    frame = parting.to_frame()
    assert frame["same"].all()
    assert len(frame) == len(parting.scenario.rows)


def test_numbers_of_the_scenario_itself():
    def town(hazard):
        return crowd(1, horizon__weeks=200, groups__people__job_finding_hazard_per_week=hazard)

    parting = js.why(town(0.1), town(0.01), person=0)
    assert parting.kind == "numbers"
    assert "groups.people.job_finding_hazard_per_week" in parting.chain[0].reason
    assert "the scenario only" in repr(parting)


def test_a_person_of_one_scenario_only():
    events = js.histories(crowd(3, **DESK), replications=1)
    extra = int(events.loc[events["k"] == 2, "number"].iloc[0])
    parting = js.why(crowd(3, **DESK), crowd(1, **DESK), person=extra)
    assert parting.kind == "absent"
    assert parting.baseline is None
    assert "lives in the scenario only" in repr(parting)
    assert parting.to_frame()["baseline_event"].isna().all()


def first_difference(one: pd.DataFrame, other: pd.DataFrame) -> tuple[int, int] | None:
    """Week and phase of the first row of a person that the other table lacks, by plain sets."""
    columns = ["week", "phase", "event", "value"]
    rows = [set(zip(*(frame[c].tolist() for c in columns), strict=True)) for frame in (one, other)]
    return min((row[:2] for row in rows[0] ^ rows[1]), default=None)


@pytest.fixture(scope="module")
def town() -> Scenario:
    return small_town(horizon__weeks=52)


@pytest.fixture(scope="module")
def tables(town):
    return [js.histories(one, replications=1, seed=2) for one in (town, town.without_programmes())]


@pytest.fixture(scope="module")
def partings(town, tables):
    numbers = tables[0]["number"].unique().tolist()
    return {n: js.why(town, person=n, seed=2) for n in numbers[::8]}


class TestOfATown:
    """Every person of a town with crowded desks, by independent arithmetic on the histories."""

    def test_paths_part_where_the_histories_first_differ(self, tables, partings):
        for number, parting in partings.items():
            mine = [table[table["number"] == number] for table in tables]
            first = first_difference(*mine)
            assert (parting.week is None) == (first is None)
            if first is not None:
                assert parting.week == first[0]

    def test_every_chain_goes_back_to_a_treated_person(self, partings):
        kinds = {parting.kind for parting in partings.values()}
        assert {"treated", "queue", "never"} <= kinds
        for parting in partings.values():
            for before, after in zip(parting.chain, parting.chain[1:], strict=False):
                assert after.week <= before.week
                assert after.person in before.others
            assert not parting.chain or parting.chain[-1].treated
            assert not any(link.treated for link in parting.chain[:-1])

    def test_others_in_the_queue_were_called_in_the_other_world_only(self, tables, partings):
        checked = 0
        for parting in partings.values():
            if parting.kind != "queue":
                continue
            here = 0 if parting.chain[0].world == parting.scenario_label else 1
            called = [self.called(table, parting.week) for table in tables]
            others = set(parting.chain[0].others)
            assert others <= called[1 - here]
            in_programme = tables[0]["event"].eq("admitted") & (tables[0]["week"] <= parting.week)
            assert others & called[here] <= set(tables[0].loc[in_programme, "number"])
            assert parting.chain[0].person in called[here] - called[1 - here]
            checked += 1
        assert checked > 10

    @staticmethod
    def called(table, week):
        calls = table["event"].isin(["meeting", "no_show"]) & (table["week"] == week)
        return set(table.loc[calls, "number"])

    def test_the_frame_holds_both_paths(self, partings):
        for parting in partings.values():
            frame = parting.to_frame()
            for side in ("scenario", "baseline"):
                told = [row.words for row in getattr(parting, side).rows]
                assert frame[f"{side}_words"].dropna().tolist() == told
            assert frame["date"].is_monotonic_increasing

    def test_lines_fit_a_terminal(self, partings):
        lines = [line for parting in partings.values() for line in repr(parting).splitlines()]
        assert max(map(len, lines)) <= 100
        assert all(p._repr_html_().count("<table>") >= 2 for p in partings.values())

    def test_who_is_in_a_track_adds_up_to_the_volumes(self, town):
        world = World(town, "town", replication=0, seed=2, engine="auto")
        volumes = js.simulate(town, replications=1, seed=2)
        weeks = range(town.horizon.weeks)
        regular, intensive = (
            sum(len(world.inside(track, week)) for week in weeks)
            for track in ("regular", "intensive")
        )
        assert intensive == volumes["participant_weeks"].sum() > 0
        assert regular + intensive == volumes["benefit_weeks"].sum()


def test_engines_agree():
    town = small_town(horizon__weeks=40)
    told = [js.why(town, person=60, engine=engine) for engine in ("numpy", "simpy")]
    assert repr(told[0]) == repr(told[1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: js.why(t, person=3), r"person: replication 0 of small-town has persons 0 to 1"),
        (lambda t: js.why(t, person=-1), r"person: must be a whole number"),
        (lambda t: js.why(t, person=1.5), r"person: must be a whole number"),
        (lambda t: js.why(t, person=0, replication=-1), r"replication: must be a whole number"),
        (lambda t: js.why(t, person=0, replication=True), r"replication: must be a whole number"),
        (lambda t: js.why(t, person=0, seed=-1), r"seed: must be"),
        (lambda t: js.why(t, person=0, engine="nmpy"), r'did you mean "numpy"'),
        (lambda _: js.why("esbjerg-2018"), r"scenario: must be a Scenario, got str"),
        (lambda t: js.why(t, 0), r"baseline: must be a Scenario, got int"),
        (
            lambda t: js.why(t, crowd(2, horizon__weeks=10), person=0),
            r"baseline: must cover the same weeks",
        ),
        (lambda _: js.why(crowd(0), person=0), r"has no persons; got 0"),
    ],
)
def test_what_is_refused_in_one_line(call, message):
    with pytest.raises(InputError, match=message) as caught:
        call(crowd(2, **DESK))
    assert "\n" not in str(caught.value)
