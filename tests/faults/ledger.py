"""Faults in what a week is worth and who pays it, one for each line of the ledger at least."""

from __future__ import annotations

from tests.faults.words import (
    BENEFITS,
    CALENDAR,
    DISPLACEMENT,
    KOLDING,
    LEAVING,
    POSTING,
    PRICES,
    SCENARIO,
    WEEKLY,
    fault,
    measured,
)

__all__ = ["LEDGER"]

LEDGER = (
    fault(
        "municipality and state change places",
        "benefit",
        measured("net_saving"),
        (POSTING, "(share, 1.0 - share), strict=True)", "(1.0 - share, share), strict=True)"),
    ),
    fault(
        "earnings beside the benefit counted from the first krone",
        "benefit",
        measured("net_saving"),
        (
            BENEFITS,
            "kept_per_hour[:, None] * hours - free[:, None]",
            "kept_per_hour[:, None] * hours",
        ),
    ),
    fault(
        "hourly disregard forgotten",
        "benefit",
        measured("net_saving", case=KOLDING),
        (BENEFITS, "net_wage - prices.earnings.hourly_disregard.at(days)", "net_wage"),
    ),
    fault(
        "benefit of the first rate for the whole group",
        "benefit",
        measured("net_saving"),
        (
            BENEFITS,
            "for rate, share in group.benefit_rates.items()",
            "for rate, share in [(next(iter(group.benefit_rates)), 1.0)]",
        ),
    ),
    fault(
        "other benefits are not taxed",
        "benefit_tax",
        measured("net_saving"),
        (POSTING, "[*paid.values(), *other.values()]", "[*paid.values()]"),
    ),
    fault(
        "the municipality keeps all of its tax",
        "benefit_tax",
        measured("net_saving"),
        (WEEKLY, "np.asarray(rate * share), ", "np.asarray(rate), "),
    ),
    fault(
        "what equalisation takes is lost",
        "wage_tax",
        measured("net_saving"),
        (WEEKLY, "prices.taxes.state_rate.at(days) + taken", "prices.taxes.state_rate.at(days)"),
    ),
    fault(
        "labour-market contribution is nobody's",
        "wage_tax",
        measured("net_saving"),
        (
            POSTING,
            'wage_tax["state"] += wage * weekly.contribution_share',
            'wage_tax["state"] += 0.0 * wage',
        ),
    ),
    fault(
        "pension contributions are taxed",
        "wage_tax",
        measured("net_saving"),
        (
            PRICES,
            "1.0 - contribution - values_at(self.employee_pension_share, days)",
            "1.0 - contribution",
        ),
    ),
    fault(
        "jobs reached by the ramp are full-time",
        "wage",
        measured("net_saving", case=KOLDING),
        (
            WEEKLY,
            "np.full(full_time.shape, ramp[-1]) if scenario.small_jobs else full_time",
            "full_time",
        ),
    ),
    fault(
        "other benefits paid by the state alone",
        "other_benefit",
        measured("net_saving"),
        (WEEKLY, "np.stack([share, 1.0 - share], axis=1)", "[0.0, 1.0]"),
    ),
    fault(
        "those whom a meeting sends off go where everybody goes",
        "other_benefit",
        measured("net_saving", case=LEAVING),
        (
            POSTING,
            "weekly.other_benefit_after_meeting[:, place, None]",
            "weekly.other_benefit[:, place, None]",
        ),
    ),
    fault(
        "pension contributions from the first week on benefit",
        "pension_contribution",
        measured("net_saving"),
        (POSTING, ".isel(band=-1, level=0)", '.isel(level=0).sum("band")'),
    ),
    fault(
        "employers' contributions taken from the wage's net part",
        "employer_contribution",
        measured("net_saving"),
        (
            POSTING,
            "wage * weekly.employer_contribution",
            "0.92 * wage * weekly.employer_contribution",
        ),
    ),
    fault(
        "a lower grant at once",
        "expenditure_need",
        measured("net_saving"),
        (
            POSTING,
            "expenditure_need_after_months, months)",
            "expenditure_need_after_months * 0, months)",
        ),
    ),
    fault(
        "a year of 53 weeks costs more than its budget",
        "regular_service",
        measured("programme_cost"),
        (
            CALENDAR,
            "[1.0 / counts[int(year)] for year in self.years]",
            "[1.0 / 52 for year in self.years]",
        ),
    ),
    fault(
        "grants are paid from the programme's budget and once more",
        "programme",
        measured("programme_cost", "caseload"),
        (
            SCENARIO,
            "money[weeks] -= grants * (money[weeks] / mean)",
            "money[weeks] -= 0.0 * grants",
        ),
    ),
    fault(
        "grants are taken evenly from a budget that changes",
        "programme",
        measured("programme_cost"),
        (SCENARIO, "grants * (money[weeks] / mean)", "grants"),
    ),
    fault(
        "consultants cost nothing",
        "consultants",
        measured("programme_cost", "net_saving", case=KOLDING),
        (
            POSTING,
            '"consultants": consultants.budget_per_year.at(dates) if consultants else nothing',
            '"consultants": nothing',
        ),
    ),
    fault(
        "grants at the cost of the year's first day",
        "supports",
        measured("programme_cost"),
        (
            SCENARIO,
            "{year: unit_cost.year_mean(year) for year in _years(scenario)}",
            "{year: unit_cost.on(dt.date(year, 1, 1)) for year in _years(scenario)}",
        ),
    ),
    fault(
        "activation at the price of every other group",
        "activation",
        measured("net_saving"),
        (
            WEEKLY,
            "[spending.per_week.get(g, spending.default_per_week) for g in scenario.groups]",
            "[spending.default_per_week for g in scenario.groups]",
        ),
    ),
    fault(
        "work yields its wage, whatever the price list says",
        "output",
        measured("net_saving"),
        (POSTING, "wage * weekly.output_per_wage", "wage"),
    ),
    fault(
        "working costs no leisure",
        "leisure",
        measured("net_saving", "net_present_value"),
        (POSTING, '"leisure": {"recipient": -lost}', '"leisure": {"recipient": 0.0 * lost}'),
    ),
    fault(
        "a small job's net gain without what is lost in benefit",
        "leisure",
        measured("net_saving"),
        (
            WEEKLY,
            "net_wage[:, None, :] + self.net_benefit",
            "net_wage[:, None, :] + self.net_benefit[:, :, :1]",
        ),
    ),
    fault(
        "nothing is due beside a job",
        "benefit",
        measured("net_saving"),
        (POSTING, "weekly.job_benefit * part[..., -1, :]", "0.0 * weekly.job_benefit"),
    ),
    fault(
        "benefit beside a job on the ladder's first step",
        "benefit",
        measured("net_saving"),
        (POSTING, "part[..., -1, :]", "part[..., 0, :]"),
    ),
    fault(
        "no cap on earnings and benefit together",
        "benefit",
        measured("net_saving"),
        (BENEFITS, "np.where(cap > 0,", "np.where(cap > 1e9,"),
    ),
    fault(
        "tax on wages without the employment allowance",
        "wage_tax",
        measured("net_saving"),
        (POSTING, "allowance * weekly.state_relief", "0.0 * allowance"),
    ),
    fault(
        "employment allowance without a maximum",
        "wage_tax",
        measured("net_saving"),
        (WEEKLY, "np.where(highest > 0, highest, np.inf)", "np.inf"),
    ),
    fault(
        "nobody who is pushed aside is insured",
        "unemployment_insurance",
        measured("net_saving_after_displacement"),
        (DISPLACEMENT, "values_at(terms.insured_share, days)", "0.0"),
    ),
    fault(
        "the state pays all unemployment insurance",
        "unemployment_insurance",
        measured("net_saving_after_displacement"),
        (DISPLACEMENT, "values_at(terms.insurance_municipal_share, days)", "0.0"),
    ),
    fault(
        "every month at the prices of the run's first",
        "prices by date",
        measured("net_saving", case=KOLDING),
        (
            WEEKLY,
            'days = months.astype("datetime64[D]")\n    prices',
            'days = np.full_like(months, months[0]).astype("datetime64[D]")\n    prices',
        ),
    ),
)
