"""Small made-up scenarios of every kind.

Every value is picked from a short menu whose first entry is the plainest, so that a counter-example
shrinks to a scenario in which only what matters is left. Which other entry it is comes from one
seed: hypothesis likes to repeat its choices, and would seldom mix them.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from jobsim.scenario import Scenario
from jobsim.scenario.parts import ADMISSION_ORDERS

__all__ = ["numbered", "scenario_data", "scenarios"]

START_DATES = [
    dt.date(2018, 1, 1),
    dt.date(2018, 11, 23),  # soon a new year
    dt.date(2020, 2, 27),  # a leap year
    dt.date(2018, 6, 14),
]
HORIZONS = [60, 26, 1, 9, 54, 54, 80, 80, 105, 105, 130, 160, 522]
GROUP_CODES = ["job_ready", "activity_ready", "integration"]
PROGRAMME_CODES = ["intensive", "wide", "short"]
SUPPORT_CODES = ["driving_licence", "course", "tools"]


class Picker:
    """Picks from menus: the first entry, or any entry."""

    def __init__(self, rng: random.Random, digit: Callable[[], int]) -> None:
        self._rng, self._digit = rng, digit

    def __call__(self, *menu: Any) -> Any:
        any_entry = self._rng.choice(menu)
        return any_entry if self._digit() else menu[0]


def schedule(pick: Picker, start: dt.date, *values: float) -> Any:
    """A number, or steps that begin before, at or after the start, among the values."""
    steps = pick(0, 0, 2, 3)
    if not steps:
        return pick(*values)
    days = [-40, pick(30, 90, 300), pick(365, 500)][:steps]
    return [{"from": start + dt.timedelta(days=day), "value": pick(*values)} for day in days]


def switched(pick: Picker, start: dt.date, *amounts: float) -> Any:
    """A yearly budget that goes on, starts, stops, or does both."""
    amount = pick(*amounts)
    steps = [(-1, 0.0), (pick(21, 70), amount), (pick(180, 100, 420), 0.0)]
    kept = pick([], [], [0, 1], [1, 2], [0, 1, 2])
    if not kept:
        return amount
    return [{"from": start + dt.timedelta(days=steps[i][0]), "value": steps[i][1]} for i in kept]


def bands(pick: Picker, *choices: list[tuple[int, int, float]]) -> list[dict[str, Any]]:
    return [{"from": a, "to": b, "share": share} for a, b, share in pick(*choices)]


def by_week(*steps: tuple[int, float]) -> list[dict[str, Any]]:
    return [{"from_week": week, "value": value} for week, value in steps]


def group(pick: Picker, key: int, start: dt.date) -> dict[str, Any]:
    return {
        "key": key,
        "label": f"Group {key}",
        "benefit_rates": {"adult_without_children": 1.0},
        "stock": pick(12, 25, 25, 5, 0, 1),
        "employed_pool": pick(8, 15, 0, 1),
        "inflow_per_week": schedule(pick, start, 0.5, 1.0, 0.0, 0.1),
        "job_finding_hazard_per_week": pick(0.01, 0.02, 0.02, 0.05, 0.05, 0.0, 0.3, 9.0),
        "other_exit_hazard_per_week": pick(0.01, 0.003, 0.003, 0.003, 0.02, 0.0, 0.4, 9.0),
        "frailty_variance": pick(0.0, 0.5, 1.0, 4.0),
        "weibull_shape": pick(1.0, 0.9, 1.4),
        "duration_multipliers": pick([], by_week((0, 1.0), (20, 0.5)), by_week((0, 0.0), (3, 2.0))),
        "tightness_elasticity": pick(0.0, 0.5, 2.0),
        "meeting_gain": pick(0.2, 1.0, 0.0, 8.0),
        "no_show_probability": pick(0.2, 0.0, 0.6, 1.0),
        "job_loss_hazard_per_week": pick(
            by_week((0, 0.02)),
            by_week((0, 0.1), (13, 0.01), (52, 0.0)),
            by_week((0, 0.0), (30, 0.5)),
            by_week((0, 9.0)),
            [],
        ),
        "return_share": pick(0.8, 1.0, 0.9, 0.4, 0.0),
        "elapsed_weeks": bands(pick, [(0, 1, 1.0)], [(0, 13, 0.3), (13, 90, 0.7)], [(40, 41, 1.0)]),
        "tenure_weeks": bands(
            pick, [(0, 60, 1.0)], [(45, 56, 0.5), (56, 160, 0.5)], [(60, 90, 1.0)], [(0, 1, 1.0)]
        ),
        "ladder_weeks": {
            origin: bands(pick, [(0, 1, 1.0)], [(0, 4, 0.5), (20, 60, 0.5)])
            for origin in ("stock", "pool", "arrivals")
        },
    }


def group_small_jobs(pick: Picker, levels: int, start: dt.date) -> dict[str, Any]:
    top = pick([0.25, 0.25, 0.25, 0.25], [0.0, 0.0, 0.0, 1.0], [0.5, 0.5, 0.0, 0.0])
    cap = {2: [top[0], top[1] + top[2], top[3]], 3: top, 4: [0.0, *top]}[levels]
    started = [[], [0.5, 0.5], [0.4, 0.2, 0.4], [0.4, 0.1, 0.1, 0.4]]
    drop, climb = pick(
        ([0.1], [0.5]),
        ([0.3, 0.0], [0.1, 0.4, 0.8]),
        ([0.0], [1.0]),
        ([0.2, 0.1, 1.0], [0.7, 0.9, 0.0]),
        ([0.5, 0.2], [0.0]),
    )
    return {
        "cap_shares": cap,
        "start_level_shares": pick(*started[:levels]),
        "ordinary_openings_per_week": schedule(pick, start, 0.3, 1.0, 0.0, 6.0),
        "drop_probabilities": drop,
        "climb_probabilities": climb,
        "hazard_multiplier": pick(1.0, 1.4, 0.5, 0.0),
    }


def small_jobs(pick: Picker, levels: int, start: dt.date) -> dict[str, Any]:
    consultants = {
        "budget_per_year": switched(pick, start, 300_000.0, 900_000.0),
        "cost_per_fte_year": 500_000.0,
        "openings_per_fte_week": pick(1.0, 4.0),
    }
    return {
        "hours_per_week": [4.0, 12.0, 25.0, 37.0][:levels],
        "step_weeks": pick(4, 1, 2, 7),
        "cool_weeks": pick(0, 3, 1, 12, 30),
        "experience_weeks": pick(8, 0, 1, 13),
        "experience_multiplier": pick(1.0, 1.5, 0.7),
        "job_loss_multiplier": pick(1.0, 0.5, 0.0),
        "openings_elasticity": pick(0.0, 1.0),
        **({"consultants": consultants} if pick(False, True) else {}),
    }


def intervals(pick: Picker, codes: list[str]) -> Any:
    lists = [[4], [1, 6, 13], [1], [2, 3]]
    if pick(True, False):
        return pick(*lists)
    return {code: pick(*lists) for code in codes}


def regular_service(pick: Picker, codes: list[str], start: dt.date) -> dict[str, Any]:
    return {
        "fte": schedule(pick, start, 0.5, 0.1, 1.5, 0.0, 20.0),
        "cost_per_fte_year": 500_000.0,
        "meetings_per_fte_week": schedule(pick, start, 6.0, 2.5, 13.0),
        "interval_weeks": intervals(pick, codes),
        "first_meeting_weeks": pick(1, 0, 4),
        "gain_multiplier": pick(1.0, 0.7),
        "job_loss_multiplier": pick(1.0, 1.3),
    }


def programme(pick: Picker, code: str, codes: list[str], start: dt.date) -> dict[str, Any]:
    stay = pick(5, None, 1, 3, 12)
    return {
        "label": code,
        "groups": codes if pick(True, True, False) else codes[:1],
        "budget_per_year": switched(pick, start, 400_000.0, 1_300_000.0, 60_000.0),
        "cost_per_fte_year": 500_000.0,
        "meetings_per_fte_week": schedule(pick, start, 6.0, 2.0, 20.0),
        "caseload_limit": pick(6.0, 1.3, 30.0),
        "interval_weeks": intervals(pick, codes),
        **({"max_weeks": stay} if stay else {}),
        "admission": pick(*ADMISSION_ORDERS),
        "gain_multiplier": pick(1.0, 1.5),
        "job_loss_multiplier": pick(1.0, 0.8, 0.0),
    }


def support(
    pick: Picker, key: int, codes: list[str], programmes: list[str], start: dt.date
) -> dict[str, Any]:
    payer = pick(None, None, *programmes)
    return {
        "key": key,
        "label": f"Support {key}",
        "groups": codes if pick(True, True, False) else codes[-1:],
        "need_share": {code: pick(0.6, 1.0, 1.0, 0.2, 0.0) for code in codes},
        "budget_per_year": switched(pick, start, 30_000.0, 11_000.0, 60_000.0, 1_000_000.0),
        "unit_cost": schedule(pick, start, 10_000.0, 7_000.0),
        "lead_weeks": pick(0, 3, 1, 9),
        "lock_in_multiplier": pick(1.0, 0.5, 0.0),
        "multiplier": pick(1.3, 1.0, 2.5),
        **({"paid_from": payer} if payer else {}),
    }


def meetings(pick: Picker) -> dict[str, Any]:
    return {
        "first_meeting_factor": pick(1.0, 0.4),
        "max_boost": pick(10.0, 0.3, 0.0),
        "half_life_weeks": pick(2.0, 0.4, 26.0),
        "reference_caseload": pick(50.0, 10.0),
        "caseload_elasticity": pick(0.0, 0.3, 1.0),
        "quality_min": pick(0.5, 0.0),
        "quality_max": pick(1.5, 4.0),
    }


def made_up(pick: Picker) -> dict[str, Any]:
    """Nested dictionary of a scenario."""
    start = pick(*START_DATES)
    weeks = pick(*HORIZONS)
    codes = GROUP_CODES[: pick(1, 2, 2, 3)]
    programmes = PROGRAMME_CODES[: pick(0, 1, 1, 1, 2, 2, 3)]
    supports = SUPPORT_CODES[: pick(0, 1, 1, 2, 2, 2, 3)]
    levels = pick(0, 3, 3, 2, 4)
    keys = pick([3, 1, 255], [1, 255, 3], [255, 3, 1])
    data: dict[str, Any] = {
        "name": "generated",
        "title": "Made up by a test",
        "horizon": {"start": start, "weeks": weeks},
        "municipality": {"name": "Lilleby"},
        "groups": {code: group(pick, keys[i], start) for i, code in enumerate(codes)},
        "regular_service": regular_service(pick, codes, start),
        "meetings": meetings(pick),
        "programmes": {code: programme(pick, code, codes, start) for code in programmes},
        "supports": {
            code: support(pick, [7, 0, 191][i], codes, programmes, start)
            for i, code in enumerate(supports)
        },
        "labour_market": {
            "tightness": schedule(pick, start, 1.0, 0.6, 1.7),
            "reference_tightness": pick(1.0, 0.9),
        },
    }
    if levels:
        put_small_jobs(pick, data, levels, start)
    if pick(False, False, True):
        put_restless(pick, data)
    put_lasting(pick, data, codes)
    if weeks > 200:
        put_few(data)
    return data


def put_small_jobs(pick: Picker, data: dict[str, Any], levels: int, start: dt.date) -> None:
    """Give the scenario small jobs, in which at least the last group takes part."""
    data["small_jobs"] = small_jobs(pick, levels, start)
    taking = list(data["groups"])
    if pick(False, True):
        taking = taking[-1:]
    for code in taking:
        share = 1.0 / len(taking) if "consultants" in data["small_jobs"] else 0.0
        jobs = group_small_jobs(pick, levels, start)
        data["groups"][code]["small_jobs"] = {**jobs, "consultant_share": share}


def put_restless(pick: Picker, data: dict[str, Any]) -> None:
    """Let people come and go, so that what outlives a spell or a stay matters: all are alike."""
    for one in data["groups"].values():
        one["frailty_variance"] = 0.0
        one["job_finding_hazard_per_week"] = pick(0.1, 0.3)
        one["other_exit_hazard_per_week"] = pick(0.001, 0.0)
        one["job_loss_hazard_per_week"] = by_week((0, pick(0.3, 0.1, 9.0)))
        one["return_share"] = pick(1.0, 0.95)
    for one in data["programmes"].values():
        one["groups"] = list(data["groups"])
        one["max_weeks"] = pick(3, 1, 2, 6)
        one["budget_per_year"] = 400_000.0
        one["admission"] = pick("most_employable_first", "least_employable_first", "random")
    for one in data["supports"].values():
        one["lead_weeks"] = pick(12, 4, 30)
        one["budget_per_year"] = pick(60_000.0, 1_000_000.0)


def put_lasting(pick: Picker, data: dict[str, Any], codes: list[str]) -> None:
    """Let meetings last, settle exits and have been before the run; let a cohort enter."""
    for one in data["groups"].values():
        one["entry_cohort"] = pick(0, 0, 6, 1, 20)
        one["meeting_exit_probability"] = pick(0.0, 0.0, 0.05, 0.3, 1.0)
    if pick(True, True, False):
        data["meetings"]["max_lasting_boost"] = pick(1.0, 0.3, 10.0, 10.0, 0.0)
        data["meetings"]["lasting_half_life_weeks"] = pick(26.0, 4.0, 0.5, 520.0)
        for one in data["groups"].values():
            one["lasting_gain"] = pick(0.1, 0.5, 0.02, 0.0, 3.0)
    if pick(False, True):
        before = {
            "first_meeting_weeks": pick(2, 0, 30),
            "interval_weeks": intervals(pick, codes),
            "no_show_probability": {code: pick(0.3, 0.0, 1.0) for code in codes[:1]},
            "gain_multiplier": pick(0.5, 1.0, 2.0),
        }
        stated = {name: value for name, value in before.items() if pick(True, True, False)}
        data["regular_service"]["before"] = stated


def put_few(data: dict[str, Any]) -> None:
    """Have a long run of few people."""
    for one in data["groups"].values():
        one["stock"], one["employed_pool"] = min(one["stock"], 5), min(one["employed_pool"], 5)
        one["inflow_per_week"], one["entry_cohort"] = 0.05, min(one["entry_cohort"], 2)


@st.composite
def scenario_data(draw: st.DrawFn) -> dict[str, Any]:
    """Nested dictionary of any scenario."""
    rng = random.Random(draw(st.integers(0, 2**32 - 1)))
    return made_up(Picker(rng, lambda: draw(st.integers(0, 9))))


def numbered(number: int) -> Scenario:
    """Scenario that always has this number: each one another, which hypothesis does not promise."""
    rng = random.Random(number)
    return Scenario.from_dict(made_up(Picker(rng, lambda: rng.randrange(10))))


def scenarios() -> st.SearchStrategy[Scenario]:
    """Scenarios of every kind, small enough to play in a fraction of a second."""
    return scenario_data().map(Scenario.from_dict)
