"""The value of one assumption at which a measure reaches a figure."""

import math
import pickle
from itertools import pairwise

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.playing.options import run_options
from jobsim.analysis.playing.player import plan_of, player_of
from jobsim.analysis.searching.crossing import (
    Crossing,
    Move,
    Search,
    cross,
    farther,
    move_of,
    moves,
)
from jobsim.analysis.setting.case import case_of
from jobsim.calendar import Schedule
from jobsim.errors import InputError
from jobsim.questions.threshold import threshold
from tests.analysis.quick_towns import constant_hazard
from tests.factory import small_town

HAZARD = "groups.all.job_finding_hazard_per_week"
STOCK = "groups.job_ready.stock"
ACTIVATION = "prices.activation.default_per_week"
QUIET = {"progress": False}


def plain_prices():
    """Prices with one number for activation, so that it can be moved."""
    prices = js.Prices.load("denmark")
    return prices.with_({"activation.default_per_week": Schedule.constant(160.0)})


def town():
    return small_town(horizon__weeks=20)


def closed_form(replications):
    """Price of a benefit-week at which the net saving is nil: it is linear in that price."""
    paired = player_of(
        plan_of(town(), run_options({**QUIET, "replications": replications}), plays=2)
    )
    free = plain_prices().with_({"activation.default_per_week": Schedule.constant(0.0)})
    both = paired.paired(case_of(town(), None, free))
    saved_weeks = np.mean(-both.difference_of("benefit_weeks", None))
    return float(-np.mean(quantity("net_saving").of(both)) / saved_weeks)


def break_even_price(replications):
    return threshold(
        town(), ACTIVATION, prices=plain_prices(), high=1e6, replications=replications, **QUIET
    )


class TestLinear:
    def test_it_is_the_closed_form(self):
        found = break_even_price(40)
        assert found.value == pytest.approx(closed_form(40), rel=1e-9)
        assert found.inside

    def test_its_interval_holds_what_many_more_replications_give(self):
        truth = closed_form(600)
        blocks = [break_even_price(range(30 * b, 30 * b + 30)) for b in range(10)]
        covered = sum(one.ci_low <= truth <= one.ci_high for one in blocks)
        narrow = sum(
            one.value - 0.1 * (one.value - one.ci_low)
            <= truth
            <= one.value + 0.1 * (one.ci_high - one.value)
            for one in blocks
        )
        assert covered >= 7  # less than 1 chance in 500 at 95 %
        assert narrow <= 5  # a tenth of the interval does not hold it


class TestCurved:
    def test_it_is_the_closed_form_within_its_interval(self):
        exact = -math.log(1 - 12 / 20) / 10
        found = threshold(
            constant_hazard(),
            HAZARD,
            measure="placements:scenario",
            value=12,
            low=0.01,
            high=0.4,
            replications=400,
            **QUIET,
        )
        assert found.ci_low < exact < found.ci_high
        assert found.value == pytest.approx(exact, abs=4 * found.crossing.at.se)
        assert abs(found.value - 0.05) > 10 * found.crossing.at.se  # not merely what is stated

    @pytest.mark.parametrize(("replications", "value"), [(5, 8), (5, 14), (60, 14)])
    def test_it_is_where_the_table_crosses(self, replications, value):
        """The line through two points two standard errors apart misses a curve."""
        found = threshold(
            constant_hazard(), HAZARD, measure="placements:scenario", value=value, low=0.01,
            high=0.6, replications=replications, **QUIET,
        )  # fmt: skip
        (x, before), (y, after) = next(
            (one, two)
            for one, two in pairwise(found.crossing.tried)
            if one[1].mean <= value < two[1].mean
        )
        assert before.mean < after.mean
        exact = x + (y - x) * (value - before.mean) / (after.mean - before.mean)
        assert found.value == pytest.approx(exact, rel=1e-12)
        assert found.ci_low < found.value < found.ci_high

    def test_the_mean_is_the_figure_there(self):
        found = threshold(
            town(), STOCK, measure="placements:scenario", value=40, replications=20, **QUIET
        )
        there = town().with_({STOCK: round(found.value)})
        placed = js.simulate(there, replications=20, progress=False).placements
        mean = float(placed.sum(("month", "group", "route")).mean())
        assert mean == pytest.approx(40, abs=1.0)  # a person on benefit more or less

    def test_rows_and_arrays_say_where(self):
        found = threshold(
            town(), STOCK, measure="placements:scenario", value=40, replications=2, **QUIET
        )
        line = found.row(STOCK)
        assert (line.needed, line.needed_ci_low, line.verdict) == (
            found.value, found.ci_low, "inside" if found.inside else "outside only"
        )  # fmt: skip
        points = found.frames()["points"]
        assert list(points["value"]) == [x for x, _ in found.crossing.tried]
        data = found.to_dataset()
        assert data["needed"].item() == found.value
        assert list(data["mean"].values) == list(points["mean"])


class TestNotCrossed:
    def test_it_says_so_with_the_values_at_both_ends(self):
        found = threshold(town(), ACTIVATION, prices=plain_prices(), value=1e12, high=320,
                          replications=4, **QUIET)  # fmt: skip
        assert not found.crossed
        assert math.isnan(found.value)
        first, last = found.crossing.tried[0], found.crossing.tried[-1]
        assert (first[0], last[0]) == (0.0, 320.0)
        assert f"{last[1].mean:,.0f}".replace("-", "−") in repr(found)
        assert "not crossed: " in repr(found)

    def test_a_value_that_is_missed_by_rounding_only_is_reached(self):
        cost = quantity("programme_cost")
        at = {0.0: 0.1 + 0.2, 1.0: 0.2}
        search = Search(None, Move("x", 0.0, 0.0, 1.0, False), cost, 0.3, "both", None, ())
        search.points = {x: (np.full(3, y),) for x, y in at.items()}
        assert (search.miss(0.0), search.miss(1.0)) == (0.0, pytest.approx(-0.1))
        inside = Crossing(search.move, (), Spread(1.0 + 1e-15))
        assert inside.verdict == "inside"
        assert Crossing(search.move, (), Spread(1.0 + 1e-9)).verdict == "outside only"
        alike = tuple((x, Spread(y)) for x, y in ((0.0, 0.3), (1.0, 0.1 + 0.2)))
        assert Crossing(search.move, alike, Spread(math.nan)).without_effect

    def test_a_number_without_effect_is_called_that(self):
        found = threshold(
            town(), "prices.displacement.share", measure="net_saving", value=5, replications=2,
            **QUIET,
        )  # fmt: skip
        assert "whatever its value" in found.verdict


class TestMoves:
    def test_the_range_is_the_registers_and_the_search_goes_beyond_it(self):
        case = case_of(small_town())
        move = move_of(case, "groups.job_ready.meeting_gain")
        assert (move.low, move.high, move.judged) == (0.1, 0.3, True)
        assert farther(case, move, "both") == pytest.approx((0.0, 0.9))

    def test_a_share_is_not_sought_above_one(self):
        case = case_of(small_town())
        move = move_of(case, "prices.displacement.share")
        assert farther(case, move, "both")[1] == 1.0

    def test_other_shares_give_way(self):
        path = "groups.job_ready.benefit_rates.adult_with_children"
        move = move_of(case_of(small_town()), path)
        (rates,) = move.changes(0.6).values()
        assert rates == pytest.approx({"adult_with_children": 0.6, "adult_without_children": 0.4})

    def test_whole_numbers_stay_whole(self):
        move = move_of(case_of(small_town()), "groups.job_ready.stock")
        assert move.changes(61.7) == {"groups.job_ready.stock": 62}

    def test_a_schedule_moves_by_its_scale(self):
        move = move_of(case_of(small_town()), "regular_service.fte.scale")
        assert (move.stated, move.low, move.high, move.judged) == (1.0, 0.0, 4.0, False)

    def test_every_uncertain_number_has_one(self):
        case = case_of(js.Scenario.load("esbjerg-2018-evidence"))
        for move in moves(case):
            for end in (move.low, move.high):
                case.with_(move.changes(end), move="both")


class TestPolicy:
    def test_the_baseline_follows_an_assumption_and_not_a_policy(self):
        path, how = "groups.job_ready.job_finding_hazard_per_week", {"replications": 4, **QUIET}
        ends = {"low": 0.01, "high": 0.02, "measure": "placements", "value": 0.0}
        world = threshold(town(), path, **ends, **how)
        policy = threshold(town(), path, **ends, move="scenario", **how)
        means = [one.crossing.mean_at(0.02) for one in (world, policy)]
        assert means[1] > means[0] + 1


def test_work_for_another_process_gives_the_same():
    case, wanted = case_of(town()), quantity("placements:scenario")
    plan = plan_of(case.scenario, run_options({"replications": 4, **QUIET}), plays=2)
    stated = wanted.parts_of(player_of(plan).paired(case))
    move = move_of(case, "groups.job_ready.job_finding_hazard_per_week")
    search = Search(case, move, wanted, 30.0, True, plan, stated)
    there, here = cross(pickle.loads(pickle.dumps(search))), cross(search)
    assert repr(there) == repr(here)  # NaN included


def test_every_list_that_can_be_scaled_is_scaled():
    loss = "groups.job_ready.job_loss_hazard_per_week"
    steps = [{"from_week": 0, "value": 0.01}, {"from_week": 4, "value": 0.005}]
    move = move_of(case_of(town().with_({loss: steps})), f"{loss}.scale")
    assert (move.stated, move.low, move.high) == (1.0, 0.0, 4.0)


class TestBadInput:
    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"path": "groups.job_ready.meeting_gian"}, 'did you mean "meeting_gain"'),
            ({"path": "prices.refund.municipal_share"}, "is not a number"),
            ({"path": "regular_service.fte"}, "use regular_service.fte.scale"),
            ({"path": "programmes.intensive.label.scale"}, "only a number, a schedule or a list"),
            ({"measure": "net_savings"}, 'did you mean "net_saving"'),
            ({"measure": "saving_2018", "year": 2018}, "has its own payer and year"),
            ({"year": 1990}, "outside the run"),
            ({"value": math.nan}, "value: must be a finite number, got nan"),
            ({"low": 0.4, "high": 0.2}, r"low \(0.4\) must be below high \(0.2\)"),
            ({"high": math.inf}, "high: must be a finite number"),
            ({"high": -1.0}, "must be below high"),
        ],
    )
    def test_one_line_says_what_is_wrong(self, given, says):
        full = {"path": "groups.job_ready.meeting_gain", "replications": 1, **QUIET, **given}
        with pytest.raises(InputError, match=says) as raised:
            threshold(small_town(), full.pop("path"), **full)
        assert "\n" not in str(raised.value)

    def test_an_end_that_the_scenario_refuses_is_named(self):
        with pytest.raises(InputError, match="no_show_probability: must be at most 1"):
            threshold(
                small_town(), "groups.job_ready.no_show_probability", value=1e9, high=2.0,
                replications=1, **QUIET,
            )  # fmt: skip
