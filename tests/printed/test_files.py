"""What the commands write and export holds the same numbers as plain arithmetic."""

from __future__ import annotations

import csv
import json
import math

import openpyxl
import pytest
import xarray as xr

from tests.printed import plain_money as money
from tests.printed.cases import CASES, ENGINE, SEED, played
from tests.printed.pairs import expected, pair
from tests.printed.plain_claims import LINES, claimed, municipal
from tests.printed.plain_numbers import Number, mean, quantile
from tests.printed.plainly import PURSES

NUMBERS = tuple(vars(Number(0.0)))
TINY = 1e-5
"""Kroner that rounding may leave of nothing."""


@pytest.fixture(scope="module", params=CASES)
def case(request):
    """Name of a case."""
    return request.param


@pytest.fixture(scope="module")
def folder(case, tmp_path_factory):
    """What a comparison writes."""
    path = tmp_path_factory.mktemp(case)
    played(case).save(path)
    return path


def rows_of(path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def near(value: float):
    """A number as exactly as sums of money allow."""
    return pytest.approx(value, rel=1e-9, abs=TINY if abs(value) < TINY else 0, nan_ok=True)


def value_of(text: str | None) -> float:
    """A number of a file, where nothing stands for not a number."""
    return float(text) if text else math.nan


class TestFiles:
    def test_every_measure(self, case, folder):
        rows = rows_of(folder / "measures.csv")
        assert len(rows) == len(expected(case))
        for row in rows:
            year = None if row["year"] == "whole run" else int(row["year"])
            key = row["measure"], year, row["group"] or None, row["payer"] or None
            number, unit = expected(case)[key]
            assert row["unit"] == unit
            assert [value_of(row[name]) for name in NUMBERS] == [
                near(getattr(number, name)) for name in NUMBERS
            ], key

    def test_the_municipality_by_line_and_budget_year(self, case, folder):
        rows = rows_of(folder / "municipality_by_budget_year.csv")
        right = municipal(pair(case))
        assert [row["line"] for row in rows] == list(right)
        town, years = CASES[case].scenario, sorted({day.year for day in pair(case).ours.months})
        weeks = [day.year for day in money.weeks_of(town)]
        some = {year: (weeks.count(year), money.weeks_in_year(town, year)) for year in years}
        heads = [
            f"{year}" if played == full else f"{year} ({played} of {full} weeks)"
            for year, (played, full) in some.items()
        ]
        for row, (line, amounts) in zip(rows, right.items(), strict=True):
            found = [float(row[column]) for column in (*heads, "whole run")]
            assert found == [near(amount) for amount in amounts], line

    def test_claims(self, case, folder):
        claims = CASES[case].scenario.get("claims", {}).values()
        rows = rows_of(folder / "claims.csv")
        assert [row["label"] for row in rows] == [claim["label"] for claim in claims]
        for row, claim in zip(rows, claims, strict=True):
            values = claimed(pair(case), claim)
            right = [claim["value"], mean(values), quantile(values, 0.025), quantile(values, 0.975)]
            columns = ("claimed", "model", "range_low", "range_high")
            assert [float(row[column]) for column in columns] == [near(one) for one in right]
            assert (row["role"], int(row["year"])) == (claim["role"], claim["year"])

    def test_tables_have_their_header_even_without_rows(self, folder):
        header = (folder / "claims.csv").read_text("utf-8-sig").splitlines()[0]
        assert header.split(",")[:3] == ["claim", "label", "measure"]

    def test_the_workbook_has_the_tables_of_the_other_files(self, case, folder):
        book = openpyxl.load_workbook(folder / "tables.xlsx")
        names = ("municipality_by_budget_year", "measures", "claims")
        *tables, run = book.sheetnames
        assert tables == [name.replace("_", " ").capitalize() for name in names]
        told = dict(book[run].iter_rows(min_row=2, values_only=True))
        assert (told["seed"], told["replications"]) == (str(SEED), str(CASES[case].replications))
        for name, sheet in zip(names, book, strict=False):
            rows = rows_of(folder / f"{name}.csv")
            assert sheet.max_row == len(rows) + 1
            header, *found = sheet.iter_rows(values_only=True)
            for row, cells in zip(rows, found, strict=True):
                for column, cell in zip(header, cells, strict=True):
                    text = row[column]
                    if isinstance(cell, (int, float)):
                        assert cell == pytest.approx(float(text), rel=1e-12), column
                    else:
                        assert (cell or "") == text, column

    def test_the_dataset_has_the_increments_of_every_future(self, case, folder):
        with xr.open_dataset(folder / "dataset.nc", engine="h5netcdf") as stored:
            increments = stored["increments"].load()
        nothing = 0.0 * next(iter(pair(case).gained.values()))
        assert set(increments.payer.values) == set(PURSES)
        for line in LINES:
            for purse, payers in PURSES.items():
                right = sum(
                    (pair(case).gained.get((line, one), nothing) for one in payers), nothing
                )
                found = increments.sel(line=line, payer=purse)
                values = found.transpose("replication", "month").values
                assert values == pytest.approx(right, rel=1e-9, abs=TINY), (line, purse)

    def test_claims_in_the_json_of_the_command(self, call):
        name = "kolding-2018"
        code, out, _ = call(
            *("compare", name, "--replications", 5, "--seed", SEED, "--engine", ENGINE, "--json")
        )
        found = json.loads(out)
        assert code == 0
        assert (found["replications"], found["seed"]) == (5, SEED)
        assert len(found["rows"]) == len(expected(name))
        for row in found["rows"]:
            year = None if row["year"] == "whole run" else row["year"]
            number, _ = expected(name)[row["measure"], year, row["group"], row["payer"]]
            for column in NUMBERS:
                right = getattr(number, column)
                other = None if math.isnan(right) else str(right)
                finite = near(right) if math.isfinite(right) else other
                assert row[column] == finite, (row["measure"], column)
        for claim, (code, stated) in zip(
            found["claims"], CASES[name].scenario["claims"].items(), strict=True
        ):
            values = claimed(pair(name), stated)
            assert (claim["claim"], claim["claimed"]) == (code, stated["value"])
            assert claim["model"] == near(mean(values))
            assert claim["range_low"] == near(quantile(values, 0.025))

    def test_the_command_prints_what_the_result_prints(self, call, tmp_path):
        name = "esbjerg-2018-evidence"
        how = ("--replications", 5, "--seed", SEED, "--engine", ENGINE, "--out", tmp_path)
        code, out, _ = call("compare", name, *how)
        assert code == 0
        assert out.startswith(repr(played(name)))
        again = rows_of(tmp_path / "measures.csv")
        assert len(again) == len(expected(name))
