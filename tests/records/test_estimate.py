"""Known numbers are found again in simulated histories, and not where something is left out."""

from __future__ import annotations

import datetime as dt
import tomllib

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import jobsim as js
from jobsim.errors import InputError

GROUP = "groups.job_ready."
TRUTH = {
    f"{GROUP}job_finding_hazard_per_week": 0.02,
    f"{GROUP}frailty_variance": 1.0,
    f"{GROUP}weibull_shape": 0.95,
    f"{GROUP}meeting_gain": 0.6,
    "meetings.half_life_weeks": 3.0,
}
MONEY = [{"from": dt.date(2026, 1, 1), "value": 12_000_000}]


@pytest.fixture(scope="module")
def town():
    return js.Scenario.load("town-2026").with_(
        {
            **TRUTH,
            "horizon.weeks": 60,
            f"{GROUP}stock": 1000,
            f"{GROUP}employed_pool": 300,
            f"{GROUP}inflow_per_week": 28,
            "regular_service.fte": 30,
            "programmes.intensive.budget_per_year": MONEY,
            "meetings.max_boost": 5.0,
            "meetings.reference_caseload": 40.0,
        }
    )


@pytest.fixture(scope="module")
def records(town):
    return js.histories(town, replications=1, seed=11)


@pytest.fixture(scope="module")
def found(records, town):
    return js.estimate(records, town, caseload="records", progress=False)


def off(row, truth):
    """Standard errors from the truth, of logarithms but for a gain."""
    if row.parameter.endswith("_gain"):
        return (row.estimate - truth) / row.se
    return np.log(row.estimate / truth) / (row.se / row.estimate)


class TestRecovery:
    @pytest.mark.parametrize("path", TRUTH)
    def test_a_known_number_is_found(self, found, path):
        row = found.row(path)
        assert abs(off(row, TRUTH[path])) < 3.5
        assert row.ci_low < row.estimate < row.ci_high
        assert row.se > 0

    @pytest.mark.parametrize("name", ["other_exit_hazard_per_week", "no_show_probability"])
    def test_a_count_is_found(self, found, town, name):
        truth = getattr(town.groups["job_ready"], name)
        assert abs(off(found.row(f"{GROUP}{name}"), truth)) < 3.5

    def test_steps_of_job_loss_are_found(self, found, town):
        for step in town.groups["job_ready"].job_loss_hazard_per_week[:2]:
            row = found.row(f"{GROUP}job_loss_hazard_per_week", step=step.from_week)
            assert abs(off(row, step.value)) < 3.5

    def test_without_frailty_it_is_not(self, records, town):
        """Negative control: the frail ones stay, which then looks like a falling hazard."""
        path = f"{GROUP}frailty_variance"
        held = js.estimate(
            records,
            town.with_({path: 0.0}),
            hold=[path, "meetings.half_life_weeks"],
            caseload="records",
            progress=False,
        )
        assert off(held.row(f"{GROUP}weibull_shape"), 0.95) < -6

    def test_priors_draw_an_estimate_to_them(self, records, town, found):
        path = f"{GROUP}meeting_gain"
        drawn = js.estimate(
            records,
            town,
            caseload="records",
            priors={path: js.from_mean_se(0.2, 0.02)},
            hold=["meetings.half_life_weeks", f"{GROUP}frailty_variance", f"{GROUP}weibull_shape"],
            progress=False,
        )
        assert 0.15 < drawn.row(path).estimate < 0.5 * (0.2 + found.row(path).estimate)

    @pytest.mark.parametrize(
        ("path", "prior"),
        [
            (f"{GROUP}meeting_gain", stats.uniform(0.3, 0.7)),
            (f"{GROUP}weibull_shape", stats.beta(2, 2, loc=0.7, scale=0.3)),
        ],
    )
    def test_nothing_lies_beyond_the_ends_of_a_prior(self, records, town, path, prior):
        found = js.estimate(
            records[records.number % 4 == 0],
            town,
            priors={path: prior},
            hold=["meetings.half_life_weeks", f"{GROUP}frailty_variance"],
            progress=False,
        )
        low, high = prior.support()
        row = found.row(path)
        assert low <= row.ci_low < row.estimate < row.ci_high <= high

    def test_a_prior_beyond_what_is_searched_is_refused(self, records, town):
        path = f"{GROUP}weibull_shape"
        with pytest.raises(InputError, match=f"priors: {path}: none of it is within 0.1 to 3"):
            js.estimate(records, town, priors={path: stats.uniform(4, 1)}, progress=False)


class TestResult:
    def test_it_prints_every_number_with_its_unit(self, found):
        text = repr(found)
        assert "frailty_variance (variance)" in text
        assert "half_life_weeks (weeks)" in text
        assert "fewer than 5 persons" in text
        assert found.to_frame().persons.isna().any()
        assert abs(off(found.row(f"{GROUP}meeting_exit_probability"), 0.013)) < 4

    def test_few_persons_are_told_nowhere(self, records, town, found):
        shown = found.to_frame().dropna(subset=["persons"])
        assert (shown[["persons", "persons_with_event"]] >= 5).all(axis=None)
        hidden = found.to_frame()[found.to_frame().persons.isna()]
        assert hidden[["estimate", "se", "ci_low", "ci_high"]].isna().all(axis=None)
        with pytest.raises(InputError, match="no group in which 100000 persons or more found"):
            js.estimate(records, town, least_persons=100_000, progress=False)

    def test_the_fragment_makes_a_scenario(self, found, town):
        data = tomllib.loads(found.scenario_fragment())
        entry = data["assumptions"][f"{GROUP}meeting_gain"]
        assert entry["formula"].startswith("maximum likelihood, own records, n = ")
        stated = town.stated()
        stated["groups"]["job_ready"] |= data["groups"]["job_ready"]
        stated["meetings"] |= data["meetings"]
        stated["assumptions"] |= data["assumptions"]
        made = js.Scenario.from_dict(stated)
        gain = found.row(f"{GROUP}meeting_gain").estimate
        assert made.groups["job_ready"].meeting_gain == pytest.approx(gain, rel=1e-3)

    def test_draws_are_as_wide_as_the_intervals(self, found, town):
        draws = found.draws(256)
        for path in TRUTH:
            row, ends = found.row(path), draws[path].quantile([0.025, 0.5, 0.975])
            wide = row.ci_high - row.ci_low
            assert list(ends) == pytest.approx(
                [row.ci_low, row.estimate, row.ci_high], abs=0.1 * wide
            )
        assert len(js.parameter_draws(town, draws)) == 256
        pd.testing.assert_frame_equal(draws, found.draws(256))


def rows(*events):
    """Events of one person: week, event, value."""
    return pd.DataFrame(
        [("a", "job_ready", *event) for event in events],
        columns=["person", "group", "week", "event", "value"],
    )


ONE = rows((0, "start", 10), (3, "meeting", 0), (5, "placed", 0))
MISTAKES = {
    "a meeting after leaving": (
        rows((0, "start", 1), (4, "other_exit", 0), (6, "meeting", 0)),
        "row 2: meeting in week 6: the person is gone for good since other_exit in week 4",
    ),
    "twice on benefit": (
        rows((0, "enter", 0), (3, "enter", 0)),
        "on benefit since enter in week 0",
    ),
    "a return at once": (
        rows((0, "enter", 0), (3, "placed", 0), (4, "return", 1)),
        "the job began after week 3; it lasts a week at least",
    ),
    "met twice in a week": (
        rows((0, "enter", 0), (3, "meeting", 0), (3, "meeting", 1)),
        "the person is met twice in that week",
    ),
    "a row twice": (pd.concat([ONE, ONE.iloc[[1]]], ignore_index=True), "the row is there twice"),
    "a missing column": (ONE.drop(columns="week"), 'there is no column "week"'),
    "a misspelt column": (
        ONE.rename(columns={"event": "events"}),
        'there is no column "event"; did you mean "events"?',
    ),
    "no number": (ONE.assign(week=[0, np.nan, 5]), "row 1: week: is empty"),
    "a negative week": (ONE.assign(week=[0, -3, 5]), "must be a whole number, 0 or more"),
    "a decimal comma": (ONE.assign(week=["0", "3,5", "5"]), "got 3,5"),
    "half a week": (ONE.assign(week=[0, 3.5, 5]), "got 3.5"),
    "longer than anybody lives": (
        ONE.assign(value=[8e15, 0, 0]),
        "row 0: value: must be 5,200 weeks at most, a hundred years, got 8,000,000,000,000,000",
    ),
    "a week after the end": (ONE.assign(week=[0, 3, 60]), "must be below 60"),
    "nothing": (ONE.iloc[:0], "holds no events"),
    "an unknown event": (
        ONE.assign(event=["start", "meting", "placed"]),
        'there is no "meting"; did you mean "meeting"?',
    ),
    "an unknown group": (
        ONE.assign(group=["job_redy"] * 3),
        'there is no "job_redy"; did you mean "job_ready"?',
    ),
    "an unknown route": (
        ONE.assign(value=["10", "", "ordinry"]),
        'row 2: value: there is no "ordinry"; did you mean "ordinary"?',
    ),
    "no records": (5, "must be a DataFrame or the path of a CSV or Parquet file, got int"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line(name, town):
    records, told = MISTAKES[name]
    with pytest.raises(InputError) as error:
        js.estimate(records, town, progress=False)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_admission_by_employability_is_refused(records, town):
    by_luck = town.with_({"programmes.intensive.admission": "most_employable_first"})
    with pytest.raises(InputError, match="tells of employability"):
        js.estimate(records, by_luck, progress=False)


def test_another_calendar_is_refused(records, town):
    later = town.with_({"horizon.start": dt.date(2026, 2, 2)})
    with pytest.raises(InputError, match="week 0 begins on 2026-01-01"):
        js.estimate(records, later, progress=False)


CODES = {"k": "benefit", "w": "work", "s": "other", "?": "unknown"}


class TestStatuses:
    def events(self, *texts, **columns):
        from jobsim.records.statuses import events_of_statuses

        frame = pd.DataFrame(
            {"person": list("abcdefg"[: len(texts)]), "statuses": texts, **columns}
        )
        found, left_out = events_of_statuses(frame, CODES, lambda row: f"row {row}")
        in_order = found.sort_values(["person", "week"], kind="stable")
        lines = zip(in_order.person, in_order.week, in_order.event, strict=True)
        return [f"{who}{week} {event}" for who, week, event in lines], left_out

    def test_a_life(self):
        assert self.events("s k k w w k s k s w k") == (
            [
                *("a1 enter", "a2 placed", "a5 return", "a5 other_exit", "a7 enter"),
                *("a7 other_exit", "a10 enter", "a10 censored"),
            ],
            0,
        )

    def test_a_job_that_ends_otherwise_and_weeks_that_are_not_known(self):
        assert self.events("? s k w s s ? k")[0] == [
            *("a2 enter", "a2 placed", "a4 not_returned", "a5 censored")
        ]

    def test_benefit_in_the_first_week_needs_its_length(self):
        assert self.events("k k w", "s k k") == (["b1 enter", "b2 censored"], 1)
        found, left_out = self.events("k k w", elapsed_weeks=[7])
        assert (found[:2], left_out) == (["a0 start", "a1 placed"], 0)

    def test_nobody_is_left_where_all_lengths_are_unknown(self):
        with pytest.raises(InputError, match="shows nobody who comes to benefit"):
            self.events("k k", "k w w")

    def test_a_code_without_meaning_is_named(self):
        with pytest.raises(InputError, match='row 0: week 1: code "x" has no meaning; map it to'):
            self.events("s x")

    def test_statuses_of_histories_give_the_same_jobs(self, records, town, tmp_path):
        """Status strings made of histories: without meetings, the same placements are seen."""
        people = records[records.event.isin(["enter", "placed", "other_exit", "return"])]
        arrivals = people[people.origin > 2]  # who come in the first week are found on benefit
        texts = []
        for _, one in arrivals.groupby("number"):
            state, line = "s", []
            seen = one.groupby("week").event.agg(set)
            for week in range(60):
                events = seen.get(week, set())
                state = "k" if events & {"enter", "return"} else state
                line.append(state)
                state = "w" if "placed" in events else "s" if "other_exit" in events else state
            texts.append(" ".join(line))
        file = tmp_path / "ærlige øjne.csv"
        frame = pd.DataFrame({"person": range(len(texts)), "statuses": texts})
        frame.assign(group="job_ready").to_csv(file, sep=";", index=False)
        found = js.estimate(file, town, codes=CODES, progress=False)
        assert "nobody was met" in repr(found)
        row = found.row(f"{GROUP}job_finding_hazard_per_week")
        assert row.events == ((arrivals.event == "placed") & (arrivals.week < 59)).sum()


class TestMeetingsBesideStatuses:
    """A person who is not in the records may be there by mistake, or because of an identity."""

    STATUSES = pd.DataFrame(
        {"person": range(20), "group": "job_ready", "statuses": ["s k k k k w w"] * 20}
    )
    HOLD = (
        *("meetings.half_life_weeks", f"{GROUP}frailty_variance", f"{GROUP}weibull_shape"),
        f"{GROUP}meeting_gain",
    )

    def estimated(self, town, persons):
        met = pd.DataFrame({"person": persons, "week": 2, "event": "meeting"})
        how = {"codes": CODES, "hold": self.HOLD, "progress": False}
        return js.estimate(self.STATUSES, town, meetings=met, **how)

    def test_those_of_strangers_are_told(self, town):
        assert "2 events of persons who are not in the records" in repr(
            self.estimated(town, [0, 1, 2, 98, 99])
        )
        assert "Not used" not in repr(self.estimated(town, [0, 1, 2]))

    def test_of_strangers_alone_they_are_refused(self, town):
        with pytest.raises(InputError, match="meetings: person: none of them is in the records"):
            self.estimated(town, [98, 99])


class TestCommand:
    def test_files_give_what_tables_do(self, call, records, town, tmp_path):
        csv, place = tmp_path / "æøå.csv", tmp_path / "by.toml"
        few = records[records.number % 4 == 0]
        few.to_csv(csv, index=False)
        place.write_text(town.to_toml(), encoding="utf-8")
        hold = ["--hold", "meetings.half_life_weeks", "--hold", f"{GROUP}weibull_shape"]
        fragment = tmp_path / "found.toml"
        code, text, error = call(
            *("estimate", csv, "--scenario", place, *hold, "--fragment", fragment, "--no-progress")
        )
        assert (code, error) == (0, "")
        assert "Held as the scenario has it: meetings.half_life_weeks." in text
        assert "meeting_gain" in fragment.read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "is empty"),
            ("person;week;event\na;1;enter;;;\n", "not a table"),
            ("person;group;week;event;value\na;job_ready;1,5;enter;0\n", "row 2: week: must be"),
            ("person;week;week;event\na;1;2;enter\n", 'there are two columns "week"'),
        ],
    )
    @pytest.mark.filterwarnings("ignore")  # as users have it: what only warns would be read
    def test_a_file_that_is_none_is_one_line(self, call, town, tmp_path, text, told):
        csv = tmp_path / "a.csv"
        csv.write_text(text, encoding="utf-8")
        code, _, error = call("estimate", csv, "--scenario", "town-2026")
        assert code == 2
        assert told in error
        assert len(error.splitlines()) == 1
