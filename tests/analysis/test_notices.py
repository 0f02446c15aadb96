"""What is allowed and hardly meant is told, each time with the number that would do."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.setting.notices import gravest
from jobsim.questions.compare import compare

INTENSIVE = "programmes.intensive"
BUDGET = f"{INTENSIVE}.budget_per_year"
TOWN = js.Scenario.template()
NOBODY_LEAVES = {"groups.job_ready.meeting_exit_probability": 0}
LICENCE = {
    "key": 1,
    "label": "Driving licence",
    "groups": ("job_ready",),
    "need_share": {"job_ready": 0.1},
    "budget_per_year": 100_000.0,
    "unit_cost": 12_500.0,
    "multiplier": 1.1,
}
JOBS = js.Scenario.load("kolding-2018")


def told(scenario, prices=None):
    """Notices by path, prices that end and plausible ranges left out."""
    rows = js.notices(scenario, prices).rows
    known = ("horizon.weeks: the run ends", "outside its plausible range")
    return {row.path: row for row in rows if not any(one in str(row) for one in known)}


@pytest.mark.parametrize("name", js.preset_names())
def test_no_preset_has_a_grave_notice(name):
    """Towns of 2026 are at rest with their programme: that they are not without it is told."""
    found = js.notices(js.Scenario.load(name))
    assert found.grave == ()
    at_rest = [str(one) for one in found.rows if "at rest" in one.told]
    assert at_rest == [AT_REST_WITH] * name.startswith("town-2026")


AT_REST_WITH = (
    "groups.job_ready: a stock of 160 is not at rest: with inflow_per_week = 1.054 and "
    "employed_pool = 115 it rises without any programme; it may be at rest with those that run "
    "from the first week; inflow_per_week = 0.7476 and employed_pool = 115 keep it without them, "
    "or stock = 226 and employed_pool = 162"
)


PEOPLE = {"stock": 300, "employed_pool": 7, "entry_cohort": 12, "inflow_per_week": 2.5}


@pytest.mark.parametrize("field", PEOPLE)
def test_people_of_one_arm_alone_are_told_by_notices_and_compare(field):
    path = f"groups.job_ready.{field}"
    base = TOWN.with_({"horizon.weeks": 52})
    more = base.with_({path: PEOPLE[field]})
    words = f"{PEOPLE[field]} in the scenario and "
    (row,) = (one for one in js.notices(more, baseline=base).rows if one.told.startswith(words))
    assert (row.path, row.grave) == (path, True)
    assert words not in str(js.notices(more, baseline=more))
    said = " ".join(str(compare(more, base, replications=2, progress=False)).split())
    assert f"Notice: {path}: {words}" in said
    assert words not in str(compare(more, replications=2, progress=False))


THINNED = {
    "regular_service.interval_weeks": [4],
    "regular_service.fte": 22,
    f"{INTENSIVE}.interval_weeks": [4],
    f"{INTENSIVE}.caseload_limit": 160,
    f"{INTENSIVE}.budget_per_year.scale": 0.5,
}


def test_a_programme_that_thins_the_service_is_told_by_validate_and_compare():
    """Caseworkers added as a programme, with more recipients than they can meet."""
    town = TOWN.with_({**THINNED, "horizon.weeks": 52})
    row = told(town)[f"{INTENSIVE}.caseload_limit"]
    assert row.grave
    assert str(row) == (
        "programmes.intensive.caseload_limit: participants get 1.8 meetings a half-year, as a "
        "caseworker has 160 of them and can call 12.8 a week; its intervals ask for 6.2, the "
        "regular service gives 6.2; 45.44 would do"
    )
    found = compare(town, replications=2, progress=False)
    assert "get 1.8 meetings a half-year" in " ".join(str(found).split())
    volumes = found.played.volumes.sum(["replication", "month"])
    held = volumes.meetings.sum("group").sel(track="intensive") / volumes.participant_weeks.item()
    assert float(held) * 26 == pytest.approx(1.8, abs=0.1)


def test_a_programme_that_meets_less_often_than_the_regular_service_is_told():
    seldom = TOWN.with_({f"{INTENSIVE}.interval_weeks": [26]})
    row = told(seldom)[f"{INTENSIVE}.interval_weeks"]
    assert row.grave
    assert row.told == "participants get 1.0 meetings a half-year, the regular service gives 2.0"
    as_often = TOWN.with_({f"{INTENSIVE}.interval_weeks": [8, 8, 8, 13]})
    assert f"{INTENSIVE}.interval_weeks" not in told(as_often)


def test_nobody_who_ever_comes_is_told_once():
    absent = TOWN.with_({"groups.job_ready.no_show_probability": 1})
    assert not [path for path in told(absent) if path.startswith(INTENSIVE)]


@pytest.mark.parametrize("left", ["lasting_gain", "meeting_exit_probability"])
def test_meetings_that_do_one_thing_are_not_told_to_change_nothing(left):
    none = dict.fromkeys(("meeting_gain", "lasting_gain", "meeting_exit_probability"), 0)
    paths = {f"groups.job_ready.{name}": value for name, value in none.items()}
    assert "its meetings change nothing" in told(TOWN.with_(paths))[INTENSIVE].told
    del paths[f"groups.job_ready.{left}"]
    assert INTENSIVE not in told(TOWN.with_(paths))


def test_an_indexed_budget_beside_prices_that_stay_is_told():
    cost = "regular_service.cost_per_fte_year"
    steps = [
        {"from": dt.date(year, 1, 1), "value": 600_000 * 1.02**n}
        for n, year in enumerate((2026, 2027))
    ]
    indexed = TOWN.with_({cost: steps})
    assert [row.path for row in js.notices(indexed).rows] == ["horizon.weeks", cost]
    growing = js.Prices.load("denmark").with_({"growth_per_year_after_list": 0.02})
    assert [row.path for row in js.notices(indexed, growing).rows] == ["horizon.weeks"]


def test_the_template_is_told_only_that_prices_end():
    (row,) = js.notices(TOWN).rows
    assert str(row) == (
        "horizon.weeks: the run ends in 2028, and prices after 2026 grow by 0 % a year; "
        "52 weeks end with them; growth_per_year_after_list is a choice"
    )
    assert js.notices(TOWN.with_({"horizon.weeks": 52})).rows == ()
    early = TOWN.with_({"horizon.start": dt.date(2014, 1, 1)})
    assert "2016-01-01 begins with them" in repr(js.notices(early))


def test_a_number_outside_its_range_is_told_with_the_range():
    rows = js.notices(TOWN.with_({f"{INTENSIVE}.caseload_limit": 14})).rows
    assert "14 is outside its plausible range; 15 to 35 is inside" in {
        f"{row.told}; {row.instead}" for row in rows
    }


def test_a_plausible_range_of_a_table_is_told_where_its_numbers_cannot_follow():
    path, what = "wages.leisure_share", "an entry of its own within 0 to 1 would do"
    entry = {"kind": "judgement", "reason": "to be filled in", "low": 0, "high": 400}
    data = js.Prices.load("denmark").to_dict()
    data["assumptions"] = {"wages": entry}
    rows = told(TOWN, js.Prices.from_dict(data))
    assert rows[f"prices.{path}"].instead == what
    assert "prices.wages.job_per_hour" not in rows
    town, path = TOWN.stated(), "groups.job_ready.return_share"
    town["assumptions"][path] = entry | {"low": -9}
    assert told(js.Scenario.from_dict(town))[path].instead == what


@pytest.mark.parametrize(
    ("changes", "path", "instead", "grave"),
    [
        ({BUDGET: 1.15}, BUDGET, "1,150,000 if millions are meant", True),
        ({BUDGET: 1150}, BUDGET, "1,150,000 if thousands are meant", True),
        ({BUDGET: 1.15e9}, BUDGET, "92,000,000 pays one for each", True),
        ({BUDGET: 0}, BUDGET, "between 2026-01-01 and 2029-01-04", True),
        ({"horizon.weeks": 3}, "horizon.weeks", "at least 52", True),
        ({"horizon.weeks": 40}, "horizon.weeks", "at least 52", False),
        ({f"{INTENSIVE}.caseload_limit": 0}, f"{INTENSIVE}.caseload_limit", "25.6 can be", True),
        ({f"{INTENSIVE}.caseload_limit": 30}, f"{INTENSIVE}.caseload_limit", "23.68 would", True),
        (
            {f"{INTENSIVE}.meetings_per_fte_week": 0},
            f"{INTENSIVE}.meetings_per_fte_week",
            "above 0",
            True,
        ),
        ({f"{INTENSIVE}.interval_weeks": [200]}, f"{INTENSIVE}.interval_weeks", "below 157", True),
        ({**NOBODY_LEAVES, f"{INTENSIVE}.gain_multiplier": 0}, INTENSIVE, "above 0", False),
        ({"regular_service.fte": 5}, "regular_service.fte", "fte = 6.423 would do", False),
        ({"regular_service.fte": 1}, "regular_service.fte", "fte = 6.423 would do", True),
        (
            {"regular_service.meetings_per_fte_week": 0},
            "regular_service.meetings_per_fte_week",
            "more than 0",
            True,
        ),
        (
            {"regular_service.interval_weeks": [200]},
            "regular_service.interval_weeks",
            "below 157",
            True,
        ),
        (
            {"labour_market.tightness": 100},
            "labour_market.tightness",
            "reference_tightness = 100",
            True,
        ),
        (
            {"groups.job_ready.no_show_probability": 1},
            "groups.job_ready.no_show_probability",
            "below 1",
            True,
        ),
        (
            {
                f"groups.job_ready.{name}": 0
                for name in ("stock", "employed_pool", "inflow_per_week")
            },
            "groups.job_ready",
            "a stock of 1 or more",
            True,
        ),
    ],
)
def test_what_is_hardly_meant_is_told_with_what_would_do(changes, path, instead, grave):
    found = told(TOWN.with_(changes))
    assert instead in found[path].instead
    assert found[path].grave is grave


@pytest.mark.parametrize(
    ("change", "path", "instead"),
    [
        ({"need_share": {"job_ready": 0.0}}, "supports.licence.need_share", "a share above 0"),
        ({"multiplier": 1.0}, "supports.licence", "above 1"),
        ({"lead_weeks": 157}, "supports.licence.lead_weeks", "below 157"),
        ({"budget_per_year": 12_000.0}, "supports.licence.budget_per_year", "one costs 12,500"),
    ],
)
def test_a_support_that_reaches_nobody_is_told(change, path, instead):
    def with_licence(**changed):
        return js.Scenario.from_dict(
            {**TOWN.stated(), "supports": {"licence": {**LICENCE, **changed}}}
        )

    assert told(with_licence()) == {}
    (row,) = told(with_licence(**change)).values()
    assert row.path == path
    assert instead in row.instead


@pytest.mark.parametrize(
    ("path", "value", "instead"),
    [
        ("small_jobs.step_weeks", 156, "below 156"),
        ("small_jobs.consultants.openings_per_fte_week", 0, "above 0"),
        ("small_jobs.consultants.budget_per_year", 1.066, "1,066,000 if millions are meant"),
        ("groups.integration.small_jobs.cap_shares", [1, *[0] * 6], "below 1"),
    ],
)
def test_small_jobs_that_nobody_can_have_are_told(path, value, instead):
    levels = len(JOBS.small_jobs.hours_per_week)
    value = value if path != "groups.integration.small_jobs.cap_shares" else [1, *[0] * levels]
    assert told(JOBS) == {}
    assert instead in told(JOBS.with_({path: value}))[path].instead


def test_what_compare_would_refuse_is_told():
    prices = js.Prices.load("denmark")
    rates = {name: one for name, one in prices.to_dict()["benefits"].items() if "integ" not in name}
    few = js.Prices.from_dict({**prices.to_dict(), "benefits": rates})
    assert told(TOWN, few)["groups.job_ready.benefit_rates"].grave
    sweden = told(TOWN, prices.with_({"name": "sweden", "currency": "SEK"}))["currency"]
    assert sweden.grave
    assert sweden.told == "my-town is in DKK, the price list sweden in SEK"
    assert sweden.instead == "state one of them in the other's currency"
    town = js.Scenario.load("esbjerg-2018").with_({"horizon.start": dt.date(2019, 1, 1)})
    outside = [row for path, row in told(town).items() if path.startswith("claims.")]
    assert [(row.instead, row.grave) for row in outside] == [("2019 to 2021 is inside", True)] * 3


class TestRest:
    """A stock that is changed alone, as in `groups.job_ready.stock = 248`."""

    STOCK = "groups.job_ready.stock"
    ALONE = TOWN.with_({STOCK: 248})

    def test_both_ways_back_to_rest_are_at_rest(self):
        (row,) = told(self.ALONE).values()
        assert row.path == "groups.job_ready"
        assert "a stock of 248 is not at rest" in row.told
        assert "falls" in row.told
        kept, other = row.instead.split(", or ")
        for way, stock in ((kept, 248), (other, 162)):
            values = re.findall(r"(\w+) = ([\d.]+)", way)
            changes = {f"groups.job_ready.{name}": float(value) for name, value in values}
            changes = {k: v if "inflow" in k else int(v) for k, v in changes.items()}
            town = self.ALONE.with_(changes)
            assert town.groups["job_ready"].stock == stock
            assert told(town) == {}

    def test_it_falls_as_told_and_stays_where_told(self):
        """Recipients of the group after three years, as it stands and with what keeps it."""
        kept = {"groups.job_ready.inflow_per_week": 1.159, "groups.job_ready.employed_pool": 178}
        found = []
        for town in (self.ALONE, self.ALONE.with_(kept)):
            alone = town.without_programmes()
            volumes = js.simulate(alone, replications=10, engine="numpy", progress=False)
            last = volumes["recipients"].sel(group="job_ready").isel(month=-1)
            found.append(float(np.mean(last)))
        assert found[0] < 0.85 * 248
        assert abs(found[1] / 248 - 1) < 0.1

    def test_a_pool_that_is_left_out_is_told(self):
        (row,) = told(TOWN.with_({"groups.job_ready.employed_pool": 0})).values()
        assert "employed_pool = 115 keep it" in row.instead

    @pytest.mark.parametrize(
        ("changes", "grave"),
        [
            ({}, False),
            ({BUDGET: [{"from": dt.date(2026, 1, 2), "value": 1_150_000}]}, True),
            ({BUDGET: [{"from": dt.date(2026, 1, 1), "value": 1_150_000}]}, False),
            ({BUDGET: 0}, True),
            ({STOCK: 300}, True),
            ({"groups.job_ready.inflow_per_week": 3.0}, True),
        ],
    )
    def test_only_what_runs_from_the_first_week_may_hold_a_stock_that_rises(self, changes, grave):
        """One that falls is never held by a programme, nor one that three times as many come to."""
        row = told(js.Scenario.load("town-2026").with_(changes))["groups.job_ready"]
        assert row.grave is grave
        assert ("with those that run from the first week" in row.told) is not grave
        assert ("falls" in row.told) is (self.STOCK in changes)

    def test_a_programme_holds_its_own_groups_alone(self):
        low = told(TOWN.with_({"groups.activity_ready.stock": 500}))["groups.activity_ready"]
        assert (low.grave, "rises" in low.told) == (True, True)

    def test_a_dated_change_of_inflow_is_no_oversight(self):
        steps = [(dt.date(2026, 1, 1), 0.734), (dt.date(2027, 1, 1), 0.3)]
        changed = TOWN.with_({"groups.job_ready.inflow_per_week": js.Schedule.from_steps(steps)})
        assert told(changed) == {}


def test_compare_repeats_the_two_gravest_and_says_how_many_more():
    town = TOWN.with_({"horizon.weeks": 3, BUDGET: 1.15, "labour_market.tightness": 100})
    how = {"replications": 2, "engine": "numpy", "progress": False}
    text = " ".join(repr(compare(town, **how)).split("The municipality", maxsplit=1)[0].split())
    assert text.count("Notice: ") == 2
    assert "horizon.weeks: 3 weeks cover no budget year" in text
    assert text.endswith("1 more: js.notices, jobsim validate.")
    assert "over the run (the same in all 2 futures)" in repr(compare(town, **how))
    plans = compare({"one": town, "two": town.with_({BUDGET: 1.2})}, **how)
    assert repr(plans).count("Notice: ") == 2
    assert "Notice: " not in repr(compare(TOWN.with_({"horizon.weeks": 30}), **how))


def test_notices_print_and_are_a_table():
    found = js.notices(TOWN.with_({BUDGET: 1.15}))
    assert repr(found).startswith(f"Notice: {BUDGET}: 1.15 DKK a year")
    assert list(found.to_frame().columns) == ["path", "told", "instead", "grave"]
    assert repr(js.notices(js.Scenario.load("esbjerg-2018-evidence"))) == "No notices."
    assert gravest([TOWN], js.Prices.load("denmark")) == []
