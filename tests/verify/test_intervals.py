"""Stated intervals hold the truth as often as they say, and one that is too narrow is caught."""

from __future__ import annotations

from dataclasses import replace

import pytest

import jobsim as js
from jobsim.analysis.deciding import choosing
from jobsim.analysis.outcomes import accumulators, components, spread
from jobsim.analysis.searching import crossing, spending
from jobsim.errors import InputError
from jobsim.questions import interval_checks, interval_decisions
from jobsim.questions.interval_trial import Trial
from jobsim.questions.sobol_indices import SobolIndices
from jobsim.questions.verify_intervals import CHECKS, verify_intervals


@pytest.fixture(scope="module")
def full_trial() -> Trial:
    return Trial(6000, 1, "auto")


@pytest.fixture
def trial(check, full_trial) -> Trial:
    """As many repetitions as are asked for by default, but where each takes its time."""
    return replace(full_trial, repeats=1200) if check in _SLOW else full_trial


_SLOW = {
    interval_checks.crossing_of_mean,
    interval_decisions.partial_information,
    interval_decisions.sample_information,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_passes(check, trial):
    found = check(trial)
    assert found.verdict == "pass", found


def normal_instead_of_t(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(spread, "_t", lambda n: 1.96)


def nothing_for_what_is_rare(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(spread.Usual, "extra", lambda usual, n: 0.0)


def narrow_indices(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SobolIndices, "half_width", lambda found, se: 1.5 * se)


def n_instead_of_n_less_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(accumulators.Moments, "covariance", lambda moments: moments._products / moments.n)


def narrow_share(patch: pytest.MonkeyPatch) -> None:
    right = accumulators.of_share

    def narrow(n, happened):
        p, se = happened / n, right(n, happened).se
        return spread.Spread(p, se, p - 1.5 * se, p + 1.5 * se)

    patch.setattr(accumulators, "of_share", narrow)


def ninety_percent_of_futures(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(spread, "LOW", 0.05)
    patch.setattr(spread, "HIGH", 0.95)


def narrow_threshold(patch: pytest.MonkeyPatch) -> None:
    right = accumulators.of_paired

    def narrow(cost, effect):
        wide = right(cost, effect)
        low, high = (wide.mean + 0.4 * (end - wide.mean) for end in (wide.ci_low, wide.ci_high))
        return replace(wide, ci_low=low, ci_high=high)

    patch.setattr(crossing, "of_paired", narrow)


def eager_choice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(spending, "MISS", 0.07)


def narrow_mean_of_psa(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(components, "stdtrit", lambda freedom, p: 1.5)


def means_over_futures(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(interval_decisions, "evpi", lambda benefit: js.evpi(benefit.mean(axis=-1)))


def narrow_value_of_information(patch: pytest.MonkeyPatch) -> None:
    whole = choosing.Components.error.fget
    patch.setattr(
        choosing.Components, "error", property(lambda it: (whole(it)[0], 0.765 * whole(it)[1]))
    )


@pytest.mark.parametrize(
    ("narrow", "check"),
    [
        (normal_instead_of_t, interval_checks.mean_of_difference),
        (nothing_for_what_is_rare, interval_checks.mean_of_what_is_rare),
        (normal_instead_of_t, interval_checks.ratio_of_means),
        (n_instead_of_n_less_one, interval_checks.mean_of_difference),
        (n_instead_of_n_less_one, interval_checks.ratio_of_means),
        (narrow_share, interval_checks.share_of_futures),
        (ninety_percent_of_futures, interval_checks.range_of_futures),
        (narrow_mean_of_psa, interval_checks.mean_over_parameters),
        (normal_instead_of_t, interval_checks.contribution_of_part),
        (eager_choice, interval_checks.best_of_two),
        (narrow_threshold, interval_checks.crossing_of_mean),
        (narrow_indices, interval_decisions.variance_shares),
        (means_over_futures, interval_decisions.information_on_shared_luck),
        (narrow_value_of_information, interval_decisions.perfect_information),
    ],
    ids=lambda part: part.__name__,
)
def test_an_interval_that_is_too_narrow_is_caught(narrow, check, trial, monkeypatch):
    narrow(monkeypatch)
    found = check(trial)
    assert found.verdict == "fail", found
    assert found.found < found.expected


@pytest.mark.parametrize("repeats", [399, 20_001, 500.0, True])
def test_bad_input_is_one_line(repeats):
    with pytest.raises(InputError, match=r"repeats: must be a whole number from 400 to 20,000"):
        verify_intervals(repeats=repeats)
