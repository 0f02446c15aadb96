"""Forecasts are right as often as they say, know nothing of what comes later, and are refused."""

from __future__ import annotations

import datetime as dt
import math
from functools import cache

import numpy as np
import pytest
import scipy.stats
from scipy.integrate import quad

import jobsim as js
from jobsim.analysis.learning.aims import figures_of
from jobsim.analysis.learning.baselines import no_change, seasonal
from jobsim.analysis.learning.chance import continued, pooled_covariance
from jobsim.analysis.learning.forecast import Forecast
from jobsim.analysis.learning.scores import LEVELS, crps_of_normal, predicted, skill
from jobsim.errors import InputError
from tests.factory import small_town

HAZARD = "groups.job_ready.job_finding_hazard_per_week"
PRIOR = {HAZARD: scipy.stats.lognorm(0.4, scale=0.02)}
QUICK = {"replications": 8, "points": 12, "draws": 32, "progress": False}
VALUES = {1: 297, 2: 281, 3: 277, 4: 268, 5: 259}


def town(**changes):
    given = {"horizon__weeks": 22, "groups__job_ready__stock": 300, "claims": None}
    return small_town(
        **{**given, "targets": None, "observed": None, **changes}
    ).without_programmes()


def figures(values=VALUES, **more):
    told = {"measure": "recipients", "year": 2018, "groups": ["job_ready"], "rounded_to": 1}
    return {
        f"month {month}": {**told, "month": month, "value": value, **more}
        for month, value in values.items()
    }


@cache
def found() -> Forecast:
    """From January nothing is known but the prior: that figure is held out."""
    seen = figures() | figures({1: 297}, role="held_out")
    return js.forecast(
        town(), until=["2018-03", "2018-01"], parameters=PRIOR, targets=seen, **QUICK
    )


# A place in which everything is normal, so that the right answer is known


class Place:
    """Twelve months of a figure: level by a number θ, chance that lasts; θ learned exactly."""

    seen, later, error = 6, 6, 1.0
    slope = np.linspace(0.5, 2.0, 12)
    covariance = 36.0 * 0.85 ** np.abs(np.subtract.outer(np.arange(12), np.arange(12)))

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        exact = self.slope * self.rng.normal() + self._chance(1)[0]
        self.figures = 100.0 + exact + self.error * self.rng.normal(size=12)

    def _chance(self, count: int) -> np.ndarray:
        return self.rng.multivariate_normal(np.zeros(12), self.covariance, count)

    def futures(self, draws: int = 100, each: int = 8, chance: float = 1.0) -> np.ndarray:
        """Posterior of θ, and futures of each draw that know nothing of what was seen."""
        beside = np.linalg.inv(self.covariance[:6, :6] + self.error**2 * np.eye(6))
        precision = 1.0 + self.slope[:6] @ beside @ self.slope[:6]
        mean = self.slope[:6] @ beside @ (self.figures[:6] - 100.0) / precision
        numbers = mean + self.rng.normal(size=draws) / math.sqrt(precision)
        luck = chance * self._chance(draws * each).reshape(draws, each, 12).transpose(0, 2, 1)
        return 100.0 + numbers[:, None, None] * self.slope[:, None] + luck

    def covered(self, futures: np.ndarray) -> np.ndarray:
        """Whether each later figure lies in each interval: bool[later, levels]."""
        weights = np.full(len(futures), 1.0 / len(futures))
        told = [
            predicted(value, self.error, futures[:, place], weights).intervals
            for place, value in enumerate(self.figures[6:])
        ]
        values = self.figures[6:, None]
        ends = np.array(told)
        return (ends[:, :, 0] <= values) & (values <= ends[:, :, 1])


@cache
def coverage(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Share of 150 places' later figures inside, by level, and its standard error over places."""
    inside = []
    for seed in range(150):
        place = Place(seed)
        if kind == "right":
            errors = np.full(6, place.error)
            futures = continued(place.futures(), place.figures[:6], errors, seed=seed)
        else:
            futures = place.futures(chance=0.0)[:, 6:]
        inside.append(place.covered(futures).mean(axis=0))
    return np.mean(inside, axis=0), np.std(inside, axis=0) / math.sqrt(len(inside))


class TestCoverage:
    def test_intervals_hold_as_many_figures_as_they_say(self):
        share, se = coverage("right")
        assert np.all(np.abs(share - LEVELS) < 3 * se)
        assert np.all(se < 0.035)

    def test_bands_without_chance_do_not(self):
        share, se = coverage("without chance")
        assert np.all(share < LEVELS - 5 * se)

    def test_to_go_on_from_what_was_seen_is_worth_knowing(self):
        """Figures of the next month: ranges are narrower, and scores better, than of luck anew."""
        wide, better = [], []
        for seed in range(100):
            place = Place(seed)
            free = place.futures()
            went_on = continued(free, place.figures[:6], np.ones(6), seed=seed)
            weights = np.full(len(free), 1.0 / len(free))
            anew, found = (
                predicted(place.figures[6], 1.0, some[:, where], weights)
                for some, where in ((free, 6), (went_on, 0))
            )
            wide.append((found.high - found.low) / (anew.high - anew.low))
            better.append(anew.crps - found.crps)
        assert np.mean(wide) < 0.8
        assert np.mean(better) > 3 * np.std(better) / math.sqrt(len(better))

    def test_futures_that_go_on_are_those_that_agree_with_what_was_seen(self):
        """Mean and covariance of the conditional normal distribution, in closed form."""
        place, errors = Place(1), np.full(6, 1.0)
        free = place.futures(draws=1, each=40_000)
        c, own = place.covariance, free.mean(axis=2)[0]
        gain = c[6:, :6] @ np.linalg.inv(c[:6, :6] + np.eye(6))
        seen = own[:6] + np.linspace(-8.0, 8.0, 6)
        went_on = continued(free, seen, errors, seed=1)[0]
        tolerance = 5 * 6 / math.sqrt(40_000)
        assert went_on.mean(axis=1) == pytest.approx(
            own[6:] + gain @ (seen - own[:6]), abs=tolerance
        )
        assert np.cov(went_on) == pytest.approx(c[6:, 6:] - gain @ c[:6, 6:], abs=1.0)

    def test_covariance_is_about_the_mean_of_each_draw(self):
        free = np.random.default_rng(1).normal(size=(50, 2, 4))
        far = free + 1e3 * np.arange(50)[:, None, None]
        assert pooled_covariance(far) == pytest.approx(pooled_covariance(free), abs=1e-6)


class TestScores:
    @pytest.mark.parametrize(("value", "sd"), [(1.3, 2.0), (-4.0, 0.5)])
    def test_of_a_normal_distribution_as_its_definition_says(self, value, sd):
        normal = scipy.stats.norm(0.7, sd)
        below = quad(lambda x: normal.cdf(x) ** 2, -30, value, points=[value - 3 * sd])[0]
        above = quad(lambda x: normal.sf(x) ** 2, value, 30, points=[value + 3 * sd])[0]
        assert crps_of_normal(value, 0.7, sd) == pytest.approx(below + above, rel=1e-5)

    def test_draws_of_it_score_alike(self):
        draws = scipy.stats.norm(0.7, 2.0).ppf((np.arange(4000) + 0.5) / 4000)[:, None]
        told = predicted(1.3, 0.0, draws, np.full(4000, 1 / 4000))
        assert told.crps == pytest.approx(crps_of_normal(1.3, 0.7, 2.0), rel=1e-3)
        for level, ends in zip(LEVELS, told.intervals, strict=True):
            assert ends == pytest.approx(scipy.stats.norm(0.7, 2.0).interval(level), abs=0.01)

    def test_skill_over_nothing_is_none(self):
        assert math.isnan(skill([], []))


class TestBaselines:
    def test_no_change_is_off_as_it_was_before(self):
        walk = dict(enumerate(np.cumsum(np.random.default_rng(1).normal(size=30)).tolist()))
        told = no_change(walk, 31, lambda _: math.nan)
        changes = [walk[month + 2] - walk[month] for month in range(28)]
        assert (told.value, told.why) == (walk[29], "28 past changes")
        assert told.sd == pytest.approx(math.sqrt(np.mean(np.square(changes))))

    def test_a_lead_longer_than_the_past_takes_the_longest_there_is(self):
        line = {month: 2.0 * month for month in range(10)}
        assert no_change(line, 17, lambda _: math.nan).sd == pytest.approx(4 * math.sqrt(8 / 2))

    def test_seasonal_knows_a_season_and_a_trend(self):
        def wave(month):
            return 50.0 + month + 9.0 * math.sin(math.pi * month / 6)

        seen = {month: wave(month) for month in range(24)}
        for month in (24, 30, 35, 41):
            told = seasonal(seen, month, lambda _: 0.0)
            assert told.value == pytest.approx(wave(month))

    @pytest.mark.parametrize(
        ("seen", "how", "why"),
        [
            ({}, {}, "nothing seen before"),
            ({month: 1.0 for month in range(12)}, {}, "fewer than 13 months seen"),
            ({0: 1.0, 20: 1.0}, {}, "gaps a year ago"),
            ({0: 1.0, 12: 2.0}, {"every_month": False}, "a series of years"),
        ],
    )
    def test_what_it_takes_is_said(self, seen, how, why):
        told = seasonal(seen, 24, lambda _: 1.0, **how)
        assert (math.isnan(told.value), math.isnan(told.crps(1.0)), told.why) == (True, True, why)

    def test_chance_alone_is_that_of_the_change(self):
        asked = []
        no_change({3: 5.0}, 6, lambda parts: asked.append(dict(parts)) or 1.0)
        seasonal(dict.fromkeys(range(13), 1.0), 24, lambda parts: asked.append(dict(parts)) or 1.0)
        assert asked == [{6: 1.0, 3: -1.0}, {24: 1.0, 12: -2.0, 0: 1.0}]


class TestForecast:
    def test_months_after_each_origin_are_predicted_in_order(self):
        told = [(row.until, row.when, row.lead_months) for row in found().rows]
        assert told == [
            *(("2018-01", f"2018-0{month}", month - 1) for month in (2, 3, 4, 5)),
            *(("2018-03", f"2018-0{month}", month - 3) for month in (4, 5)),
        ]

    def test_what_is_held_out_is_never_fitted(self):
        first, second = found().origins
        assert (first.fit, first.fitted) == (None, 0)
        assert [aim.name for aim in second.aims[: second.fitted]] == ["month 2", "month 3"]

    def test_no_later_figure_moves_a_prediction(self):
        other = figures({**VALUES, 4: 20, 5: 500}) | figures({1: 297}, role="held_out")
        again = js.forecast(town(), until="2018-03", parameters=PRIOR, targets=other, **QUICK)
        np.testing.assert_array_equal(again.origins[0].predictions, found().origins[1].predictions)
        assert [row.inside_95 for row in again.rows] == [False, False]

    def test_a_figure_that_was_seen_draws_the_next_month_towards_it(self):
        prior, later = found().origins
        free = later.futures[:, later.fitted :, :]
        assert later.predictions[:, 0].std() < free[:, 0].std() < prior.predictions[:, 2].std()

    def test_ranges_lie_within_one_another(self):
        for row in found().rows:
            ends = [row.low_95, row.low_80, row.low_50, row.median]
            ends += [row.high_50, row.high_80, row.high_95]
            assert ends == sorted(ends)
            assert row.inside_95 == (row.low_95 <= row.value <= row.high_95)

    def test_scores_are_those_of_the_rows(self):
        score = found().scores[0]
        rows = found().rows
        assert (score.series, score.leads, score.figures) == ("recipients:job_ready", "all", 6)
        assert score.coverage_80 == np.mean([row.inside_80 for row in rows])
        assert score.crps == pytest.approx(np.mean([row.crps for row in rows]))
        known = [row for row in rows if row.until == "2018-03"]
        worse = sum(row.no_change_crps for row in known)
        assert score.no_change_skill == pytest.approx(1 - sum(r.crps for r in known) / worse)

    def test_it_says_what_it_cannot_tell(self):
        text = repr(found())
        assert "Nothing was seen by 2018-01: a forecast of the prior alone." in text
        assert "too few to say whether ranges are right" in text
        assert "Baseline seasonal is missing for some figures: nothing seen before" in text
        assert "its interval there is chance alone" in " ".join(text.split())
        assert "nan" not in text


class TestWhatIsForeseen:
    """A number that was tuned to a later figure is named, unless it is drawn."""

    @pytest.mark.parametrize(
        ("until", "drawn", "named"),
        [
            ("2018-01", HAZARD, True),
            ("2018-01", "groups.job_ready.meeting_gain", False),
            ("2018-04", HAZARD, False),
        ],
    )
    def test_by_the_register(self, until, drawn, named):
        place = small_town(horizon__weeks=22, targets=None, observed=None).to_dict()
        place["claims"]["placements_2018"] |= {"role": "fitted", "tolerance": 5.0, "month": 4}
        entry = place["assumptions"]["groups.job_ready.meeting_gain"]
        entry |= {"tuned_to": ["placements_2018"]}
        found = js.forecast(
            js.Scenario.from_dict(place),
            until=until,
            parameters={drawn: scipy.stats.uniform(0.01, 0.1)},
            targets=figures({5: 259}),
            **{**QUICK, "replications": 2},
        )
        path = "groups.job_ready.meeting_gain"
        assert (path in found.foreseen, path in repr(found)) == (named, named)


class TestFigures:
    def test_a_target_stands_for_the_same_value_of_a_series(self):
        aims = figures_of(small_town(claims=None), None)
        told = [(aim.name, aim.target.when, aim.target.role) for aim in aims]
        assert told == [
            ("recipients.2018-01", "2018-01", "fit"),
            ("recipients_2018", "2018-06", "fit"),
            ("placements_2018", "2018", "held_out"),
        ]

    def test_values_from_before_the_run_are_known_to_baselines_alone(self):
        place = small_town(claims=None, targets=None, horizon__start=dt.date(2018, 6, 1))
        assert [aim.target.when for aim in figures_of(place, None)] == ["2018-01", "2018-06"]

    def test_claims_of_volumes_where_a_file_has_nothing_else(self):
        (aim,) = figures_of(small_town(targets=None, observed=None), None)
        assert (aim.name, aim.target.role) == ("placements_2018", "fit")


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("until", "words"),
        [
            ("2018-13", 'until: must be a month such as 2018-06, got "2018-13"'),
            ("juni 2018", 'must be a month such as 2018-06, got "juni 2018"'),
            ("2018-06-30", "must be a month such as 2018-06"),
            ("2017-12", r"until: 2017-12 is outside the run \(2018-01 to 2018-05\)"),
            ("2018-07", "until: 2018-07 is outside the run"),
            ("2018-05", "until: no figure comes after 2018-05; the last is of 2018-05"),
            (["2018-01", "2018-01"], "until: 2018-01 stands twice"),
            ([], "until: needs a month"),
            (201801, "until: must be"),
        ],
    )
    def test_months(self, until, words):
        with pytest.raises(InputError, match=words):
            js.forecast(town(), until=until, parameters=PRIOR, targets=figures(), **QUICK)

    def test_the_same_figure_twice(self):
        both = figures() | {"again": figures()["month 2"]}
        with pytest.raises(InputError, match="month 2 and again are the same figure"):
            js.forecast(town(), until="2018-01", parameters=PRIOR, targets=both, **QUICK)

    def test_a_place_without_figures(self):
        with pytest.raises(InputError, match="small-town without programmes has no figure within"):
            js.forecast(town(), until="2018-01", parameters=PRIOR, **QUICK)

    def test_three_draws(self):
        how = {**QUICK, "draws": 3}
        with pytest.raises(InputError, match="draws: must be"):
            js.forecast(town(), until="2018-01", parameters=PRIOR, targets=figures(), **how)


TOWNS = 40
KNOWN = {
    HAZARD: scipy.stats.lognorm(0.4, scale=0.02),
    "groups.job_ready.inflow_per_week": scipy.stats.lognorm(0.4, scale=3.0),
}
"""Priors from which each town's true numbers are drawn."""


def year_of_a_town(place, seed):
    """Recipients and placements by month in one future of a town drawn from the prior."""
    uniform = np.random.default_rng(seed).random(len(KNOWN))
    numbers = zip(KNOWN.items(), uniform, strict=True)
    true = place.with_({path: float(one.ppf(u)) for (path, one), u in numbers})
    came = js.simulate(true, replications=[0], seed=10_000 + seed, progress=False)
    found = {}
    for measure in ("recipients", "placements"):
        volume = came[measure].sel(group="job_ready")
        values = volume.sum([name for name in volume.dims if name != "month"]).values
        monthly = figures(dict(enumerate(values.tolist(), start=1)), measure=measure)
        found |= {f"{measure}, {name}": one for name, one in monthly.items()}
    return found


def inside_without_chance(found):
    """Whether placements lie in ranges that know no chance: bool[figures, levels]."""
    (origin,) = found.origins
    means = origin.futures[:, origin.fitted :].mean(axis=2, keepdims=True)
    weights = np.full(len(means), 1 / len(means))
    return [
        [low <= row.value <= high for low, high in told.intervals]
        for row, exact in zip(found.rows, means.transpose(1, 0, 2), strict=True)
        if row.series.startswith("placements")
        for told in [predicted(row.value, row.error, exact, weights)]
    ]


@pytest.mark.slow
def test_towns_whose_numbers_are_known_are_forecast_as_often_as_ranges_say():
    """Six months of each of many towns, from June; placements without chance are not."""
    place = town(horizon__weeks=52, groups__job_ready__stock=200)
    how = {"replications": 16, "points": 32, "waves": 2, "draws": 128, "progress": False}
    right, without = [], []
    for seed in range(TOWNS):
        seen = year_of_a_town(place, seed)
        found = js.forecast(place, until="2018-06", parameters=KNOWN, targets=seen, **how)
        inside = [(row.inside_50, row.inside_80, row.inside_95) for row in found.rows]
        right.append(np.mean(inside, axis=0))
        without.append(np.mean(inside_without_chance(found), axis=0))
    se = np.std(right, axis=0) / math.sqrt(TOWNS)
    assert np.all(np.abs(np.mean(right, axis=0) - LEVELS) < 3 * se)
    assert np.all(np.mean(without, axis=0) < LEVELS - 5 * se)
