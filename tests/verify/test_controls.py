"""Negative controls: each check fails when the one thing it looks at is wrong."""

from __future__ import annotations

import dataclasses
from functools import cache
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from jobsim.engines import lowering
from jobsim.engines.choice import chosen_engine
from jobsim.ledger import Prices
from jobsim.ledger.weekly import weekly_prices
from jobsim.verification import arithmetic, checks, people, theory
from jobsim.verification.context import Context
from tests.factory import small_town
from tests.verify.faults import in_tables


def context() -> Context:
    return Context(small_town(), Prices.load("denmark"), 3, 4000, 1, chosen_engine("auto"))


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return sound().own_events


def verdict(check, tampered: pd.DataFrame | None = None) -> str:
    given = context()
    if tampered is not None:
        given.__dict__["own_events"] = tampered
    return check(given).verdict


sound = cache(context)
"""What is played where nothing is wrong, once for all checks."""


@cache
def rightly(check) -> str:
    """Verdict where nothing is wrong, which is not the fault's own."""
    return check(sound()).verdict


NUMBERS = {
    "a gain that nobody asked for": ("_services", "gain", lambda x: x + 0.05, checks.zero_gains),
    "one key for all groups": ("_people", "keys", np.zeros_like, checks.two_in_one),
    "a hazard a fifth too high": ("_people", "hazard", lambda x: 1.2 * x, theory.constant_hazard),
    "duration dependence a fifth too strong": (
        "_people",
        "duration",
        lambda x: 1.2 * x,
        theory.frailty_of_new_spells,
    ),
    "twice the gain": ("_services", "gain", lambda x: 2 * x, theory.meeting_effect),
    "a support without effect": ("_supports", "multiplier", np.ones_like, theory.support_effect),
    "jobs lost a fifth faster": ("_people", "job_loss", lambda x: 1.2 * x, theory.job_lengths),
    "twice the no-shows": ("_people", "no_show", lambda x: 2 * x, theory.no_shows),
    "a desk of three": (
        "_services",
        "capacity",
        lambda x: np.minimum(x, 3),
        arithmetic.infinite_capacity,
    ),
    "a place more": ("_services", "slots", lambda x: x + 1, arithmetic.programme_places),
    "a grant more": ("_supports", "grants", lambda x: x + 1, arithmetic.supports_granted),
    "no-shows by another probability": (
        "_people",
        "no_show",
        lambda x: x + 0.02,
        arithmetic.no_shows_one_by_one,
    ),
    "jobs found a little sooner": (
        "_people",
        "hazard",
        lambda x: 1.02 * x,
        arithmetic.placement_weeks,
    ),
    "other exits a little sooner": (
        "_people",
        "other_exit",
        lambda x: 1.02 * x,
        arithmetic.other_exits,
    ),
    "returns of a few more": ("_people", "return_share", lambda x: x + 0.02, arithmetic.job_weeks),
    "needs of a few more": ("_supports", "need", lambda x: x + 0.02, people.traits),
    "a hazard of the past one percent too high": (
        "_people",
        "hazard",
        lambda x: 1.01 * x,
        people.frailty_one_by_one,
    ),
    "no cooling off": ("_ramp", "cool_weeks", lambda x: 0, arithmetic.small_jobs),
}


@pytest.mark.parametrize("fault", NUMBERS)
def test_a_wrong_number_is_caught(fault, monkeypatch):
    part, field, wrong, check = NUMBERS[fault]
    assert rightly(check) == "pass"
    in_tables(monkeypatch, part, **{field: wrong})
    assert verdict(check) == "fail"


@pytest.mark.parametrize("check", [theory.arrivals, theory.openings])
def test_too_many_come(check, monkeypatch):
    right = lowering._poisson
    monkeypatch.setattr(lowering, "_poisson", lambda rates: right(2 * rates))
    assert verdict(check) == "fail"


def drop_one(events: pd.DataFrame, name: str) -> pd.DataFrame:
    """Histories without one event, the last of its kind but a few."""
    place = events.index[(events["event"] == name) & (events["week"] < 60)][-3]
    return events.drop(index=place)


def add_one(events: pd.DataFrame, name: str) -> pd.DataFrame:
    """Histories in which one event has a value one higher."""
    changed = events.copy()
    place = changed.index[changed["event"] == name][2]
    changed.loc[place, "value"] += 1
    return changed


@pytest.mark.parametrize(
    ("tamper", "name", "check"),
    [
        (drop_one, "placed", arithmetic.stock_and_flow),
        (drop_one, "enter", arithmetic.stock_and_flow),
        (drop_one, "other_exit", arithmetic.histories_give_the_volumes),
        (drop_one, "placed", arithmetic.placement_weeks),
        (drop_one, "other_exit", arithmetic.other_exits),
        (drop_one, "step", arithmetic.small_jobs),
        (drop_one, "no_show", arithmetic.meeting_capacity),
        (drop_one, "meeting", arithmetic.littles_law),
        (drop_one, "admitted", arithmetic.programme_places),
        (drop_one, "programme_end", arithmetic.programme_places),
        (drop_one, "support", arithmetic.supports_granted),
        (drop_one, "small_job", arithmetic.histories_give_the_volumes),
        (drop_one, "return", arithmetic.refund_ladder),
        (add_one, "meeting", arithmetic.due_weeks),
        (add_one, "return", arithmetic.job_weeks),
        (add_one, "step", arithmetic.small_jobs),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_histories_that_were_tampered_with_are_caught(tamper, name, check, events):
    assert rightly(check) == "pass"
    assert verdict(check, tamper(events, name)) == "fail"


def test_money_out_of_nothing_is_caught(monkeypatch):
    def generous(*arguments):
        found = weekly_prices(*arguments)
        return dataclasses.replace(found, benefit=found.benefit + 1.0)

    assert rightly(arithmetic.zero_prices) == "pass"
    monkeypatch.setattr("jobsim.ledger.posting.weekly_prices", generous)
    assert verdict(arithmetic.zero_prices) == "fail"
    assert verdict(arithmetic.refund) == "fail"


def test_discounting_the_wrong_way_is_caught(monkeypatch):
    present_value = import_module("jobsim.ledger.weekly")
    right = present_value.discount_factors
    assert rightly(arithmetic.discounting) == "pass"
    monkeypatch.setattr(present_value, "discount_factors", lambda *given: 1 / right(*given))
    assert verdict(arithmetic.discounting) == "fail"


def test_copies_that_fare_worse_are_caught(monkeypatch):
    """The copy's groups, under other keys, find no jobs; twelve replications see it."""
    given = dataclasses.replace(context(), replications=12)
    assert checks.other_keys(given).verdict == "pass"
    right = lowering._people

    def unlucky(scenario):
        people = right(scenario)
        copy = people.keys[0] != small_town().groups["job_ready"].key
        return dataclasses.replace(people, hazard=people.hazard * (0.0 if copy else 1.0))

    monkeypatch.setattr(lowering, "_people", unlucky)
    assert checks.other_keys(dataclasses.replace(given)).verdict == "fail"
