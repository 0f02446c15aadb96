"""The file that `jobsim init` writes: it runs, explains itself, and is in step with the schema."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jobsim.engines import simulate
from jobsim.errors import InputError, OutputError
from jobsim.scenario import (
    Group,
    MeetingEffect,
    Programme,
    RegularService,
    Scenario,
    preset_names,
    register,
)
from jobsim.scenario.files import template_text, write_template
from jobsim.scenario.parts import LabourMarket, LadderWeeks
from jobsim.scenario.paths import _unit
from jobsim.scenario.scenario import Municipality

LEFT_OUT = {
    "Group.duration_multipliers",
    "Group.small_jobs",
    "Group.entry_cohort",
    "RegularService.before",
    "RegularService.gain_multiplier",
    "RegularService.job_loss_multiplier",
    "Programme.max_weeks",
    "Programme.gain_multiplier",
    "Programme.job_loss_multiplier",
}
"""Fields that the template leaves at their default; a new field belongs here or in the file."""


@pytest.fixture(scope="module")
def town() -> Scenario:
    return read(template_text())


def read(text: str) -> Scenario:
    return Scenario.from_dict(tomllib.loads(text))


def commented(text: str) -> Iterator[tuple[str, str]]:
    """Path of each entry above the sources, and the comment that stands right above it."""
    section, comment = "", []
    for line in text[: text.index("\n[sources.")].splitlines():
        if line.startswith("#"):
            comment.append(line.removeprefix("#").strip())
            continue
        if line.startswith("["):
            section = line.strip("[]") + "."
        elif entry := re.match(r"(\w+) = ", line):
            yield section + entry[1], " ".join(comment)
        comment = []


def numbers_without_guidance(text: str) -> list[str]:
    """Numbers whose comment lacks the unit, what is plausible, or where to look it up."""
    scenario, comments = read(text), dict(commented(text))
    return [
        row.path for row in register(scenario).rows if not guided(row, comments.get(row.path, ""))
    ]


def guided(row, comment: str) -> bool:
    unit = _unit(Scenario, tuple(row.path.split(".")))
    stated = row.assumption
    wanted = [f"Unit: {unit}"]
    if stated and stated.low is not None:
        wanted += ["Typical: ", f"Plausible: {plain(stated.low)} to {plain(stated.high)}."]
    place = "Look up: " in comment or "Leave: " in comment
    return place and all(part in comment for part in wanted)


def plain(number: float) -> str:
    """A number as people write it, without powers of ten."""
    return f"{number:,.10f}".rstrip("0").removesuffix(".")


class TestWhatItSays:
    def test_it_is_no_preset(self):
        assert not [name for name in preset_names() if "town" in name and "2026" not in name]
        assert "my-town" not in preset_names()

    def test_every_entry_is_commented(self):
        bare = [path for path, comment in commented(template_text()) if len(comment) < 15]
        assert bare == []
        assert len(list(commented(template_text()))) > 60

    def test_every_number_has_unit_typical_value_range_and_place(self):
        assert numbers_without_guidance(template_text()) == []

    @pytest.mark.parametrize(
        ("old", "new", "path"),
        [
            ("# Unit: persons. Typical: 160", "# Typical: 160", "stock"),
            ("# Look up: jobindsats.dk, kontanthjælp, number of persons by vis", "# See ", "stock"),
            ("Plausible: 80 to 290.", "Plausible: 80 to 300.", "stock"),
            ("Unit: variance. Typical: 0.5", "Unit: share. Typical: 0.5", "frailty_variance"),
        ],
    )
    def test_missing_guidance_is_seen(self, old, new, path):
        assert old in template_text()
        broken = numbers_without_guidance(template_text().replace(old, new, 1))
        assert broken == [f"groups.job_ready.{path}"]

    def test_every_number_has_a_source(self, town):
        assert [row.path for row in register(town).unsourced] == []
        assert [row.path for row in register(town).outside_range] == []

    def test_a_number_without_a_source_is_seen(self):
        text = template_text().replace('[assumptions."meetings.quality_min"]', "[assumptions.x]", 1)
        assert [row.path for row in register(read(text)).unsourced] == ["meetings.quality_min"]

    def test_every_assumption_covers_a_number_and_every_source_is_cited(self, town):
        used = {id(row.assumption) for row in register(town).rows}
        assert [path for path, one in town.assumptions.items() if id(one) not in used] == []
        cited = {code for one in town.assumptions.values() for code in one.sources}
        assert set(town.sources) == cited

    def test_every_field_is_stated_or_left_out_on_purpose(self, town):
        group = town.groups["job_ready"]
        parts = (
            (Municipality, town.municipality),
            (Group, group),
            (LadderWeeks, group.ladder_weeks),
            (RegularService, town.regular_service),
            (MeetingEffect, town.meetings),
            (Programme, town.programmes["intensive"]),
            (LabourMarket, town.labour_market),
        )
        missing = {
            f"{model.__name__}.{field}"
            for model, part in parts
            for field in set(model.model_fields) - part.model_fields_set
        }
        assert missing == LEFT_OUT

    def test_its_example_of_an_observed_series_works(self, tmp_path):
        text = template_text()
        example = text[text.index("# [observed.recipients]") : text.index("# Publications")]
        example = example[: example.index("\n\n")]
        plain = "\n".join(line.removeprefix("#").strip() for line in example.splitlines())
        path = tmp_path / "my-town.toml"
        path.write_text(text.replace(example, plain), encoding="utf-8")
        with pytest.raises(ValueError, match=r"my-town\.csv: there is no such file"):
            Scenario.load(path)
        (tmp_path / "my-town.csv").write_text("Måned;Jobparate\n2026-01;160\n", encoding="cp1252")
        series = Scenario.load(path).observed["recipients"]
        assert [one.value for one in series.values] == [160.0]


class TestAtRest:
    def test_the_stock_stays_without_the_programme(self, town):
        drift, error = drift_of(town.without_programmes(), 200)
        assert abs(drift) + 3 * error < 0.02

    def test_a_town_of_twice_the_size_stays_at_rest_too(self, town):
        grown = {
            f"groups.{code}.{name}.scale": 2.0
            for code in town.groups
            for name in ("stock", "employed_pool", "inflow_per_week")
        }
        twice = town.without_programmes().with_({**grown, "regular_service.fte.scale": 2.0})
        drift, error = drift_of(twice, 100)
        assert abs(drift) + 3 * error < 0.02

    def test_a_stock_that_grows_alone_does_not(self, town):
        grown = {f"groups.{code}.stock.scale": 2.0 for code in town.groups}
        drift, error = drift_of(town.without_programmes().with_(grown), 30)
        assert drift + 3 * error < -0.1

    def test_meetings_and_caseloads_are_as_the_comments_say(self, town):
        volumes = simulate(town, replications=20, seed=1, progress=False).mean("replication")
        weeks = volumes.participant_weeks.sum()
        held = volumes.meetings.sum(("month", "group"))
        assert float(weeks) / town.horizon.weeks == pytest.approx(46, abs=0.5)
        assert float(weeks / held.sel(track="intensive")) == pytest.approx(2 + 0.15 / 0.85, abs=0.1)
        alone = simulate(town.without_programmes(), replications=20, seed=1, progress=False)
        on_benefit = float(alone.benefit_weeks.sum()) / 20 / town.horizon.weeks
        assert on_benefit / town.regular_service.fte.values[0] == pytest.approx(70, abs=1)
        late = float(volumes.unmet.sum() / held.sum())
        assert late < 0.05


def drift_of(scenario: Scenario, replications: int) -> tuple[float, float]:
    """Relative change of all recipients from first month to last, and its standard error."""
    recipients = simulate(scenario, replications=replications, seed=1, progress=False).recipients
    total = recipients.sum("group")
    change = (total.isel(month=-1) - total.isel(month=0)).values / float(total.isel(month=0).mean())
    return float(change.mean()), float(change.std(ddof=1) / np.sqrt(replications))


class TestWriting:
    def test_the_scenario_is_named_like_its_file(self, tmp_path):
        path = write_template(tmp_path / "ny mappe" / "min-by-æøå.toml")
        assert Scenario.load(path).name == "min-by-æøå"
        assert "jobsim compare min-by-æøå.toml" in path.read_text(encoding="utf-8")
        assert [file.name for file in path.parent.iterdir()] == ["min-by-æøå.toml"]

    @pytest.mark.parametrize("stem", ['a"b', "a\\b", "a\nb", "x" * 150, "'''", "#"])
    def test_odd_names_give_a_valid_file(self, stem, tmp_path):
        path = write_template(tmp_path / f"{stem}.toml")
        assert Scenario.load(path).name == stem[:100]

    def test_a_file_that_is_there_stays_unless_forced(self, tmp_path):
        path = tmp_path / "by.toml"
        path.write_text("mine", encoding="utf-8")
        with pytest.raises(OutputError, match=r"by\.toml: is there already; --force"):
            write_template(path)
        assert path.read_text(encoding="utf-8") == "mine"
        assert Scenario.load(write_template(path, force=True)).name == "by"

    @pytest.mark.parametrize("name", ["by", "by.txt", "."])
    def test_other_endings_are_refused(self, name, tmp_path):
        with pytest.raises(InputError, match=r"must end in \.toml$"):
            write_template(tmp_path / name)

    def test_no_name_is_refused(self):
        with pytest.raises(InputError, match=r"must be the path of a file or folder, got ''$"):
            write_template("")

    def test_places_where_nothing_can_be_written(self, tmp_path):
        (tmp_path / "taken").write_text("mine", encoding="utf-8")
        (tmp_path / "folder.toml").mkdir()
        for path in (tmp_path / "taken" / "by.toml", tmp_path / ("x" * 300 + ".toml")):
            with pytest.raises(OutputError, match="cannot be written") as caught:
                write_template(path)
            assert len(str(caught.value).splitlines()) == 1
        with pytest.raises(OutputError, match="is there already"):
            write_template(tmp_path / "folder.toml")
        with pytest.raises(OutputError, match="cannot be written"):
            write_template(tmp_path / "folder.toml", force=True)

    def test_a_failure_leaves_the_old_file_whole_and_nothing_else(self, tmp_path, monkeypatch):
        path = tmp_path / "by.toml"
        path.write_text("mine", encoding="utf-8")

        def full(source: Path, target: Path) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(OutputError, match="No space left"):
            write_template(path, force=True)
        assert path.read_text(encoding="utf-8") == "mine"
        assert [file.name for file in tmp_path.iterdir()] == ["by.toml"]
