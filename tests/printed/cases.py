"""Comparisons whose every number is worked out again: three presets, and a town that has it all.

A case is plain data: two scenario files and a price list, as tomllib reads them.
"""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import jobsim as js
from jobsim.analysis.comparing.comparison import Comparison

__all__ = ["CASES", "Case", "played"]

Data = dict[str, Any]
SEED = 7
ENGINE = "auto"


@dataclass(frozen=True)
class Case:
    """What is compared with what, at which prices, how often; `against` None for the default."""

    scenario: Data
    against: Data | None
    prices: Data
    replications: int = 5

    @property
    def baseline(self) -> Data:
        """The place that is compared with: without programmes, supports and consultants."""
        if self.against is not None:
            return self.against
        data = copy.deepcopy(self.scenario)
        data["name"] += " without programmes"
        data["programmes"] = data["supports"] = {}
        data.get("small_jobs", {}).pop("consultants", None)
        return data


def read(room: str, name: str) -> Data:
    """A file of the program as data."""
    return tomllib.loads(resources.files(room).joinpath(f"{name}.toml").read_text("utf-8"))


def preset(name: str) -> Data:
    """A preset as data, with what it does not have written down."""
    return {"programmes": {}, "supports": {}} | read("jobsim.presets", name)


def price_list() -> Data:
    """The price list as data."""
    return read("jobsim.ledger", "denmark")


def town() -> Data:
    """Kolding with two programmes and three supports, over the reform of July 2025.

    It begins late in a month and ends early in one; budgets and unit costs change within years; the
    second support asks for more than the programme has left, the third has money of its own.
    """
    data, esbjerg = preset("kolding-2018"), preset("esbjerg-2018-evidence")
    data |= {"name": "town", "title": "A town with everything", "claims": claims()}
    data["horizon"] = {"start": dt.date(2025, 2, 17), "weeks": 59}
    del data["assumptions"], data["correlations"]
    changing = steps("2025-01-01", 1_900_000, "2025-09-15", 1_200_000, "2026-02-01", 600_000)
    programme = esbjerg["programmes"]["intensive"] | {"budget_per_year": changing}
    others = programme | {"groups": ["activity_ready"], "budget_per_year": 700_000}
    data["programmes"] = {"intensive": programme, "others": others}
    support = esbjerg["supports"]["driving_licence"] | {"need_share": {"job_ready": 0.4}}
    costs = steps("2025-01-01", 12_500, "2025-05-20", 14_000)
    data["supports"] = {
        "licence": support | {"budget_per_year": 250_000, "unit_cost": costs},
        "course": support | {"key": 2, "budget_per_year": 1_700_000, "unit_cost": 9_000},
        "computer": support | {"key": 3, "budget_per_year": 90_000, "unit_cost": 4_000},
    }
    del data["supports"]["computer"]["paid_from"]
    data["municipality"]["income_tax_rate"] = steps("2025-01-01", 0.25, "2026-01-01", 0.255)
    data["regular_service"]["fte"] = steps("2025-01-01", 24.4, "2025-08-01", 22.0)
    return data


def claims() -> Data:
    """Claims of each kind: money of two purses, a difference, a share, a ratio, of a month."""
    about = {"role": "held_out", "source": "kolding_article", "year": 2025}
    return {
        code: about | {"label": code.replace("_", " "), "measure": measure, "value": value} | more
        for code, measure, value, more in (
            ("state_gains", "net_saving", 2_000_000, {"payer": "state"}),
            ("own_gross", "gross_saving", 3_000_000, {"year": 2026}),
            ("own_cost", "programme_cost", 2_500_000, {"role": "fitted"}),
            ("more_placed", "placements", 4, {"of": "difference", "groups": ["job_ready"]}),
            ("on_time", "meetings_on_time", 0.99, {}),
            ("at_the_end_of_march", "recipients", 1700, {"month": 3, "year": 2026}),
            ("a_month", "placements_per_month", 10, {"groups": ["job_ready", "integration"]}),
        )
    }


def town_without() -> Data:
    """The town without programmes, supports, consultants and one of its groups."""
    data = Case(town(), None, {}).baseline | {"name": "smaller town", "claims": {}}
    data["groups"] = {code: one for code, one in data["groups"].items() if code != "integration"}
    data["regular_service"]["interval_weeks"].pop("integration")
    data["observed"] = {}
    return data


def staying() -> Data:
    """The town of 2026 where no meeting settles that anybody leaves."""
    data = preset("town-2026")
    data["groups"]["job_ready"]["meeting_exit_probability"] = 0
    return data


def pause() -> Data:
    """A town that saves its programme's money for a year and spends it in the next."""
    data = staying()
    data |= {"name": "pause", "horizon": {"start": dt.date(2026, 1, 1), "weeks": 105}}
    budget = steps("2026-01-01", 0, "2027-01-01", 2_600_000)
    data["programmes"]["intensive"]["budget_per_year"] = budget
    return data


def fewer_caseworkers() -> Data:
    """The same town, whose programme goes on, with less of the regular service."""
    data = staying() | {"horizon": pause()["horizon"]}
    data["regular_service"]["fte"] = 2.1
    return data


def leaving() -> Data:
    """Esbjerg where more meetings settle that people leave for something else than work."""
    data = preset("esbjerg-2018-evidence")
    data |= {"name": "leaving", "horizon": {"start": dt.date(2018, 1, 1), "weeks": 104}}
    data["groups"]["job_ready"] |= {"meeting_exit_probability": 0.02, "return_share": 0.8}
    return data


def leaving_prices() -> Data:
    """The list, where few of those whom a meeting sends off draw anything."""
    data = price_list() | {"name": "leaving"}
    data["destinations"]["other_benefit"]["share_after_meeting"] = 0.2
    data["destinations"]["education"]["share_after_meeting"] = 0.1
    return data


def town_prices() -> Data:
    """Prices of which none is zero or one where that would hide it, some of them by date."""
    data = price_list() | {"name": "other", "price_year": 2020}
    data["equalisation"] = {"kept_share": 0.3, "expenditure_need_per_week": 200}
    data["equalisation"]["expenditure_need_after_months"] = 2
    data["equalisation"]["treatments"] = price_list()["equalisation"]["treatments"]
    data["wages"] |= {
        "employee_pension_share": steps("2025-01-01", 0.04, "2026-01-01", 0.05),
        "labour_market_contribution": steps("2025-01-01", 0.08, "2025-10-01", 0.07),
        "leisure_share": steps("2025-01-01", 0.3, "2025-12-01", 0.2),
        "job_hours_per_week": steps("2025-01-01", 28, "2025-09-01", 30),
        "employer_contribution_share": steps("2025-01-01", 0.2, "2026-02-01", 0.1),
        "output_per_wage": steps("2025-01-01", 1.1, "2025-08-01", 1.2),
    }
    first, second = [0.2, 0.6, 0.7, 0.8], [0.25, 0.5, 0.65, 0.85]
    data["refund"]["municipal_share"] = steps("2025-01-01", first, "2025-11-01", second)
    data["activation"]["per_week"] = {"activity_ready": steps("2025-01-01", 90, "2025-11-01", 95)}
    data["displacement"] |= {"share": 0.4, "own_benefit_share": 0.2, "insured_share": 0.5}
    data["taxes"]["employment_allowance_max_per_year"] = 30_000
    data["guidance"]["tax_distortion"] = steps("2016-01-01", 0.1, "2025-03-01", 0.3)
    data["assumptions"] = {}
    return data


def steps(*pairs: str | float | list[float]) -> list[Data]:
    """A schedule from days and the values from then on, in turn."""
    days, values = pairs[::2], pairs[1::2]
    return [
        {"from": dt.date.fromisoformat(str(day)), "value": value}
        for day, value in zip(days, values, strict=True)
    ]


CASES: dict[str, Case] = {
    "esbjerg-2018-evidence": Case(preset("esbjerg-2018-evidence"), None, price_list()),
    "kolding-2018": Case(preset("kolding-2018"), None, price_list()),
    "town-2026-cut": Case(preset("town-2026-cut"), preset("town-2026"), price_list()),
    "town": Case(town(), town_without(), town_prices(), replications=6),
    "pause": Case(pause(), fewer_caseworkers(), price_list()),
    "leaving": Case(leaving(), None, leaving_prices()),
}
"""Programme and supports; small jobs; a cut; everything at once; a gain that is lost again, where
nobody leaves because a meeting settled it; and many who do."""


@lru_cache
def played(name: str) -> Comparison:
    """A case as the program compares it."""
    case = CASES[name]
    return js.compare(
        js.Scenario.from_dict(case.scenario),
        None if case.against is None else js.Scenario.from_dict(case.against),
        prices=js.Prices.from_dict(case.prices),
        replications=case.replications,
        seed=SEED,
        engine=ENGINE,
        progress=False,
    )
