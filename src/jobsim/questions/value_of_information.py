"""What it is worth to know more before choosing; may import smooth regression.

Signs: net benefit is positive where it is good, values of information are never negative. They are
per decision, over the same horizon as the net benefit.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jobsim.analysis.deciding.choosing import Gain, best_of, gain_of, of_other_futures
from jobsim.analysis.deciding.draw_arrays import draws_of_options, over_futures
from jobsim.analysis.deciding.information import Information
from jobsim.analysis.deciding.smooth import Basis, basis_of, smooth, varying
from jobsim.analysis.outcomes.components import Components
from jobsim.analysis.outcomes.given_tables import GivenTable, read_table
from jobsim.analysis.outcomes.rounding import ROUNDING, less
from jobsim.arrays import Bools, Floats, Ints
from jobsim.errors import InputError
from jobsim.text.tables import counted

_CURVATURE = 1.42
"""(1.96² − 1) / 2: what a shift of all draws by 1.96 standard errors adds by curvature."""
_COMPLETE = "They are all that varies, so that it is the value of perfect information."
_CAPPED = "Cut down to the value of perfect information."


def evpi(net_benefit: Any, *, names: Sequence[str] | None = None, unit: str = "DKK") -> Information:
    """Expected value of perfect information.

    Parameters
    ----------
    net_benefit : float64[draws, options] or float64[draws, options, futures]
        Of a probabilistic sensitivity analysis; positive is good. Of futures that all draws share,
        as those of `PSA.net_benefit` are, the mean counts, and their luck is in the interval.
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
    vary by what can be known only: without futures, average it over chance first. With futures,
    luck left in the mean of each draw lifts the value if one chooses by it, and lowers it by as
    much if one chooses by the other futures: `value` is halfway, the interval is around both.

    Examples
    --------
    >>> evpi([[0.0, 2.0], [0.0, -1.0]]).value
    0.5
    """
    (given,) = draws_of_options(names, net_benefit=net_benefit)
    return _perfect(given, unit)


def evppi(
    net_benefit: Any,
    parameters: Any,
    *,
    all_parameters: Any = None,
    names: Sequence[str] | None = None,
    option_names: Sequence[str] | None = None,
    unit: str = "DKK",
) -> Information:
    """Expected value of knowing one parameter, or a set of them together.

    Parameters
    ----------
    net_benefit : float64[draws, options] or float64[draws, options, futures]
        As of `evpi`.
    parameters : float64[draws] or float64[draws, parameters]
        Values of the same draws that would become known. Those that do not vary add nothing. Where
        both tables have labels, draws are laid together by index; else, by position.
    all_parameters : float64[draws, parameters], optional
        Everything that was drawn. Where all of it that varies is among `parameters`, value for
        value, the value is `evpi`'s, by definition and without a regression. What varies in
        `parameters` must be in it.
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
    What one gains, on average, by choosing in each draw the option whose expected net benefit given
    the parameters is highest. The expectation is a regression of each option's net benefit, less
    that of today's best option, on the parameters [1]_; here smoothing splines with interactions
    (`basis_of`), their smoothness chosen by restricted likelihood (`smooth`), in each draw fitted
    to all other draws. The gain is the mean of net benefit as drawn, not as fitted [2]_: noise
    lowers it a little and never lifts it, and it is never above `evpi`'s. The upper end of the
    interval is that of choosing with the draw itself in the fit. With futures, see `evpi`; a shift
    of all draws by luck moves a value of information more than in proportion: the upper end is at
    least the value if luck had made another option better by 1.96 standard errors.

    References
    ----------
    .. [1] Strong, Oakley & Brennan 2014, Estimating multiparameter partial expected value of
       perfect information from a probabilistic sensitivity analysis sample, Medical Decision
       Making, doi:10.1177/0272989X13505910.
    .. [2] Luedtke & van der Laan 2016, Statistical inference for the mean outcome under a possibly
       non-unique optimal treatment strategy, Annals of Statistics, doi:10.1214/15-AOS1384.

    Examples
    --------
    The first parameter decides; the second only costs.

    >>> a, b = (np.arange(512) * step % 1 for step in (0.618034, 0.414214))
    >>> benefit = np.column_stack([np.zeros(512), 100 * (a - 0.5) - 10 * b])
    >>> evppi(benefit, a).value > 10 * evppi(benefit, b).value
    True
    """
    given = _read(net_benefit, parameters, "parameter", names, option_names)
    if all_parameters is not None and _complete(*given, all_parameters):
        found = _perfect(given[0], unit)
        return dataclasses.replace(
            found, kind="evppi", about=given[1].names, explained_share=1.0, note=_COMPLETE
        )
    return _regressed("evppi", *given, unit)


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
    net_benefit : float64[draws, options] or float64[draws, options, futures]
        As of `evpi`.
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
    return _regressed("evsi", *_read(net_benefit, summaries, "summary", names, option_names), unit)


def _read(
    net_benefit: Any,
    given: Any,
    what: str,
    names: Sequence[str] | None,
    option_names: Sequence[str] | None,
) -> tuple[GivenTable, GivenTable]:
    """Net benefit, and on its rows what would become known."""
    argument = {"parameter": "parameters", "summary": "summaries"}[what]
    (options,) = draws_of_options(option_names, net_benefit=net_benefit)
    told = read_table(given, argument, what, flat="column").named(names).on_rows_of(options)
    return options, told


def _complete(options: GivenTable, told: GivenTable, everything: Any) -> bool:
    """Whether all that varies would become known."""
    table = read_table(everything, "all_parameters", "parameter", flat="column")
    drawn, known = table.on_rows_of(options).numbers(), told.numbers()
    drawn, varied = drawn[:, varying(drawn)], varying(known)
    if not drawn.size and varying(over_futures(options.numbers()).mean(axis=2)).any():
        raise InputError(
            "all_parameters: nothing in it varies, but net_benefit does; give everything that "
            "was drawn"
        )
    unknown = np.flatnonzero(varied & ~_among(known, drawn))
    if len(unknown):
        raise InputError(
            f'all_parameters: does not hold "{told.names[unknown[0]]}" of parameters, value for '
            "value; give everything that was drawn"
        )
    return bool(_among(drawn, known).all())


def _among(columns: Floats, others: Floats) -> Bools:
    """Whether each column is one of the others, value for value."""
    found = [np.any(np.all(one == others.T, axis=1)) for one in columns.T]
    return np.array(found, dtype=np.bool_)


def _refuse_few(draws: int, told: GivenTable) -> None:
    """A regression needs more draws than it is on columns."""
    columns = told.cells.shape[1]
    least = 3 * (1 + columns)
    if draws < least:
        raise InputError(
            f"net_benefit: {draws} draws are too few for {counted(columns, told.what)}; "
            f"{least} or more are needed"
        )


@dataclass(frozen=True)
class _Rules:
    """What choices follow, made of ever less.

    Parameters
    ----------
    seen : float64[draws, options, futures], expected by all draws and all futures
    unseen : int64[draws, futures], choices by all other draws and all futures; for "evpi", which
        learns from none, by `seen`
    apart : int64[draws, futures], choices by all other draws and all other futures
    """

    seen: Floats
    unseen: Ints
    apart: Ints


def _perfect(options: GivenTable, unit: str) -> Information:
    """Value of choosing by the net benefit of each draw."""
    benefit = over_futures(options.numbers())
    best = _best(benefit)
    mean, apart = benefit.mean(axis=2, keepdims=True), of_other_futures(benefit)
    rules = _Rules(mean, best_of(mean, best), best_of(apart, best))
    return _information("evpi", options, rules, unit)


def _regressed(measure: str, options: GivenTable, told: GivenTable, unit: str) -> Information:
    """Value of choosing by what is expected given what is known."""
    _refuse_few(len(told.cells), told)
    benefit = over_futures(options.numbers())
    basis = basis_of(told.numbers()[:, np.argsort(told.names)])  # in one order, whatever the table
    best, by_name = _best(benefit), np.argsort(options.names).tolist()
    expected = np.zeros((3, *benefit.shape))
    total = missed = 0.0
    for place in (one for one in by_name if one != best):
        gains = less(benefit[:, place], benefit[:, best])
        expected[:, :, place] = _expected(basis, gains)
        mean = gains.mean(axis=1)
        total += float(np.sum((mean - mean.mean()) ** 2))
        missed += float(np.sum((mean - expected[1, :, place, 0]) ** 2))
    seen, unseen, apart = expected
    rules = _Rules(seen, best_of(unseen, best), best_of(apart, best))
    found = _information(measure, options, rules, unit)
    limit = _perfect(options, unit).value
    return dataclasses.replace(
        found,
        about=told.names,
        value=min(found.value, limit),
        ci_low=min(found.ci_low, limit),
        explained_share=1 - missed / total if total > 0 else math.nan,
        left_out=", ".join(basis.left_out),
        evpi=limit,
        note=_CAPPED if found.value > limit else "",
    )


def _best(benefit: Floats) -> int:
    """Today's best option."""
    return int(benefit.mean(axis=(0, 2)).argmax())


def _expected(basis: Basis, gains: Floats) -> Floats:
    """Fits to all draws, to all but each, and without each future: float64[3, draws, futures]."""
    mean = gains.mean(axis=1, keepdims=True)
    curve = smooth(basis, mean[:, 0])
    fitted = curve.smoothed(mean)
    apart = of_other_futures(gains[:, None])[:, 0]
    tables = fitted, curve.unseen(mean, fitted), curve.unseen(apart, curve.smoothed(apart))
    return np.stack([np.broadcast_to(table, gains.shape) for table in tables])


def _information(measure: str, options: GivenTable, rules: _Rules, unit: str) -> Information:
    """Value of choosing by rules, with its error."""
    benefit = over_futures(options.numbers())
    best = _best(benefit)
    choices = best_of(rules.seen, best), rules.unseen, rules.apart
    seen, unseen, apart = (gain_of(benefit, rule) for rule in choices)
    if math.isnan(seen.se) and not _tells(rules.seen, best):
        seen = unseen = apart = Gain(0.0, 0.0, 0.0, 0.0)
    value = max(0.0, (unseen.mean + apart.mean) / 2)
    curved = 0.0 if measure == "evpi" else _CURVATURE * max(0.0, unseen.mean - apart.mean)
    high = math.nan if math.isnan(unseen.high) else seen.high + curved
    shifted = _closer(benefit, rules.seen)
    closer = [one.high if math.isnan(high) else one.mean for one in shifted]
    return Information(
        kind=measure,
        about=(),
        value=value,
        se=unseen.se,
        ci_low=0.0 if math.isnan(apart.low) else min(value, max(0.0, apart.low)),
        ci_high=_highest(value, high, *closer),
        probability_of_change=float(np.mean(rules.unseen != best)),
        explained_share=math.nan,
        left_out="",
        evpi=value,
        best=options.names[best],
        draws=len(benefit),
        futures=options.cells.shape[2] if options.cells.ndim == 3 else 0,
        unit=unit,
    )


def _tells(expected: Floats, best: int) -> bool:
    """Whether what is expected of some option, less that of the best, varies between draws."""
    more = expected - expected[:, [best]]
    return bool(np.any(np.ptp(more, axis=0) > ROUNDING * np.abs(expected).max()))


def _highest(value: float, *ends: float) -> float:
    """Highest end that is known, not below the value; not a number where none is."""
    known = [one for one in ends if not math.isnan(one)]
    return max(value, *known) if known else math.nan


def _closer(benefit: Floats, expected: Floats) -> Iterator[Gain]:
    """Value if luck had made another option better by 1.96 standard errors, or as good as the best.

    Where luck moves all draws together, the value is highest where options tie, and no multiple of
    its standard error reaches there from afar.
    """
    means = benefit.mean(axis=0)
    best = int(means.mean(axis=1).argmax())
    for place in range(len(means)):
        behind = Components(means[[best]] - means[[place]])
        if place != best and benefit.shape[2] > 1:
            shift = np.zeros((len(means), 1))
            shift[place] = min(float(behind.values.mean()), behind.error[1])
            yield gain_of(benefit + shift, best_of(expected + shift))
