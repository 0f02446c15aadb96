"""A change divided between parts, over one or more tunings."""

import datetime as dt

import numpy as np
import pytest

from jobsim.analysis.attributing.parts import Part, default_parts, parts_of
from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.outcomes.record import Asked
from jobsim.analysis.playing.options import run_options
from jobsim.analysis.playing.player import plan_of, player_of
from jobsim.analysis.setting.case import case_of
from jobsim.errors import InputError
from jobsim.questions.attribute import Attribution, attribute
from tests.factory import small_town

QUIET = {"progress": False}
PAIR = ("intensive", "inflow")
RECIPIENTS = quantity("recipients:scenario")


def divided(parts=None, **given):
    return attribute(small_town(), parts=parts, **{"replications": 10, **QUIET, **given})


def outcome(town, code):
    plan = plan_of(town, run_options({"replications": 10, **QUIET}), plays=1)
    return quantity(code).of(player_of(plan).paired(case_of(town)))


class TestAddingUp:
    def test_parts_and_rest_are_the_level_in_every_replication(self):
        found = divided()
        level = outcome(small_town(), "recipients:scenario")
        np.testing.assert_allclose(found.values[0].sum(axis=0), level, rtol=0, atol=1e-9)

    def test_parts_and_rest_are_the_change_in_every_replication(self):
        found = divided(PAIR, measure="recipients:scenario:2019", since="recipients:scenario:2018")
        after, before = (outcome(small_town(), f"recipients:scenario:{y}") for y in (2019, 2018))
        np.testing.assert_allclose(found.values[0].sum(axis=0), after - before, atol=1e-9)

    def test_means_add_up_to_the_total(self):
        found = divided(PAIR)
        means = sum(one.model.mean for one in found.contributions)
        assert means == pytest.approx(found.total.model.mean, abs=1e-9)

    def test_money_adds_up(self):
        found = divided(PAIR, measure="net_saving")
        np.testing.assert_allclose(
            found.values[0].sum(axis=0), outcome(small_town(), "net_saving"), atol=1e-3
        )


class TestParts:
    def test_one_part_alone_is_the_paired_difference(self):
        found = divided(["intensive"])
        without = small_town().with_(default_parts(small_town())[0].off)
        difference = outcome(small_town(), "recipients:scenario") - outcome(
            without, "recipients:scenario"
        )
        np.testing.assert_array_equal(found.values[0, 0], difference)
        assert difference.any()

    def test_a_part_that_changes_nothing_gets_exactly_nothing(self):
        cheaper = Part("staff", "Cheaper staff", {"regular_service.cost_per_fte_year": 1.0})
        found = divided(["intensive", "inflow", cheaper])
        assert not found.values[0, 2].any()
        assert found.contribution("intensive").model.mean != 0

    def test_order_does_not_matter(self):
        one, other = divided(["intensive", "inflow"]), divided(["inflow", "intensive"])
        np.testing.assert_allclose(one.values[0, [1, 0, 2]], other.values[0], atol=1e-9)

    def test_default_parts_are_what_set_in_or_changed(self):
        codes = [part.code for part in default_parts(small_town())]
        assert codes == ["intensive", "consultants", "labour_market", "inflow"]
        still = small_town(
            groups__job_ready__inflow_per_week=1.0, labour_market={}, small_jobs__consultants=None
        )
        assert [part.code for part in default_parts(still)] == ["intensive"]

    def test_a_support_with_money_of_its_own_is_a_part(self):
        alone = small_town(supports__driving_licence__paid_from=None)
        assert "driving_licence" in [part.code for part in default_parts(alone)]

    def test_inflow_is_held_at_its_first_value_in_years_without_any_too(self):
        steps = [{"from": dt.date(y, 1, 1), "value": v} for y, v in ((2018, 1.5), (2019, 0.0))]
        town = small_town(groups__job_ready__inflow_per_week=steps)
        (part,) = parts_of(town, ["inflow"])
        held = town.with_(part.off).groups["job_ready"].inflow_per_week
        assert held.on(dt.date(2019, 6, 1)) == 1.5

    @pytest.mark.parametrize(
        ("parts", "says"),
        [
            (["intensiv"], 'no part "intensiv"; did you mean "intensive"'),
            ([], "must be 1 to 8, got 0"),
            (["inflow", "inflow"], '"inflow" is named twice'),
            ({"a": {"meetings.max_boost": 0.1}, "b": {"meetings.max_boost.scale": 2}}, "both"),
            ({"a": {"meetings.max_bost": 0.1}}, 'did you mean "max_boost"'),
            ({"a": {"meetings.max_boost": -1.0}}, "max_boost"),
        ],
    )
    def test_bad_parts_are_one_line(self, parts, says):
        with pytest.raises(InputError, match=says):
            divided(parts, replications=1)

    def test_unknown_measures_and_contributions_are_named(self):
        with pytest.raises(InputError, match="no measure"):
            divided(["inflow"], measure="recipient")
        with pytest.raises(InputError, match='no part "rset"'):
            divided(["inflow"], replications=1).contribution("rset")


def tunings_with(*means, spread=0.1):
    """An attribution whose only part has these means in so many tunings."""
    noise = np.linspace(-spread, spread, 20)
    values = np.array([[mean + noise, 100 - noise] for mean in means])
    return Attribution("town", RECIPIENTS, None, (Part("a", "A", {}),), values)


class TestIdentification:
    def test_one_tuning_says_nothing(self):
        found = tunings_with(-5).contribution("a")
        assert found.identified is None
        assert "one tuning" in found.verdict

    @pytest.mark.parametrize(
        ("means", "verdict"),
        [
            ((-5, -6, -9), "identified"),
            ((5, 9), "identified"),
            ((-5, -6, -11), "not identified: size"),
            ((-5, 1), "not identified: sign"),
            ((-5, -0.01), "not identified: sign"),  # chance alone could turn it
        ],
    )
    def test_sign_and_half_the_size_must_hold_over_all(self, means, verdict):
        found = tunings_with(*means).contribution("a")
        assert found.verdict == verdict
        assert (found.low, found.high) == pytest.approx((min(means), max(means)))

    def test_the_scenarios_own_tuning_is_the_first(self):
        other = {"groups.job_ready.stock": 30}
        found = divided(["intensive"], tunings=[other])
        assert found.tunings == 2
        np.testing.assert_array_equal(found.values[0], divided(["intensive"]).values[0])
        assert not np.array_equal(found.values[0], found.values[1])

    def test_it_is_printed_and_put_into_tables(self):
        found = divided(["intensive", "inflow"], tunings=[{"groups.job_ready.stock": 30}])
        assert "Means of 2 tunings" in repr(found)
        assert list(found.to_frame()["part"]) == ["intensive", "inflow", "rest", "total"]
        data = found.to_dataset()
        assert data.contribution.dims == ("tuning", "part", "replication")
        assert data.contribution.attrs["units"] == "persons"


def test_it_says_what_moved_and_what_its_record_cannot_hold():
    town = small_town(horizon__weeks=4)
    how = {"replications": 1, **QUIET}
    told = attribute(town, parts=["intensive"], move="both", **how)
    assert told.record.moved.startswith("Moved in scenario and baseline alike: ")
    assert told.record.moved in repr(told)
    assert told.record.asked == Asked("attribute", {"parts": ["intensive"], "move": "both"})
    lost = attribute(town, parts=["intensive"], tunings=[town], **how)
    with pytest.raises(InputError, match="attribute was given tunings, which a record does not"):
        lost.record.replay()
