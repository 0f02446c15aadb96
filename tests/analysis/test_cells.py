"""Cells: the same however they are played, failures kept aside, intervals that cover."""

import pickle
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.quantity import quantities_of, quantity
from jobsim.analysis.outcomes.spread import NOTHING, Spread, spread
from jobsim.analysis.playing.cells import Cell, Cells, play_cells
from jobsim.analysis.playing.player import player_of
from jobsim.analysis.playing.rules import cannot_vary, certain, played_alike
from jobsim.analysis.setting.case import case_of
from jobsim.engines import simulate
from jobsim.errors import InputError, JobsimError, ScenarioError, SizeError
from jobsim.text.tables import Table, brief, estimate, unseen_note
from tests.analysis.quick_towns import (
    BUDGET,
    GAIN,
    NO_SHOW,
    constant_hazard,
    expected_placements,
    quick_town,
)
from tests.factory import small_town, small_town_data

WANTED = quantities_of(["placements", "net_saving", "meetings:scenario"])
CHANGES = [{BUDGET: 1e6}, {GAIN: 0.9, NO_SHOW: 0.0}, {}, {"prices.equalisation.kept_share": 0.4}]


def play(changes=CHANGES, *, move="scenario", quantities=WANTED, **how):
    how = {"replications": 5, "progress": False, **how}
    return play_cells(case_of(quick_town()), changes, quantities, move=move, **how)


def test_each_cell_is_the_comparison_of_its_setting():
    for move in ("auto", "scenario", "both"):
        cells = play(move=move)
        assert cells.values.shape == (4, 3, 5)
        for number in range(4):
            case = cells.case_of(number)
            alone = js.compare(
                case.scenario, case.baseline, prices=case.prices, replications=5, progress=False
            )
            for one in WANTED:
                np.testing.assert_array_equal(cells.of(one)[number], one.of(alone))


def test_neither_workers_nor_threads_change_a_bit():
    changes = [*CHANGES, {NO_SHOW: 1.4}]
    alone, two = play(changes), play(changes, n_jobs=2, engine="numpy")
    np.testing.assert_array_equal(two.values, alone.values)
    assert two.failed == alone.failed
    assert len(two.failed) == 1
    with ThreadPoolExecutor(3) as pool:
        three = play(changes, executor=pool)
        np.testing.assert_array_equal(three.values, alone.values)
        assert three.failed == alone.failed
        assert pool.submit(abs, -1).result() == 1  # it is not shut down


def test_neither_order_nor_company_change_a_bit():
    together = play().values
    np.testing.assert_array_equal(play(CHANGES[::-1]).values, together[::-1])
    np.testing.assert_array_equal(play(CHANGES[2:3]).values, together[2:3])


def test_batches_of_replications_change_no_bit():
    parts = [play(replications=numbers).values for numbers in ([0, 1], [2, 3, 4])]
    np.testing.assert_array_equal(np.concatenate(parts, axis=2), play().values)


def test_another_seed_changes_what_happens():
    """Negative control of the equalities above."""
    assert (play(seed=2).of(WANTED[0]) != play().of(WANTED[0])).any()


def test_cells_that_differ_in_prices_are_simulated_once(monkeypatch):
    prices = [{"prices.equalisation.kept_share": share} for share in (0.1, 0.2, 0.3)]
    changes = [{**price, BUDGET: float(b)} for price in prices for b in range(9)]
    names = []

    def noted(scenario, **how):
        names.append(scenario.name)
        return simulate(scenario, **how)

    player_of.cache_clear()
    monkeypatch.setattr(sys.modules["jobsim.analysis.playing.player"], "simulate", noted)
    play(changes)
    assert (len(names), len(set(names))) == (10, 2)


def test_sums_that_differ_by_rounding_are_the_same():
    values = np.array([[[2e7, 1e7, 3.0]], [[2e7, 1e7, 3.0 + 1e-9]], [[2e7, 1e7, 3.1]]])
    cells = tuple(Cell(number, {GAIN: number}, one) for number, one in enumerate(values))
    played = play([{}], quantities=WANTED[1:2], replications=1)
    several = Cells(played.case, "auto", played.quantities, played.plan, cells)
    none, some = (several.change(WANTED[1], 0, after) for after in (1, 2))
    assert (none.mean, none.range_high) == (0.0, 0.0)
    assert np.isnan(none.ci_high)
    assert some.mean == pytest.approx(0.1 / 3)


class TestWhatIsCertainByRule:
    """What was not seen in the futures played may come in others; what the rules bar cannot."""

    JOBS, PLACED, SAVED = quantities_of(["small_job_starts", "placements", "net_saving"])

    def spreads(self, town, baseline=None, changes=({},), move="auto"):
        cells = play_cells(
            case_of(town, baseline),
            changes,
            (self.JOBS, self.PLACED, self.SAVED),
            move=move,
            replications=2,
            engine="numpy",
            progress=False,
        )
        return cells, [cells.spreads(one)[-1] for one in cells.quantities]

    def test_a_place_beside_itself_and_a_plan_without_money_differ_in_nothing(self):
        town = quick_town()
        alone = small_town(supports={}, small_jobs__consultants=None, claims={})
        _, same = self.spreads(town, town)
        _, moved = self.spreads(town, town, [{}, {GAIN: 0.9}], "both")
        _, unpaid = self.spreads(alone, changes=[{BUDGET: 0.0}])
        assert [*same, *moved, *unpaid] == [NOTHING] * 9

    def test_a_plan_with_money_that_did_nothing_was_not_seen_to_do_any(self):
        """Negative control: the same place, with a krone."""
        alone = small_town(supports={}, small_jobs__consultants=None, claims={})
        _, (_, placed, _) = self.spreads(alone, changes=[{BUDGET: 1.0}])
        assert placed.mean == 0.0
        assert np.isnan(placed.ci_high)

    def test_there_are_no_small_jobs_where_nobody_can_have_one(self):
        none, some = constant_hazard(), quick_town()
        assert cannot_vary("small_job_starts", none)
        assert not cannot_vary("small_job_starts", none, some)
        _, (jobs, *_) = self.spreads(none.with_({"municipality.name": "Storeby"}), none)
        assert jobs == NOTHING

    def test_prices_move_no_volume_and_leave_money_that_they_are_no_part_of(self):
        leisure = {"prices.wages.leisure_share": 0.4}
        cells, _ = self.spreads(quick_town(), changes=[{}, leisure, {NO_SHOW: 0.2001}])
        assert cells.change(self.PLACED, 0, 1) == NOTHING
        assert cells.change(self.SAVED, 0, 1) == NOTHING
        found = cells.change(self.JOBS, 0, 2)
        assert found.mean == 0.0
        assert np.isnan(found.ci_high)

    def test_a_part_without_money_is_as_good_as_none(self):
        """Beside others that have some; a krone makes it one of them."""
        town = small_town(claims={})
        intensive = small_town_data()["programmes"]["intensive"] | {"label": "Another"}
        poor, paid = (
            small_town(claims={}, programmes__another=intensive | {"budget_per_year": budget})
            for budget in (0.0, 1.0)
        )
        assert played_alike(poor, town)
        assert not played_alike(paid, town)
        how = {"replications": 2, "engine": "numpy", "progress": False}
        mine, other = (simulate(one, **how) for one in (poor, town))
        for measure in mine.data_vars:
            assert mine[measure].sum() == other[measure].sum()

    @pytest.mark.parametrize("futures", [2, 25])
    def test_a_number_that_was_always_the_same_is_certain_by_rule_alone(self, futures):
        always = spread(np.full(futures, 3.0))
        assert certain(always, ruled=True) == always
        found = certain(always, ruled=False)
        assert (found.mean, found.range_low, found.range_high) == (3.0, 3.0, 3.0)
        assert np.isnan([found.ci_low, found.ci_high]).all()
        assert estimate(found, brief) == ("3", "all the same")
        (note,) = unseen_note([Table("", ("",), (("all the same",),))], futures)
        assert note.startswith(f"all the same: in each of {futures} futures, so another in fewer")
        alone = certain(spread(np.array([3.0])), ruled=False)
        assert estimate(alone, brief) == ("3", "–")  # one future agrees with none

    def test_staff_costs_what_its_budget_says_and_grants_hang_on_chance(self):
        staffed, granting = small_town(supports={}, claims={}), small_town(claims={})
        assert cannot_vary("programme_cost", staffed)
        assert not cannot_vary("programme_cost", staffed, granting)


class TestFailures:
    def test_a_failing_cell_does_not_stop_the_rest(self):
        cells = play([{GAIN: 0.1}, {NO_SHOW: 1.4}, {GAIN: 0.3}])
        (failed,) = cells.failed
        assert (failed.number, failed.changes, failed.values) == (1, {NO_SHOW: 1.4}, None)
        assert failed.error == f"{NO_SHOW}: must be at most 1 (probability), got 1.4"
        assert np.isnan(cells.values[1]).all()
        np.testing.assert_array_equal(cells.values[[0, 2]], play([{GAIN: 0.1}, {GAIN: 0.3}]).values)
        assert cells.missing_share == pytest.approx(1 / 3)
        assert cells.missing == "1 of 3 cells failed (33.3%); they are left out."
        assert play().missing == ""

    def test_an_error_that_nobody_foresaw_is_kept_too(self, monkeypatch):
        def fail(scenario, **how):
            if scenario.changed:
                raise ZeroDivisionError("no good")
            return simulate(scenario, **how)

        player_of.cache_clear()
        monkeypatch.setattr(sys.modules["jobsim.analysis.playing.player"], "simulate", fail)
        assert play([{}, {GAIN: 0.3}]).cells[1].error == "ZeroDivisionError: no good"

    def test_all_failing_raises(self):
        message = f"cells: every cell failed (2 of 2), the first with: {NO_SHOW}: must be at most 1"
        with pytest.raises(JobsimError, match=re.escape(message)) as failed:
            play([{NO_SHOW: 1.4}, {NO_SHOW: 2}])
        assert failed.value.exit_code == 1

    def test_a_cell_is_played_again(self):
        cells = play([{NO_SHOW: 1.4}, {GAIN: 0.3}])
        np.testing.assert_array_equal(cells.replay(1).values, cells.values[1])
        with pytest.raises(ScenarioError, match="must be at most 1"):
            cells.replay(0)

    def test_ctrl_c_is_no_failure_of_a_cell(self, monkeypatch):
        def interrupt(*_, **__):
            raise KeyboardInterrupt

        player_of.cache_clear()
        monkeypatch.setattr(sys.modules["jobsim.analysis.playing.player"], "simulate", interrupt)
        with pytest.raises(KeyboardInterrupt):
            play()


@pytest.mark.parametrize(
    ("changes", "how", "error", "message"),
    [
        ([], {}, InputError, "cells: there is nothing to play"),
        ([{"groups.job_redy.stock": 1}], {}, ScenarioError, 'did you mean "job_ready"'),
        ([{}, {"prices.wage": 1}], {}, ScenarioError, 'did you mean "wages"'),
        ([{}], {"n_jobs": 0}, InputError, "n_jobs: must be a whole number from 1 to 256, got 0"),
        ([{}], {"replications": "many"}, InputError, "replications: must be a whole number"),
        ([{}], {"jobs": 2}, InputError, r'no argument "jobs"; did you mean "n_jobs"\?'),
        ([{}] * 50, {"replications": 10**7}, SizeError, "50 cells of 10,000,000 replications need"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_played(changes, how, error, message):
    with pytest.raises(error, match=message):
        play(changes, **how)


def test_what_was_not_measured_is_explained():
    with pytest.raises(InputError, match=r"was not measured; .*; ask for it in measures="):
        play().of(quantity("placements:scenario"))


def test_cells_survive_pickling():
    cells = play([{GAIN: 0.1}, {NO_SHOW: 1.4}])
    again = pickle.loads(pickle.dumps(cells))
    np.testing.assert_array_equal(again.values, cells.values)
    assert again.failed == cells.failed
    np.testing.assert_array_equal(again.replay(0).values, cells.values[0])


BATCHES, EACH = 2000, 20


@pytest.fixture(scope="module")
def samples():
    """Placements of many futures of a town where their mean is known."""
    town = constant_hazard()
    return play_cells(
        case_of(town, town),
        [{}],
        quantities_of("placements:scenario"),
        move="scenario",
        replications=BATCHES * EACH,
        progress=False,
    )


def spreads_of_batches(samples: Cells) -> list[Spread]:
    """Spreads of batches of replications, as if each had been a cell of its own."""
    batches = samples.values[0].reshape(BATCHES, 1, EACH)
    cells = tuple(Cell(number, {}, batch) for number, batch in enumerate(batches))
    split = Cells(samples.case, False, samples.quantities, samples.plan, cells)
    return split.spreads(samples.quantities[0])


class TestIntervals:
    """Placements at a constant hazard are binomial, so that the true mean is known.

    2,000 intervals of 20 replications each: the share that covers has a standard error of
    0.5 percentage points where 95 % do.
    """

    def test_the_mean_is_the_one_known(self, samples):
        values = samples.of(samples.quantities[0])[0]
        error = values.std(ddof=1) / np.sqrt(len(values))
        assert abs(values.mean() - expected_placements()) < 4 * error

    def test_nominal_95_percent_intervals_cover_93_to_97(self, samples):
        truth = expected_placements()
        covered = np.mean([s.ci_low <= truth <= s.ci_high for s in spreads_of_batches(samples)])
        assert 0.93 <= covered <= 0.97

    def test_they_do_not_cover_another_truth(self, samples):
        """Negative control: the placements of a hazard a tenth higher."""
        wrong = expected_placements(0.055)
        covered = np.mean([s.ci_low <= wrong <= s.ci_high for s in spreads_of_batches(samples)])
        assert covered < 0.93

    def test_intervals_two_thirds_as_wide_do_not_cover_enough(self, samples):
        """Negative control of the width."""
        truth = expected_placements()
        covered = [
            abs(s.mean - truth) <= (s.ci_high - s.ci_low) / 3 for s in spreads_of_batches(samples)
        ]
        assert np.mean(covered) < 0.93

    def test_the_range_holds_95_percent_of_futures(self, samples):
        values = samples.of(samples.quantities[0])[0]
        (one,) = samples.spreads(samples.quantities[0])
        inside = np.mean((values >= one.range_low) & (values <= one.range_high))
        assert 0.94 <= inside <= 0.99  # placements are whole
