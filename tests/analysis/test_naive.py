"""Naive readings beside the truth, in worlds where their bias is known."""

import datetime as dt
import math

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.attributing.naive_readings import IN_PROGRAMME, IN_SMALL_JOB, placed_inside
from jobsim.analysis.playing.options import run_options
from jobsim.analysis.playing.player import plan_of, player_of
from jobsim.errors import InputError
from jobsim.questions.naive import naive
from tests.factory import small_town, small_town_data

HAZARD, STOCK = 0.02, 80
WEEKLY = STOCK * -math.expm1(-HAZARD)
QUIET = {"progress": False}


def town_at_rest(**changes):
    """Two years in which a programme does nothing, people are alike and nothing changes.

    In a week of 80 recipients 80 × (1 − exp(−hazard)) find work, and as many arrive.
    """
    group = small_town_data()["groups"]["job_ready"] | {
        "stock": STOCK,
        "employed_pool": 0,
        "inflow_per_week": WEEKLY,
        "job_finding_hazard_per_week": HAZARD,
        "other_exit_hazard_per_week": 0.0,
        "frailty_variance": 0.0,
        "weibull_shape": 1.0,
        "duration_multipliers": [],
        "tightness_elasticity": 0.0,
        "meeting_gain": 0.0,
        "job_loss_hazard_per_week": [],
        **changes,
    }
    return small_town(
        horizon__weeks=105,
        groups={"job_ready": group},
        regular_service__interval_weeks=[13],
        programmes__intensive__groups=["job_ready"],
        programmes__intensive__max_weeks=None,
        supports={},
        small_jobs=None,
        claims={},
    )


def read(town, **given):
    return naive(town, **{"year": 2019, "replications": 60, **QUIET, **given})


def away(reading):
    """Bias in standard errors."""
    return reading.bias.mean / reading.bias.se


@pytest.fixture(scope="module")
def at_rest():
    return read(town_at_rest(), target=WEEKLY * 52)


class TestWithoutSelectionOrTrend:
    @pytest.mark.parametrize(
        "label",
        [
            "Outcome − target",
            "Recipients before − after",
            "Placements after − before",
            "Participants − others",
            "The same, most employable first",
        ],
    )
    def test_every_bias_is_zero(self, at_rest, label):
        assert abs(away(at_rest.reading(label))) < 4

    def test_the_truth_is_exactly_nothing(self, at_rest):
        for reading in at_rest.readings:
            assert not reading.truth.any()
            assert not reading.saved_truth.any()


class TestBias:
    def test_admitting_the_most_employable_looks_like_an_effect(self):
        found = read(town_at_rest(frailty_variance=1.0), year=2018)
        assert away(found.reading("The same, most employable first")) > 8
        assert found.reading("The same, most employable first").saved_bias.mean > 0
        assert not found.reading("The same, most employable first").truth.any()

    def test_a_falling_inflow_looks_like_an_effect(self):
        found = read(town_at_rest(inflow_per_week=WEEKLY / 2))
        assert away(found.reading("Recipients before − after")) > 8

    def test_a_low_target_looks_like_an_effect(self, at_rest):
        low = read(town_at_rest(), target=WEEKLY * 26).reading("Outcome − target")
        assert low.bias.mean - at_rest.reading("Outcome − target").bias.mean == pytest.approx(
            WEEKLY * 26
        )
        assert away(low) > 8

    def test_better_meetings_are_no_bias(self):
        found = read(town_at_rest(meeting_gain=0.5), year=2018)
        assert found.reading("Participants − others").truth.mean() > 2


def test_money_is_a_years_benefit_for_each_person(at_rest):
    reading = at_rest.reading("Outcome − target")
    per_person = reading.saved / reading.persons
    assert np.all((per_person > 50_000) & (per_person < 160_000))  # DKK of 2019


def town_that_observes(*values: tuple[dt.date, float], **more):
    """A town without programmes until July 2019, and recipients of one of its groups observed."""
    series = {"label": "Job-ready", "measure": "recipients", "groups": ["job_ready"], **more}
    series |= {"source": "statistics", "values": [{"date": day, "value": x} for day, x in values]}
    without = {"programmes": {}, "supports": {}, "claims": {}}
    return small_town(**without, observed={"seen": series})


class TestTheSameMonthsOfBothYears:
    JUNE = ((dt.date(2018, 6, 30), 300.0), (dt.date(2019, 6, 30), 220.0))
    OTHERS = tuple((dt.date(2018, month, 28), 250.0 + month) for month in (1, 5, 7, 12))
    OTHERS += tuple((dt.date(2019, month, 28), 200.0 + month) for month in (1, 5))

    @pytest.mark.parametrize("turn", [1, -1], ids=["in order", "newest first"])
    def test_are_compared_whatever_the_order(self, turn):
        town = town_that_observes(*(self.JUNE + self.OTHERS)[::turn])
        baseline, how = town.with_({"labour_market.tightness.scale": 0.2}), {**QUIET, "seed": 2}
        found = naive(town, baseline, year=2019, replications=2, **how)
        reading = found.reading("Published before − after")
        assert set(reading.persons) == {80.0}
        assert reading.compared.startswith("ends of 2018-06 and 2019-06, job_ready; ")
        assert f"Published before − after: {reading.compared[:40]}" in repr(found)
        compared = js.compare(town, baseline, replications=2, **how)
        ours, theirs = (
            side.total("recipients", ["job_ready"])[:, side.months == np.datetime64("2019-06")]
            for side in (compared.played, compared.baseline)
        )
        assert reading.truth.tolist() == (theirs - ours)[:, 0].tolist() != [0.0, 0.0]
        modelled = found.reading("Recipients before − after")
        assert modelled.compared == "ends of 2018-07 and 2019-07"
        assert modelled.persons.tolist() == [
            before - after for before, after in compared.played.total("recipients")[:, [6, 18]]
        ]

    @pytest.mark.parametrize(
        "days",
        [
            [dt.date(2018, 6, 30), dt.date(2019, 5, 31)],
            [dt.date(2018, 8, 31), dt.date(2019, 8, 31)],
            [dt.date(2017, 6, 30), dt.date(2018, 6, 30)],
        ],
        ids=["another month", "not played", "another year"],
    )
    def test_where_there_are_none_it_is_said(self, days):
        town = town_that_observes(*((day, 5.0) for day in days))
        found = naive(town, year=2019, **QUIET, replications=1)
        said = "(no month is published for both 2018 and 2019, and played)"
        assert f"published before − after {said}" in found.left_out
        assert "Published before − after" not in [one.label for one in found.readings]

    def test_years_are_compared_at_their_end(self):
        days = [(dt.date(year, 1, 1), 5.0 + year) for year in (2018, 2019)]
        town = town_that_observes(*days, period="year").with_({"horizon.weeks": 105})
        found = naive(town, year=2019, groups=["job_ready"], **QUIET, replications=1)
        reading = found.reading("Published before − after")
        assert reading.compared == "ends of 2018-12 and 2019-12"
        assert set(reading.persons) == {-1.0}


class TestPublished:
    def test_figures_of_the_article_are_read_as_they_stand(self):
        claim = {
            "label": "Into work",
            "measure": "placements",
            "year": 2018,
            "value": 516.0,
            "source": "article",
            "role": "held_out",
        }
        town = small_town(horizon__weeks=53, claims={"work": claim})
        found = naive(town, target=216, replications=2, **QUIET)
        assert set(found.reading("Published outcome − target").persons) == {300.0}
        assert found.year == 2018

    def test_a_figure_of_one_group_has_no_target_of_all(self):
        claim = {"label": "Into work", "measure": "placements", "year": 2018, "value": 516.0}
        claim |= {"groups": ["job_ready"], "source": "article", "role": "held_out"}
        town = small_town(horizon__weeks=53, claims={"work": claim}, observed={})
        how = {"target": 216, "replications": 1, **QUIET}
        assert (
            "published outcome − target (Into work is of job_ready, the target of all groups)"
            in naive(town, **how).left_out
        )
        found = naive(town, groups=["job_ready"], **how)
        assert set(found.reading("Published outcome − target").persons) == {300.0}
        assert "What is truly saved is that of all groups." in repr(found)

    def test_what_cannot_be_read_is_named_with_the_reason(self):
        found = naive(small_town(horizon__weeks=53), replications=2, **QUIET)
        assert any("give target=" in reason for reason in found.left_out)
        assert any("not both played in full" in reason for reason in found.left_out)
        assert "Left out: " in repr(found)


class TestParticipants:
    def test_who_was_inside_when_placed_is_what_histories_say(self):
        town, how = small_town(), run_options({"replications": 25, **QUIET})
        plan = plan_of(town, how, plays=1)
        for inside in (IN_PROGRAMME, IN_SMALL_JOB):
            found = placed_inside(town, plan, inside, groups=(), year=2018, how=how)
            events = js.histories(town, replications=25)
            assert found.tolist() == _plain_count(events, town, inside)

    def test_nobody_else_is_placed_by_the_ramp(self):
        town, how = small_town(), run_options({"replications": 10, **QUIET})
        plan = plan_of(town, how, plays=1)
        found = placed_inside(town, plan, IN_SMALL_JOB, groups=(), year=2018, how=how)
        volumes = player_of(plan).played(town).total("placements")
        ramp = player_of(plan).played(town).volumes.placements.sel(route="ramp")
        assert found.sum() >= float(ramp.sel(month=ramp.month.dt.year == 2018).sum()) > 0
        assert found.sum() < volumes.sum()


def _plain_count(events, town, inside):
    """Count one event after the other."""
    counts, state = {}, {}
    for row in events.itertuples():
        person = (row.replication, row.number)
        counts.setdefault(row.replication, 0)
        if row.event in ("start", "enter", "return") or inside.get(row.event) == 0:
            state[person] = False
        elif row.event in inside:
            state[person] = True
        elif row.event == "placed" and town.weeks.years[row.week] == 2018:
            counts[row.replication] += state[person]
    return [counts[number] for number in sorted(counts)]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"year": 1990}, r"year: 1990 is outside the run \(2018–2019\)"),
        ({"groups": ["job_redy"]}, 'did you mean "job_ready"'),
        ({"target": "many"}, "target: must be a finite number"),
        ({"target": math.nan}, "target: must be a finite number"),
        ({"replication": 3}, 'no argument "replication"'),
    ],
)
def test_bad_input_is_one_line(given, says):
    with pytest.raises(InputError, match=says):
        naive(small_town(), **given)


def test_an_unknown_reading_names_the_nearest(at_rest):
    with pytest.raises(InputError, match="did you mean"):
        at_rest.reading("Participants - others")


def test_a_frame_has_a_row_for_persons_and_one_for_kroner(at_rest):
    frame = at_rest.to_frame()
    assert len(frame) == 2 * len(at_rest.readings)
    bias = frame["naive_mean"] - frame["truth_mean"]
    np.testing.assert_allclose(frame["bias_mean"], bias, atol=1e-6)


NAMES = ("replication", "group", "origin", "k")


def lives(town):
    """Events of each person, in their order."""
    found = {}
    for row in js.histories(town, replications=range(6), seed=1, engine="numpy").itertuples():
        found.setdefault(tuple(getattr(row, name) for name in NAMES), []).append(row)
    return found


def plainly_counted(town, event, value=None):
    """Who took part, those placed from the spell's start on, and those placed without, too."""
    ours, theirs = lives(town), lives(town.without_programmes())
    counts = np.zeros((3, 6))
    for name, events in ours.items():
        since = None
        for one in events:
            since = one.week if one.event in ("start", "enter", "return") else since
            if one.event == event and value in (None, one.value):
                both = (events, theirs.get(name, ()))
                placed = [any(e.event == "placed" and e.week >= since for e in x) for x in both]
                counts[:, name[0]] += (True, *placed)
                break
    return counts


def test_of_those_who_took_part_the_share_placed_without_is_counted_person_by_person():
    town = small_town(horizon__weeks=60, claims={}, observed=None)
    found = naive(town, replications=6, seed=1, engine="numpy", participants=True, **QUIET)
    codes = [("admitted", 1), ("support", 0), ("small_job", None)]
    assert len(found.took_part) == len(codes)
    for one, (event, value) in zip(found.took_part, codes, strict=True):
        persons, placed, without = plainly_counted(town, event, value)
        assert persons.sum() > 0
        assert [*one.persons, *one.placed, *one.placed_without] == [*persons, *placed, *without]
    shares = found.participants_frame()["without_share"]
    assert 0 < shares[0] < 1
    assert "without it, too" in repr(found)
    assert "participants" in found.frames()


def test_without_a_policy_as_many_are_placed_without():
    town = small_town(horizon__weeks=30, claims={}, observed=None)
    same = naive(town, town, replications=2, engine="numpy", participants=True, **QUIET)
    assert all((one.placed == one.placed_without).all() for one in same.took_part)
    asked = naive(town, town, replications=2, engine="numpy", groups=["job_ready"], **QUIET)
    assert asked.took_part == ()
