"""The rules and prices of one day, held for every day."""

import datetime as dt

import pytest

import jobsim as js
from jobsim.errors import PriceError
from jobsim.ledger.after_list import beyond_note, known_in_words
from tests.factory import small_town

DENMARK = js.Prices.load("denmark")
DAYS = [dt.date(2017, 5, 1), dt.date(2019, 5, 1), dt.date(2026, 5, 1)]


@pytest.mark.parametrize("day", DAYS)
def test_every_day_has_the_prices_of_the_day(day):
    held = DENMARK.as_of(day)
    for other in DAYS:
        assert held.wages.job_per_hour.on(other) == DENMARK.wages.job_per_hour.on(day)
        assert held.earnings.hourly_disregard.on(other) == DENMARK.earnings.hourly_disregard.on(day)
    rate = held.benefits["adult_without_children"].per_month
    assert rate.on(DAYS[0]) == DENMARK.benefits["adult_without_children"].per_month.on(day)


def test_consumer_prices_go_on():
    held = DENMARK.as_of(DAYS[0])
    assert held.consumer_prices == DENMARK.consumer_prices
    assert held.guidance == DENMARK.guidance


def test_a_held_list_says_so_and_does_not_grow():
    held = DENMARK.as_of("2026-01-01")
    short, long = (small_town(horizon__weeks=weeks) for weeks in (52, 520))
    told = "Prices: benefits, wages, taxes and refunds are held at 2026-01-01; consumer prices "
    assert beyond_note(held, short) == f"{told}go on."
    assert beyond_note(held, long) == f"{told}after 2026: those of 2026."
    assert known_in_words(held)["wages"] == "held at 2026-01-01"
    assert not any("grow" in str(one) for one in js.notices(long, held).rows)
    with pytest.raises(PriceError, match=r"^growth_.*: prices are held at 2026-01-01, and none"):
        held.with_({"growth_per_year_after_list": 0.02})
    steps = [{"from": dt.date(year, 1, 1), "value": 200} for year in (2016, 2027)]
    with pytest.raises(PriceError, match=r"^wages\.job_per_hour: .* and this one changes on 2027"):
        held.with_({"wages.job_per_hour": steps})


def test_the_reform_of_2025_changes_what_small_jobs_save():
    result = js.compare(small_town(), replications=3, progress=False)
    before = result.reprice(DENMARK.as_of(dt.date(2025, 1, 1)))
    after = result.reprice(DENMARK.as_of(dt.date(2026, 1, 1)))
    assert before.row("placements") == after.row("placements")
    ours, theirs = (one.row("net_saving", payer="municipality") for one in (before, after))
    assert ours.difference != theirs.difference
