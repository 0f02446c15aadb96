"""The public function: names, labels and units of what it returns, and what it refuses."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from jobsim.engines import ENGINES, simulate
from jobsim.engines.lowering import tables_of
from jobsim.engines.simulate import batches, replication_numbers
from jobsim.engines.size import BYTES_PER_PERSON, expected_persons
from jobsim.engines.volumes import bytes_per_replication
from jobsim.errors import InputError, JobsimError, SizeError
from tests.engines.scene import bands, bare_town
from tests.factory import small_town

VOLUMES = {
    "benefit_weeks": ("group", "band", "level"),
    "employed_weeks": ("group", "route"),
    "left_weeks": ("group", "cause"),
    "placements": ("group", "route"),
    "returns": ("group",),
    "not_returned": ("group",),
    "other_exits": ("group",),
    "arrivals": ("group",),
    "meetings": ("track", "group"),
    "meetings_on_time": ("track",),
    "waiting_weeks": ("track",),
    "no_shows": ("track",),
    "unmet": ("track",),
    "meeting_exits": ("group",),
    "meeting_left_weeks": ("group",),
    "participant_weeks": ("programme",),
    "admissions": ("programme",),
    "small_job_starts": ("group",),
    "small_job_drops": ("group",),
    "openings_lost": ("group",),
    "supports_granted": ("support",),
    "recipients": ("group",),
}


@pytest.mark.parametrize("engine", ["auto", *ENGINES])
def test_names_dimensions_labels_and_units(engine: str) -> None:
    town = small_town(horizon__weeks=9)
    run = simulate(town, replications=[4, 2], seed=7, engine=engine, progress=False)
    assert {str(name): volume.dims[2:] for name, volume in run.data_vars.items()} == VOLUMES
    for volume in run.data_vars.values():
        assert volume.dims[:2] == ("replication", "month")
        assert volume.dtype == np.int64
        assert volume.attrs["units"]
        assert volume.attrs["long_name"]
    labels = {str(name): coordinate.values.tolist() for name, coordinate in run.coords.items()}
    labels.pop("month")
    assert labels == {
        "replication": [4, 2],
        "group": ["job_ready", "activity_ready"],
        "band": ["0-3", "4-25", "26-51", "52+"],
        "level": [0, 1, 2],
        "route": ["ordinary", "ramp"],
        "cause": ["other_exit", "not_returned"],
        "track": ["regular", "intensive"],
        "programme": ["intensive"],
        "support": ["driving_licence"],
    }
    assert run.month.dtype.kind == "M"
    assert run.month.values.astype("datetime64[D]").astype(str).tolist() == [
        "2018-01-01",
        "2018-02-01",
        "2018-03-01",
    ]
    assert run.attrs["scenario"] == "small-town"
    assert run.attrs["seed"] == "7"
    assert run.attrs["engine"] in (("numpy", "numba") if engine == "auto" else (engine,))


def test_units() -> None:
    run = simulate(small_town(horizon__weeks=1), replications=1, progress=False)
    units = {str(name): volume.attrs["units"] for name, volume in run.data_vars.items()}
    weeks = ["benefit_weeks", "employed_weeks", "left_weeks", "participant_weeks", "unmet"]
    weeks.append("meeting_left_weeks")
    meetings = ["meetings", "meetings_on_time", "no_shows", "meeting_exits"]
    assert {units[name] for name in weeks} == {"person-weeks"}
    assert units["waiting_weeks"] == "weeks"
    assert {units[name] for name in meetings} == {"meetings"}
    assert units["openings_lost"] == "openings"
    assert units["supports_granted"] == "grants"
    others = set(VOLUMES) - {*weeks, *meetings, "waiting_weeks"}
    assert {units[name] for name in others - {"openings_lost", "supports_granted"}} == {"persons"}


def test_without_programmes_and_supports_their_dimensions_are_empty() -> None:
    run = simulate(bare_town(), replications=2, progress=False)
    assert run.participant_weeks.shape == (2, 3, 0)
    assert run.supports_granted.shape == (2, 3, 0)
    assert run.level.values.tolist() == [0]


def test_nobody_at_all_is_a_town_too() -> None:
    run = simulate(bare_town(), replications=1, progress=False)
    assert all(int(volume.sum()) == 0 for volume in run.data_vars.values())


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "zero replications": ({"replications": 0}, r"replications: must be 1 to 2\*\*32 - 1, got 0"),
    "negative": ({"replications": -3}, "replications: must be 1 to .*, got -3"),
    "a fraction": ({"replications": 2.5}, r"replications: must be a whole number .* got 2\.5"),
    "a float": ({"replications": 2.0}, r"replications: must be a whole number .* got 2\.0"),
    "a number twice": ({"replications": [3, 1, 3]}, "replications: 3 is given twice"),
    "true": ({"replications": True}, "replications: must be a whole number .* got True"),
    "text": ({"replications": "ten"}, "replications: must be a whole number .* got 'ten'"),
    "nothing": ({"replications": None}, "replications: must be a whole number .* got None"),
    "an empty list": ({"replications": []}, "replications: a list needs at least one number"),
    "a list with -1": ({"replications": [0, -1]}, r"each 0 to 2\*\*32 - 1"),
    "a list with 2**32": ({"replications": [2**32]}, r"each 0 to 2\*\*32 - 1"),
    "a list with 2**70": ({"replications": [2**70]}, r"each 0 to 2\*\*32 - 1"),
    "a list of floats": ({"replications": [1.0]}, r"a list of them, got \[1\.0\]"),
    "a list of true": ({"replications": [True]}, r"a list of them, got \[True\]"),
    "too many to count": ({"replications": 2**70}, r"replications: must be 1 to 2\*\*32 - 1"),
    "seed -1": ({"seed": -1}, r"seed: must be a whole number from 0 to 2\*\*64 - 1, got -1"),
    "seed 2**64": ({"seed": 2**64}, "seed: must be .* got 18446744073709551616"),
    "seed true": ({"seed": True}, "seed: must be .* got True"),
    "seed as text": ({"seed": "1"}, "seed: must be .* got '1'"),
    "seed as float": ({"seed": 1.0}, r"seed: must be .* got 1\.0"),
    "engine": ({"engine": "nunpy"}, 'engine: there is no engine "nunpy"; did you mean "numpy"'),
    "engine far off": ({"engine": "x"}, 'there is no engine "x"; known: auto, numba, numpy'),
}


@pytest.mark.parametrize("what", REFUSED)
def test_bad_arguments_get_one_line(what: str) -> None:
    options, message = REFUSED[what]
    with pytest.raises(InputError, match=message) as refusal:
        simulate(small_town(), **{"replications": 1, "progress": False, **options})
    assert "\n" not in str(refusal.value)


def test_the_greatest_seed_and_replication_are_fine() -> None:
    run = simulate(
        small_town(horizon__weeks=1), replications=[2**32 - 1], seed=2**64 - 1, progress=False
    )
    assert run.replication.values.tolist() == [2**32 - 1]
    assert replication_numbers(np.int64(3)).tolist() == [0, 1, 2]
    assert replication_numbers(np.array([5, 1])).tolist() == [5, 1]


@pytest.mark.parametrize("replications", [10_000_000, 2**32 - 1])
def test_too_many_replications_are_refused_before_any_memory_is_taken(replications: int) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(SizeError, match=r"GiB and 2 GiB are allowed; ask for fewer") as refusal:
            simulate(small_town(), replications=replications, progress=False)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "\n" not in str(refusal.value)
    assert f"{replications:,}" in str(refusal.value)
    assert peak < 200e6


def test_a_stock_of_ten_million_is_refused_with_the_memory_it_would_need() -> None:
    with pytest.raises(SizeError, match=r"10,000,\d\d\d persons needs about 6\.5 GiB") as refusal:
        simulate(bare_town(groups__people__stock=10_000_000), replications=1, progress=False)
    assert "\n" not in str(refusal.value)


def test_the_limit_of_memory_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    town = small_town(horizon__weeks=2)
    monkeypatch.setenv("JOBSIM_MEMORY_LIMIT_GIB", "0.0001")
    with pytest.raises(SizeError, match=r"and 0\.0001 GiB are allowed"):
        simulate(town, replications=1, progress=False)
    monkeypatch.setenv("JOBSIM_MEMORY_LIMIT_GIB", "0.5")
    assert simulate(town, replications=1, progress=False).sizes["replication"] == 1


@pytest.mark.parametrize("text", ["much", "nan", "inf", "-1", "0", "1,5"])
def test_a_limit_of_memory_that_is_none_gets_one_line(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOBSIM_MEMORY_LIMIT_GIB", text)
    with pytest.raises(InputError, match="JOBSIM_MEMORY_LIMIT_GIB must be a number") as refusal:
        simulate(small_town(), replications=1, progress=False)
    assert "\n" not in str(refusal.value)
    assert repr(text) in str(refusal.value)


def peak_bytes(scenario: Any, replications: int) -> int:
    """Most memory that a run of the numpy engine holds at a time."""
    simulate(
        scenario, replications=1, engine="numpy", progress=False
    )  # libraries are loaded on first use
    tracemalloc.start()
    try:
        simulate(scenario, replications=replications, engine="numpy", progress=False)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("changes", "replications"),
    [
        ({"groups__job_ready__stock": 90_000, "horizon__weeks": 6}, 1),
        ({"groups__job_ready__inflow_per_week": 400.0, "horizon__weeks": 40}, 6),
        ({"groups__job_ready__stock": 500, "horizon__weeks": 10}, 160),
    ],
)
def test_the_estimate_of_memory_is_above_what_is_used_but_not_far(
    changes: dict[str, Any], replications: int
) -> None:
    town = small_town(**changes)
    persons = expected_persons(town) * max(
        len(part) for part in batches(town, np.arange(replications))
    )
    volumes = replications * bytes_per_replication(tables_of(town))
    estimate = persons * BYTES_PER_PERSON + volumes
    assert 0.4 * estimate < peak_bytes(town, replications) < estimate


def test_a_long_run_of_nobody_is_divided_into_batches_too() -> None:
    """Weeks take room of their own: draws of arrivals and monthly volumes."""
    town = bare_town(horizon__weeks=2000, groups__people__stock=1)
    assert len(batches(town, np.arange(1000))) >= 10


def test_errors_are_of_one_family() -> None:
    assert issubclass(SizeError, InputError)
    assert issubclass(InputError, JobsimError)
    assert issubclass(InputError, ValueError)


def test_the_stock_stands_in_the_first_tally() -> None:
    town = bare_town(
        horizon__weeks=1, groups__people__stock=7, groups__people__elapsed_weeks=bands((9, 10, 1.0))
    )
    run = simulate(town, replications=3, progress=False)
    assert run.recipients.values.tolist() == [[[7]]] * 3
    assert run.benefit_weeks.sel(band="4-25").values.tolist() == [[[[7]]]] * 3
