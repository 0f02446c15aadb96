"""Every picture of the house, on small results: what is in these tables is tested everywhere.

`PICTURES` draw something, `EMPTY` have nothing to show. A new picture is covered by standing here;
a test sees to it that none is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import scipy.stats
from matplotlib.axes import Axes

import jobsim as js
from jobsim import plots
from jobsim.analysis.attributing.parts import Tuning
from jobsim.analysis.comparing.comparison import Comparison
from jobsim.cli.questions import Decision
from jobsim.plots.layout import Explanation
from jobsim.questions.compare import run
from tests.factory import small_town

__all__ = ["EMPTY", "LONG", "PICTURES", "Picture", "compared", "words"]


@dataclass(frozen=True)
class Picture:
    """A function of `jobsim.plots` with what it draws."""

    draw: Callable[..., Axes]
    result: Callable[[], Any]
    how: dict[str, Any]

    def __call__(self, ax: Axes | None = None) -> Axes:
        """Draw on these axes, or on new ones."""
        return self.draw(self.result(), ax=ax, **self.how)


TOWN = small_town()
HOW: dict[str, Any] = {"replications": 4, "progress": False}
GAIN, OTHER = "groups.job_ready.meeting_gain", "groups.activity_ready.meeting_gain"
BUDGET = "programmes.intensive.budget_per_year.scale"
ADMISSION = "programmes.intensive.admission"
KEPT, LEISURE = "prices.equalisation.kept_share", "prices.wages.leisure_share"
LONG = "A plan whose name goes on for longer than anybody would want to write beside a curve"
STEP, SPREAD = (np.arange(64) * 0.618034) % 1, (np.arange(64) * 0.414214) % 1
COSTS = np.column_stack([0 * STEP, 2e6 + 1e6 * STEP, 3e6 * SPREAD + 1])
EFFECTS = np.column_stack([0 * STEP, 10 * SPREAD - 2, 8 * STEP])
OPTIONS = ["as now", "meetings every two weeks", LONG]
BENEFIT = np.column_stack([0 * STEP, 3e6 * (STEP - 0.5) + 1e5 * SPREAD])


@cache
def compared() -> Comparison:
    return js.compare(TOWN, **HOW)


@cache
def same() -> Comparison:
    """A scenario beside itself: every difference is 0."""
    return js.compare(TOWN, TOWN, **HOW)


@cache
def empty_town() -> js.Scenario:
    """Nobody on benefit, ever."""
    none = {"stock": 0, "inflow_per_week": 0.0, "employed_pool": 0}
    return TOWN.with_(
        {f"groups.{code}.{name}": value for code in TOWN.groups for name, value in none.items()}
    )


@cache
def nobody() -> Comparison:
    return js.compare(empty_town(), **HOW)


@cache
def outcome() -> Any:
    return run(TOWN, **HOW)


@cache
def plans() -> Mapping[str, Comparison]:
    half = js.compare(TOWN.with_({BUDGET: 0.5}), **HOW)
    return {"as it is": compared(), LONG: half, "twice": js.compare(TOWN.with_({BUDGET: 2}), **HOW)}


@cache
def together() -> Any:
    return js.compare({"as it is": TOWN, "twice": TOWN.with_({BUDGET: 2})}, **HOW)


@cache
def lives() -> list[Any]:
    events = js.histories(TOWN, replications=[0])
    return [js.life(events, person) for person in range(7)]


@cache
def swept(*design: tuple[str, tuple[Any, ...]]) -> Any:
    return js.sweep(TOWN, {path: list(values) for path, values in design}, **HOW)


@cache
def curve(*budgets: float) -> Any:
    return js.investment_curve(TOWN, budgets=list(budgets) or None, **HOW)


@cache
def limits() -> Any:
    return js.caseload_limit(TOWN, caseloads=(14, 26), intervals=[2, 4], **HOW)


@cache
def drawn() -> Any:
    measures = ["placements", "net_saving:municipality", "net_saving:state", "net_saving:public"]
    parameters = [GAIN, "groups.job_ready.job_finding_hazard_per_week", LEISURE, KEPT]
    return js.psa(TOWN, draws=8, parameters=parameters, measures=measures, **HOW)


@cache
def single_draw() -> Any:
    return js.psa(TOWN, draws=1, measures=["placements"], **HOW)


@cache
def moved(measure: str = "net_saving", *paths: str) -> Any:
    wanted = {path: (0.0, 0.5) for path in paths} or None
    return js.tornado(TOWN, measure=measure, parameters=wanted, **HOW)


@cache
def indices() -> Any:
    known = {path: (0.05, 0.4) for path in (GAIN, OTHER)}
    from scipy.stats import uniform

    parameters = {path: uniform(low, high) for path, (low, high) in known.items()}
    return js.sobol_indices(
        TOWN, parameters=parameters, draws=2, measure="placements", **{**HOW, "replications": 1}
    )


@cache
def crossed(path: str, measure: str, value: float) -> Any:
    return js.threshold(TOWN, path, measure=measure, value=value, **HOW)


@cache
def must_hold() -> Any:
    document = TOWN.to_dict()
    document["claims"]["placements_2018"]["value"] = 5.5
    return js.what_would_have_to_be_true(
        js.Scenario.from_dict(document), claim="placements_2018", **HOW
    )


@cache
def readings() -> Any:
    return js.naive(TOWN, year=2018, target=30, **HOW)


@cache
def divided() -> Any:
    return js.attribute(
        TOWN, parts=["intensive", "consultants"], measure="placements:scenario", **HOW
    )


@cache
def tuned() -> Any:
    return js.attribute(
        TOWN,
        parts=["intensive"],
        measure="placements:scenario:2018",
        since="placements:scenario:2019",
        tunings=[{BUDGET: 0.5}],
        **HOW,
    )


@cache
def allocated() -> Any:
    parts = [
        f"{place}.budget_per_year" for place in ("programmes.intensive", "small_jobs.consultants")
    ]
    return js.allocate(TOWN, 1e6, parts=parts, **{**HOW, "replications": 2})


@cache
def tunings() -> Any:
    document = TOWN.to_dict()
    document["claims"]["placements_2018"] |= {"role": "fitted", "tolerance": 4.0}
    town = js.Scenario.from_dict(document)
    return js.equally_good(town, [{GAIN: gain} for gain in (0.0, 0.2, 0.9)], **HOW)


def lost_tunings() -> Any:
    """Tunings of which none is valid."""
    return replace(tunings(), candidates=(Tuning(None, (), "not valid"),))


@cache
def options() -> Any:
    return js.cost_effectiveness(COSTS, EFFECTS, names=OPTIONS)


@cache
def ranked() -> Any:
    mean = float(drawn().net_benefit().sum() / drawn().effects().sum())
    return js.rank_assumptions(drawn(), willingness_to_pay=-mean)


def without_claims() -> Comparison:
    return js.compare(js.Scenario.from_dict(TOWN.to_dict() | {"claims": {}}), **HOW)


def idle_sweep(*paths: str) -> Any:
    """Prices move no person."""
    return js.sweep(
        TOWN, {path: [0, 1] for path in paths}, measures="placements", baseline=TOWN, **HOW
    )


def idle_curve() -> Any:
    """Grants in a town where nobody is."""
    town = empty_town().with_({"supports.driving_licence.paid_from": None})
    path = "supports.driving_licence.budget_per_year"
    return js.investment_curve(town, budgets=[0, 1], path=path, baseline=town, **HOW)


def nothing_bought(path: str) -> Any:
    """A search for a figure in a town that buys nothing more than its baseline."""
    return js.threshold(TOWN, path, measure="net_saving", value=1.0, baseline=TOWN, **HOW)


def words(ax: Axes) -> list[str]:
    """What is written in a picture, without heading and labels."""
    return [text.get_text() for text in ax.texts if not isinstance(text, Explanation)]


def of(draw: Callable[..., Axes], result: Callable[..., Any], *about: Any, **how: Any) -> Picture:
    """A picture whose result is made when it is drawn."""
    return Picture(draw, lambda: result(*about), how)


@cache
def trials() -> Any:
    """Published figures of every role, one without an interval, one far beyond the others."""
    from jobsim.trial.document import Trial
    from jobsim.trial.draws import Plays
    from jobsim.trial.result import TrialResult
    from jobsim.trial.suite import Trials

    outcome: dict[str, Any] = {"measure": "weeks_in_work", "by_week": 52, "unit": "weeks"}
    outcome |= {"source": "Nobody", "address": "https://example.org/x"}
    figures = [
        {"label": "weeks in work", "estimate": 2.0, "standard_error": 1.0, "role": "fit"},
        {"label": "the same of those who came", "estimate": 1.0, "role": "seen"},
        {"label": "in all", "estimate": 1.0, "contrast": "level", "role": "seen"},
        {"label": "the same years later", "estimate": -40.0, "standard_error": 1.5},
    ]
    data = {
        "title": "A made-up trial",
        "design": "randomised",
        "setting": {"scenario": "esbjerg-2018", "group": "job_ready", "weeks": 52},
        "arms": {code: {"label": code, "persons": 100} for code in ("treated", "control")},
        "outcomes": [{**outcome, "role": "held_out", **one} for one in figures],
    }
    values = 3 * np.column_stack([STEP, SPREAD, SPREAD, STEP])
    plays = Plays(None, values, 2 * values - 2, values - 1, values.mean(axis=0), ())
    names = ("a-trial", LONG.replace(" ", "-"))
    both = [TrialResult(Trial.from_dict({**data, "name": name}), plays) for name in names]
    return Trials(tuple(both), len(STEP), 1, "numpy")


@cache
def one_trial() -> Any:
    return replace(trials(), results=trials().results[:1])


@cache
def learned() -> Any:
    figures = {
        f"recipients {month}": {
            **{"measure": "recipients", "year": 2018, "month": month, "rounded_to": 1},
            "value": 105 + month,
        }
        for month in (3, 6, 9)
    }
    placed = {"measure": "placements", "year": 2018, "value": 40, "standard_error": 4}
    return js.calibrate(
        TOWN,
        parameters={GAIN: scipy.stats.beta(4, 16), KEPT: scipy.stats.beta(4, 4)},
        targets=figures,
        held_out={"placed": placed},
        points=16,
        draws=100,
        money=False,
        **HOW,
    )


@cache
def forecasts() -> Any:
    """From two months without a figure before them, of a town that is played for a year."""
    figures = {
        f"recipients {month}": {
            **{"measure": "recipients", "year": 2018, "month": month, "rounded_to": 1},
            **{"value": 105 + month, "label": "Recipients"},
        }
        for month in (3, 6, 9, 10, 11)
    }
    return js.forecast(
        TOWN.with_({"horizon.weeks": 48}),
        until=["2018-01", "2018-02"],
        parameters={GAIN: scipy.stats.beta(4, 16)},
        targets=figures,
        draws=32,
        **HOW,
    )


def acceptable(*worth: float) -> Any:
    return options().acceptability(list(worth))


PICTURES: dict[str, Picture] = {
    "net saving": of(plots.plot_net_saving, compared),
    "extra placements": of(plots.plot_extra_placements, compared),
    "recipients": of(plots.plot_recipients, compared),
    "recipients of one group": of(plots.plot_recipients, compared, group="job_ready"),
    "recipients of an outcome": of(plots.plot, outcome),
    "placements": of(plots.plot_placements, compared),
    "placements of an outcome": of(plots.plot_placements, outcome),
    "hour ramp": of(plots.plot_hour_ramp, compared),
    "plans": of(plots.plot_plans, plans),
    "several plans": of(plots.plot, together),
    "lives": of(plots.plot_lives, lives),
    "one life": of(plots.plot, lambda: lives()[0]),
    "claims": of(plots.plot_claims, compared),
    "summary": of(plots.plot_summary, lambda: without_claims().summary),
    "must hold": of(plots.plot_would_have_to_be_true, must_hold),
    "naive": of(plots.plot_naive, readings),
    "naive money": of(plots.plot_naive, readings, money=True),
    "attribution": of(plots.plot_attribution, divided),
    "tunings": of(plots.plot_tunings, tunings),
    "attribution of a change": of(plots.plot_attribution, tuned),
    "sweep": of(plots.plot_sweep, swept, (GAIN, (0.1, 0.2, 0.25, 0.3))),
    "sweep of words": of(plots.plot_sweep, swept, (ADMISSION, ("random", "longest_first"))),
    "sweep of two": of(plots.plot_sweep, swept, (BUDGET, (0.5, 1.0)), (GAIN, (0.1, 0.2, 0.3))),
    "large map": of(
        plots.plot_sweep, swept, (BUDGET, (0.5, 1.0)), (GAIN, tuple(np.linspace(0.0, 0.5, 11)))
    ),
    "map of words": of(
        plots.plot_sweep, swept, (GAIN, (0.1, 0.2)), (ADMISSION, ("random", "longest_first"))
    ),
    "sweep of three": of(
        plots.plot_sweep, swept, (BUDGET, (0.5, 1.0)), (GAIN, (0.1, 0.2)), (OTHER, (0.1, 0.2))
    ),
    "investment curve": of(plots.plot_investment_curve, curve),
    "investment curve of the state": of(
        plots.plot_investment_curve, curve, 0.0, 2.5e5, 5e5, 1e6, measure="net_saving:state"
    ),
    "caseload limit": of(plots.plot_caseload_limit, limits),
    "threshold": of(plots.plot_threshold, crossed, BUDGET, "placements", 9.0),
    "threshold not crossed": of(plots.plot_threshold, crossed, KEPT, "net_saving", 1e9),
    "allocation": of(plots.plot_allocation, allocated),
    "psa": of(plots.plot_psa, drawn),
    "psa of persons": of(plots.plot_psa, drawn, unit="persons"),
    "conditional means": of(plots.plot_conditional_means, drawn),
    "calibration": of(plots.plot_calibration, learned),
    "forecast": of(plots.plot_forecast, forecasts),
    "fit": of(plots.plot_fit, learned),
    "fit of a flow": of(plots.plot_fit, learned, measure="placements"),
    "tornado": of(plots.plot_tornado, moved),
    "sobol": of(plots.plot_sobol, indices),
    "trials": of(plots.plot_trials, trials),
    "one trial": of(plots.plot_trials, one_trial),
    "ranking": of(plots.plot_information, ranked),
    "information": of(plots.plot_information, lambda: js.evpi(BENEFIT)),
    "plane": of(plots.plot_plane, options, willingness_to_pay=250_000),
    "incremental": of(plots.plot_incremental, lambda: options().incremental),
    "plane of one": of(
        plots.plot_plane, lambda: js.cost_effectiveness(COSTS[:, :2], EFFECTS[:, :2])
    ),
    "acceptability": of(plots.plot_acceptability, acceptable, *np.linspace(0, 2e6, 9)),
    "acceptability at one worth": of(plots.plot_acceptability, acceptable, 1e5),
    "expected loss": of(plots.plot_expected_loss, acceptable, *np.linspace(0, 2e6, 9)),
    "decision": of(plots.plot_decision, lambda: Decision(options(), acceptable(0, 1e5, 1e6))),
}

EMPTY: dict[str, Picture] = {
    "net saving": of(plots.plot_net_saving, same),
    "extra placements": of(plots.plot_extra_placements, same),
    "recipients": of(plots.plot_recipients, nobody),
    "placements": of(plots.plot_placements, nobody),
    "hour ramp": of(plots.plot_hour_ramp, nobody),
    "plans": of(plots.plot_plans, lambda: [same()]),
    "claims": of(plots.plot_claims, without_claims),
    "naive": of(plots.plot_naive, lambda: replace(readings(), readings=())),
    "tunings": of(plots.plot_tunings, lost_tunings),
    "sweep": of(plots.plot_sweep, idle_sweep, KEPT),
    "map": of(plots.plot_sweep, idle_sweep, KEPT, LEISURE),
    "investment curve": of(plots.plot_investment_curve, idle_curve),
    "threshold": of(plots.plot_threshold, nothing_bought, LEISURE),
    "psa": of(plots.plot_psa, single_draw),
    "conditional means": of(plots.plot_conditional_means, single_draw, measure="placements"),
    "tornado": of(plots.plot_tornado, moved, "placements", KEPT),
    "information": of(
        plots.plot_information, lambda: js.evpi(np.column_stack([0 * STEP, 1e6 + STEP]))
    ),
    "plane": of(
        plots.plot_plane, lambda: js.cost_effectiveness(0 * COSTS, 0 * EFFECTS, names=OPTIONS)
    ),
    "expected loss": of(
        plots.plot_expected_loss,
        lambda: js.cost_effectiveness(0 * COSTS, 0 * EFFECTS).acceptability([0, 1e5]),
    ),
}
"""Pictures of results in which there is nothing to see."""
