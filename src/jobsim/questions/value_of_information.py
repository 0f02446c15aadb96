"""What it is worth to know more before choosing; may import smooth regression.

Signs: net benefit is positive where it is good, values of information are never negative. They are
per decision, over the same horizon as the net benefit.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from jobsim.analysis.deciding.draw_arrays import draws_of_options
from jobsim.analysis.deciding.smooth import basis_of, possible_values, smooth
from jobsim.analysis.outcomes.given_tables import read_table
from jobsim.analysis.outcomes.result import Result
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.text.tables import Table, between, figure, share

_SHOWN = 3
"""Most parameters named in a title."""
_Z = 1.959963984540054
_TITLES = {
    "evpi": "Expected value of perfect information",
    "evppi": "Expected value of partial perfect information",
    "evsi": "Expected value of sample information",
}


@dataclass(frozen=True, repr=False)
class Information(Result):
    """What knowing more would gain in one decision, on average; never negative.

    Its table has one line with every field and the interval.

    Parameters
    ----------
    kind : str
        "evpi", "evppi" or "evsi".
    about : tuple of str
        Parameters or summaries that would become known; empty for everything.
    value : float
        In units of net benefit, such as DKK.
    se : float
        Standard error: of the regression's coefficients and of drawing the parameters. For draws
        that are not independent (Sobol', Latin hypercube) the second part is too large. Near 0
        with a value near 0: hardly any draw would change the choice.
    upward_bias : float
        About how much the regression's error lifts the value; not a number for "evpi".
    probability_of_change : float
        Share of draws in which one would choose otherwise than today.
    evpi : float
        Value of knowing everything, from the same draws.
    best : str
        What is best today.
    draws : int
    unit : str
    """

    kind: str
    about: tuple[str, ...]
    value: float
    se: float
    upward_bias: float
    probability_of_change: float
    evpi: float
    best: str
    draws: int
    unit: str
    _name: ClassVar = "information"
    _keys: ClassVar = ("kind", "about")

    @property
    def ci_low(self) -> float:
        """Lower end of the 95 % confidence interval, not below 0."""
        return max(0.0, self.value - _Z * self.se)

    @property
    def ci_high(self) -> float:
        """Upper end of the 95 % confidence interval."""
        return self.value + _Z * self.se

    @property
    def title(self) -> str:
        """What it is, in words."""
        shown = ", ".join(self.about[:_SHOWN])
        if len(self.about) > _SHOWN:
            shown += f" and {len(self.about) - _SHOWN} more"
        return _TITLES[self.kind] + (f" ({shown})" if shown else "")

    def __float__(self) -> float:
        return self.value

    def _lines(self) -> list[dict[str, object]]:
        fields = dataclasses.asdict(self) | {"about": ", ".join(self.about)}
        return [fields | {"ci_low": self.ci_low, "ci_high": self.ci_high}]

    def _table(self) -> Table:
        ends = between(figure, self.ci_low, self.ci_high)
        lines = [
            (self.title, figure(self.value), figure(self.se), ends),
            ("Value of perfect information", figure(self.evpi), "", ""),
            ("Draws in which it changes the choice", share(self.probability_of_change), "", ""),
        ]
        if not math.isnan(self.upward_bias):
            lines.append(("Upward bias, about", figure(self.upward_bias), "", ""))
        return Table(
            f"Value of information, {self.unit} per decision",
            ("", "estimate", "se", "ci"),
            tuple(lines),
            note=f"Best without it: {self.best}; {self.draws:,} draws.",
        )


def evpi(net_benefit: Any, *, names: Sequence[str] | None = None, unit: str = "DKK") -> Information:
    """Expected value of perfect information.

    Parameters
    ----------
    net_benefit : float64[draws, options]
        Of a probabilistic sensitivity analysis; positive is good.
    names : sequence of str, optional
        Names of the options.
    unit : str

    Returns
    -------
    Information

    Raises
    ------
    InputError
        If a value is not a finite number (its row and column are named), or there are fewer than
        two draws or options.

    Notes
    -----
    Mean of the highest net benefit of each draw − highest mean net benefit: what choosing today
    loses, on average, against choosing with everything known (Briggs, Claxton & Sculpher 2006,
    Decision Modelling for Health Economic Evaluation, Oxford University Press). Net benefit must
    vary by what can be known only: average it over chance first.

    Examples
    --------
    >>> evpi([[0.0, 2.0], [0.0, -1.0]]).value
    0.5
    """
    (given,) = draws_of_options(names, net_benefit=net_benefit)
    benefit = given.numbers()
    return _information("evpi", benefit, _gains(benefit)[1], given.names, unit)


def evppi(
    net_benefit: Any,
    parameters: Any,
    *,
    names: Sequence[str] | None = None,
    option_names: Sequence[str] | None = None,
    unit: str = "DKK",
) -> Information:
    """Expected value of knowing one parameter, or a set of them together.

    Parameters
    ----------
    net_benefit : float64[draws, options]
    parameters : float64[draws] or float64[draws, parameters]
        Values of the same draws that would become known. Those that do not vary add nothing. Where
        both tables have labels, draws are laid together by index; else, by position.
    names, option_names : sequence of str, optional
        Names of the parameters and of the options.
    unit : str

    Returns
    -------
    Information

    Raises
    ------
    InputError
        If a value is not a finite number (its row and column are named), the draws are not those of
        net benefit, or there are too few of them for so many parameters.

    Notes
    -----
    Mean over draws of the highest expected net benefit given the parameters − highest mean net
    benefit. The expectation is a regression of each option's net benefit, less that of today's best
    option, on the parameters [1]_; here smoothing splines with interactions (`basis_of`), their
    smoothness chosen by restricted likelihood (`smooth`). The standard error has two parts: the
    spread of the value over coefficients drawn from their posterior, as in [1]_, and the sampling
    error of the draws themselves. Where a value is small against its `upward_bias`, it may be
    nothing but noise.

    References
    ----------
    .. [1] Strong, Oakley & Brennan 2014, Estimating multiparameter partial expected value of
       perfect information from a probabilistic sensitivity analysis sample, Medical Decision
       Making, doi:10.1177/0272989X13505910.

    Examples
    --------
    The first parameter decides; the second only costs.

    >>> a, b = (np.arange(512) * step % 1 for step in (0.618034, 0.414214))
    >>> benefit = np.column_stack([np.zeros(512), 100 * (a - 0.5) - 10 * b])
    >>> evppi(benefit, a).value > 10 * evppi(benefit, b).value
    True
    """
    return _regressed("evppi", net_benefit, parameters, "parameter", names, option_names, unit)


def evsi(
    net_benefit: Any,
    summaries: Any,
    *,
    names: Sequence[str] | None = None,
    option_names: Sequence[str] | None = None,
    unit: str = "DKK",
) -> Information:
    """Expected value of what a pilot would show.

    Parameters
    ----------
    net_benefit : float64[draws, options]
    summaries : float64[draws] or float64[draws, summaries]
        What the pilot's data would be summed up in, simulated once per draw from that draw's
        parameters (`simulate_pilot` does it for common kinds of data).
    names, option_names, unit
        Of the summaries and the options; see `evppi`.

    Returns
    -------
    Information
        What the pilot costs is not deducted.

    Raises
    ------
    InputError
        As for `evppi`.

    Notes
    -----
    As `evppi`, with the summaries in place of the parameters [1]_: since each draw's parameters are
    one draw from their prior, the regression on its simulated data is the expectation over the
    posterior. It gains from summaries that are sufficient, and that are few.

    References
    ----------
    .. [1] Strong, Oakley, Brennan & Breeze 2015, Estimating the expected value of sample
       information using the probabilistic sensitivity analysis sample, Medical Decision Making,
       doi:10.1177/0272989X15575286.

    Examples
    --------
    >>> from jobsim.analysis.deciding.draw_arrays import simulate_pilot
    >>> share = (np.arange(512) * 0.618034) % 1
    >>> benefit = np.column_stack([np.zeros(512), 1000 * (share - 0.5)])
    >>> small, large = (simulate_pilot(share, n, kind="binomial") for n in (5, 100))
    >>> evsi(benefit, small).value < evsi(benefit, large).value < evpi(benefit).value
    True
    """
    return _regressed("evsi", net_benefit, summaries, "summary", names, option_names, unit)


def _regressed(
    measure: str,
    net_benefit: Any,
    given: Any,
    what: str,
    names: Sequence[str] | None,
    option_names: Sequence[str] | None,
    unit: str,
) -> Information:
    """Value of knowing what is given, by regression."""
    argument = {"parameter": "parameters", "summary": "summaries"}[what]
    (options,) = draws_of_options(option_names, net_benefit=net_benefit)
    told = read_table(given, argument, what, flat="column").named(names).on_rows_of(options)
    benefit, known = options.numbers(), told.numbers()
    least = 3 * (1 + known.shape[1])
    if len(benefit) < least:
        raise InputError(
            f"net_benefit: {len(benefit)} draws are too few for {known.shape[1]} {argument}; "
            f"{least} or more are needed"
        )
    best, gains = _gains(benefit)
    basis = basis_of(known[:, np.argsort(told.names)])  # in one order, whatever the table's
    others = [place for place in np.argsort(options.names).tolist() if place != best]
    curves = [smooth(basis, gains[:, place]) for place in others]
    expected = np.zeros_like(gains)
    expected[:, others] = np.column_stack([curve.fitted for curve in curves])
    found = _information(measure, benefit, expected, options.names, unit)
    possible = possible_values(curves, gains[:, others])
    return dataclasses.replace(
        found,
        about=told.names,
        se=math.hypot(found.se, float(np.std(possible, ddof=1))),
        upward_bias=float(np.mean(possible)) - found.value,
    )


def _information(
    measure: str, benefit: Floats, expected: Floats, options: tuple[str, ...], unit: str
) -> Information:
    """Value of choosing by expected gains, float64[draws, options], with their sampling error."""
    best, gains = _gains(benefit)
    return Information(
        kind=measure,
        about=(),
        value=_value(expected),
        se=float(np.std(expected.max(axis=1), ddof=1)) / math.sqrt(len(benefit)),
        upward_bias=math.nan,
        probability_of_change=float(np.mean(expected.argmax(axis=1) != best)),
        evpi=_value(gains),
        best=options[best],
        draws=len(benefit),
        unit=unit,
    )


def _gains(benefit: Floats) -> tuple[int, Floats]:
    """Today's best option, and what each option gains over it in every draw."""
    best = int(benefit.mean(axis=0).argmax())
    return best, benefit - benefit[:, [best]]


def _value(expected: Floats) -> float:
    """Mean of the highest − highest of the means."""
    return max(0.0, float(expected.max(axis=1).mean() - expected.mean(axis=0).max()))
