"""Stocks and flows at rest: closed forms where they are known, and simulation, which stays so."""

from __future__ import annotations

import math

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.setting.steady_state import steady_state
from jobsim.errors import InputError
from tests.analysis.quick_towns import constant_hazard

JOB_LOSS = 0.02


def town(**changes: object) -> js.Scenario:
    """Persons alike, who find jobs at one hazard and lose them at another."""
    group = {
        "stock": 400,
        "job_loss_hazard_per_week": [{"from_week": 0, "value": JOB_LOSS}],
        "return_share": 0.5,
        "other_exit_hazard_per_week": 0.01,
        **changes,
    }
    return constant_hazard().with_({f"groups.all.{name}": value for name, value in group.items()})


class TestClosedForm:
    def test_constant_hazards(self):
        place = town()
        state, finding, leaving = steady_state(place, "all"), 0.05, 0.01
        stay = math.exp(-finding - leaving)
        entries = 400 * (1 - stay) / stay  # stock = entries × (stay + stay² + …)
        placements = entries * (1 - math.exp(-finding)) / (1 - stay)
        in_work = placements / (1 - math.exp(-JOB_LOSS))
        assert state.placements_per_week == pytest.approx(placements, rel=1e-9)
        assert state.inflow_per_week == pytest.approx(entries - 0.5 * placements, rel=1e-9)
        assert state.employed_pool == round(in_work)
        assert state.staying[:5] == pytest.approx(stay ** np.arange(5))

    def test_durations_are_geometric(self):
        state, stay, keep = steady_state(town(), "all"), math.exp(-0.06), math.exp(-JOB_LOSS)
        for bands, first, base in ((state.elapsed_weeks, 1, stay), (state.tenure_weeks, 0, keep)):
            for band in bands:
                share = base ** (band["from"] - first) - base ** (band["to"] - first)
                assert band["share"] == pytest.approx(share, abs=1e-4)
            assert sum(band["share"] for band in bands) == pytest.approx(1, abs=1e-9)

    def test_a_large_frailty_leaves_fewer_placements(self):
        alike, unlike = steady_state(town(), "all"), steady_state(town(frailty_variance=2.0), "all")
        assert unlike.placements_per_week < 0.8 * alike.placements_per_week

    def test_meetings_in_every_week_raise_the_hazard_by_their_summed_boost(self):
        meeting = {"regular_service.interval_weeks": [1], "regular_service.first_meeting_weeks": 0}
        place = town(meeting_gain=0.2).with_({**meeting, "meetings.half_life_weeks": 2.0})
        week = np.arange(300)
        boost = 0.2 * np.cumsum(0.5 ** (week / 2.0))
        placed = np.exp(-np.append(0.0, np.cumsum(0.05 * (1 + boost))))
        expected = placed[:-1] * np.exp(-0.01 * week)
        assert steady_state(place, "all").staying[:300] == pytest.approx(expected, abs=1e-9)

    @pytest.mark.parametrize("half_life", [1e-320, 5e-324, 1e-3])
    def test_of_the_least_half_lives_nothing_is_left_after_a_week(self, half_life):
        """0.5 to the power of a thousand is nothing, and so is what Python calls infinity."""
        place = town(meeting_gain=0.2).with_(
            {
                "groups.all.lasting_gain": 0.1,
                "regular_service.fte": 20.0,
                "meetings.half_life_weeks": half_life,
                "meetings.lasting_half_life_weeks": half_life,
                "meetings.max_lasting_boost": 1.0,
            }
        )
        once = place.with_({"meetings.half_life_weeks": 1e-4})
        placed, same, none = (
            steady_state(one, "all").placements_per_week for one in (place, once, town())
        )
        assert placed == same != none
        js.notices(place)

    def test_meetings_in_every_week_settle_exits_as_a_hazard_would(self):
        """A meeting from week 0 on that settles one exit in twenty is a hazard of −log 0.95."""
        weekly = {"regular_service.first_meeting_weeks": 0, "regular_service.interval_weeks": [1]}
        met = town(meeting_exit_probability=0.05).with_(weekly)
        other = town(other_exit_hazard_per_week=0.01 - math.log(0.95)).with_(weekly)
        found, right = steady_state(met, "all"), steady_state(other, "all")
        assert found.inflow_per_week == pytest.approx(right.inflow_per_week, rel=1e-9)
        assert found.placements_per_week == pytest.approx(right.placements_per_week, rel=1e-9)

    def test_a_first_meeting_beyond_all_spells_is_none(self):
        late = town(meeting_gain=0.2).with_({"regular_service.first_meeting_weeks": 5200})
        assert steady_state(late, "all").staying == pytest.approx(
            steady_state(town(), "all").staying
        )


class TestSimulated:
    @staticmethod
    def change(place: js.Scenario, level: float) -> float:
        """Change of the recipients from a level over three years, in standard errors."""
        how = {"replications": 40, "seed": 1, "progress": False}
        volumes = js.simulate(place.with_({"horizon.weeks": 156}), **how)
        change = (volumes.recipients.isel(month=-1) - level).sum("group").values
        return float(change.mean() / (change.std(ddof=1) / math.sqrt(change.size)))

    def test_the_stock_stays(self):
        place = town()
        state = steady_state(place, "all")
        level = 400 * (1 + 1 / state.staying[1:].sum())  # with those who came this very week
        assert abs(self.change(place.with_(state.changes), level)) < 3.5
        wrong = {**state.changes, "groups.all.employed_pool": 0}
        assert abs(self.change(place.with_(wrong), level)) > 3.5


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"stock": 0}, "groups.all.stock: nobody is on benefit"),
            ({"job_finding_hazard_per_week": 0.0}, "nobody finds a job"),
            ({"job_loss_hazard_per_week": []}, "jobs never end"),
        ],
    )
    def test_what_is_never_at_rest(self, changes, words):
        with pytest.raises(InputError, match=words):
            steady_state(town(**changes), "all")

    def test_an_unknown_group(self):
        with pytest.raises(InputError, match='no group "al"; did you mean "all"'):
            steady_state(town(), "al")


def test_prints_a_table():
    text = repr(steady_state(town(), "all"))
    assert "constant-hazard: group all at rest" in text
    assert "inflow per week" in text
