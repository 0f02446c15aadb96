"""A price list in another currency: nothing that is shown says kroner, and two do not mix."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

import jobsim as js
from jobsim.cli.app import app
from jobsim.errors import PriceError, ScenarioError
from jobsim.text.currency import in_currency
from jobsim.vocabulary import PAYERS
from tests.factory import small_town

KRONER = re.compile(r"DKK|[Kk]rone|\bkr\b")
PRICES = js.Prices.load("denmark").with_(
    {
        "name": "sweden",
        "currency": "SEK",
        "assumptions": {},
        "sources": {},
        "description": "",
        "not_priced": ["what nobody has looked up"],
        "wages.employer_contribution_share": 0.3142,
        "wages.output_per_wage": 1.3142,
    }
)
TOWN = small_town(currency="SEK", horizon__weeks=60)
HOW = {"replications": 2, "engine": "numpy", "progress": False}


@pytest.fixture(scope="module")
def result() -> js.Comparison:
    return js.compare(TOWN, prices=PRICES, **HOW)


def test_a_comparison_prints_its_currency_and_what_its_list_leaves_out(result):
    for shown in (repr(result), result._repr_html_(), result.to_latex()):
        assert KRONER.findall(shown) == []
        assert "SEK" in shown
    assert "Not priced: what nobody has looked up." in repr(result)
    assert "225-hour" not in repr(result)
    assert "Saved per SEK spent" in repr(result)


def test_units_of_tables_arrays_and_lines(result):
    frames = {**result.frames(), "rows": result.to_frame()}
    units = {unit for frame in frames.values() if "unit" in frame for unit in frame["unit"]}
    assert {"SEK", "SEK per placement", "SEK saved per SEK spent"} <= units
    assert not any(map(KRONER.search, units))
    assert result.to_frame().attrs["currency"] == "SEK"
    assert result.increments.attrs["units"] == "SEK"
    assert result.row("net_saving", payer="state").unit == "SEK"
    assert result.row("net_present_value").unit == "SEK, prices of 2018"
    path = "programmes.intensive.budget_per_year"
    curve = js.investment_curve(TOWN, path=path, budgets=[1e5, 9e5], prices=PRICES, **HOW)
    arrays = curve.to_dataset()
    assert arrays["net_saving"].attrs["units"] == "SEK"
    assert arrays["budget"].attrs["units"] == "SEK/year"
    assert KRONER.findall(repr(curve)) == []


def test_pictures_and_the_report(result):
    axes = js.plot(result)
    assert axes.get_ylabel() == "net saving so far, million SEK (nominal)"
    page = js.report_on(TOWN.with_({"assumptions": {}}), prices=PRICES, **HOW)
    for code, money in (("en", "million SEK"), ("da", "mio. SEK")):
        text = page.in_language(code).html
        assert money in text
        assert "what nobody has looked up" in text
        assert KRONER.findall(text) == []


def test_employers_pay_the_contribution_of_the_list(result):
    paid = result.increments.sel(line="employer_contribution", payer=list(PAYERS)).sum(
        ["replication", "month"]
    )
    wages = result.increments.sel(line="wage", payer="recipient").sum()
    assert float(paid.sel(payer="state")) == pytest.approx(0.3142 * float(wages))
    assert float(paid.sum()) == pytest.approx(0, abs=1e-6)


def test_what_lines_leave_of_rounding_is_no_gain(result):
    row = result.row("net_saving", payer="employer")  # an hour earns its wage and contribution
    assert (row.difference, row.range_low, row.range_high) == (0.0, 0.0, 0.0)
    assert "employers" not in repr(result).split("\n\n")[1]


def test_two_currencies_do_not_mix():
    with pytest.raises(PriceError, match=r"^currency: small-town is in DKK, the price list sweden"):
        js.compare(small_town(), prices=PRICES, **HOW)
    with pytest.raises(PriceError, match=r"small-town is in SEK, the price list denmark in DKK"):
        js.compare(TOWN, **HOW)
    with pytest.raises(
        ScenarioError, match="currency: must be three capital letters such as EUR, got 'kr'"
    ):
        TOWN.with_({"currency": "kr"})


def test_errors_name_the_currency():
    with pytest.raises(PriceError, match=r"at least 0 and at most 1e\+07 SEK per week, got -5"):
        PRICES.with_({"activation.default_per_week": -5})


def test_the_command_takes_such_a_list(tmp_path):
    town, prices = TOWN.save(tmp_path / "town.toml"), PRICES.save(tmp_path / "prices.toml")
    asked = ["compare", str(town), "--prices", str(prices), "-r", "2", "--engine", "numpy"]
    ran = CliRunner().invoke(app, asked)
    assert ran.exit_code == 0, ran.output
    assert "million SEK" in ran.output
    assert KRONER.findall(ran.output) == []
    refused = CliRunner().invoke(app, [*asked[:2], "-r", "2"])
    assert isinstance(refused.exception, PriceError)


def test_a_text_in_kroner_stays_as_it_is():
    text = "Danish kroner, DKK, mio. kr. and the next krone"
    assert in_currency(text, "DKK") is text
    assert in_currency(text, "EUR") == "EUR, EUR, mio. EUR and the next EUR"
