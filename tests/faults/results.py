"""Faults in errors, intervals and ranges, in claims beside the model, in tables and files."""

from __future__ import annotations

from tests.faults.words import (
    ACCUMULATORS,
    BENEFITS,
    CLAIMS,
    COMPARISON,
    CUT,
    ESBJERG,
    HERE,
    KOLDING,
    PRINTING,
    RESULT,
    SPREAD,
    SUMMARY,
    TABLES,
    TOWN,
    drawn,
    fault,
    kept,
    measured,
    printed,
)

__all__ = ["CLAIMS", "FILES", "OF_TABLES", "PICTURES", "SPREADS"]

OVER_TIME, OF_CLAIMS = "plots/over_time.py", "plots/claims.py"

SPREADS = (
    fault(
        "normal for Student's t",
        "ci",
        measured("placements", "net_saving", "benefit_cost_ratio"),
        (SPREAD, "float(stdtrit(n - 1, HIGH))", "1.959963984540054"),
    ),
    fault(
        "standard deviation for standard error",
        "se",
        measured("placements", "net_saving"),
        (SPREAD, "(variance + usual.extra(n)) / n)", "variance + usual.extra(n))"),
    ),
    fault(
        "variance of scenario and baseline that are not paired",
        "se",
        measured("programme_cost", "benefit_cost_ratio"),
        (ACCUMULATORS, "self._products / max(1, self.n - 1)", "self._products / max(1, self.n)"),
    ),
    fault(
        "range of nine futures in ten",
        "range",
        measured("placements", "net_saving", "net_present_value"),
        (
            SPREAD,
            "np.quantile(samples, [LOW, HIGH], method=method)",
            "np.quantile(samples, [0.05, 0.95], method=method)",
        ),
    ),
    fault(
        "Fieller's interval without the covariance",
        "ci",
        measured("benefit_cost_ratio", "cost_per_extra_placement"),
        (SPREAD, "a * b - t2 * vab,", "a * b,"),
    ),
    fault(
        "an interval where the ratio is not identified",
        "ci",
        measured("cost_per_extra_placement", case=ESBJERG),
        (SPREAD, "if lead <= 0 or root < 0:", "if root < 0 or lead == 0:"),
    ),
    fault(
        "Wilson's interval not shifted",
        "ci",
        measured("probability_of_gain"),
        (SPREAD, "centre = (p + z * z / (2 * n))", "centre = p"),
    ),
    fault(
        "means of both sides over one replication too many",
        "scenario",
        measured("placements", "programme_cost"),
        (
            COMPARISON,
            "levels = (level / self.replications for level",
            "levels = (level / (self.replications + 1) for level",
        ),
    ),
    fault(
        "scenario and baseline change places",
        "scenario",
        (*measured("recipients"), *printed("what_happens")),
        (COMPARISON, "levels=(scenario, baseline))", "levels=(baseline, scenario))"),
    ),
    fault(
        "baseline − scenario",
        "difference",
        (*measured("placements"), *printed("what_happens")),
        (COMPARISON, "Sample(key, scenario - baseline,", "Sample(key, baseline - scenario,"),
    ),
)

CLAIMS = (
    fault(
        "a claim about some groups is held against all",
        "claims",
        (*printed("claims_beside_the_model"), *kept("claims")),
        (
            CLAIMS,
            "values = measure.of(played, months, claim.groups)",
            "values = measure.of(played, months)",
        ),
    ),
    fault(
        "a claim about a month is held against the year",
        "claims",
        printed("claims_beside_the_model", KOLDING),
        (CLAIMS, "months = played.months == wanted\n", "months = months_of(played, claim.year)\n"),
    ),
    fault(
        "a claimed difference is held against the level",
        "claims",
        printed("claims_beside_the_model"),
        (CLAIMS, 'if claim.of == "difference":', 'if claim.of == "both":'),
    ),
    fault(
        "a claim about the state is held against the municipality",
        "claims",
        printed("claims_beside_the_model"),
        (
            CLAIMS,
            'claim.measure, claim.payer or "municipality", claim.year',
            'claim.measure, "municipality", claim.year',
        ),
    ),
    fault(
        "a claim that was used to tune is judged",
        "claims",
        printed("claims_beside_the_model", KOLDING),
        (CLAIMS, 'if self.claim.role == "fitted":', 'if self.claim.role == "tuned":'),
    ),
    fault(
        "above and below change places",
        "claims",
        printed("claims_beside_the_model"),
        (
            CLAIMS,
            '"below" if value < low else "above" if value > high',
            '"above" if value < low else "below" if value > high',
        ),
    ),
    fault(
        "a claimed share is rounded to a whole",
        "claims",
        printed("claims_beside_the_model"),
        (
            SUMMARY,
            "tables.shown_in(one.unit), one.model",
            "(kroner if one.unit == 'DKK' else count), one.model",
        ),
    ),
)

OF_TABLES = (
    fault(
        "kroner in hundred thousands called millions",
        "text",
        (*printed("the_municipality_by_budget_year"), *printed("who_gains_and_who_pays")),
        (TABLES, "number(value / 1e6, digits=2", "number(value / 1e5, digits=2"),
    ),
    fault(
        "minus signs lost",
        "text",
        (*printed("what_happens"), *printed("who_gains_and_who_pays")),
        (TABLES, '("−" if value < 0 else "+" if sign else "")', '("+" if sign else "")'),
    ),
    fault(
        "one digit less",
        "text",
        printed("what_happens"),
        (TABLES, "digits=0 if abs(value) >= 1000 else 1", "digits=0"),
    ),
    fault(
        "shares printed as if they were per cent",
        "text",
        printed("what_happens"),
        (TABLES, "number(100 * value, digits=1, sign=sign)", "number(value, digits=1, sign=sign)"),
    ),
    fault(
        "the budget table in kroner, called millions",
        "text",
        printed("the_municipality_by_budget_year"),
        (
            SUMMARY,
            "cells = [_cells(row, millions, sign=code",
            "cells = [_cells(row, kroner, sign=code",
        ),
    ),
    fault(
        "interval and range change places",
        "text",
        (*printed("what_happens"), *printed("does_it_pay")),
        (
            SUMMARY,
            "return mean, ends, between(shown, row.range_low, row.range_high, sign=sign)",
            "return mean, between(shown, row.range_low, row.range_high, sign=sign), ends",
        ),
    ),
    fault(
        "after displacement shows what is before",
        "text",
        printed("who_gains_and_who_pays"),
        (
            SUMMARY,
            "lines += [(label, *gain), (_AFTER, *after)]",
            "lines += [(label, *gain), (_AFTER, *gain)]",
        ),
    ),
    fault(
        "break-even a month late",
        "text",
        printed("does_it_pay", KOLDING),
        (SUMMARY, "str(result.months[int(month) - 1])", "str(result.months[int(month)])"),
    ),
    fault(
        "a cut is said to cost for each placement",
        "text",
        printed("does_it_pay", CUT),
        (SUMMARY, "(saves_staff and words.label_when_saving) or words.label", "words.label"),
    ),
    fault(
        "whether the plan saves staff is read off the net saving",
        "text",
        printed("does_it_pay"),
        (SUMMARY, 'cost = result.row("programme_cost",', 'cost = result.row("net_saving",'),
    ),
    fault(
        "a measure that does not occur is printed, one that does is not",
        "text",
        printed("what_happens"),
        (
            SUMMARY,
            "if all(not level or math.isnan(level)",
            "if any(level and not math.isnan(level)",
        ),
    ),
    fault(
        "the ramp is said to fit",
        "text",
        printed("notes_say_where_the_ramp_does_not_end_the_benefit"),
        (BENEFITS, "if used_up < last - 1:", "if used_up < 0:"),
    ),
    fault(
        "tax that stays is tax that goes",
        "text",
        printed("notes_say_what_equalisation_leaves_and_where_prices_end"),
        (
            SUMMARY,
            "{prices.equalisation.told}.",
            "{1 - prices.equalisation.kept_share:.0%} of extra tax stays.",
        ),
    ),
    fault(
        "a notebook leaves the last column out",
        "text",
        printed("a_notebook_shows_the_same_cells"),
        (TABLES, "for cell in row[1:])", "for cell in row[1:-1])"),
    ),
)

FILES = (
    fault(
        "budget years run on from the first",
        "files",
        kept("the_municipality_by_line_and_budget_year"),
        (
            SUMMARY,
            "self.municipal[:, years == year].sum(axis=1)",
            "self.municipal[:, years <= year].sum(axis=1)",
        ),
    ),
    fault(
        "the lines of the state in the municipality's table",
        "files",
        kept("the_municipality_by_line_and_budget_year"),
        (
            COMPARISON,
            'paired.increments.sel(payer="municipality")',
            'paired.increments.sel(payer="state")',
        ),
    ),
    fault(
        "a sum over replications for their mean",
        "files",
        kept("the_municipality_by_line_and_budget_year"),
        (
            COMPARISON,
            "np.asarray(self._municipal / self.replications)",
            "np.asarray(self._municipal)",
        ),
    ),
    fault(
        "increments kept after displacement",
        "files",
        kept("the_dataset_has_the_increments_of_every_future"),
        (
            COMPARISON,
            "volumes.assign(increments=self.increments)",
            "volumes.assign(increments=self.displaced_increments)",
        ),
    ),
    fault(
        "the model's claims kept as what was claimed",
        "files",
        kept("claims"),
        (
            SUMMARY,
            '"claimed": claim.value, "model": model.mean',
            '"claimed": model.mean, "model": claim.value',
        ),
    ),
    fault(
        "amounts in the workbook without their sign",
        "files",
        kept("the_workbook_has_the_tables_of_the_other_files"),
        (
            RESULT,
            "finite = frame.replace(",
            "finite = (frame.abs() if frame.index.name else frame).replace(",
        ),
    ),
    fault(
        "claims in JSON with what was claimed as the model's mean",
        "files",
        (f"{HERE}test_files.py::TestFiles::test_claims_in_the_json_of_the_command",),
        (
            PRINTING,
            'plain.to_dict("records")',
            'plain.assign(model=plain.get("claimed")).to_dict("records")',
        ),
    ),
    fault(
        "a run tells its medians' place, not its range",
        "run",
        (
            f"{HERE}test_run.py::test_every_measure[{TOWN}]",
            f"{HERE}test_run.py::test_what_is_printed[{TOWN}]",
        ),
        (
            COMPARISON,
            "certain(spread(measure.over(self.played, year, group)), never)",
            "certain(spread(measure.over(self.played, year, group) * 1.01), never)",
        ),
    ),
)

PICTURES = (
    fault(
        "the picture tells the last month in which a future breaks even",
        "pictures",
        drawn("the_picture_tells_the_month_of_breaking_even", KOLDING),
        (
            OVER_TIME,
            'result.row("break_even_month").difference',
            'result.row("break_even_month").range_high',
        ),
    ),
    fault(
        "each month's saving drawn as the saving so far",
        "pictures",
        drawn("lines_are_the_net_saving_so_far_of_each_payer")
        + drawn("the_line_of_extra_placements"),
        (OVER_TIME, "series = np.cumsum(increments, axis=1)", "series = increments"),
    ),
    fault(
        "claims drawn in per cent of the model",
        "pictures",
        drawn("claims_are_drawn_in_per_cent_of_what_was_claimed"),
        (OF_CLAIMS, "100 * value / one.claim.value", "100 * value / model.mean"),
    ),
)
