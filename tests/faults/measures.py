"""Faults in what turns volumes into measures and money, and in how they are printed and kept.

Each changes a number that somebody decides by. `rule` is the measure, the line of the ledger, or
what else is told; plain arithmetic in tests/printed must disagree.
"""

from __future__ import annotations

from jobsim.vocabulary import AFTER
from tests.faults.ledger import LEDGER
from tests.faults.questions import QUESTIONS
from tests.faults.results import CLAIMS, FILES, OF_TABLES, PICTURES, SPREADS
from tests.faults.words import (
    ACCUMULATORS,
    COMPARISON,
    DISPLACEMENT,
    ESBJERG,
    KOLDING,
    LEAVING,
    MEASURES,
    PAUSE,
    PRICES,
    SCENARIO,
    WEEKLY,
    WORDS,
    fault,
    measured,
    printed,
)

__all__ = ["FAULTS", "SEVEN"]


def volume(code: str, other: str) -> tuple[str, str, str]:
    """Edit that lets a measure count another volume."""
    return MEASURES, f'Measure("{code}", _volume("{code}")', f'Measure("{code}", _volume("{other}")'


SEVEN = (
    fault(
        "benefit–cost ratio upside down",
        "benefit_cost_ratio",
        (*measured("benefit_cost_ratio"), *printed("does_it_pay")),
        (
            MEASURES,
            '"benefit_cost_ratio": ("gross_saving", "programme_cost")',
            '"benefit_cost_ratio": ("programme_cost", "gross_saving")',
        ),
    ),
    fault(
        "cost per placement from the gross saving",
        "cost_per_extra_placement",
        (*measured("cost_per_extra_placement"), *printed("does_it_pay")),
        (MEASURES, '("programme_cost", "placements")', '("gross_saving", "placements")'),
    ),
    fault(
        "break-even of the gross saving",
        "break_even_month",
        (*measured("break_even_month", case=KOLDING), *printed("does_it_pay", KOLDING)),
        (
            COMPARISON,
            'Sample(_key(f"break_even_month{end}"), own,',
            'Sample(_key(f"break_even_month{end}"), paired.flows["municipality"].gross_saving,',
        ),
    ),
    fault(
        "net present value after displacement is not displaced",
        "net_present_value_after_displacement",
        (*measured("net_present_value_after_displacement"), *printed("who_gains_and_who_pays")),
        (
            MEASURES,
            "self.displaced_increments if displaced else",
            "self.increments if displaced else",
        ),
    ),
    fault(
        "stock difference from returns",
        "stock_difference_at_end",
        (*measured("stock_difference_at_end"), *printed("does_it_pay")),
        (COMPARISON, 'difference_of("recipients", None)', 'difference_of("returns", None)'),
    ),
    fault(
        "the last seven months for the last three",
        "monthly_saving_at_end",
        (*measured("monthly_saving_at_end"), *printed("does_it_pay")),
        (COMPARISON, "_RECENT_MONTHS = 3", "_RECENT_MONTHS = 7"),
    ),
    fault(
        "placements per month halved",
        "placements_per_month",
        (*measured("placements_per_month"), *printed("what_happens")),
        (MEASURES, "weeks.months_played[None, :]", "weeks.months_played[None, :] * 2"),
    ),
)
"""The seven that stood together in a program whose 478 tests passed."""

_VOLUMES = (
    fault(
        "placements are small jobs started",
        "placements",
        (*measured("placements"), *printed("what_happens")),
        (
            MEASURES,
            '"placements", _volume("placements"))',
            '"placements", _volume("small_job_starts"))',
        ),
    ),
    fault(
        "small jobs dropped for small jobs started",
        "small_job_starts",
        measured("small_job_starts"),
        volume("small_job_starts", "small_job_drops"),
    ),
    fault(
        "returns count those who did not return",
        "returns",
        measured("returns"),
        volume("returns", "not_returned"),
    ),
    fault(
        "recipients of all months added up",
        "recipients",
        measured("recipients"),
        (MEASURES, '_volume("recipients"), last=True)', '_volume("recipients"))'),
    ),
    fault(
        "recipients of every year at the end of the run",
        "recipients",
        measured("recipients"),
        (MEASURES, "series[:, np.flatnonzero(months)[-1]] if", "series[:, -1] if"),
    ),
    fault(
        "weeks after leaving for good for weeks in work",
        "employed_weeks",
        (*measured("employed_weeks"), *printed("what_happens")),
        volume("employed_weeks", "left_weeks"),
    ),
    fault(
        "exits without work are those whose job ended",
        "other_exits",
        measured("other_exits", case=LEAVING),
        volume("other_exits", "not_returned"),
    ),
    fault(
        "meetings settle every exit without work",
        "meeting_exits",
        (
            *measured("meeting_exits", case=LEAVING),
            *printed("people_who_leave_without_work_are_never_hidden", LEAVING),
        ),
        volume("meeting_exits", "other_exits"),
    ),
    fault(
        "weeks of those who left without work are all weeks of those who left",
        "weeks_without_work",
        measured("weeks_without_work", case=LEAVING),
        (MEASURES, '_volume("left_weeks", cause=OTHER_EXIT)', '_volume("left_weeks")'),
    ),
    fault(
        "weeks off benefit are those in work",
        "weeks_off_benefit",
        (
            *measured("weeks_off_benefit", "share_without_work", case=LEAVING),
            *printed("people_who_leave_without_work_are_never_hidden", LEAVING),
        ),
        (MEASURES, ' + played.total("left_weeks", groups)', ""),
    ),
    fault(
        "those alone count as left without work whose leaving a meeting settled",
        "share_without_work",
        (
            *measured("share_without_work", case=LEAVING),
            *printed("people_who_leave_without_work_are_never_hidden", LEAVING),
        ),
        (
            COMPARISON,
            'for one in ("weeks_without_work", "weeks_off_benefit")',
            'for one in ("meeting_left_weeks", "weeks_off_benefit")',
        ),
    ),
    fault(
        "those who left for good when a meeting settled it are all who did",
        "meeting_left_weeks",
        measured("meeting_left_weeks", case=LEAVING),
        volume("meeting_left_weeks", "left_weeks"),
    ),
    fault(
        "those in work at the start are no participants",
        "employed_weeks_per_participant",
        measured("employed_weeks_per_participant"),
        (MEASURES, "sum(group.stock + group.employed_pool for", "sum(group.stock for"),
    ),
    fault(
        "those who come new are participants of their month alone",
        "employed_weeks_per_participant",
        measured("employed_weeks_per_participant"),
        (
            MEASURES,
            'np.cumsum(self.total("arrivals", groups), axis=1)',
            'self.total("arrivals", groups)',
        ),
    ),
    fault(
        "participants of a year are added up over its months",
        "employed_weeks_per_participant",
        measured("employed_weeks_per_participant"),
        (MEASURES, "Played.persons,\n            last_below=True,", "Played.persons,"),
    ),
    fault(
        "a job-year of full-time weeks without holidays",
        "job_years",
        (*measured("job_years", "cost_per_job_year"), *printed("does_it_pay")),
        (MEASURES, "WEEKS_PER_JOB_YEAR = 52", "WEEKS_PER_JOB_YEAR = 46"),
    ),
    fault(
        "jobs that were there before count as placements' weeks",
        "employed_weeks_per_placement",
        measured("employed_weeks_per_placement"),
        (
            MEASURES,
            'total("employed_weeks", groups) - sum(first)',
            'total("employed_weeks", groups)',
        ),
    ),
    fault(
        "jobs of the start last a week longer",
        "employed_weeks_per_placement",
        measured("employed_weeks_per_placement"),
        (
            "engines/roster.py",
            "at_work[g, :, place] = mine.sum() - np.cumsum(ended)",
            "at_work[g, :, place] = mine.sum() - np.cumsum(ended) + ended",
        ),
    ),
    fault(
        "weeks so far over the placements of the last month",
        "employed_weeks_per_placement",
        measured("employed_weeks_per_placement"),
        (MEASURES, '_so_far(_volume("placements"))', '_volume("placements")'),
    ),
    fault(
        "half a year on benefit for a year",
        "share_over_52_weeks",
        (*measured("share_over_52_weeks"), *printed("what_happens")),
        (
            MEASURES,
            '_volume("benefit_weeks", band=BANDS[-1])',
            '_volume("benefit_weeks", band=BANDS[-2])',
        ),
    ),
    fault(
        "the municipality pays for a week, not a job-year",
        "cost_per_job_year",
        (*measured("cost_per_job_year"), *printed("does_it_pay")),
        (MEASURES, '("programme_cost", "job_years")', '("programme_cost", "employed_weeks")'),
    ),
    fault(
        "weeks in work for weeks on benefit",
        "benefit_weeks",
        measured("benefit_weeks"),
        (
            MEASURES,
            '"benefit_weeks", _volume("benefit_weeks"))',
            '"benefit_weeks", _volume("employed_weeks"))',
        ),
    ),
    fault(
        "meetings a month for meetings",
        "meetings",
        measured("meetings"),
        (MEASURES, '"meetings", _volume("meetings"))', '"meetings", _volume("meetings"), _one)'),
    ),
    fault(
        "weeks between meetings upside down",
        "weeks_between_meetings",
        measured("weeks_between_meetings"),
        (
            MEASURES,
            '_volume("benefit_weeks"), _volume("meetings"))',
            '_volume("meetings"), _volume("benefit_weeks"))',
        ),
    ),
    fault(
        "meetings that waited for meetings on time",
        "meetings_on_time",
        measured("meetings_on_time"),
        (MEASURES, 'played.total("meetings_on_time")', 'played.total("waiting_weeks")'),
    ),
    fault(
        "programmes' caseworkers left out of the caseload",
        "caseload",
        measured("caseload"),
        (MEASURES, "services.fte.sum(axis=0)", "services.fte[0]"),
    ),
    fault(
        "every group has the figures of all",
        "by group",
        measured("placements", "recipients", "weeks_between_meetings"),
        (MEASURES, "() if group is None else (group,)", "()"),
    ),
    fault(
        "a year begins where the last one began",
        "by year",
        measured("placements", "net_saving"),
        (MEASURES, "year_of(played.months) == whole", "year_of(played.months) <= whole"),
    ),
    fault(
        "the baseline without its supports, but with its programmes",
        "baseline",
        (*measured("placements", case=ESBJERG), *measured("programme_cost", case=ESBJERG)),
        (SCENARIO, 'data["programmes"], data["supports"] = {}, {}', 'data["supports"] = {}'),
    ),
)

_MONEY = (
    fault(
        "grants left out of what staff and grants cost",
        "programme_cost",
        measured("programme_cost"),
        (
            MEASURES,
            "by_payer(self.increments, POLICY_LINES)",
            "by_payer(self.increments, POLICY_LINES[:-1])",
        ),
        (MEASURES, "line=list(POLICY_LINES)", "line=list(POLICY_LINES[:-1])"),
    ),
    fault(
        "staff and grants taken off the gross saving once more",
        "gross_saving",
        measured("gross_saving"),
        (
            MEASURES,
            "self.net_saving + self.programme_cost",
            "self.net_saving - self.programme_cost",
        ),
    ),
    fault(
        "net saving without staff and grants",
        "net_saving",
        (*measured("net_saving"), *printed("the_municipality_by_budget_year")),
        (
            MEASURES,
            "Flows(-spent[payer], gained[payer],",
            "Flows(-spent[payer], gained[payer] - spent[payer],",
        ),
    ),
    fault(
        "net saving after displacement is before it",
        "net_saving_after_displacement",
        (*measured("net_saving_after_displacement"), *printed("who_gains_and_who_pays")),
        (MEASURES, "gained[payer], displaced[payer])", "gained[payer], gained[payer])"),
    ),
    fault(
        "the municipality feels all who are displaced",
        "displacement",
        measured("net_saving_after_displacement", "net_present_value_after_displacement"),
        (DISPLACEMENT, '{"municipality": 1.0 - share * own}', '{"municipality": 1.0 - share}'),
    ),
    fault(
        "staff and grants shrink by displacement",
        "displacement",
        measured("net_saving_after_displacement"),
        (DISPLACEMENT, "np.where(policy, 1.0,", "np.where(0 * policy, 1.0,"),
    ),
    fault(
        "extra placements are those that others lose",
        f"cost_per_extra_placement{AFTER}",
        measured(f"cost_per_extra_placement{AFTER}"),
        (MEASURES, "kept = 1.0 - values_at(", "kept = values_at("),
    ),
    fault(
        "weeks in work for job-years after displacement",
        f"cost_per_job_year{AFTER}",
        measured(f"cost_per_job_year{AFTER}"),
        (COMPARISON, 'paired.kept_of("job_years")', 'paired.kept_of("employed_weeks")'),
    ),
    fault(
        "a krone after displacement brings what it brings before",
        f"benefit_cost_ratio{AFTER}",
        measured(f"benefit_cost_ratio{AFTER}"),
        (COMPARISON, 'money_of(f"gross_saving{AFTER}"', 'money_of("gross_saving"'),
    ),
    fault(
        "probability of gaining after displacement is that of the gross saving",
        f"probability_of_gain{AFTER}",
        measured(f"probability_of_gain{AFTER}", case=ESBJERG),
        (COMPARISON, 'paired.money_of(f"net_saving{end}"', 'paired.money_of(f"gross_saving{end}"'),
    ),
    *(
        fault(
            f"{measure} after displacement is before it",
            f"{measure}{AFTER}",
            measured(f"{measure}{AFTER}", case=KOLDING),
            (
                COMPARISON,
                'flows["municipality"], f"net_saving{end}")',
                'flows["municipality"], "net_saving")',
            ),
        )
        for measure in ("break_even_month", "monthly_saving_at_end")
    ),
    *(
        fault(
            f"another share kept: {name}",
            f"net_saving_{name}",
            measured(f"net_saving_{name}"),
            ("ledger/denmark.toml", f"\n{name} = {share}\n", f"\n{name} = 0.5\n"),
        )
        for name, share in (
            ("guarantee", 0.0),
            ("self_budgeting", 0.25),
            ("all_municipal_tax", 1.0),
        )
    ),
    *(
        fault(
            f"the scenario over the baseline: {measure}",
            measure,
            measured(measure),
            (COMPARISON, "(paired.baseline, paired.played)]", "(paired.played, paired.baseline)]"),
        )
        for measure in ("placements_without", "small_jobs_without")
    ),
    fault(
        "consultants who add no openings cost nothing",
        "consultants_fixed_openings",
        measured("consultants_fixed_openings"),
        (
            COMPARISON,
            "Sample(_key(FIXED_OPENINGS), spent,",
            "Sample(_key(FIXED_OPENINGS), 0 * spent,",
        ),
    ),
    fault(
        "net saving per placement for what it costs",
        "cost_per_extra_placement",
        measured("cost_per_extra_placement"),
        (MEASURES, '("programme_cost", "placements")', '("net_saving", "placements")'),
    ),
    fault(
        "net saving, not gross, for each krone spent",
        "benefit_cost_ratio",
        measured("benefit_cost_ratio"),
        (MEASURES, '("gross_saving", "programme_cost")', '("net_saving", "programme_cost")'),
    ),
    fault(
        "tax distortion left out",
        "net_present_value",
        measured("net_present_value"),
        (WEEKLY, "+ prices.guidance.tax_distortion.on(start) * public", "+ 0.0 * public"),
    ),
    fault(
        "guidance of the end, not of the start",
        "net_present_value",
        measured("net_present_value"),
        (
            WEEKLY,
            "prices.guidance.tax_distortion.on(start)",
            "prices.guidance.tax_distortion.values[-1]",
        ),
    ),
    fault(
        "leisure at market prices",
        "net_present_value",
        measured("net_present_value"),
        (WEEKLY, 'real.sum("line") - leisure', 'real.sum("line")'),
    ),
    fault(
        "flows at the beginning of their month",
        "net_present_value",
        measured("net_present_value"),
        (WEEKLY, "middle = (days[0] + days[1]) / 2.0", "middle = days[0]"),
    ),
    fault(
        "nominal kroner called real",
        "net_present_value",
        measured("net_present_value"),
        (WEEKLY, "weights = factors * index.deflator(months, year)", "weights = factors"),
    ),
    fault(
        "deflator upside down",
        "net_present_value",
        measured("net_present_value"),
        (
            PRICES,
            "self.index.on(dt.date(year, 1, 1)) / self.index.at(months)",
            "self.index.at(months) / self.index.on(dt.date(year, 1, 1))",
        ),
    ),
    fault(
        "probability of losing",
        "probability_of_gain",
        (*measured("probability_of_gain"), *printed("does_it_pay")),
        (ACCUMULATORS, "int(np.sum(values > 0))", "int(np.sum(values < 0))"),
    ),
    fault(
        "probability that the public purse gains is the municipality's",
        "probability_of_gain",
        measured("probability_of_gain"),
        (
            COMPARISON,
            'gained = paired.money_of(f"net_saving{end}", payer, None)',
            'gained = paired.money_of(f"net_saving{end}", "municipality", None)',
        ),
    ),
    fault(
        "break-even where the sum is first above zero",
        "break_even_month",
        measured("break_even_month", case=PAUSE),
        (ACCUMULATORS, "months - np.argmax(below[:, ::-1], axis=1)", "np.argmin(below, axis=1)"),
    ),
    fault(
        "break-even of a month, not of the sum so far",
        "break_even_month",
        measured("break_even_month", case=KOLDING),
        (ACCUMULATORS, "np.cumsum(monthly, axis=1) < 0", "monthly < 0"),
    ),
    fault(
        "monthly saving at the end is a sum",
        "monthly_saving_at_end",
        measured("monthly_saving_at_end"),
        (
            COMPARISON,
            "own[:, -_RECENT_MONTHS:].sum(axis=1) / played",
            "own[:, -_RECENT_MONTHS:].sum(axis=1)",
        ),
    ),
    fault(
        "the public purse without the state",
        "public",
        measured("net_saving", "probability_of_gain"),
        (
            WORDS,
            '        " and ".join(PUBLIC_PAYERS),\n        PUBLIC_PAYERS,',
            '        " and ".join(PUBLIC_PAYERS),\n        PUBLIC_PAYERS[:1],',
        ),
    ),
    fault(
        "society without employers",
        "society",
        (*measured("net_saving", "gross_saving"), *printed("who_gains_and_who_pays")),
        (
            WORDS,
            '        f"all {_NUMBERS[len(PAYERS)]}",\n        PAYERS,',
            '        f"all {_NUMBERS[len(PAYERS)]}",\n        PAYERS[:-1],',
        ),
    ),
)

FAULTS = (
    *SEVEN,
    *_VOLUMES,
    *_MONEY,
    *LEDGER,
    *SPREADS,
    *CLAIMS,
    *OF_TABLES,
    *FILES,
    *PICTURES,
    *QUESTIONS,
)
