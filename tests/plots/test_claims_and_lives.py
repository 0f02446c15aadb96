"""Claims lie at 100 % of themselves; life-lines divide the run into states."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.dates import date2num

import jobsim as js
from jobsim.errors import InputError
from jobsim.plots import plot_claims, plot_lives
from jobsim.plots.over_time import stretches
from jobsim.questions.compare import run
from tests.factory import small_town
from tests.plots.pictures import one_trial, words

EVIDENCE = js.Scenario.load("esbjerg-2018-evidence")


@pytest.fixture(scope="module")
def events():
    return js.histories(js.Scenario.load("kolding-2018"), replications=[0])


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_each_claim_is_named_with_its_verdict(ax):
    result = js.compare(EVIDENCE, replications=5, progress=False)
    plot_claims(result, ax=ax)
    words = [text.get_text() for text in ax.texts]
    for one in result.verdicts:
        assert any(one.claim.label in text and one.verdict in text for text in words)
    bars = [line for line in ax.lines if line.get_linewidth() == 6]
    first = result.verdicts[-1]  # rows are drawn from below
    expected = [
        100 * end / first.claim.value for end in (first.model.range_low, first.model.range_high)
    ]
    assert sorted(bars[0].get_xdata()) == pytest.approx(sorted(expected))
    assert js.plot(result.summary, ax=ax) is ax


def test_without_claims_there_is_nothing_to_draw(ax):
    nothing_claimed = js.Scenario.from_dict(small_town().to_dict() | {"claims": {}})
    plot_claims(js.compare(nothing_claimed, replications=1, progress=False), ax=ax)
    assert words(ax) == ["small-town carries no claims to draw."]


def test_a_life_is_divided_without_gaps(events):
    for person in range(0, 200, 7):
        parts = stretches(js.life(events, person))
        assert all(one.end == after.first for one, after in zip(parts, parts[1:], strict=False))
        assert parts[-1].end == 156


def test_small_jobs_carry_their_level(events):
    person = int(events[events.event == "small_job"].number.iloc[0])
    told = js.life(events, person)
    levels = {part.level for part in stretches(told) if part.state == "small_job"}
    assert levels
    assert 0 not in levels
    assert all(part.level == 0 for part in stretches(told) if part.state != "small_job")


def test_meetings_are_marked(events, ax):
    told = js.life(events, 17)
    assert plot_lives(told, ax=ax) is ax
    first = np.datetime64(told.notes["start"])
    weeks = [row.week for row in told.rows if row.event == "meeting"]
    days = [first + np.timedelta64(7 * week, "D") for week in weeks]
    assert list(ax.lines[0].get_xdata()) == [date2num(day) for day in days]
    assert ax.get_yticklabels()[0].get_text() == "person 17"


def test_a_page_of_lives_begins_at_the_top(events, ax):
    js.plot([js.life(events, person) for person in (5, 6, 7)], ax=ax)
    assert [text.get_text() for text in ax.get_yticklabels()] == [
        "person 5",
        "person 6",
        "person 7",
    ]
    assert ax.yaxis_inverted()


def test_a_key_names_every_state_and_mark(events, ax):
    js.plot(js.life(events, 17), ax=ax)
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    states = [
        "on benefit",
        "small job (stronger: more hours)",
        "at work",
        "left for something else",
    ]
    assert named == [*states, "meeting", "meeting missed"]


def test_nobody_cannot_be_drawn(ax):
    with pytest.raises(InputError, match="nobody to draw"):
        plot_lives([], ax=ax)


def test_an_outcome_is_drawn_without_a_baseline(ax):
    found = run(small_town(), replications=3, progress=False)
    js.plot(found, ax=ax)
    mean = found.played.total("recipients", ["job_ready"]).mean(axis=0)
    assert list(ax.lines[0].get_ydata()) == list(mean)
    assert words(ax) == ["mean", "observed"]


@pytest.mark.parametrize(("estimate", "where"), [(0.0, "lies where"), (1e6, "lies outside where")])
def test_one_figure_of_a_trial_is_not_counted(estimate, where):
    """One of one says less than that it is so."""
    (result,) = one_trial().results
    outcome = result.trial.outcomes[0].model_copy(update={"estimate": estimate})
    trial = result.trial.model_copy(update={"outcomes": (outcome,)})
    plays = replace(result.plays, needs=())
    drawn = js.plot(replace(one_trial(), results=(replace(result, trial=trial, plays=plays),)))
    said = " ".join(" ".join(text.get_text() for text in drawn.texts).split())
    assert f"he published figure {where} the model puts 95 % of trials" in said
