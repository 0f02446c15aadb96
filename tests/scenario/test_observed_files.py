"""Observed series out of CSV files: how spreadsheets write them, and what can be wrong."""

from __future__ import annotations

import datetime as dt
import re
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobsim.analysis.outcomes.measures import MEASURES
from jobsim.errors import ScenarioError
from jobsim.scenario import Scenario
from jobsim.scenario.evidence import OBSERVABLE, ObservedSeries
from jobsim.scenario.observed import read_observed
from tests.factory import small_town, small_town_data

ENGLISH = 'month,benefit_weeks,placements\n2026-01,"1,043.5",3\n2026-02,"1,038.0",4\n'
DANISH = "Måned;benefit_weeks;placements\n2026-01;1.043,5;3\n2026-02;1.038,0;4\n"


@pytest.fixture
def file(tmp_path):
    def write(text: str | bytes, encoding: str = "utf-8"):
        path = tmp_path / "tal på byen.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


def values(path, measure: str = "recipients", **more) -> list[float]:
    return [one.value for one in read_observed(path, measure=measure, **more).values]


class TestWhatSpreadsheetsWrite:
    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_a_danish_file_reads_like_an_english_one(self, encoding, line_end, file):
        for text in (DANISH, ENGLISH, DANISH.replace(";", "\t")):
            path = file(text.replace("\n", line_end), encoding)
            assert values(path, "benefit_weeks") == [1043.5, 1038.0]
            assert values(path, "placements") == [3.0, 4.0]

    @pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
    def test_headings_may_have_danish_letters_and_commas(self, encoding, file):
        path = file("Måned;Småjob, påbegyndt\n2026-01;12\n", encoding)
        series = read_observed(path, measure="small_job_starts", column="Småjob, påbegyndt")
        assert series.label == "Småjob, påbegyndt"
        assert series.period == "month"

    @pytest.mark.parametrize(
        "month",
        [
            *("2026-02", "2026M02", "2026m2", "202602", "2026/02", "2026.02", "2026-02-28"),
            *("02-2026", "2/2026", "28-02-2026", "1.2.2026", "28/02/2026"),
            *("feb 2026", "Februar 2026", "FEB. 2026", "february 2026", "feb-26", "februar-2026"),
        ],
    )
    def test_months(self, month, file):
        (one,) = read_observed(file(f"m;recipients\n{month};5\n"), measure="recipients").values
        assert one.date == dt.date(2026, 2, 28)

    def test_danish_and_english_month_names(self, file):
        danish = "januar februar marts april maj juni juli august september oktober november"
        english = "January February March April May June July August September October November"
        for names in (danish.split(), english.split()):
            rows = "".join(f"{name} 2026;{n}\n" for n, name in enumerate(names))
            series = read_observed(file(f"m;recipients\n{rows}"), measure="recipients")
            assert [one.date.month for one in series.values] == list(range(1, 12))

    @pytest.mark.parametrize(
        ("cells", "expected"),
        [
            (("1.043", "1.038"), [1043.0, 1038.0]),  # nothing says that the point is decimal
            (("1.043", "38,5"), [1043.0, 38.5]),
            (("1.043", "38.5"), [1.043, 38.5]),  # 38.5 does
            (("1.043.210", "12"), [1043210.0, 12.0]),
            (("1 043", "1\u00a0038,5"), [1043.0, 1038.5]),
            (("0,25", "0,125"), [0.25, 0.125]),
            (("0.125", "1.250"), [0.125, 1.25]),
            (("+5", "0"), [5.0, 0.0]),
        ],
    )
    def test_numbers_with_semicolons(self, cells, expected, file):
        text = "m;caseload\n" + "".join(f"2026-{n};{cell}\n" for n, cell in enumerate(cells, 1))
        assert values(file(text), "caseload") == expected

    @pytest.mark.parametrize(
        ("cells", "expected"),
        [(("1.043", "1.5"), [1.043, 1.5]), (('"1,043"', '"1,038,500"'), [1043.0, 1038500.0])],
    )
    def test_numbers_with_commas(self, cells, expected, file):
        text = "m,caseload\n" + "".join(f"2026-{n},{cell}\n" for n, cell in enumerate(cells, 1))
        assert values(file(text), "caseload") == expected

    def test_another_column_may_show_the_decimal_mark(self, file):
        assert values(file("m;caseload;x\n2026-01;1.043;0.5\n"), "caseload") == [1.043]

    def test_empty_cells_before_and_after_and_empty_rows_are_left_out(self, file):
        text = "\nm;recipients;x;;\n\n2026-01;;1;\n2026-02;5\n2026-03; 6 ;2\n;;\n2026-04;;3\n\n"
        series = read_observed(file(text), measure="recipients")
        assert [(one.date.month, one.value) for one in series.values] == [(2, 5.0), (3, 6.0)]

    def test_months_may_stand_in_any_order(self, file):
        text = "m;recipients\n2026-01;3\n2025-12;2\n2025-11;1\n"
        assert values(file(text)) == [1.0, 2.0, 3.0]

    @pytest.mark.parametrize("sign", ["..", "…", ".", ":", "-", "–", "NaN", "NA", ""])
    def test_a_month_of_which_nothing_is_published_is_a_gap(self, sign, file):
        rows = f"2026-01;{sign}\n2026-02;5\n2026-03;{sign}\n2026-05;6\n2026-06;{sign}\n"
        series = read_observed(file("m;recipients\n" + rows), measure="recipients")
        assert [(one.date.month, one.value) for one in series.values] == [(2, 5.0), (5, 6.0)]
        at_ends = [1, 6] if sign else []
        assert [day.month for day in series.not_published] == sorted([3, 4, *at_ends])

    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        months=st.permutations(range(1, 7)), columns=st.permutations(["recipients", "returns", "x"])
    )
    def test_no_order_of_rows_or_columns_changes_a_series(self, months, columns, file):
        cells = {"recipients": "1.04{}", "returns": "{}", "x": ".."}
        lines = [f"2026-{m};{';'.join(cells[c].format(m) for c in columns)}" for m in months]
        path = file("\n".join([f"m;{';'.join(columns)}", *lines]))
        assert values(path) == [1041.0, 1042.0, 1043.0, 1044.0, 1045.0, 1046.0]
        assert values(path, "returns") == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


HEAD = "m;recipients\n"


class TestWhatCanBeWrong:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "is empty"),
            ("\n;;\n", "is empty"),
            ("m\n2026-01\n", "needs a column of months and a column of numbers"),
            (HEAD, "has headings, but no row of numbers"),
            (HEAD + "2026-01;\n", 'column "recipients" holds no number'),
            (HEAD + "2026-01;..\n2026-02;-\n", 'column "recipients" holds no number'),
            (
                "m,recipients\n2026-01,1.043\n2026-02,998\n2026-03,1.021\n",
                'row 2: column "recipients": "1.043" is no whole number of persons; if a point or',
            ),
            (HEAD + "0001-01;1\n9999-12;2\n", "runs from 1 to 9999; a century at most can be read"),
            (HEAD + "2026-01;1.043,5\n", '"1.043,5" is no whole number of persons'),
            (HEAD + "2026-01;1\n\n2026-01;2\n", "row 4: 2026-01 stands in row 2 too"),
            (HEAD + "2026-01;ca. 40\n", 'row 2: column "recipients": "ca. 40" is not a number'),
            (HEAD + "2026-01;-4,5\n", 'row 2: column "recipients": "-4,5" is below 0'),
            (HEAD + "2026-01;40 %\n", 'row 2: column "recipients": "40 %" is not a number'),
            (HEAD + "2026-01;inf\n", 'row 2: column "recipients": "inf" is not a number'),
            (HEAD + "2026-01;1.04\n2026-02;1,04\n", 'decimal comma in row 3 ("1,04"), decimal poi'),
            (HEAD + "2026-01;10.43,5\n", 'row 2: column "recipients": "10.43,5" is not a number'),
            (HEAD + "2026-13;1\n", 'row 2: column "m": "2026-13" is no month, such as 2026-01'),
            (HEAD + "2026K1;1\n", 'row 2: column "m": "2026K1" is no month'),
            (HEAD + ";1\n", 'row 2: column "m": "" is no month'),
            (HEAD + "2026-01;1;2\n", "row 2: 3 cells under 2 headings"),
            (
                "m,recipients\n2026-01,43,5\n",
                "row 2: 3 cells under 2 headings; part columns by sem",
            ),
            ("m;recipents\n2026-01;1\n", 'no column "recipients"; did you mean "recipents"?'),
            ("m;recipients;recipients\n2026-01;1;2\n", 'two columns are headed "recipients"'),
            ("m;recipients;x;x\n2026-01;1;2;3\n", 'two columns are headed "x"'),
            ("recipients;x\n202601;1\n", 'column "recipients" is the first, which holds months'),
            ("Ledige\n\nm;recipients\n2026-01;1\n", 'the first row, "Ledige", is a title'),
            (HEAD + '2026-01;"1\n', "line 2: not CSV (unexpected end of data)"),
            (HEAD + "2026-01;" + "9" * 400 + "\n", "9" * 37 + '…" is too large'),
        ],
    )
    def test_one_line_says_where(self, text, message, file):
        path = file(text)
        with pytest.raises(ScenarioError, match=re.escape(message)) as caught:
            read_observed(path, measure="recipients")
        assert len(str(caught.value).splitlines()) == 1

    @pytest.mark.parametrize(
        ("data", "kind"),
        [(b"PK\x03\x04\x00\x00", "Excel"), (b"m;recipients\n2026-01;\x81", "not UTF-8")],
    )
    def test_what_is_no_text(self, data, kind, file):
        with pytest.raises(ScenarioError, match=f"{kind}.*; save the table as CSV text in UTF-8"):
            read_observed(file(data), measure="recipients")

    def test_no_such_file_and_a_folder(self, tmp_path):
        with pytest.raises(ScenarioError, match=r"none\.csv: there is no such file"):
            read_observed(tmp_path / "none.csv", measure="recipients")
        with pytest.raises(ScenarioError, match="cannot be read"):
            read_observed(tmp_path, measure="recipients")

    def test_an_unknown_measure_names_the_nearest(self, file):
        with pytest.raises(
            ScenarioError, match='no measure "recipents"; did you mean "recipients"'
        ):
            read_observed(file(DANISH), measure="recipents")


def test_the_measures_are_those_of_the_analyses():
    assert set(OBSERVABLE) == set(MEASURES)


class TestInAScenarioFile:
    @pytest.fixture
    def load(self, tmp_path, file):
        def with_series(text: str = DANISH, **series) -> Scenario:
            file(text)
            named = {"label": "x", "measure": "benefit_weeks", "source": "statistics"}
            named |= {"file": "tal på byen.csv"} | series
            town = small_town(observed=None).to_toml()
            lines = "".join(f"{key} = {value!r}\n" for key, value in named.items() if value)
            path = tmp_path / "by.toml"
            path.write_text(town + "\n[observed.seen]\n" + lines, encoding="utf-8")
            return Scenario.load(path)

        return with_series

    def test_the_file_is_read_beside_the_scenario(self, load):
        (january, february) = load().observed["seen"].values
        assert (january.date, january.value) == (dt.date(2026, 1, 31), 1043.5)
        assert (february.date, february.value) == (dt.date(2026, 2, 28), 1038.0)

    def test_a_loaded_scenario_stands_alone(self, load, tmp_path):
        town = load()
        (tmp_path / "tal på byen.csv").unlink()
        again = tmp_path / "again.toml"
        again.write_text(town.to_toml(), encoding="utf-8")
        assert Scenario.load(again) == town
        assert "tal på byen" not in town.to_toml()

    def test_a_column_is_chosen_by_its_heading(self, load):
        series = load("m;Jobparate\n2026-01;7\n", column="Jobparate").observed["seen"]
        assert [one.value for one in series.values] == [7.0]

    def test_a_suppressed_month_stays_known_in_the_scenario(self, load):
        town = load("m;benefit_weeks\n2026-01;7\n2026-02;..\n2026-03;9\n")
        series = Scenario.from_dict(tomllib.loads(town.to_toml())).observed["seen"]
        assert series == town.observed["seen"]
        assert series.not_published == (dt.date(2026, 2, 28),)

    @pytest.mark.parametrize(
        ("series", "message"),
        [
            ({"file": "none.csv"}, r"observed\.seen: .*none\.csv: there is no such file"),
            ({"column": "Jobparat"}, r'observed\.seen: .*there is no column "Jobparat"'),
            ({"measure": "recipent"}, r'observed\.seen: .*"recipent"; did you mean "recipients"'),
            ({"measure": ""}, r"observed\.seen\.measure: is missing"),
            ({"colum": "x"}, r'unknown name "colum"; did you mean "column"'),
            ({"file": 5}, r"observed\.seen\.file: must be text"),
            ({"not_published": [1]}, "has both not_published and file; one of them is enough"),
            ({"source": "nobody"}, r'observed\.seen\.source: there is no source "nobody"'),
        ],
    )
    def test_what_can_be_wrong_names_scenario_series_and_file(self, series, message, load):
        with pytest.raises(ScenarioError, match=message) as caught:
            load(**series)
        assert "by.toml" in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1

    def test_values_and_file_at_once_are_refused(self, tmp_path):
        path = tmp_path / "by.toml"
        text = small_town().to_toml()
        assert "[observed.recipients]\n" in text
        path.write_text(
            text.replace("[observed.recipients]\n", '[observed.recipients]\nfile = "x.csv"\n'),
            encoding="utf-8",
        )
        with pytest.raises(ScenarioError, match="has both values and file"):
            Scenario.load(path)

    def test_files_are_read_by_load_alone(self):
        data = small_town_data()
        series = data["observed"]["recipients"]
        del series["values"]
        with pytest.raises(ScenarioError, match="needs values, or the name of a CSV file"):
            Scenario.from_dict(data)
        series["file"] = "x.csv"
        with pytest.raises(ScenarioError, match=r"read by Scenario\.load"):
            Scenario.from_dict(data)

    def test_an_unknown_measure_is_refused_with_written_values_too(self):
        data = small_town_data()
        data["observed"]["recipients"]["measure"] = "recipient"
        with pytest.raises(ScenarioError, match=r"observed\.recipients\.measure: there is no meas"):
            Scenario.from_dict(data)


def stated(*dates: dt.date, value: float = 5.0, **more) -> ObservedSeries:
    data = small_town_data()["observed"]["recipients"] | {"not_published": []} | more
    data["values"] = [{"date": day, "value": value} for day in dates]
    return Scenario.from_dict(small_town_data(observed={"seen": data})).observed["seen"]


JUNE = dt.date(2018, 6, 30)


class TestStatedInAFile:
    def test_values_are_kept_in_order_of_date(self):
        early = dt.date(2017, 1, 1)
        assert [one.date for one in stated(JUNE, early).values] == [early, JUNE]

    @pytest.mark.parametrize(
        ("days", "more", "message"),
        [
            ([JUNE, JUNE], {}, "2018-06 stands twice, as 2018-06-30 and 2018-06-30"),
            ([dt.date(2018, 6, 1), JUNE], {}, "2018-06 stands twice, as 2018-06-01 and 2018-06-30"),
            ([JUNE], {"not_published": [JUNE]}, "2018-06 stands twice"),
            ([dt.date(2018, 1, 1), JUNE], {"period": "year"}, "2018 stands twice"),
            ([JUNE], {"value": 1.043}, "1.043 on 2018-06-30 is no whole number of persons; if a"),
            ([JUNE], {"value": -1.0}, "-1 on 2018-06-30 is no whole number of persons"),
        ],
    )
    def test_a_period_stands_once_and_persons_are_whole(self, days, more, message):
        with pytest.raises(ScenarioError, match=rf"observed\.seen: {re.escape(message)}"):
            stated(*days, **more)
