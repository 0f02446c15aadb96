"""What a comparison says first, in sentences: who gains, how much work, what the run leaves out.

May import rows and text. Amounts are in million DKK; a loss is told by its word and not by a sign.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from jobsim.analysis.comparing.row import Row
from jobsim.analysis.outcomes.off_benefit import MEASURED, OffBenefit
from jobsim.analysis.setting.tuning import proves_nothing
from jobsim.arrays import Floats
from jobsim.calendar import Schedule
from jobsim.ledger import Prices
from jobsim.ledger.rates import in_per_cent, undated
from jobsim.scenario import Scenario
from jobsim.text.tables import (
    ALL_THE_SAME,
    Shown,
    all_the_same,
    between,
    count,
    counted,
    is_nothing,
    kroner,
    millions,
    no_price,
)
from jobsim.text.width import filled
from jobsim.vocabulary import AFTER, LINES, PAYERS, POLICY_LINES, PURSE_LABELS


class Told(Protocol):
    """What sentences are made of: a summary."""

    @property
    def scenario(self) -> Scenario:
        """What was played."""

    @property
    def prices(self) -> Prices:
        """At which prices."""

    @property
    def municipal(self) -> Floats:
        """The municipality's mean increments, DKK: [line, month]."""

    @property
    def replications(self) -> int:
        """Number of futures."""

    def row(self, first: object = None, /, **values: object) -> Any:
        """A row by what it is about."""


_TREATED = {
    "guarantee": "under the state's guarantee, where it keeps {kept}",
    "self_budgeting": "when self-budgeting, where it keeps {kept}",
    "all_municipal_tax": "where {kept} counts, as in the SØM model",
}
"""Treatments of extra municipal tax in words, by the price list's names."""
_KEPT = {0.0: "none of it", 0.25: "a quarter", 1.0: "all of it"}
"""Shares that have words."""


def first_page(result: Told) -> list[str]:
    """Sentences, each a paragraph of its own, the verdict first."""
    told = [*proves_nothing(result.scenario), verdict(result)]
    if anything_moves(result):
        told += [signs(result), *extra_work(result), *left_without_work(result)]
        told += [*end_of_run(result), tax_treatments(result)]
    return [filled(one) for one in told]


def anything_moves(result: Told) -> bool:
    """Whether any purse gains or loses in any future played."""
    return any(any(_numbers(gain)) for _, gain, _ in moved(result))


def _numbers(row: Row) -> tuple[float, float, float]:
    return row.difference, row.range_low, row.range_high


def moved(result: Told) -> list[tuple[str, Row, Row]]:
    """Purses whose money moves, with their gain, and that after displacement."""
    found = []
    for payer in (*PAYERS, "society"):
        gain, after = (result.row(f"net_saving{end}", payer=payer) for end in ("", AFTER))
        if payer == PAYERS[0] or any(_numbers(gain)):
            found.append((payer, gain, after))
    return found


def _named(payer: str) -> str:
    """A purse in a sentence."""
    name = PURSE_LABELS[payer].lower()
    return name if name.endswith("s") or payer == "society" else f"the {name}"


def verdict(result: Told) -> str:
    """Who gains and who loses over the run, with range, and after displacement."""
    purses = moved(result)
    first = next((payer for payer, gain, _ in purses if any(_numbers(gain))), "")
    parts = [
        _gain(_named(payer), *rows, futures=result.replications if payer == first else 0)
        for payer, *rows in purses
    ]
    told = "; ".join(parts)
    return f"{told[0].upper()}{told[1:]}."


def _gain(name: str, gain: Row, after: Row, *, futures: int) -> str:
    """One purse; the first that moves, with its futures, says the unit and what the range is."""
    does = _does(gain.difference, plural=name.endswith("s"))
    if not any(_numbers(gain)):
        return f"{name} {does}"
    amount, ends = millions(abs(gain.difference)), _ends(gain)
    behind = _after(gain.difference, after.difference)
    if futures:
        alike = "one future has no range" if futures == 1 else f"the same in all {futures} futures"
        told = f"95 % of futures: {ends}" if ends else alike
        return f"{name} {does} {amount} million DKK over the run ({told}), {behind}"
    return f"{name} {does} {amount}{f' ({ends})' if ends else ''}, {behind}"


def _does(value: float, *, plural: bool) -> str:
    s = "" if plural else "s"
    if value == 0:
        return f"neither gain{s} nor lose{s}"
    return f"gain{s}" if value > 0 else f"lose{s}"


def _ends(row: Row) -> str:
    """Range over futures, or nothing where there is none."""
    return _unsigned(millions, row.range_low, row.range_high) if has_range(row) else ""


def has_range(row: Row) -> bool:
    """Whether single futures differ, as one future does not."""
    same = row.range_low == row.range_high == row.difference
    return not math.isnan(row.range_low) and not same


def _unsigned(shown: Shown, low: float, high: float) -> str:
    """Two ends of gains or losses without signs, the lower first; in words where signs differ."""
    if low < 0 < high:
        return f"from a loss of {shown(-low)} to a gain of {shown(high)}"
    return between(shown, abs(low), abs(high))


def _after(gain: float, after: float) -> str:
    amount, turned = millions(abs(after)), "a loss of " if after < 0 else "a gain of "
    same = gain * after >= 0 or amount == millions(0.0)
    return f"{'' if same else turned}{amount} after displacement"


def can_turn(result: Told) -> list[str]:
    """Purses whose gain has the other sign in some of 95 % of futures, or perhaps in the mean.

    What is the same in all futures has the same sign in all.
    """
    return [
        payer
        for payer, gain, _ in moved(result)
        if gain.difference
        and has_range(gain)
        and (gain.range_low <= 0 <= gain.range_high or not known_sign(gain))
    ]


def all_agree(result: Told) -> bool:
    """Whether no purse gains more or less in any future than in the others."""
    return not any(has_range(gain) for _, gain, _ in moved(result))


def signs(result: Told) -> str:
    """Whether chance can turn a sign; parameters are in no range."""
    can = [_named(payer) for payer in can_turn(result)]
    told = "Chance alone turns none of these signs"
    if result.replications == 1:
        told = "One future does not tell whether chance turns these signs"
    elif all_agree(result):
        told = f"All {result.replications:,} futures agree on these signs"
    elif can:
        told = f"Chance alone can turn the sign for {_listed(can)}"
    return f"{told}. Parameters are taken as known: jobsim psa tells whether they can turn a sign."


def known_sign(row: Row) -> bool:
    """Whether the interval of a mean is on one side of zero."""
    return row.ci_low > 0 or row.ci_high < 0


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def extra_work(result: Told) -> list[str]:
    """Job-years gained or lost, and what staff and grants cost for each."""
    years, cost = result.row("job_years"), result.row("programme_cost", payer="municipality")
    each, after = (result.row(f"cost_per_job_year{end}") for end in ("", AFTER))
    if is_nothing(years.difference):
        return []
    ends = sorted((abs(years.ci_low), abs(years.ci_high)))
    around = f" ({between(count, *ends)})" if known_sign(years) else _around(years)
    told = f"{'Extra' if years.difference > 0 else 'Lost'} work: "
    told += f"{count(abs(years.difference))} job-years{around}"
    if cost.difference and math.isfinite(each.difference) and each.difference > 0:
        what = "cost" if cost.difference > 0 else "saving"
        told += (
            f", at a {what} of {kroner(each.difference)} DKK of staff and grants for each"
            f"{_interval(each)}{_each_after(after)}"
        )
    elif word := no_price(each.difference, cost.difference):
        told += f", and staff and grants cost {millions(abs(cost.difference))} million DKK "
        told += f"{'more' if cost.difference > 0 else 'less'} ({word})"
    known = any(map(has_interval, (years, each, after)))
    return [f"{told}.{' In brackets: 95 % intervals of the means.' if known else ''}"]


def _each_after(after: Row) -> str:
    """What each job-year costs after displacement, of which there may be none left."""
    if not after.difference > 0:
        return "; after displacement none of it is left"
    return f", {kroner(after.difference)}{_interval(after)} after displacement"


def _around(row: Row) -> str:
    return "" if math.isnan(row.ci_low) else f" ({between(count, row.ci_low, row.ci_high)})"


def has_interval(row: Row) -> bool:
    """Whether the mean has an interval with two ends."""
    return math.isfinite(row.ci_low) and math.isfinite(row.ci_high)


def _interval(row: Row) -> str:
    if has_interval(row):
        return f" ({between(kroner, row.ci_low, row.ci_high)})"
    return f" ({ALL_THE_SAME if all_the_same(row.spread) else 'no interval'})"


def off_benefit_in(result: Told) -> OffBenefit:
    """How much of the time off benefit belongs to people who left without work."""
    means = {name: _level(result.row(one.measure), one.side) for name, one in MEASURED.items()}
    return OffBenefit(**means, share=result.row("share_without_work").spread)


def _level(row: Row, side: str) -> float:
    return float(getattr(row, side))


def drawn_elsewhere(result: Told) -> float:
    """What those who left without work cost the municipality more than in the baseline, DKK."""
    return -float(result.municipal[LINES.index("other_benefit")].sum())


def left_without_work(result: Told) -> list[str]:
    """Weeks off benefit by where they go, where some are of people who left without work."""
    weeks, cost = off_benefit_in(result), drawn_elsewhere(result)
    if not weeks.told or all(map(is_nothing, weeks.parts)):
        return []
    told = str(weeks)
    if not (is_nothing(weeks.settled) and is_nothing(weeks.settled_before)):
        told += (
            f" Meetings settled {count(weeks.settled)} exits without work, "
            f"{count(weeks.settled_before)} in the baseline."
        )
    if not is_nothing(cost, millions):
        told += (
            f" What those who left draw elsewhere costs the municipality {millions(abs(cost))} "
            f"million DKK {'more' if cost > 0 else 'less'}, which is counted above."
        )
    return [told]


_SAVED_UNTIL_THE_END = (
    "Money is saved until the run ends, so that what the last of it costs later is not seen"
)


def months_without_money(result: Told) -> int | None:
    """Months of the run after the last in which staff or grants differ; None where none do."""
    policy = result.municipal[[LINES.index(line) for line in POLICY_LINES]]
    spent = np.flatnonzero(policy.any(axis=0))
    return policy.shape[1] - 1 - int(spent[-1]) if spent.size else None


def end_of_run(result: Told) -> list[str]:
    """How long the run goes on after the last money, and what it saves a month when it ends."""
    behind = months_without_money(result)
    if behind is None:
        return []
    row = result.row("monthly_saving_at_end")
    saved = 0.0 if is_nothing(row.difference, kroner) else row.difference
    does = "saves" if saved > 0 else _does(saved, plural=False)
    saves = result.row("programme_cost", payer="municipality").difference < 0
    when = "Money is spent until the run ends, so that what the last of it brings is not seen"
    if behind:
        done = "saved" if saves else "spent"
        when = f"The run ends {counted(behind, 'month')} after the last money is {done}"
    elif saves:
        when = _SAVED_UNTIL_THE_END
    if not saved:
        return [f"{when}; at the end the municipality {does}."]
    ends = f" ({_unsigned(kroner, row.ci_low, row.ci_high)})" if has_interval(row) else ""
    return [
        f"{when}; at the end the municipality {does} {kroner(abs(row.difference))} DKK a month"
        f"{ends}, which goes on and is not priced."
    ]


def _kept(share: float | Schedule) -> str:
    """A share of extra municipal tax in words, a dated one with its dates."""
    same = undated(share)
    told = None if isinstance(same, Schedule) else _KEPT.get(same)
    return told or f"{in_per_cent(same)} of it"


def tax_treatments(result: Told) -> str:
    """The municipality's net saving by what it keeps of extra municipal tax."""
    told = result.prices.equalisation.told
    known = result.prices.equalisation.treatments
    parts = [
        f"{millions(result.row(f'net_saving_{name}').difference, sign=True)} "
        f"{words.format(kept=_kept(known[name]))}"
        for name, words in _TREATED.items()
        if name in known
    ]
    if not parts:
        return f"Extra municipal tax: {told}."
    return (
        "By what the municipality keeps of extra municipal tax, its net saving in million DKK is "
        f"{'; '.join(parts)}. In these prices: {told}."
    )
