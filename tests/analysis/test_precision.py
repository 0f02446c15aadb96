"""Precision on demand: reached or honestly not, by the same replications, covering the truth."""

import math
import tracemalloc

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.quantity import quantities_of
from jobsim.analysis.outcomes.spread import spread
from jobsim.analysis.playing.cells import play_cells
from jobsim.analysis.playing.precision import Precision, until_precise
from jobsim.analysis.setting.case import case_of
from jobsim.errors import InputError
from tests.analysis.quick_towns import (
    BUDGET,
    GAIN,
    NO_SHOW,
    constant_hazard,
    expected_placements,
    quick_town,
)

WANTED = {"net_saving:municipality": 1_000.0}
HOW = {"progress": False}


def half(row):
    return (row.ci_high - row.ci_low) / 2


@pytest.fixture(scope="module")
def compared():
    return js.compare(quick_town(), replications="auto", precision=WANTED, **HOW)


@pytest.fixture(scope="module")
def summarised():
    return js.summarise(quick_town(), replications="auto", precision=WANTED, **HOW)


class TestReached:
    def test_the_interval_is_as_narrow_as_asked(self, compared):
        assert half(compared.row("net_saving", payer="municipality")) <= 1_000
        assert compared.reached.met
        assert compared.reached.replications == compared.replications > 100

    def test_fewer_would_not_have_done(self, compared):
        """Negative control: the look before was too wide."""
        before = js.compare(quick_town(), replications=100, **HOW)
        assert half(before.row("net_saving", payer="municipality")) > 1_000

    def test_it_does_not_play_many_more_than_needed(self, compared):
        """Half a width more than the variance predicts, two looks' worth, is many."""
        assert compared.replications <= 1.5 * compared.reached.needed

    def test_the_numbers_are_those_of_as_many_asked_for(self, compared):
        fixed = js.compare(quick_town(), replications=compared.replications, **HOW)
        assert fixed.reached is None
        assert fixed.played.volumes.identical(compared.played.volumes)
        assert fixed.baseline.volumes.identical(compared.baseline.volumes)

    def test_comparing_and_summarising_agree(self, compared, summarised):
        assert summarised.replications == compared.replications
        assert str(summarised.reached) == str(compared.reached)
        for one, other in zip(summarised.rows, compared.rows, strict=True):
            assert one.difference == pytest.approx(other.difference, nan_ok=True)
            assert half(one) == pytest.approx(half(other), nan_ok=True)

    def test_the_heading_tells(self, compared, summarised):
        reached = compared.reached
        (known,) = reached.known
        words = f"Known after {reached.replications:,} replications: Net saving (municipality)"
        for result in (compared, summarised):
            assert words in repr(result)
            assert words in result._repr_html_()
            assert f"± {known.half_width:,.0f} DKK (asked: ± 1,000)" in " ".join(
                repr(result).split()
            )
        assert "Known after" not in repr(js.compare(quick_town(), replications=2, **HOW))

    def test_other_prices_are_not_known_so_well(self, compared):
        assert compared.reprice(compared.prices).reached is None

    def test_several_measures_are_all_reached(self):
        wanted = {"placements:scenario": 0.5, "meetings": 1.0}
        result = js.summarise(quick_town(), replications="auto", precision=wanted, **HOW)
        assert result.reached.met
        assert len(result.reached.known) == 2
        extra = result.row("meetings")
        assert half(extra) == pytest.approx(result.reached.known[1].half_width)

    def test_a_record_plays_it_again_without_asking_for_precision(self, compared):
        assert compared.record.replications == list(range(compared.replications))


class TestNotReached:
    def test_the_cap_is_kept_and_said(self):
        few = Precision({"net_saving": 100.0}, at_least=10, at_most=30)
        result = js.compare(quick_town(), replications="auto", precision=few, **HOW)
        assert result.replications == 30
        assert not result.reached.met
        text = " ".join(repr(result).split())
        assert "Precision not reached in the 30 replications allowed, about" in text
        assert f"about {result.reached.needed:,} would be needed" in text

    def test_what_would_be_needed_is_about_right(self):
        few = Precision({"net_saving": 1_000.0}, at_least=50, at_most=50)
        result = js.summarise(quick_town(), replications="auto", precision=few, **HOW)
        enough = js.summarise(quick_town(), replications=2 * result.reached.needed, **HOW)
        assert half(enough.row("net_saving", payer="municipality")) < 1_000


class TestCells:
    CHANGES = ({BUDGET: 4e5}, {GAIN: 0.5}, {NO_SHOW: 1.4})

    def play(self, **how):
        case = case_of(quick_town())
        quantities = quantities_of(["net_saving", "placements"])
        return play_cells(case, self.CHANGES, quantities, move="scenario", **HOW, **how)

    def test_the_least_precise_cell_decides(self):
        wanted = Precision({"net_saving": 1_500.0}, at_least=10)
        cells = self.play(replications="auto", precision=wanted)
        widths = [half(one) for one in cells.spreads(cells.quantities[0])]
        assert max(widths[:2]) == cells.reached.known[0].half_width <= 1_500
        assert [cell.number for cell in cells.failed] == [2]
        fixed = self.play(replications=cells.plan.count)
        np.testing.assert_array_equal(fixed.values, cells.values)
        assert fixed.reached is None

    def test_what_is_not_measured_cannot_be_precise(self):
        with pytest.raises(InputError, match=r"meetings: was not measured"):
            self.play(replications="auto", precision={"meetings": 1.0})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"replications": "auto"}, 'replications: "auto" needs precision='),
        ({"precision": WANTED}, 'precision: goes with replications="auto", got 200'),
        ({"replications": 50, "precision": WANTED}, 'goes with replications="auto", got 50'),
        ({"replications": "some"}, "replications: must be a whole number"),
        ({"replications": "auto", "precision": {}}, "must name half widths by measure"),
        ({"replications": "auto", "precision": 1000}, "must name half widths by measure"),
        ({"replications": "auto", "precision": {"net_savin": 1}}, 'did you mean "net_saving"'),
        ({"replications": "auto", "precision": {"placements": 0}}, "half width above 0 persons"),
        ({"replications": "auto", "precision": {"placements": "1"}}, "half width above 0 persons"),
        ({"replications": "auto", "precision": {"placements": math.nan}}, "got nan"),
        ({"replications": "auto", "precision": {"placements": math.inf}}, "got inf"),
        ({"replications": "auto", "precision": {"placements:2031": 1}}, "2031 is outside the run"),
    ],
)
@pytest.mark.parametrize("question", [js.compare, js.summarise])
def test_a_wrong_argument_is_refused_in_one_line(question, given, message):
    with pytest.raises(InputError, match=message) as caught:
        question(quick_town(), **HOW, **given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"at_least": 1}, "at_least must be a whole number of replications, 2 or more, got 1"),
        ({"at_least": 2.5}, "at_least must be a whole number"),
        ({"at_most": 50}, "at_most must be a whole number of replications, 100 or more, got 50"),
        ({"at_most": True}, "at_most must be a whole number"),
        ({"at_most": 2**32}, "at_most must be a whole number"),
    ],
)
def test_a_wrong_number_of_replications_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        Precision(WANTED, **given)


def test_a_measure_that_is_not_always_a_number_has_no_interval():
    town = constant_hazard()  # nobody meets anybody, so that no weeks pass between meetings
    wanted = {"weeks_between_meetings:scenario": 1.0}
    with pytest.raises(InputError, match="is not a number in some of 100 replications"):
        js.summarise(town, town, replications="auto", precision=wanted, **HOW)


def test_memory_does_not_grow_with_replications():
    def peak(width):
        wanted = Precision({"placements:scenario": width}, at_least=500)
        town = constant_hazard()
        tracemalloc.start()
        result = js.summarise(town, town, replications="auto", precision=wanted, **HOW)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return result.replications, used

    peak(1.0)
    (few, small), (many, large) = peak(1.0), peak(0.1)
    assert many >= 3.5 * few
    assert large < 2 * small  # quantiles keep the outcomes of 20,000 replications


class TestCoverage:
    """Intervals of precision on demand on samples whose mean is known."""

    TIMES = 2000

    def covered(self, draw, truth, width, *, at_least=100, shrink=1.0):
        """Share of intervals that cover, and mean number of samples."""
        inside, played = [], []
        for _ in range(self.TIMES):
            blocks = []

            def play(numbers, blocks=blocks):
                blocks.append(draw(len(numbers)))
                return [half(spread(np.concatenate(blocks)))]

            reached = until_precise(Precision({"placements": width}, at_least=at_least), play)
            samples = np.concatenate(blocks)
            played.append(len(samples))
            inside.append(abs(samples.mean() - truth) <= shrink * reached.known[0].half_width)
        return float(np.mean(inside)), float(np.mean(played))

    def test_intervals_of_the_town_s_placements_cover(self):
        """2,000 intervals; the standard error of the share is 0.5 percentage points."""
        rng, truth = np.random.default_rng(1), expected_placements()
        p = truth / 20
        sd = math.sqrt(20 * p * (1 - p))

        def draw(n):
            return rng.binomial(20, p, n).astype(float)

        share, played = self.covered(draw, truth, 1.96 * sd / math.sqrt(300))
        assert share >= 0.92
        assert 250 <= played <= 400
        narrow, _ = self.covered(draw, truth, 1.96 * sd / math.sqrt(300), shrink=2 / 3)
        assert narrow < 0.92  # negative control
        wrong, _ = self.covered(draw, truth + 0.2, 1.96 * sd / math.sqrt(300))
        assert wrong < 0.92  # negative control

    def test_skewed_outcomes_are_covered_thanks_to_the_least_number(self):
        rng = np.random.default_rng(2)

        def draw(n):
            return rng.exponential(1.0, n)

        width = 1.96 / math.sqrt(130)
        share, _ = self.covered(draw, 1.0, width)
        assert share >= 0.92
        hasty, _ = self.covered(draw, 1.0, 1.96 / math.sqrt(60), at_least=5)
        assert hasty < 0.92  # negative control: five are too few to look at

    def test_the_engine_s_own_placements_are_covered(self):
        """60 runs of the real thing; if 92 in 100 cover, fewer than 48 do in 8 of 10,000 cases."""
        town, truth = constant_hazard(), expected_placements()
        wanted = {"placements:scenario": 0.3}
        inside = []
        for seed in range(60):
            result = play_cells(
                case_of(town, town),
                [{}],
                quantities_of("placements:scenario"),
                move="scenario",
                replications="auto",
                precision=wanted,
                seed=seed,
                **HOW,
            )
            (one,) = result.spreads(result.quantities[0])
            assert half(one) <= 0.3
            inside.append(one.ci_low <= truth <= one.ci_high)
        assert sum(inside) >= 48
