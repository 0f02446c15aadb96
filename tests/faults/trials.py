"""Faults in trials: who is compared, on whose luck, what is counted, and how far ranges reach."""

from __future__ import annotations

from tests.faults.words import fault

__all__ = ["FAULTS"]

LIVES, PLAYING, STAGING = "trial/lives.py", "trial/playing.py", "trial/staging.py"
RESULT, DOCUMENT, DRAWS = "trial/result.py", "trial/document.py", "trial/draws.py"
_PLAYED, _TOLD = "tests/trial/test_playing.py::", "tests/trial/test_result.py::"
_FIGURES = f"{_TOLD}TestRow::test_figures_are_those_of_the_plays"

FAULTS = (
    fault(
        "who finds work has left benefit within the week",
        "weeks of participants",
        (f"{_PLAYED}TestLives::test_weeks_and_events_are_those_that_the_engine_counted",),
        (LIVES, '"placed": (IN_WORK, 1)', '"placed": (IN_WORK, 0)'),
    ),
    fault(
        "an exit to something else counts as one to work",
        "first exits",
        (f"{_PLAYED}TestLives::test_first_exits_are_those_of_the_histories",),
        (LIVES, 'code[first] == _CODES["placed"]', 'code[first] == _CODES["other_exit"]'),
    ),
    fault(
        "a ratio over the first arm",
        "contrasts",
        (f"{_PLAYED}TestClosedForm::test_units_and_ratios_are_of_the_same_levels",),
        (PLAYING, "first / second[0] - 1 if second[0]", "second[0] / first - 1 if first"),
    ),
    fault(
        "arms of a trial that are the same people",
        "chance at the size of a trial",
        (f"{_PLAYED}TestClosedForm::test_trials_are_as_far_apart_as_binomial_shares",),
        (PLAYING, "_APART = 2**31", "_APART = 0"),
    ),
    fault(
        "an effect of arms that are other people",
        "effect of nothing",
        (f"{_PLAYED}TestNoEffect::test_of_arms_that_compete_is_exactly_nothing",),
        (PLAYING, "range(theatre.stage.turns if task.paired else 1)", "range(1)"),
    ),
    fault(
        "a draw that leaves copies of its group as they were",
        "draws",
        (f"{_PLAYED}TestDraws::test_a_draw_holds_for_copies_of_a_group",),
        (STAGING, "self.setting.with_(self._for_copies(draw))", "self.setting.with_(draw)"),
    ),
    fault(
        "a stock that was met before as it is offered now",
        "past of the setting",
        ("tests/trial/test_playing.py::test_a_stock_has_the_past_of_the_setting",),
        (STAGING, "return with_past_of(made, drawn) if any_stock else made", "return made"),
    ),
    fault(
        "a range that ends at the draws themselves",
        "range over both",
        (_FIGURES,),
        (RESULT, 'method="weibull"', 'method="linear"'),
    ),
    fault(
        "a distance in published standard errors alone",
        "z",
        (_FIGURES,),
        (RESULT, "math.hypot(_sd(effect), ", "math.hypot(0.0, "),
    ),
    fault(
        "every published interval read as one of 95 %",
        "published standard errors",
        (f"{_TOLD}TestRow::test_standard_errors_come_from_intervals_or_chance[interval]",),
        (DOCUMENT, "ndtri((1 + self.level) / 2)", "ndtri(0.975)"),
    ),
    fault(
        "what a number would have to be, from its low end alone",
        "needs",
        (f"{_TOLD}TestNeeds::test_a_planted_number_is_found",),
        (DRAWS, "miss[i] / (miss[i] - miss[i + 1])", "0.0"),
    ),
)
