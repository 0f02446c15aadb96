"""Faults in what questions work out of the measures: quantities, curves, readings and parts."""

from __future__ import annotations

from tests.faults.words import HERE, KOLDING, TOWN, fault

__all__ = ["QUESTIONS"]

QUANTITY, READINGS = "analysis/outcomes/quantity.py", "analysis/attributing/naive_readings.py"
PARTS, ATTRIBUTE = "analysis/attributing/parts.py", "questions/attribute.py"
CURVE, STEPS = "questions/investment_curve.py", "analysis/searching/budget_steps.py"


def asked(test: str, what: str) -> tuple[str, ...]:
    """A test of quantities."""
    return (f"{HERE}test_quantities.py::test_{test}[{what}]",)


def read(*tests: str, case: str = KOLDING) -> tuple[str, ...]:
    """Tests of naive readings."""
    return tuple(f"{HERE}test_naive.py::test_{test}[{case}]" for test in tests)


def divided(*tests: str) -> tuple[str, ...]:
    """Tests of attribution."""
    return tuple(f"{HERE}test_attribution.py::test_{test}" for test in tests)


def invested(*tests: str) -> tuple[str, ...]:
    """Tests of the investment curve."""
    return tuple(f"{HERE}test_investment.py::test_{test}" for test in tests)


QUESTIONS = (
    fault(
        "a quantity of one group is that of all",
        "quantity",
        asked("a_volume_of_each_side_year_and_group", f"placements-{TOWN}"),
        (QUANTITY, "over(played, self.year, self.group)", "over(played, self.year)"),
    ),
    fault(
        "an extra is the scenario's own",
        "quantity",
        asked("a_volume_of_each_side_year_and_group", f"recipients-{TOWN}"),
        (
            QUANTITY,
            "return self._level(paired.played) - self._level(paired.baseline)",
            "return self._level(paired.played)",
        ),
    ),
    fault(
        "present values are never displaced",
        "quantity",
        asked("present_values", TOWN),
        (QUANTITY, "displaced=self.measure != PRESENT_VALUES[0]", "displaced=False"),
    ),
    fault(
        "money of a year is that of the run",
        "quantity",
        asked("money_of_each_purse_and_year", f"net_saving-{TOWN}"),
        (
            QUANTITY,
            "paired.money_of(self.measure, self.payer, self.year)",
            "paired.money_of(self.measure, self.payer, None)",
        ),
    ),
    fault(
        "a step of the curve is the level it leads to",
        "invest",
        invested("the_next_krone"),
        (STEPS, "difference(values[j], values[i])", "difference(values[j], 0.0 * values[i])"),
    ),
    fault(
        "kroner spent for a krone gained",
        "invest",
        invested("the_next_krone"),
        (STEPS, "of_paired(gain, more)", "of_paired(more, gain)"),
    ),
    fault(
        "public purse in the column of the state",
        "invest",
        invested("each_budget"),
        (
            CURVE,
            '*("net_saving:state", "net_saving:public",',
            '*("net_saving:public", "net_saving:state",',
        ),
    ),
    fault(
        "a recipient costs the municipality the benefit alone",
        "naive",
        read("persons_and_money", "what_is_printed"),
        (READINGS, "sel(line=list(WEEKLY_LINES))", "sel(line=list(WEEKLY_LINES[:1]))"),
    ),
    fault(
        "those inside count among the others",
        "naive",
        read("persons_and_money", "what_is_printed", case=TOWN),
        (
            READINGS,
            '"benefit_weeks", groups)[:, months].sum(axis=1) - within',
            '"benefit_weeks", groups)[:, months].sum(axis=1)',
        ),
    ),
    fault(
        "more recipients called fewer",
        "naive",
        read("persons_and_money", "what_is_printed"),
        (READINGS, "(paired.baseline, paired.played)", "(paired.played, paired.baseline)"),
    ),
    fault(
        "small jobs of all groups beside the truth of some",
        "naive",
        read("persons_and_money"),
        (
            READINGS,
            "for code in about.groups or scenario.groups if",
            "for code in scenario.groups if",
        ),
    ),
    fault(
        "the stock of all groups before, of some after",
        "naive",
        read("persons_and_money"),
        (
            READINGS,
            'before = about.level(played, "recipients", played.months == then)',
            'before = played.total("recipients")[:, played.months == then][:, 0]',
        ),
    ),
    fault(
        "what is published of October beside the truth of December",
        "naive",
        read("persons_and_money", "what_is_printed"),
        (READINGS, "months = paired.played.months == end", "months = months"),
    ),
    fault(
        "a part's change when it comes first weighs as much as all others",
        "attribute",
        divided("each_part", "what_is_printed"),
        (PARTS, "weight = factorial(len(inside)) *", "weight = 2 * (not inside) *"),
    ),
    fault(
        "the level divided instead of the change",
        "attribute",
        divided("each_part", "what_is_printed"),
        (ATTRIBUTE, "values = wanted - before[0] if before else wanted", "values = wanted"),
    ),
)
