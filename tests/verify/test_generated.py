"""No check of a life raises an alarm on scenarios of every kind."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from jobsim.engines.choice import chosen_engine
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.verification import arithmetic, people
from jobsim.verification.context import Context
from tests.parity.scenarios import scenarios

MONEY = {"refund", "zero prices", "discount rate"}
LIVES = [*people.CHECKS.values(), *(c for n, c in arithmetic.CHECKS.items() if n not in MONEY)]


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(scenario=scenarios().filter(lambda one: one.horizon.weeks <= 105))
def test_no_check_of_a_life_fails(scenario: Scenario) -> None:
    context = Context(scenario, Prices.load("denmark"), 1, 100, 1, chosen_engine("auto"))
    found = [check(context) for check in LIVES]
    assert [one for one in found if one.verdict == "fail"] == []
