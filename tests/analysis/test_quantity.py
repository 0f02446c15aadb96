"""Quantities: read from text, refused in one line, equal to the rows of a comparison."""

import dataclasses

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.measures import MEASURES
from jobsim.analysis.outcomes.quantity import STANDARD, Quantity, quantities_of, quantity
from jobsim.errors import InputError
from tests.factory import small_town


@pytest.fixture(scope="module")
def paired():
    return js.compare(small_town(), replications=6, seed=3, progress=False)


@pytest.mark.parametrize("one", STANDARD, ids=lambda one: one.code)
def test_the_code_of_a_quantity_is_read_back(one):
    assert quantity(one.code) == one


def test_the_parts_of_a_code_come_in_any_order():
    wanted = quantity("placements:job_ready:2018:scenario")
    assert wanted == Quantity("placements", None, 2018, "job_ready", "scenario")
    assert quantity("placements:scenario:2018:job_ready") == wanted
    assert quantity("net_saving:2019:state") == quantity("net_saving:state:2019")


def test_money_is_the_municipality_s_and_present_value_society_s():
    assert quantity("net_saving").payer == "municipality"
    assert quantity("net_present_value").payer == "society"
    assert quantity(Quantity("gross_saving")).payer == "municipality"


@pytest.mark.parametrize("one", STANDARD, ids=lambda one: one.code)
def test_the_mean_is_that_of_the_comparison(paired, one):
    row = paired.row(one.measure, year=one.year, group=one.group, payer=one.payer)
    wanted = row.difference if one.side == "difference" else row.scenario
    assert one.of(paired).shape == (6,)
    np.testing.assert_allclose(one.of(paired).mean(), wanted, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize(
    "code", ["placements:2018:job_ready", "net_saving:state:2019", "net_saving_after_displacement"]
)
def test_year_group_and_payer_narrow_it_down(paired, code):
    one = quantity(code)
    row = paired.row(one.measure, year=one.year, group=one.group, payer=one.payer)
    np.testing.assert_allclose(one.of(paired).mean(), row.difference, rtol=1e-12)
    whole = dataclasses.replace(one, year=None, group=None, payer="society" if one.payer else None)
    assert not np.allclose(one.of(paired), whole.of(paired))


@pytest.mark.parametrize("measure", ["placements", "net_saving:municipality", "programme_cost"])
def test_years_add_up_to_the_whole_run(paired, measure):
    years = sum(quantity(f"{measure}:{year}").of(paired) for year in (2018, 2019))
    np.testing.assert_allclose(years, quantity(measure).of(paired), rtol=1e-12)


def test_a_difference_is_scenario_less_baseline(paired):
    sides = [quantity(f"meetings:{side}").of(paired) for side in ("scenario", "baseline")]
    np.testing.assert_array_equal(quantity("meetings").of(paired), sides[0] - sides[1])


def test_labels_and_units_tell_what_it_is():
    assert quantity("placements:2018").label == "Extra: placements (2018)"
    assert quantity("caseload:baseline").label == "Recipients per caseworker (baseline)"
    assert quantity("net_saving:state").label == "Net saving (state)"
    assert quantity("net_saving").unit == "DKK"
    assert quantity("meetings_on_time").unit == "share"
    assert all(quantity(code).unit == measure.unit for code, measure in MEASURES.items())


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("placments", r'no measure "placments"; did you mean "placements"\?'),
        ("", 'no measure ""'),
        ("placements:municipality", "is not money and has no payer, got 'municipality'"),
        ("caseload:job_ready", "caseload: is not divided by group, got 'job_ready'"),
        ("net_saving:job_ready", "money is not divided by group, got 'job_ready'"),
        ("net_saving:scenario", "money is known as a difference only"),
        ("net_present_value:state", "is of the whole run and of society"),
        ("net_present_value:2018", "is of the whole run and of society"),
        (Quantity("net_saving", payer="mayor"), 'there is no payer "mayor"'),
        (Quantity("placements", side="both"), 'there is no side "both"'),
    ],
)
def test_what_does_not_exist_is_refused(code, message):
    with pytest.raises(InputError, match=message) as caught:
        quantity(code)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("placements:2031", r"2031 is outside the run \(2018–2019\)"),
        ("placements:job_redy", r'no group "job_redy"; did you mean "job_ready"\?'),
    ],
)
def test_what_the_run_does_not_have_is_refused(paired, code, message):
    with pytest.raises(InputError, match=message):
        quantity(code).of(paired)


def test_a_group_that_only_the_scenario_has_is_no_difference():
    alone = small_town(
        groups__activity_ready=None,
        small_jobs=None,
        programmes={},
        supports={},
        regular_service__interval_weeks=[6],
        claims={},
        assumptions={},
    )
    result = js.compare(small_town(), alone, replications=2, progress=False)
    assert (quantity("placements:activity_ready:scenario").of(result) >= 0).all()
    with pytest.raises(InputError, match='the baseline has no group "activity_ready"'):
        quantity("placements:activity_ready").of(result)


def test_several_are_read_once_each():
    assert quantities_of(None) == STANDARD
    assert quantities_of("placements") == (Quantity("placements"),)
    found = quantities_of(["net_saving", "placements", "net_saving:municipality"])
    assert [one.code for one in found] == ["net_saving:municipality", "placements"]
    with pytest.raises(InputError, match="name at least one measure"):
        quantities_of([])
