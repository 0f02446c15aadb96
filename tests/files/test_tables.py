"""Rows of CSV files: encodings, what parts cells, headings, and numbers as programs write them."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
import xarray as xr

from jobsim.errors import InputError
from jobsim.files.tables import TextTable


@pytest.fixture
def read(tmp_path):
    def rows_of(text: str | bytes, encoding: str = "utf-8", **bounds: int) -> TextTable:
        path = tmp_path / "træk.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return TextTable.read(path, **{"most_rows": 100} | bounds)

    return rows_of


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_what_the_text_was_taken_for_is_said(read, encoding, told, mark):
    table = read(f"cost:å{mark}cost:b\n1{mark}2\n", encoding)
    words = {",": "commas", ";": "semicolons", "\t": "tabs"}[mark]
    assert table.read_as == f"{told}, columns parted by {words}"
    assert (table.headings, table.numbers("cost:å")) == (("cost:å", "cost:b"), [1.0])
    with pytest.raises(InputError, match=rf'no column "cost:c".*\(read as {told}, columns part'):
        table.place("cost:c")


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("Måned;Job, i alt, mænd\n1;2\n", ("Måned", "Job, i alt, mænd")),
        ('"a;b",c\n1,2\n', ("a;b", "c")),
        ('"a ""b;"" c",d\n1,2\n', ('a "b;" c', "d")),
        ('"Antal\nledige";x\n1;2\n', ("Antal ledige", "x")),
    ],
)
def test_headings_decide_what_parts_cells(read, text, headings):
    table = read(text)
    assert table.headings == headings
    assert [table.numbers(heading) for heading in headings] == [[1.0], [2.0]]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1,5", "-2"), [1.5, -2.0]),
        (("1.5", "2.125"), [1.5, 2.125]),
        (("1,043", "0,5"), [1.043, 0.5]),
        (("1e3", "-2,5E-1"), [1000.0, -0.25]),
        (("1", "2"), [1.0, 2.0]),
        (("0.125", "1.043"), [0.125, 1.043]),
    ],
)
def test_numbers_between_semicolons(read, cells, expected):
    text = "a;b\n" + "".join(f"{cell};x\n" for cell in cells)
    assert read(text).numbers("a") == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a;b\n1.043;1\n1.250;2\n", 'row 2: "1.043" may be a thousand or have three decimals'),
        ("a;b\n1,5;1\n2.5;2\n", r'decimal comma ("1,5" in row 2) and decimal point ("2.5" in row'),
        ("a;b\n1,5;1\n1.043;2\n", 'row 3: column "a": "1.043" is not a number (with a decimal com'),
        ("a;b\n1.043,5;1\n", '"1.043,5" is not a number'),
        ('a,b\n"1,5",1\n', '"1,5" is not a number (with a decimal point'),
        ("a,b\n1,2\n,2\n", 'row 3: column "a": is empty'),
        ("a,b\nnan,1\n", '"nan" is not a number'),
        ("a,b\n1_000,1\n", '"1_000" is not a number'),
        ("a,b\n٣,1\n", '"٣" is not a number'),
        ("a,b\n1e400,1\n", '"1e400" is larger than 1e+15'),
        ("a,b\n-1e16,1\n", '"-1e16" is larger than 1e+15'),
    ],
)
def test_a_number_is_never_guessed(read, text, problem):
    with pytest.raises(InputError) as caught:
        read(text).numbers("a")
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a,b,a\n1,2,3\n", 'two columns are headed "a"'),
        ("a, b ,b\n1,2,3\n", 'two columns are headed "b"'),
        ("a,\x1b[2J\n1,2\n", "has control characters"),
        ("Ledige i alt\n\na;b\n1;2\n", 'the first row, "Ledige i alt", is a title'),
        ("a;b\n1;2;3\n", "row 2: 3 cells under 2 headings"),
        (",".join(map(str, range(1001))) + "\n1\n", "more than 1,000 columns"),
        ("a\n" * 102, "more than 100 rows"),
        ("a;b\n1;\0\n", "not text (it holds NUL)"),
    ],
)
def test_a_table_that_is_none_is_refused_with_the_reason(read, text, problem):
    with pytest.raises(InputError) as caught:
        read(text)
    assert problem in str(caught.value)


def test_cells_are_bounded_whatever_the_bytes(read):
    heading = ",".join(f"x{number}" for number in range(1000))
    with pytest.raises(InputError, match="more than 2,000,000 cells"):
        read(heading + "\n1" * 2001, most_rows=10_000)


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("draws.csv", "cost:a,effect:a\n" + "1,2\n" * 1000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (gzip.compress(b"cost:a,effect:a\n" * 9), "packed by gzip"),
        (archive(), "a ZIP archive or an Excel workbook"),
        (bytes(xr.Dataset({"a": ("b", [1.0])}).to_netcdf(engine="h5netcdf")), "a NetCDF or HDF5"),
        (b"PAR1\x15\x04\x15", "a Parquet file"),
    ],
    ids=["gzip", "zip", "netcdf", "parquet"],  # bytes differ from second to second
)
def test_other_forms_are_named_and_never_unpacked(read, data, kind):
    with pytest.raises(InputError, match=f"is {kind}.*; save the table as CSV text"):
        read(data)
