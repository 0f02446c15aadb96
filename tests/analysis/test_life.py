"""One person's path in words: every event, the dates, the folding, and what is refused."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

import jobsim as js
from jobsim.analysis.lives.life import Life
from jobsim.analysis.lives.parting import Parting
from jobsim.analysis.setting.steady_state import SteadyState
from jobsim.engines.elements import EVENTS
from jobsim.errors import InputError
from jobsim.verification import Verification
from tests.factory import small_town

NOTES = {
    "scenario": "by-hand",
    "seed": 1,
    "start": "2018-01-01",
    "weeks": 104,
    "groups": {"ready": "Job-ready", "other": "Others"},
    "tracks": {"regular": "the regular service", "intensive": "Many meetings"},
    "supports": {"bicycle": "A bicycle", "licence": "Driving licence"},
    "hours_per_week": [1.0, 15.0, 37.0],
}


def by_hand(*rows, number=3, group=0, origin=0, replication=0, notes=NOTES):
    """Histories of one person out of (week, event, value)."""
    table = pd.DataFrame(
        [
            {
                "replication": replication,
                "number": number,
                "group": group,
                "origin": origin,
                "k": 5,
                "week": week,
                "phase": EVENTS[event],
                "event": event,
                "value": value,
            }
            for week, event, value in rows
        ]
    )
    table.attrs.update(notes)
    return table


@pytest.fixture(scope="module")
def town():
    """A town in which every event happens."""
    settled = {"groups__job_ready__meeting_exit_probability": 0.02}
    return small_town(groups__activity_ready__return_share=0.5, **settled)


@pytest.fixture(scope="module")
def events(town):
    return js.histories(town, replications=[0, 3], seed=1)


def test_a_whole_life_on_benefit():
    told = js.life(
        by_hand(
            (0, "start", 34),
            (0, "start_small_job", 2),
            (1, "meeting", 1),
            (2, "admitted", 1),
            (2, "no_show", 1),
            (3, "meeting", 0),
            (3, "support", 1),
            (4, "drop", 2),
            (6, "programme_end", 1),
            (9, "small_job", 1),
            (15, "step", 2),
            (21, "placed", 1),
            (33, "return", 11),
            (40, "placed", 0),
            (50, "not_returned", 9),
        ),
        3,
    )
    assert told.opening == (
        "person 3 of replication 0: Job-ready, on benefit at the start, 34 weeks so far"
    )
    assert [row.words for row in told.rows[1:]] == [
        "has a small job at the start, 15 hours a week",
        "meeting in the regular service (waited 1 week)",
        'admitted to "Many meetings"',
        'does not come to a meeting in "Many meetings"',
        'meeting in "Many meetings"',
        'granted "Driving licence"',
        "small job of 15 hours a week ends",
        'leaves "Many meetings" after 4 weeks',
        "takes a small job, 1 hour a week",
        "small job grows to 15 hours a week",
        "off benefit as the small job grows to 37 hours a week, after 56 weeks",  # 34 + 22
        "back on benefit after 11 weeks of work",  # weeks 22 … 32
        "finds a job after 8 weeks on benefit",  # weeks 33 … 40
        "job ends after 9 weeks; does not come back to benefit",  # weeks 41 … 49
    ]
    assert told.rows[-1].date == dt.date(2018, 12, 20)  # 50 weeks after Thursday 4 January
    tracks = [row.track for row in told.rows]
    assert tracks[3:8] == ["intensive"] * 5
    assert tracks[8:11] == ["regular"] * 3
    assert tracks[11] == tracks[-1] == ""


def test_a_pool_life_counts_the_weeks_before_the_run():
    told = js.life(by_hand((0, "start_employed", 20), (7, "return", 7), origin=1), 3)
    assert told.opening.endswith("Job-ready, in work at the start, 20 weeks so far")
    assert told.rows[1].words == "back on benefit after 27 weeks of work"
    assert told.rows[2].words == "end of the run: on benefit, 97 weeks so far"
    assert told.rows[2].value == 97


def test_an_arrival_ends_the_run_in_a_programme_and_a_small_job():
    rows = ((102, "enter", 0), (102, "admitted", 1), (103, "small_job", 1))
    told = js.life(by_hand(*rows, group=1, origin=104), 3)
    assert told.opening.endswith("Others, comes to benefit on 2019-12-19")
    assert told.rows[-1].words == (
        'end of the run: on benefit, 2 weeks so far, in "Many meetings", in a small job of 1 hour '
        "a week"
    )


def test_an_other_exit_is_the_end():
    told = js.life(by_hand((3, "enter", 0), (3, "meeting_exit", 0), (3, "other_exit", 0)), 3)
    assert [row.words for row in told.rows[1:]] == [
        "the meeting settles to leave benefit for something else than work",
        "leaves benefit for good, not for work, after 1 week",
    ]


def test_a_placement_in_the_last_week():
    told = js.life(by_hand((0, "start", 0), (103, "placed", 0)), 3)
    assert told.rows[-1].words == "end of the run: in work, 0 weeks so far"


def test_meetings_in_a_row_are_one_line_in_print_and_many_in_the_frame():
    told = js.life(
        by_hand(
            (0, "start", 1),
            (1, "meeting", 0),
            (3, "no_show", 0),
            (4, "meeting", 2),
            (6, "meeting", 0),
            (6, "support", 0),
            (8, "meeting", 0),
            (10, "meeting", 0),
        ),
        3,
    )
    lines = repr(told).splitlines()
    assert lines[1] == (
        "  2018-01-11  3 meetings in the regular service until 2018-02-15, every 2 to 3 weeks; "
        "waited up to 2"
    )
    assert lines[2].strip() == "weeks; missed 1"
    assert lines[3] == '  2018-02-15  granted "A bicycle"'
    assert lines[4] == "  2018-03-01  meeting in the regular service"
    assert len(lines) == 7
    assert len(told.to_frame()) == 9
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("weeks", "words"),
    [((0, 1, 2), "every week"), ((0, 13, 26), "every 13 weeks"), ((0, 2, 5), "every 2 to 3 weeks")],
)
def test_how_often_people_meet(weeks, words):
    rows = [(week, "meeting", 0) for week in weeks]
    assert repr(js.life(by_hand((0, "start", 1), *rows), 3)).splitlines()[1].endswith(words)


def test_every_event_of_a_town_is_told(town, events):
    one = events[events["replication"] == 3]
    assert set(one["event"]) == set(EVENTS)
    for number in one["number"].unique().tolist():
        told = js.life(events, number, replication=3)
        mine = one[one["number"] == number]
        rows = [row for row in told.rows if row.event != "end"]
        assert [(r.week, r.event, r.value) for r in rows] == list(
            zip(mine["week"], mine["event"], mine["value"], strict=True)
        )
        assert [r.date for r in told.rows] == [
            town.weeks.dates[r.week].astype(dt.date) for r in told.rows
        ]
        assert (told.group, told.origin, told.k) == (
            list(town.groups)[mine["group"].iloc[0]],
            mine["origin"].iloc[0],
            mine["k"].iloc[0],
        )


def test_weeks_in_words_agree_with_the_values(events):
    """The value of a return is the weeks worked in the run; those of the pool began before it."""
    checked = 0
    for number in events.loc[events["event"] == "return", "number"].unique().tolist():
        told = (
            js.life(events[events["replication"] == 0], number)
            if ((events["replication"] == 0) & (events["number"] == number)).any()
            else None
        )
        for before, row in zip(told.rows, told.rows[1:], strict=False) if told else ():
            if row.event == "return":
                tenure = before.value if before.event == "start_employed" else 0
                weeks = tenure + row.value
                assert f"after {weeks} week{'s' * (weeks != 1)} of work" in row.words
                checked += 1
    assert checked > 10


def test_programme_and_support_speak_by_label(town, events):
    told = [
        js.life(events, number, replication=0)
        for number in events.loc[
            (events["replication"] == 0) & events["event"].isin(["admitted", "support"]), "number"
        ].unique()
    ]
    words = {row.words for life in told for row in life.rows}
    assert f'admitted to "{town.programmes["intensive"].label}"' in words
    assert f'granted "{town.supports["driving_licence"].label}"' in words


def test_engines_tell_the_same(town):
    told = [
        js.life(js.histories(town, replications=[0], engine=engine), 17)
        for engine in ("numpy", "simpy")
    ]
    assert told[0] == told[1]
    assert repr(told[0]) == repr(told[1])


def test_the_notes_are_plain_values_and_survive_a_filter(town, events):
    assert json.loads(json.dumps(events.attrs)) == events.attrs
    assert events.attrs["groups"] == {code: g.label for code, g in town.groups.items()}
    assert events.attrs["hours_per_week"] == [5.0, 15.0, 37.0]
    assert events[events["week"] < 3].attrs == events.attrs


def test_a_notebook_gets_a_table_with_letters_made_safe():
    notes = NOTES | {"groups": {"ready": "Ready & <able>", "other": "Others"}}
    page = js.life(by_hand((0, "start", 1), notes=notes), 3)._repr_html_()
    assert page.startswith("<table>")
    assert "Ready &amp; &lt;able&gt;" in page


def test_to_frame(events):
    frame = js.life(events, 17, replication=0).to_frame()
    assert list(frame.columns) == ["week", "date", "event", "words", "value", "track"]
    assert frame["date"].is_monotonic_increasing
    assert str(frame["date"].dtype).startswith("datetime64")


def test_numbers_of_numpy_are_numbers(events):
    assert js.life(events, np.int64(17), replication=np.int64(0)) == js.life(
        events, 17, replication=0
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda e: js.life(e, 5), r"replication: the table has replications 0, 3; say which one"),
        (lambda e: js.life(e, 5, replication=2), r"replication: the table has 0, 3; got 2"),
        (lambda e: js.life(e, 9999, replication=0), r"replication 0 has persons 0 to \d+; got"),
        (lambda e: js.life(e, -1, replication=0), r"person: must be a whole number from 0"),
        (lambda e: js.life(e, 1.0, replication=0), r"person: must be a whole number"),
        (lambda e: js.life(e, True, replication=0), r"person: must be a whole number"),
        (lambda e: js.life(e, "17", replication=0), r"person: must be a whole number.*'17'"),
        (lambda e: js.life(e, 5, replication="0"), r"replication: must be a whole number"),
        (lambda _: js.life([1, 2], 5), r"must be the table that histories\(\) returns, got list"),
        (lambda e: js.life(e.drop(columns="value"), 5), r"has no column value"),
        (lambda e: js.life(e.iloc[:0], 5), r"the table is empty"),
        (lambda e: js.life(pd.DataFrame(e.to_dict("list")), 5), r"has lost its notes"),
        (
            lambda e: js.life(e[(e["number"] > 3) & (e["number"] != 7)], 7, replication=0),
            r"has persons 4, 5, 6, 8",
        ),
        (
            lambda e: js.life(e[e["event"] == "meeting"], 17, replication=0),
            r'person 17 begin with "meeting"',
        ),
    ],
)
def test_what_is_refused_in_one_line(events, call, message):
    with pytest.raises(InputError, match=message) as caught:
        call(events)
    assert "\n" not in str(caught.value)


def test_a_life_is_a_table_and_arrays_by_line_and_has_no_first_column():
    found = js.life(by_hand((0, "enter", 0.0), (3, "placed", 0.0)), 3)
    data, frame = found.to_dataset(), found.to_frame()
    assert list(data["event"].values) == list(frame["event"])
    assert data.sizes == {"line": len(frame)}
    assert found.row(event="placed").week == 3
    with pytest.raises(InputError, match="row: 'placed': say which column, such as event='placed'"):
        found.row("placed")


def test_only_what_has_a_picture_has_a_plot():
    assert [hasattr(one, "plot") for one in (Life, Parting, SteadyState, Verification)] == [
        True, False, False, False
    ]  # fmt: skip
