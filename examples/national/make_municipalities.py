"""Make up 98 municipalities: python examples/national/make_municipalities.py.

Writes municipalities.csv beside this file. Nothing in it belongs to a place: the same seed gives
the same file, and README.md says where each column comes from. May import jobsim.
"""

from __future__ import annotations

import csv
import io
import math
from functools import cache
from pathlib import Path
from random import Random
from statistics import NormalDist

from jobsim import Scenario, steady_state

FILE = Path(__file__).with_name("municipalities.csv")
SEED = 98
TOTALS = {"job_ready": 16_100, "activity_ready": 72_200}
"""Persons in Denmark, first quarter of 2024: the register of the file of `jobsim init`."""
JOB_READY = TOTALS["job_ready"] / sum(TOTALS.values())
RECIPIENTS_PER_FTE = 70.0
SPREAD = {"size": 0.75, "share": 0.35, "tightness": 0.12, "fte": 0.08, "inflow": 0.03}
"""Standard deviations: of logarithms, and of the logit of the share of job-ready."""
TAX = (0.225, 0.25, 0.278)
"""Least, mean and greatest municipal income tax."""
TILES = """\
. . . N . . . . . . . . . . . . .
. . N N . . . . . . . . . . . . .
. N N N . . . . . . . . . . . . .
. N N N . . . . . . . . H . . . .
. N N . . . . . . . . H H H . . .
C C C C C . . . . . . H H H H . .
C C C C C C . . . . H H H H H . .
C C C C C . . . . . H H H H H . .
S C C C . . . . . Z H H H H H . .
S S S S . S S S . Z Z Z H H H . .
S S S S . S S S . Z Z Z Z H H . .
. S S S . S S S . Z Z Z Z . . . H
. . . . . . S . . . Z Z Z . . . .
. . . . . . . . . . Z Z . . . . .
"""
"""One tile for each municipality, roughly where its region lies."""
REGIONS = {"N": "North", "C": "Central", "S": "South", "Z": "Zealand", "H": "Capital"}

_NORMAL = NormalDist()


@cache
def base_scenario() -> Scenario:
    """The town of `jobsim init`: one hundredth of Denmark, at rest without its programme."""
    return Scenario.template()


def tiles() -> list[tuple[str, int, int]]:
    """Letter of the region, column and row of every tile, region by region."""
    found = [
        (letter, column, row)
        for row, line in enumerate(TILES.splitlines())
        for column, letter in enumerate(line.split())
        if letter != "."
    ]
    return sorted(found, key=lambda tile: list(REGIONS).index(tile[0]))


def whole(parts: list[float], total: int) -> list[int]:
    """Divide a total in proportion to parts, into whole numbers that add up to it."""
    exact = [total * part / sum(parts) for part in parts]
    found = [math.floor(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda i: found[i] - exact[i])
    for i in order[: total - sum(found)]:
        found[i] += 1
    return found


def spread_evenly(luck: Random, count: int) -> list[float]:
    """Standard normal quantiles at even steps, in random order: no extremes by accident."""
    found = [_NORMAL.inv_cdf((i + 0.5) / count) for i in range(count)]
    luck.shuffle(found)
    return found


@cache
def pool_per_head(code: str, tightness: float) -> float:
    """Former recipients in work for each recipient, at rest in such a labour market."""
    base = base_scenario()
    group = base.groups[code]
    path = f"groups.{code}.job_finding_hazard_per_week.scale"
    here = base.with_({path: tightness**group.tightness_elasticity})
    return steady_state(here, code).employed_pool / group.stock


def tax_of(normal: float) -> float:
    """Income tax of a municipality: triangular, so that none lies outside what is in force."""
    low, mode, high = TAX
    u, below = _NORMAL.cdf(normal), (mode - low) / (high - low)
    if u < below:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - mode))


def rows() -> list[dict[str, object]]:
    """Every municipality: paths of a scenario with their values, and a place on the map."""
    luck, places = Random(SEED), tiles()
    names = ("size", "share", "tightness", "fte", "tax", *(f"inflow {code}" for code in TOTALS))
    drawn = {name: spread_evenly(luck, len(places)) for name in names}
    normal = [{name: drawn[name][i] for name in names} for i in range(len(places))]
    stocks = stocks_of(normal)
    found: list[dict[str, object]] = []
    for i, (letter, column, row) in enumerate(places):
        code = f"{letter}{1 + sum(one[0] == letter for one in places[:i]):02}"
        told = {"name": code, "municipality.name": f"{code} (synthetic)"}
        place = {"region": REGIONS[letter], "column": column, "row": row}
        found.append(told | place | municipality(normal[i], {g: s[i] for g, s in stocks.items()}))
    return found


def stocks_of(normal: list[dict[str, float]]) -> dict[str, list[int]]:
    """Recipients by group: sizes are log-normal, the shares of job-ready logit-normal."""
    size = [math.exp(SPREAD["size"] * one["size"]) for one in normal]
    logit = math.log(JOB_READY / (1 - JOB_READY))
    share = [1 / (1 + math.exp(-logit - SPREAD["share"] * one["share"])) for one in normal]
    parts = {
        "job_ready": [s * p for s, p in zip(size, share, strict=True)],
        "activity_ready": [s * (1 - p) for s, p in zip(size, share, strict=True)],
    }
    return {code: whole(parts[code], total) for code, total in TOTALS.items()}


def municipality(normal: dict[str, float], stocks: dict[str, int]) -> dict[str, object]:
    """Paths and values of one municipality, near its steady state."""
    tightness = round(math.exp(SPREAD["tightness"] * normal["tightness"]), 2)
    found: dict[str, object] = {"municipality.income_tax_rate": round(tax_of(normal["tax"]), 3)}
    for code, stock in stocks.items():
        group = base_scenario().groups[code]
        inflow = stock * group.inflow_per_week.values[0] / group.stock
        noise = math.exp(SPREAD["inflow"] * normal[f"inflow {code}"])
        found[f"groups.{code}.stock"] = stock
        found[f"groups.{code}.employed_pool"] = round(stock * pool_per_head(code, tightness))
        found[f"groups.{code}.inflow_per_week"] = round(inflow * noise, 3)
    fte = sum(stocks.values()) / RECIPIENTS_PER_FTE * math.exp(SPREAD["fte"] * normal["fte"])
    found["regular_service.fte"] = round(fte, 1)
    return found | {"labour_market.tightness.scale": tightness}


def text() -> str:
    """The file."""
    made = rows()
    file = io.StringIO()
    writer = csv.DictWriter(file, list(made[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return file.getvalue()


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
    print(f"Written: {FILE.name}, {len(tiles())} municipalities that do not exist")
