"""Distributions from what studies print have what was printed, or are refused in one line."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from jobsim.analysis.uncertainty.distributions import (
    FITTED_FAMILIES,
    from_counts,
    from_mean_se,
    from_quantiles,
)
from jobsim.errors import InputError


@pytest.mark.parametrize("family", FITTED_FAMILIES)
@pytest.mark.parametrize(("mean", "se"), [(0.15, 0.05), (0.5, 0.01), (0.02, 0.1)])
def test_mean_and_standard_error_are_those_asked_for(family, mean, se):
    found = from_mean_se(mean, se, family=family)
    assert found.mean() == pytest.approx(mean, rel=1e-12)
    assert found.std() == pytest.approx(se, rel=1e-10)


@pytest.mark.parametrize("family", FITTED_FAMILIES)
@pytest.mark.parametrize(
    "quantiles", [{0.025: 0.08, 0.975: 0.25}, {0.1: 0.4, 0.5: 0.45}, {0.05: 0.001, 0.95: 0.9}]
)
def test_quantiles_are_those_asked_for(family, quantiles):
    found = from_quantiles(quantiles, family=family)
    assert found.ppf(list(quantiles)) == pytest.approx(list(quantiles.values()), rel=1e-6)


def test_the_order_of_quantiles_does_not_matter():
    up, down = {0.025: 1.0, 0.975: 1.2}, {0.975: 1.2, 0.025: 1.0}
    assert from_quantiles(up, family="gamma").mean() == from_quantiles(down, family="gamma").mean()


def test_counts_give_jeffreys_posteriors():
    share, rate = from_counts(9, trials=60), from_counts(9, exposure=60)
    assert share.cdf(0.2) == pytest.approx(stats.beta(9.5, 51.5).cdf(0.2))
    assert rate.mean() == pytest.approx(9.5 / 60)
    assert from_counts(0, trials=5).ppf(0.5) > 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: from_mean_se(1, 0), "se: must be above 0, got 0"),
        (lambda: from_mean_se(math.nan, 1), "mean: must be a finite number, got nan"),
        (lambda: from_mean_se(-1, 1, family="gamma"), "mean: must be above 0 for gamma, got -1"),
        (lambda: from_mean_se(1.2, 1, family="beta"), "mean: must be between 0 and 1 for beta"),
        (lambda: from_mean_se(0.5, 0.5, family="beta"), "se: must be below 0.5 for beta"),
        (lambda: from_mean_se(1, 1, family="gama"), 'none called "gama"; did you mean "gamma"?'),
        (lambda: from_quantiles({0.5: 1}), "quantiles: give two as {probability: value}"),
        (lambda: from_quantiles([1, 2]), "quantiles: give two as {probability: value}"),
        (lambda: from_quantiles({0.5: 1, 0.4: 2}), "quantiles: must rise with probability"),
        (lambda: from_quantiles({0: 1, 0.4: 2}), "between 0 and 1, got 0"),
        (lambda: from_quantiles({0.1: -1, 0.9: 2}, family="lognormal"), "above 0 for lognormal"),
        (lambda: from_quantiles({0.1: 0.5, 0.9: 2}, family="beta"), "below 1 for beta, got 2"),
        (lambda: from_counts(3), "give trials (for a probability) or exposure (for a rate)"),
        (lambda: from_counts(3, trials=4, exposure=4), "give trials"),
        (lambda: from_counts(3, trials=2), "trials: must be above 0 and at least events, got 2"),
        (lambda: from_counts(-1, trials=2), "events: must be at least 0, got -1"),
        (lambda: from_counts(1, exposure=0), "exposure: must be above 0, got 0"),
    ],
)
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(InputError) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
