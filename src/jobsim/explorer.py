"""Sliders over one programme, with the answer following; may import analysis, ledger and plots.

`Explorer` works out the answers and needs no notebook; `explore` lays sliders around it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.comparing.row import Row
from jobsim.analysis.playing.options import run_options
from jobsim.analysis.playing.player import Player, plan_of
from jobsim.analysis.playing.volume_store import VolumeStore
from jobsim.analysis.setting.case import Case, case_of
from jobsim.errors import InputError, JobsimError, nearest
from jobsim.ledger import Prices
from jobsim.plots import plot_net_saving
from jobsim.scenario import Scenario, checked_scenario
from jobsim.text.tables import Table, count, estimate, millions
from jobsim.vocabulary import PICTURED_PAYERS, SUMS

if TYPE_CHECKING:
    from ipywidgets import VBox, Widget


AS_DATED = "as dated"


class Explorer:
    """Answers for one programme's budget, meeting interval and caseload, under several prices.

    The baseline is simulated once and the last few settings are remembered, so that a change of
    prices simulates nothing.

    Parameters
    ----------
    scenario : Scenario with at least one programme
    programme : str, optional
        Code of the programme to change; without it, the first.
    replications : int
    seed : int
    engine : str
    study : Study, optional
        Where settings are found that were simulated before, and kept.

    Raises
    ------
    InputError
        If the scenario has no such programme.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("esbjerg-2018")
    >>> explorer = Explorer(town, replications=2, engine="numpy")
    >>> more = explorer.compare(budget_scale=2.0)
    >>> more.played.scenario.programmes["intensive"].budget_per_year.values
    (3800000.0, 3600000.0, 0.0)
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        programme: str | None = None,
        replications: int = 100,
        seed: int = 1,
        engine: str = "numba",
        study: VolumeStore | None = None,
    ) -> None:
        self.programme = _programme(scenario, programme)
        self.case: Case = case_of(scenario)
        how = {"replications": replications, "seed": seed, "engine": engine, "study": study}
        self._player = Player(plan_of(scenario, run_options(how), plays=2))

    @cached_property
    def regimes(self) -> dict[str, Prices]:
        """Price lists by what they are called."""
        prices = self.case.prices
        days = {"rules of 2018": dt.date(2018, 7, 1), "rules of 2026": dt.date(2026, 7, 1)}
        return {AS_DATED: prices} | {name: prices.as_of(day) for name, day in days.items()}

    @property
    def now(self) -> tuple[int, float]:
        """Meeting interval in weeks and recipients per caseworker, as the scenario states them."""
        stated = self.case.scenario.programmes[self.programme]
        intervals = next(iter(stated.interval_weeks.values()))
        return intervals[-1], stated.caseload_limit

    def compare(
        self,
        *,
        budget_scale: float = 1.0,
        interval_weeks: int | None = None,
        caseload_limit: float | None = None,
        regime: str = AS_DATED,
    ) -> Comparison:
        """Compare one case of the sliders with the same place without programmes.

        Raises
        ------
        InputError
            If a value is not valid or there is no such price regime.
        """
        if regime not in self.regimes:
            hint = nearest(regime, self.regimes)
            raise InputError(f'regime: there is no regime "{regime}"{hint}')
        interval_now, caseload_now = self.now
        stem = f"programmes.{self.programme}"
        changes = {
            f"{stem}.budget_per_year.scale": budget_scale,
            f"{stem}.interval_weeks": [interval_weeks or interval_now],
            f"{stem}.caseload_limit": caseload_limit or caseload_now,
        }
        changed = self.case.with_(changes)
        paired = self._player.paired(changed)
        return Comparison(paired.played, paired.baseline, self.regimes[regime])

    def table(self, result: Comparison) -> Table:
        """Placements and saving per payer, with the Monte Carlo interval of each mean."""
        rows = [_line("extra placements, persons", result.row("placements"), count)]
        for payer in (*PICTURED_PAYERS, *SUMS):
            label = f"net saving, {payer}, million {result.prices.currency}"
            rows.append(_line(label, result.row("net_saving", payer=payer), millions))
        return Table("Whole run, scenario − baseline", ("", "mean", "95 % ci"), tuple(rows))


def _line(label: str, row: Row, shown: Callable[..., str]) -> tuple[str, str, str]:
    return label, *estimate(row.spread, shown, sign=True)


def explore(
    scenario: Scenario, *, replications: int = 100, seed: int = 1, study: VolumeStore | None = None
) -> VBox:
    """Sliders for a programme's budget, interval, caseload and prices; numbers and picture follow.

    For notebooks; needs the extra ``notebook``.

    Parameters
    ----------
    scenario : Scenario with at least one programme
    replications : int
    seed : int
    study : Study, optional
        A folder that keeps what was simulated, so that sliders find it the next time.

    Returns
    -------
    ipywidgets.VBox

    Raises
    ------
    InputError
        If ipywidgets is not installed or the scenario has no programme.

    Examples
    --------
    >>> import jobsim as js
    >>> js.explore(js.Scenario.load("kolding-2018"))
    Traceback (most recent call last):
    ...
    jobsim.errors.InputError: kolding-2018 has no programme to explore
    """
    _programme(checked_scenario("scenario", scenario), None)
    try:
        import ipywidgets as widgets
    except ImportError as error:
        raise InputError(
            'explore needs ipywidgets: python -m pip install "jobsim[notebook]"'
        ) from error
    explorer = Explorer(scenario, replications=replications, seed=seed, study=study)
    sliders = _sliders(explorer)
    shown = widgets.Output()

    def follow(_: object = None) -> None:
        with shown:
            _show(explorer, {name: slider.value for name, slider in sliders.items()}, shown)

    for slider in sliders.values():
        slider.observe(follow, names="value")
    follow()
    return widgets.VBox([*sliders.values(), shown])


def _sliders(explorer: Explorer) -> dict[str, Widget]:
    import ipywidgets as widgets

    interval_weeks, caseload_limit = explorer.now
    looks: dict[str, Any] = {
        "style": {"description_width": "14em"},
        "layout": widgets.Layout(width="36em"),
    }
    wide = looks | {"continuous_update": False}
    return {
        "budget_scale": widgets.FloatSlider(
            1.0, min=0.0, max=4.0, step=0.25, description="budget, times present", **wide
        ),
        "interval_weeks": widgets.IntSlider(
            interval_weeks, min=1, max=26, description="weeks between meetings", **wide
        ),
        "caseload_limit": widgets.FloatSlider(
            caseload_limit, min=5, max=80, step=1, description="recipients per caseworker", **wide
        ),
        "regime": widgets.Dropdown(options=[*explorer.regimes], description="prices", **looks),
    }


def _show(explorer: Explorer, chosen: dict[str, Any], shown: Any) -> None:
    import matplotlib.pyplot as plt
    from IPython.display import HTML, display

    try:
        result = explorer.compare(**chosen)
    except JobsimError as error:
        shown.clear_output(wait=True)
        display(HTML(f"<p>{error}</p>"))
        return
    figure = plot_net_saving(result).figure
    shown.clear_output(wait=True)
    display(HTML(explorer.table(result).html()), figure)
    plt.close(figure)  # type: ignore[arg-type]


def _programme(scenario: Scenario, code: str | None) -> str:
    """Code of the programme to change."""
    if not scenario.programmes:
        raise InputError(f"{scenario.name} has no programme to explore")
    if code is None:
        return next(iter(scenario.programmes))
    if code not in scenario.programmes:
        hint = nearest(code, scenario.programmes)
        raise InputError(f'programme: there is no programme "{code}"{hint}')
    return code
