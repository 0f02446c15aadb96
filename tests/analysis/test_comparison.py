"""Comparisons: paired by key, priced, repriced, saved and replayed."""

import dataclasses
import datetime as dt
import math
import re
import sys
import tomllib

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import jobsim as js
from jobsim.analysis.outcomes.measures import MEASURES, WITHOUT
from jobsim.analysis.outcomes.record import read_record
from jobsim.errors import InputError, OutputError, ScenarioError
from jobsim.questions.compare import compare as compare_function
from tests.factory import small_town

KEYS = [
    "measure",
    "payer",
    "year",
    "group",
    "scenario",
    "baseline",
    "difference",
    "se",
    "ci_low",
    "ci_high",
    "range_low",
    "range_high",
    "unit",
    "part_of_year",
]


@pytest.fixture(scope="module")
def result():
    return js.compare(small_town(), replications=12, seed=3, progress=False)


def test_rows_have_the_documented_keys(result):
    assert result.to_frame().columns.tolist() == KEYS


def test_every_year_and_the_whole_run_are_there(result):
    placements = [row for row in result.rows if row.measure == "placements" and row.group is None]
    assert [row.year for row in placements] == [2018, 2019, None]
    assert placements[2].scenario == pytest.approx(placements[0].scenario + placements[1].scenario)


def test_what_is_zero_by_rule_is_certain_and_what_was_not_seen_is_not(result):
    wages = result.row("net_saving", payer="employer")  # as much as the work is worth
    assert (wages.difference, wages.ci_low, wages.ci_high) == (0.0, 0.0, 0.0)
    jobs = result.row("small_job_starts", year=2019)
    assert (jobs.difference, jobs.range_low, jobs.range_high) == (0.0, 0.0, 0.0)
    assert np.isnan([jobs.se, jobs.ci_low, jobs.ci_high]).all()
    assert "not seen" in repr(result)
    assert "in none of 12 futures, so in fewer than 22 % of all (95 %)" in repr(result)


CONSULTANTS = "small_jobs.consultants"


def test_with_fixed_openings_consultants_bring_what_a_world_without_theirs_shows():
    town, alone = small_town(), small_town(small_jobs__consultants=None)
    how = {"replications": 2, "progress": False}
    fixed = js.compare(town.with_({f"{CONSULTANTS}.openings_per_fte_week": 0.0}), alone, **how)
    assert fixed.row("small_job_starts").difference == 0
    found, right = js.compare(town, alone, **how), fixed.row("net_saving", payer="municipality")
    assert found.row("small_job_starts").difference > 0
    assert found.row("consultants_fixed_openings").difference == pytest.approx(right.difference)
    amount = f"{right.difference:,.0f}".replace("-", "−")
    assert re.search(rf"if openings are fixed, DKK +{amount} ", repr(found))
    more = town.with_({f"{CONSULTANTS}.budget_per_year.scale": 2.0})
    twice = js.compare(more, town, **how).row("consultants_fixed_openings")
    assert twice.difference == pytest.approx(right.difference)
    fewer = js.compare(town, more, **how)  # a cut saves what it costs
    assert fewer.row("consultants_fixed_openings").difference == pytest.approx(-right.difference)
    path = f"{CONSULTANTS}.openings_per_fte_week.scale"
    needed = js.threshold(town, path, alone, low=0, high=1, **how)
    share, net = needed.crossing.tried[0]
    assert (share, net.mean) == (0.0, pytest.approx(right.difference))


def test_what_consultants_bring_with_fixed_openings_is_not_told_where_there_are_none(result):
    town = small_town(small_jobs__consultants=None)
    told = repr(js.compare(town, replications=2, progress=False))
    assert "openings are fixed" in repr(result)
    assert "penings" not in told


def test_futures_that_all_agree_are_told_and_not_that_chance_turns_a_sign():
    none = {"stock": 0, "inflow_per_week": 0.0, "employed_pool": 0}
    town = small_town().with_(
        {
            f"groups.{code}.{name}": value
            for code in small_town().groups
            for name, value in none.items()
        }
    )
    told = repr(js.compare(town, replications=4, progress=False))
    assert "All 4 futures agree on these signs." in told
    assert "Chance alone" not in told


def test_a_place_beside_itself_differs_in_nothing_for_sure():
    town = small_town(horizon__weeks=13, claims={})
    found = js.compare(town, town, replications=2, engine="numpy", progress=False)
    rows = [row for row in found.rows if row.difference == 0 and row.measure in MEASURES]
    assert len(rows) > 10
    assert all(row.ci_low == row.ci_high == 0.0 for row in rows)
    assert "not seen" not in repr(found)
    assert "The municipality neither gains nor loses.\nDifferences are" in repr(found)


def test_differences_are_means_of_paired_differences(result):
    mine = result.played.volumes.placements.sum(("month", "group", "route"))
    other = result.baseline.volumes.placements.sum(("month", "group", "route"))
    paired = (mine - other).values
    row = result.row("placements")
    assert row.difference == pytest.approx(paired.mean())
    assert row.se == pytest.approx(paired.std(ddof=1) / math.sqrt(12))
    assert row.scenario - row.baseline == pytest.approx(row.difference)


def test_payers_sum_to_the_public_purse_and_to_society(result):
    saving = {
        payer: result.row("net_saving", payer=payer).difference
        for payer in ("municipality", "state", "recipient", "employer", "public", "society")
    }
    assert saving["public"] == pytest.approx(saving["municipality"] + saving["state"])
    four = saving["public"] + saving["recipient"] + saving["employer"]
    assert saving["society"] == pytest.approx(four)


def test_net_saving_is_gross_saving_less_cost(result):
    for year in (2018, 2019, None):
        net, gross, cost = (
            result.row(code, year=year, payer="municipality").difference
            for code in ("net_saving", "gross_saving", "programme_cost")
        )
        assert net == pytest.approx(gross - cost)


def test_a_scenario_against_itself_differs_by_exactly_nothing():
    town = small_town()
    same = js.compare(town, town, replications=3, progress=False)
    frame = same.to_frame()
    flat = frame[~frame.measure.isin(["probability_of_gain", *WITHOUT])]
    assert (flat.difference.dropna() == 0).all()
    assert not np.any(same.increments.values)


def first_of(found) -> str:
    """What a comparison says first, in one line."""
    return repr(found).split("\n\n")[1].replace("\n  ", " ")


def priced(found, **changes: object) -> js.Comparison:
    """The same futures at prices of which some, by path with two underscores, are changed."""
    changed = {path.replace("__", "."): value for path, value in changes.items()}
    return found.reprice(found.prices.with_(changed))


def test_treatments_are_told_with_the_shares_of_the_list(result):
    told = first_of(result)
    for words in ("it keeps none of it; ", "it keeps a quarter; ", "where all of it counts, as in"):
        assert words in told
    told = first_of(
        priced(
            result,
            equalisation__treatments__guarantee=0.05,
            equalisation__treatments__all_municipal_tax=0.9,
            equalisation__kept_share=0.05,
        )
    )
    for words in ("it keeps 5% of it; ", "it keeps a quarter; ", "where 90% of it counts, as in"):
        assert words in told
    assert "In these prices: 5% of extra tax stays in the municipality" in told


def test_one_future_has_no_intervals_and_displacement_can_leave_no_work():
    town = small_town(horizon__weeks=26, claims={})
    one = js.compare(town, replications=1, seed=1, engine="numpy", progress=False)
    told = first_of(priced(one, displacement__share=1.0))
    assert "(no interval); after displacement none of it is left.\n" in told
    for words in ("In brackets", "a loss of 0.00", "–"):
        assert words not in told


@pytest.mark.parametrize(("cut", "word"), [(False, "spent"), (True, "saved")])
def test_money_that_ends_before_the_run_is_spent_or_saved(cut, word):
    changes = {"claims": {}, "supports": None, "small_jobs__consultants": None}
    changes["programmes__intensive__budget_per_year"] = [
        {"from": dt.date(2018, 1, 1), "value": 900_000},
        {"from": dt.date(2018, 9, 1), "value": 0},
    ]
    town = small_town(horizon__weeks=52, **changes)
    pair = (town.without_programmes(), town) if cut else (town,)
    found = js.compare(*pair, replications=4, engine="numpy", progress=False)
    told = first_of(found)
    assert f"The run ends 4 months after the last money is {word}; at the end" in told
    row = found.row("monthly_saving_at_end")
    gained = row.difference > 0
    ends = [f"{abs(end):,.0f}" for end in (row.ci_low, row.ci_high)]
    around = " to ".join(ends)
    if row.ci_low < 0 < row.ci_high:
        around = f"from a loss of {ends[0]} to a gain of {ends[1]}"
    does = "saves" if gained else "loses"
    assert f"{does} {abs(row.difference):,.0f} DKK a month ({around}), which goes on" in told


def test_repricing_simulates_nothing(result, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("simulated again")

    monkeypatch.setattr(sys.modules["jobsim.analysis.playing.player"], "simulate", refuse)
    with pytest.raises(AssertionError, match="simulated again"):
        compare_function(small_town(), replications=2)
    dearer = result.reprice(result.prices.with_({"wages.job_per_hour.scale": 1.5}))
    assert dearer.row("placements") == result.row("placements")
    before = result.row("net_saving", payer="recipient").difference
    assert dearer.row("net_saving", payer="recipient").difference != before


def test_the_dataset_holds_every_replication_of_both(result):
    dataset = result.to_dataset()
    assert dataset.scenario.values.tolist() == ["scenario", "baseline"]
    assert dataset.sizes["replication"] == 12
    total = dataset.increments.sel(payer="municipality").sum(("line", "month"))
    np.testing.assert_allclose(
        total.mean(), result.row("net_saving", payer="municipality").difference
    )


def test_it_prints_as_text_and_html(result):
    text, page = repr(result), result._repr_html_()
    for word in (
        "The municipality ",
        "Placements",
        "Net saving",
        "Municipality",
        "Not priced",
        "chance alone",
    ):
        assert word in text
        assert word in page
    assert "nan" not in text


def test_a_row_is_found_or_explained(result):
    with pytest.raises(InputError, match=r'no measure .placments.; did you mean "placements"'):
        result.row("placments")
    assert result.row("net_saving").payer == "municipality"  # as everywhere
    with pytest.raises(InputError, match="name payer: municipality, public"):
        result.row("probability_of_gain")
    with pytest.raises(InputError, match="no column 'yaer'; did you mean"):
        result.row("placements", yaer=2018)
    assert result.row("placements:2018") == result.row("placements", year=2018)
    assert result.row("placements", year="whole run") == result.row("placements")


def test_scenario_and_baseline_must_cover_the_same_weeks():
    with pytest.raises(InputError, match="same weeks"):
        js.compare(small_town(), small_town(horizon__weeks=10), replications=1)


def test_a_group_that_one_lacks_is_said_in_the_heading():
    one = small_town(horizon__weeks=2, claims={}, observed=None)
    others = {**one.to_dict()["groups"]["job_ready"], "key": 9, "label": "Others"}
    weeks = {**one.to_dict()["regular_service"]["interval_weeks"], "others": [12]}
    groups = {**one.to_dict()["groups"], "others": others}
    more = one.with_({"groups": groups, "regular_service.interval_weeks": weeks})
    text = repr(js.compare(more, one, replications=1, engine="numpy", progress=False))
    assert "(the baseline); others: in one of them only, whose people count as a" in text


def test_a_heading_of_equal_names_tells_which_is_which():
    town = small_town(horizon__weeks=2, claims={}, observed=None)
    dearer = town.with_({"programmes.intensive.budget_per_year.scale": 2})
    text = repr(js.compare(dearer, town, replications=1, engine="numpy", progress=False))
    assert text.startswith("small-town (the scenario) against small-town (the baseline)\n")


def test_a_held_out_claim_is_judged_by_the_range_and_a_fitted_one_not_at_all():
    claim = {
        "label": "made up",
        "measure": "placements",
        "year": 2018,
        "value": 0.0,
        "role": "held_out",
        "source": next(iter(small_town().sources)),
    }
    verdicts = {}
    for name, change in {
        "below": {"value": 0.0},
        "above": {"value": 1e6},
        "fitted": {"role": "fitted"},
    }.items():
        town = small_town(claims={"one": claim | change})
        verdicts[name] = js.compare(town, replications=8, progress=False).verdicts[0].verdict
    assert verdicts == {
        "below": "below the model's range",
        "above": "above the model's range",
        "fitted": "fitted: no evidence",
    }
    middle = js.compare(small_town(), replications=8, progress=False).row("placements", year=2018)
    inside = small_town(claims={"one": claim | {"value": middle.scenario}})
    verdict = js.compare(inside, replications=8, progress=False).verdicts[0]
    assert verdict.verdict == "within the model's range"
    assert verdict.model.mean == pytest.approx(middle.scenario)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measure": "placement"}, 'did you mean "placements"'),
        ({"year": 1999}, "1999 is outside the run"),
        ({"month": 12, "year": 2019}, "2019-12 is outside the run"),
        ({"measure": "caseload", "groups": ["job_ready"]}, "caseload is not divided by group"),
        ({"measure": "meetings_on_time", "groups": ["job_ready"]}, "is not divided by group"),
    ],
)
def test_a_claim_about_something_else_is_one_line(change, message):
    claim = {
        "label": "made up",
        "measure": "placements",
        "year": 2018,
        "value": 0.0,
        "role": "held_out",
        "source": next(iter(small_town().sources)),
    }
    town = small_town(claims={"one": claim | change})
    result = js.compare(town, replications=2, progress=False)
    with pytest.raises(ScenarioError, match=message):
        repr(result)


def test_saved_files_hold_the_same_numbers(result, tmp_path):
    folder = tmp_path / "så meget ærø"
    files = result.save(folder)
    assert sorted(file.name for file in files) == sorted(p.name for p in folder.iterdir())
    frame, held = pd.read_csv(folder / "measures.csv"), result.to_frame()
    held = held.where(held.notna(), np.nan)  # files know one kind of nothing
    held["year"] = held["year"].astype(str)
    pd.testing.assert_frame_equal(frame, held, check_dtype=False, check_exact=False, rtol=1e-12)
    parts = frame.set_index("year")["part_of_year"]
    assert set(parts["2019"]) == {"28 of 52 weeks"}
    assert parts[["2018", "whole run"]].isna().all()
    budget = pd.read_excel(folder / "tables.xlsx", index_col=0)
    assert list(budget.columns) == ["2018", "2019 (28 of 52 weeks)", "whole run"]
    expected = result.row("net_saving", payer="municipality").difference
    assert budget.loc["net saving", "whole run"] == pytest.approx(expected)
    with xr.open_dataset(folder / "dataset.nc", engine="h5netcdf") as stored:
        np.testing.assert_array_equal(
            stored.placements.values, result.to_dataset().placements.values
        )


def test_the_run_record_replays_to_the_same_numbers(result, tmp_path):
    result.save(tmp_path)
    record = read_record(tmp_path / "run.toml")
    assert record is not None
    again = js.compare(
        record.scenario,
        record.baseline,
        replications=record.replications,
        seed=record.seed,
        engine=record.engine,
        prices=record.prices,
        progress=False,
    )
    pd.testing.assert_frame_equal(again.to_frame(), result.to_frame(), check_exact=True)


def test_an_incomplete_record_is_one_line(result, tmp_path):
    data = tomllib.loads(result.record.to_toml())
    del data["run"]["seed"]
    file = tmp_path / "run.toml"
    file.write_text("[run]\nengine = 'numpy'\n[scenario]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"run\.toml"):
        read_record(file)


def test_nothing_half_written_is_left_when_writing_fails(result, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(xr.Dataset, "to_netcdf", fail)
    with pytest.raises(OutputError, match="No space left on device"):
        result.save(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_output_folder_that_is_a_file_is_refused(result, tmp_path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(OutputError, match="taken: cannot be written"):
        result.save(tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_comparison_cannot_be_changed_in_place(result):
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.prices = None
