"""A small town for tests: two groups, one programme, consultants, one support, every field used."""

from __future__ import annotations

import datetime as dt
from typing import Any

from jobsim.scenario import Scenario

__all__ = ["TIED", "small_town", "small_town_data"]


def small_town(**changes: object) -> Scenario:
    """Make the small town, with some values changed in its file.

    A path is written with two underscores for its dots; None takes the entry away::

        small_town(horizon__weeks=10, groups__job_ready__stock=0, small_jobs__consultants=None)

    Unlike `Scenario.with_`, nothing is marked as changed, and a number for a schedule is a number.
    """
    return Scenario.from_dict(small_town_data(**changes))


def small_town_data(**changes: object) -> dict[str, Any]:
    """Nested dictionary of the small town, as its TOML file would hold it; fresh at every call."""
    data = {
        "name": "small-town",
        "title": "A small town against doing nothing",
        "description": "Made up for tests; no number is meant to be true.",
        "currency": "DKK",
        "horizon": {"start": dt.date(2018, 1, 1), "weeks": 80},
        "municipality": {"name": "Lilleby på Øen", "income_tax_rate": 0.25},
        "groups": {"job_ready": _job_ready(), "activity_ready": _activity_ready()},
        "regular_service": _regular_service(),
        "meetings": _meetings(),
        "programmes": {"intensive": _intensive()},
        "small_jobs": _small_jobs(),
        "supports": {"driving_licence": _driving_licence()},
        "labour_market": {
            "tightness": _steps((2018, 0.8), (2019, 1.1)),
            "reference_tightness": 0.9,
        },
        **_evidence(),
    }
    for path, value in changes.items():
        _put(data, path.split("__"), value)
    return data


def _put(data: dict[str, Any], names: list[str], value: object) -> None:
    *parents, last = names
    place = data
    for name in parents:
        place = place.setdefault(name, {})
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value


def _steps(*steps: tuple[int, float]) -> list[dict[str, Any]]:
    """Schedule with a step on the first of January of each year."""
    return [{"from": dt.date(year, 1, 1), "value": value} for year, value in steps]


def _bands(*bands: tuple[int, int, float]) -> list[dict[str, Any]]:
    return [{"from": start, "to": end, "share": share} for start, end, share in bands]


def _by_week(*steps: tuple[int, float]) -> list[dict[str, Any]]:
    return [{"from_week": week, "value": value} for week, value in steps]


def _job_ready() -> dict[str, Any]:
    return {
        "key": 1,
        "label": "Job-ready",
        "benefit_rates": {"adult_without_children": 0.7, "adult_with_children": 0.3},
        "stock": 60,
        "employed_pool": 20,
        "inflow_per_week": _steps((2018, 1.5), (2019, 1.0)),
        "job_finding_hazard_per_week": 0.015,
        "other_exit_hazard_per_week": 0.004,
        "frailty_variance": 0.5,
        "weibull_shape": 0.95,
        "duration_multipliers": _by_week((0, 1.0), (26, 0.9)),
        "tightness_elasticity": 0.35,
        "meeting_gain": 0.2,
        "no_show_probability": 0.15,
        **{"entry_cohort": 0, "lasting_gain": 0.0, "meeting_exit_probability": 0.0},
        "job_loss_hazard_per_week": _by_week((0, 0.02), (13, 0.01), (52, 0.005)),
        "return_share": 0.75,
        "elapsed_weeks": _bands((0, 13, 0.3), (13, 52, 0.4), (52, 156, 0.3)),
        "tenure_weeks": _bands((0, 52, 0.5), (52, 104, 0.5)),
        "ladder_weeks": {
            "stock": _bands((0, 1, 0.8), (10, 30, 0.2)),
            "pool": _bands((0, 20, 1.0)),
            "arrivals": _bands((0, 4, 0.7), (4, 52, 0.3)),
        },
    }


def _activity_ready() -> dict[str, Any]:
    return {
        "key": 2,
        "label": "Activity-ready",
        "benefit_rates": {"adult_without_children": 1.0},
        "stock": 50,
        "employed_pool": 10,
        "inflow_per_week": 0.8,
        "job_finding_hazard_per_week": 0.004,
        "other_exit_hazard_per_week": 0.003,
        "meeting_gain": 0.1,
        "no_show_probability": 0.25,
        "job_loss_hazard_per_week": _by_week((0, 0.03)),
        "return_share": 0.9,
        "elapsed_weeks": _bands((0, 52, 0.4), (52, 260, 0.6)),
        "tenure_weeks": _bands((0, 26, 1.0)),
        "small_jobs": {
            "cap_shares": [0.2, 0.3, 0.3, 0.2],
            "start_level_shares": [0.9, 0.07, 0.03],
            "ordinary_openings_per_week": 0.4,
            "consultant_share": 1.0,
            "drop_probabilities": [0.15, 0.1],
            "climb_probabilities": [0.5, 0.4, 0.3],
            "hazard_multiplier": 1.2,
        },
    }


def _regular_service() -> dict[str, Any]:
    return {
        "fte": _steps((2018, 1.5), (2019, 1.2)),
        "cost_per_fte_year": 530_000.0,
        "meetings_per_fte_week": 8.0,
        "interval_weeks": {"job_ready": [1, 6, 6, 13], "activity_ready": [4, 13]},
        "first_meeting_weeks": 2,
        "gain_multiplier": 0.9,
        "job_loss_multiplier": 1.1,
        "before": {
            "first_meeting_weeks": 2,
            "interval_weeks": [4, 13],
            "no_show_probability": {"job_ready": 0.15},
            "gain_multiplier": 0.9,
        },
    }


def _meetings() -> dict[str, Any]:
    return {
        "first_meeting_factor": 0.7,
        "max_boost": 0.6,
        "half_life_weeks": 1.75,
        "reference_caseload": 60.0,
        "caseload_elasticity": 0.1,
        "quality_min": 0.6,
        "quality_max": 1.4,
        "max_lasting_boost": 0.4,
        "lasting_half_life_weeks": 26.0,
    }


def _intensive() -> dict[str, Any]:
    return {
        "label": "Meetings every two weeks",
        "groups": ["job_ready", "activity_ready"],
        "budget_per_year": _steps((2018, 900_000.0), (2019, 600_000.0), (2020, 0.0)),
        "cost_per_fte_year": 540_000.0,
        "meetings_per_fte_week": 12.0,
        "caseload_limit": 20.0,
        "interval_weeks": [2],
        "max_weeks": 40,
        "admission": "random",
        "gain_multiplier": 1.2,
        "job_loss_multiplier": 0.9,
    }


def _small_jobs() -> dict[str, Any]:
    return {
        "hours_per_week": [5.0, 15.0, 37.0],
        "step_weeks": 6,
        "cool_weeks": 4,
        "experience_weeks": 12,
        "experience_multiplier": 1.3,
        "job_loss_multiplier": 0.8,
        "openings_elasticity": 0.4,
        "consultants": {
            "budget_per_year": _steps((2018, 400_000.0), (2019, 0.0)),
            "cost_per_fte_year": 550_000.0,
            "openings_per_fte_week": 1.1,
        },
    }


def _driving_licence() -> dict[str, Any]:
    return {
        "key": 3,
        "label": "Driving licence",
        "groups": ["job_ready", "activity_ready"],
        "need_share": {"job_ready": 0.3, "activity_ready": 0.2},
        "budget_per_year": _steps((2018, 150_000.0), (2019, 100_000.0), (2020, 0.0)),
        "unit_cost": 12_500.0,
        "lead_weeks": 8,
        "lock_in_multiplier": 0.8,
        "multiplier": 1.3,
        "paid_from": "intensive",
    }


def _evidence() -> dict[str, Any]:
    return {
        "claims": {
            "placements_2018": {
                "label": "Persons who got work",
                "measure": "placements",
                "of": "scenario",
                "year": 2018,
                "month": 12,
                "groups": ["job_ready"],
                "value": 40.0,
                "tolerance": 5.0,
                "source": "article",
                "role": "fitted",
            },
            "saving_2018": {
                "label": "Saved",
                "measure": "net_saving",
                "of": "difference",
                "year": 2018,
                "payer": "municipality",
                "value": 300_000.0,
                "source": "article",
                "role": "held_out",
            },
        },
        "observed": {
            "recipients": {
                "label": "Recipients",
                "measure": "recipients",
                "groups": ["job_ready"],
                "period": "month",
                "values": [
                    {"date": dt.date(2018, 1, 1), "value": 60.0},
                    {"date": dt.date(2018, 6, 1), "value": 57.0},
                ],
                "not_published": [dt.date(2018, 3, 1)],
                "standard_error": 2.0,
                "source": "statistics",
            }
        },
        "targets": {
            "recipients_2018": {
                "label": "Recipients at the end of June 2018",
                "measure": "recipients",
                "of": "scenario",
                "year": 2018,
                "month": 6,
                "groups": ["job_ready"],
                "value": 57.0,
                "rounded_to": 1.0,
                "source": "statistics",
                "role": "fit",
            },
            "placements_2018": {
                "measure": "placements",
                "year": 2018,
                "value": 40.0,
                "standard_error": 4.0,
                "source": "article",
                "role": "held_out",
            },
        },
        "sources": {
            "article": {
                "author": "A newspaper",
                "title": "Flere i arbejde på ét år",
                "year": 2019,
                "url": "https://example.org/article",
            },
            "statistics": {
                "author": "A statistical office",
                "title": "Recipients by month",
                "year": 2020,
                "doi": "10.1000/example",
            },
        },
        "assumptions": _assumptions(),
    }


TIED: dict[str, Any] = {
    "of": ["groups.job_ready.meeting_gain", "groups.job_ready.job_finding_hazard_per_week"],
    "rank_correlation": -0.6,
    "sources": ["statistics"],
    "reason": "made up for tests",
}
"""A correlation that a small town may state; it states none unless told."""

UNDATED: dict[str, Any] = {
    "groups__job_ready__inflow_per_week": 1.5,
    "labour_market__tightness": 1.0,
    "regular_service__fte": 1.5,
}
"""What a small town states that begins before 2018, since its dates begin then."""


def _assumptions() -> dict[str, Any]:
    return {
        "groups.job_ready": {"kind": "statistics", "sources": ["statistics"]},
        "groups.job_ready.job_finding_hazard_per_week": {
            "kind": "derived",
            "formula": "1.0 placements a week / 67 recipients",
            "inputs": ["placements", "recipients"],
            "low": 0.01,
            "high": 0.02,
            "distribution": {
                "at": 0.015,
                "name": "lognorm",
                "parameters": {"s": 0.2, "scale": 0.015},
            },
            "tuned_to": ["placements_2018"],
        },
        "groups.job_ready.meeting_gain": {
            "kind": "judgement",
            "reason": "made up for tests",
            "low": 0.1,
            "high": 0.3,
            "distribution": {"of": "value", "low": 0.1, "mode": 0.2, "high": 0.3},
        },
        "programmes": {"kind": "article", "sources": ["article"]},
    }
