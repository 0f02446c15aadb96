"""The sums that registers print come out, and their results are the numbers of the file."""

from __future__ import annotations

import re
from fnmatch import fnmatch

import pytest
from scipy.optimize import brentq

from jobsim.ledger import Prices
from jobsim.scenario import Scenario, preset_names
from jobsim.scenario.evidence import Assumption
from jobsim.scenario.number_register import register
from tests.presets.arithmetic import equations, printed

FILES: dict[str, Scenario | Prices] = {
    **{name: Scenario.load(name) for name in preset_names()},
    "my-town": Scenario.template(),
    "denmark": Prices.load("denmark"),
}
WITHOUT_SUM = {
    "groups.*.employed_pool": "stocks and flows at rest: test_register_outcomes",
    "groups.*.elapsed_weeks": "the same",
    "groups.*.tenure_weeks": "the same",
    "groups.*.ladder_weeks": "the same",
    "groups.job_ready.inflow_per_week": "at rest by simulation; Kolding's are checked below",
    "groups.activity_ready.inflow_per_week": "the same",
    "groups.integration.inflow_per_week": "the same",
    "groups.*.frailty_variance": "solved below; how much a group explains is judged",
    "groups.activity_ready.other_exit_hazard_per_week": "in the template: as the job-ready",
    "small_jobs.consultants.openings_per_fte_week": "tuned: test_presets",
    "labour_market.tightness": "quotients, worked out below",
}
"""Derived numbers whose formula is no sum, and where they are checked instead."""


def entries() -> list[tuple[str, str, Assumption]]:
    return [
        (name, path, stated)
        for name, file in FILES.items()
        for path, stated in file.assumptions.items()
    ]


def text(stated: Assumption) -> str:
    return f"{stated.formula or ''}; {stated.reason or ''}"


@pytest.mark.parametrize(("name", "path", "stated"), entries())
def test_every_sum_comes_out(name: str, path: str, stated: Assumption) -> None:
    wrong = [one for one in equations(text(stated)) if not one.holds]
    assert not wrong, f"{name}: {path}"


def test_most_sums_are_read() -> None:
    """What is not read has no numbers on its left, as in mean boost = 0.0418."""
    signs = sum(text(stated).count("=") for _, _, stated in entries())
    read = sum(len(equations(text(stated))) for _, _, stated in entries())
    assert read > 200
    assert read > 0.8 * signs


@pytest.mark.parametrize(
    ("name", "path", "stated"), [one for one in entries() if one[2].kind == "derived"]
)
def test_a_derived_number_has_its_sum_and_is_printed_in_it(
    name: str, path: str, stated: Assumption
) -> None:
    if any(fnmatch(path, pattern) for pattern in WITHOUT_SUM):
        return
    assert stated.formula
    assert equations(stated.formula), "no sum; say where it is checked in WITHOUT_SUM"
    assert set(values(name, path)) <= printed(stated.formula) | AS_PRINTED.get(path, set())


AS_PRINTED = {
    "benefits.adult_without_children.per_month": {10968, 11143, 11282, 11423, 11554, 11698}
    | {11944, 12326},
    "benefits.adult_cohabiting.per_month": {10968, 11143, 11282, 11423, 11554, 11698}
    | {11944, 12326},
    "benefits.young_single.per_month": {6010, 6182, 6331, 6545},
    "destinations.education.per_month": {5941, 6015, 6090, 6166, 6243, 6321, 6397, 6589}
    | {6820, 7086},
    "benefits.adult_with_children.per_month": {14575, 14808, 14993, 15180, 15355, 15547}
    | {15874, 16382},
    "benefits.integration_adult.per_month": {6010, 6182, 5997, 6142, 6219, 6553, 6789},
    "benefits.integration_single_parent.per_month": {12019, 12211, 12364, 11993, 12283, 12437},
    "earnings.hourly_disregard": {0.0},
    "consumer_prices.index": {100.25, 101.4, 102.23, 103.0, 103.43, 105.35, 113.46, 117.21},
}
"""Published numbers of schedules of which other steps are worked out."""


def values(name: str, path: str) -> list[float]:
    """Numbers of a file that an entry covers."""
    found: list[float] = []
    for row in register(FILES[name]).rows:
        if row.path == path or row.path.startswith(path + "."):
            found += _numbers(row.value)
    return found


def _numbers(value: object) -> list[float]:
    """Numbers of a value: of a schedule or list those of its steps."""
    if isinstance(value, (int, float)):
        return [float(value)]
    assert isinstance(value, (tuple, list))
    return [float(step["value"]) if isinstance(step, dict) else float(step) for step in value]


@pytest.mark.parametrize("name", ["esbjerg-2018", "esbjerg-2018-evidence", "kolding-2018"])
def test_tightness_is_the_quotient_that_is_printed(name: str) -> None:
    stated = FILES[name].assumptions["labour_market.tightness"]
    quotients = re.findall(r"([\d.]+)/([\d.]+)", stated.formula or "")
    worked_out = [round(float(vacancies) / float(rate), 2) for vacancies, rate in quotients]
    assert worked_out == values(name, "labour_market.tightness")


def test_the_frailty_of_the_stock_solves_its_two_survivals() -> None:
    stated = FILES["kolding-2018"].assumptions["groups.job_ready.frailty_variance"]
    assert {0.601, 82.6, 0.483, 130.4, 0.83} <= printed(stated.formula or "")

    def cumulative(survival: float, variance: float) -> float:
        return (survival**-variance - 1.0) / variance

    def mismatch(variance: float) -> float:
        return cumulative(0.483, variance) / cumulative(0.601, variance) - 130.4 / 82.6

    assert brentq(mismatch, 0.1, 3.0) == pytest.approx(0.83, abs=0.01)


def test_kolding_s_inflow_is_that_at_rest_times_the_years_factor() -> None:
    for code in ("job_ready", "activity_ready", "integration"):
        path = f"groups.{code}.inflow_per_week"
        formula = FILES["kolding-2018"].assumptions[path].formula or ""
        assert len(equations(formula)) == 3
        assert set(values("kolding-2018", path)) <= printed(formula)


@pytest.mark.parametrize("name", FILES)
def test_a_distribution_has_its_middle_at_the_number(name: str) -> None:
    """Where it states its middle: a number that was changed and its distribution not is found."""
    for row in register(FILES[name]).rows:
        stated = row.assumption.distribution if row.assumption else None
        if stated is None or stated.of == "factor" or stated.name not in (None, "lognorm"):
            continue
        middle = stated.parameters["scale"] if stated.name else stated.mode
        assert (middle if stated.at is None else stated.at) == row.value, row.path


def test_a_plausible_inflow_is_half_to_one_and_a_fifth_of_that_at_rest() -> None:
    for path, stated in FILES["kolding-2018"].assumptions.items():
        if path.endswith("inflow_per_week"):
            assert "half to 1.2 times the level at rest" in " ".join((stated.reason or "").split())
            at_rest = values("kolding-2018", path)[0]
            assert (stated.low, stated.high) == pytest.approx(
                (at_rest / 2, at_rest * 1.2), abs=5e-4
            )


def test_activation_follows_consumer_prices() -> None:
    prices = FILES["denmark"]
    assert isinstance(prices, Prices)
    index, activation = prices.consumer_prices.index, prices.activation.default_per_week
    base = dict(zip(index.dates, index.values, strict=True))
    for day, value in zip(activation.dates, activation.values, strict=True):
        assert value == round(31_991 / 52.18 * 3.7 / 12.7 * base[day] / 113.46), day


def test_a_job_pays_a_fifth_more_than_a_small_job() -> None:
    prices = FILES["denmark"]
    assert isinstance(prices, Prices)
    small, job = prices.wages.small_job_per_hour, prices.wages.job_per_hour
    assert small.dates == job.dates
    for less, more in zip(small.values, job.values, strict=True):
        assert more / less == pytest.approx(1.2, abs=0.006)


@pytest.mark.parametrize(
    ("said", "sums", "right"),
    [
        ("4.8 million DKK / 9 positions = 533,000", 1, True),
        ("4.8 million DKK / 9 positions = 534,000", 1, False),
        ("37 hours × 26 % of time in contact = 9.6 hours a week; 9.6 / 0.75 = 12.8", 2, True),
        ("0.25 × 0.7 (18 % against 25 % in the trial) = 0.18, by judgement", 1, True),
        ("0.0074 × 0.986 (tuned) = 0.0057", 1, False),
        ("mean boost = 0.5504 / 13.18 = 0.0418", 1, True),
        ("mean boost = 0.5504 / 13.18 = 0.0419", 1, False),
        ("1 - exp(-8 × 0.020) = 0.148", 1, True),
        ("15 % of everybody, as in 2018", 0, True),
    ],
)
def test_sentences_are_read(said: str, sums: int, right: bool) -> None:
    found = equations(said)
    assert len(found) == sums
    assert all(one.holds for one in found) == right
