"""A posterior kept beside a scenario: written, read back, refused where it was changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.setting.tuning import proves_nothing
from jobsim.cli.scenarios import overview
from jobsim.errors import InputError, OutputError, ScenarioError
from jobsim.scenario.posterior import Posterior, digest_of_facts
from tests.factory import small_town

HAZARD = "groups.job_ready.job_finding_hazard_per_week"
STOCK = "groups.job_ready.stock"
INFLOW = "groups.job_ready.inflow_per_week.scale"
STEP = "groups.job_ready.inflow_per_week.2019-01-01"


def drawn(*paths: str, count: int = 50, scenario: js.Scenario | None = None) -> Posterior:
    """A posterior of some numbers of the small town, which hang together."""
    middles = {HAZARD: 0.02, STOCK: 61.3, INFLOW: 0.8, STEP: 2.0}
    places = np.linspace(-0.2, 0.2, count)
    values = np.column_stack([middles[path] * (1 + places) for path in paths])
    facts = digest_of_facts(scenario or small_town(), paths)
    told = {"seed": 7, "targets": ["placed"], "versions": {"jobsim": "0.1.0"}, "facts": facts}
    return Posterior.of(paths, values, **told)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return small_town().with_posterior(drawn(HAZARD, INFLOW)).save(tmp_path / "town.toml")


class TestRoundTrip:
    def test_values_stand_at_the_middle_and_draws_about_it(self):
        place = small_town().with_posterior(drawn(HAZARD, STOCK, STEP))
        group, before = place.groups["job_ready"], small_town().groups["job_ready"]
        assert group.job_finding_hazard_per_week == pytest.approx(0.02)
        assert group.stock == 61
        assert group.inflow_per_week.values == pytest.approx((before.inflow_per_week.values[0], 2))

    def test_one_line_names_the_draws(self, written: Path):
        assert 'file = "town.posterior.csv"' in written.read_text(encoding="utf-8")
        assert sorted(one.name for one in written.parent.iterdir()) == [
            "town.posterior.csv",
            "town.toml",
        ]

    def test_a_file_is_read_back_to_the_same(self, written: Path):
        place = small_town().with_posterior(drawn(HAZARD, INFLOW))
        loaded = js.Scenario.load(written)
        assert loaded == place
        assert loaded.posterior is not None
        assert np.array_equal(loaded.posterior.values, drawn(HAZARD, INFLOW).values)
        assert (loaded.posterior.seed, loaded.posterior.targets) == (7, ("placed",))

    def test_a_checkout_may_end_its_lines_as_windows_does(self, written: Path):
        beside = written.with_suffix(".posterior.csv")
        text = beside.read_text(encoding="utf-8")
        beside.write_bytes(text.replace("\n", "\r\n").encode())
        assert js.Scenario.load(written).posterior is not None

    def test_a_run_record_holds_it_all(self):
        place = small_town().with_posterior(drawn(HAZARD, STOCK))
        assert js.Scenario.from_dict(place.to_dict()) == place

    def test_the_register_says_where_it_comes_from(self):
        place = small_town().with_posterior(drawn(HAZARD))
        (row,) = [row for row in js.register(place).rows if row.path == HAZARD]
        assert (row.kind, row.within) == ("estimated", True)
        assert row.assumption.formula == "median of the posterior: 50 draws after placed, seed 7"
        assert place.changed == small_town().changed

    def test_what_was_correlated_by_the_register_goes_together_as_the_draws_do(self):
        gain, path = "groups.job_ready.meeting_gain", "groups.job_ready.lasting_gain"
        place = js.Scenario.load("esbjerg-2018-evidence")
        told = {"seed": 7, "targets": ["placed"], "versions": {}, "facts": ""}
        values = np.random.default_rng(1).uniform(0.1, 0.2, (60, 1))
        learned = place.with_posterior(Posterior.of([gain], values, **told))
        named = {one for pair in learned.correlations for one in pair.of}
        assert gain not in named
        assert path in named
        drawn = js.parameter_draws(learned, 50).to_frame()[gain]
        assert np.isin(drawn.round(6), values.round(6)).all()

    def test_the_first_lines_say_what_was_learned(self, written: Path):
        told = "Learned: 2 numbers, from placed"
        assert proves_nothing(js.Scenario.load(written))[0].startswith(told)
        assert told in overview(js.Scenario.load(written))

    def test_of_many_draws_the_first_thousand_are_kept(self):
        assert len(drawn(HAZARD, count=1500).values) == 1000

    def test_files_stay_unless_forced(self, written: Path):
        place = js.Scenario.load(written)
        with pytest.raises(OutputError, match="is there already"):
            place.save(written)
        assert place.save(written, force=True) == written

    def test_without_a_programme_its_numbers_go_too(self):
        held = "programmes.intensive.meetings_per_fte_week"
        values = np.column_stack([np.linspace(0.01, 0.03, 9), np.linspace(4, 6, 9)])
        told = {"seed": 7, "targets": ["placed"], "versions": {}, "facts": ""}
        place = small_town().with_posterior(Posterior.of([HAZARD, held], values, **told))
        assert place.without_programmes().posterior.paths == (HAZARD,)
        alone = small_town().with_posterior(Posterior.of([held], values[:, 1:], **told))
        assert alone.without_programmes().posterior is None


def _of_another_table(text: str) -> str:
    return re.sub(r'check_sum = "\w+"', f'check_sum = "{"0" * 64}"', text)


def _without_a_digit(text: str) -> str:
    return text.replace("0.016", "0.017", 1)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (_of_another_table, "was changed after it was written"),
            (_without_a_digit, "was changed after it was written"),
            (lambda text: text.replace('seed = "7"', 'seed = "8"'), "was changed after it was"),
            (lambda text: text.replace('"placed"', '"counted"'), "was changed after it was"),
            (lambda text: text.replace("# seed", "# sede"), "its first lines lack seed"),
            (lambda text: text.replace("# seed =", "# seed"), "are not TOML"),
            (lambda _: "", "its first lines lack seed"),
        ],
        ids=[
            "other check sum",
            "edited",
            "other seed",
            "other targets",
            "no seed",
            "no TOML",
            "empty",
        ],
    )
    def test_a_file_that_is_not_what_was_written(
        self, written: Path, change: Callable[[str], str], words: str
    ):
        beside = written.with_suffix(".posterior.csv")
        beside.write_text(change(beside.read_text(encoding="utf-8")), encoding="utf-8")
        with pytest.raises(ScenarioError, match=rf"town.toml: posterior: .*{words}"):
            js.Scenario.load(written)

    def test_a_file_that_is_not_there(self, written: Path):
        written.with_suffix(".posterior.csv").unlink()
        with pytest.raises(ScenarioError, match=r"town.posterior.csv: there is no such file"):
            js.Scenario.load(written)

    @pytest.mark.parametrize("name", ["../town.posterior.csv", "/etc/passwd"])
    def test_a_file_elsewhere(self, written: Path, name: str):
        text = written.read_text(encoding="utf-8")
        written.write_text(text.replace("town.posterior.csv", name), encoding="utf-8")
        with pytest.raises(ScenarioError, match="must lie beside the scenario file"):
            js.Scenario.load(written)

    def test_more_than_a_file(self, written: Path):
        text = written.read_text(encoding="utf-8")
        written.write_text(text.replace("[posterior]", "[posterior]\ntext = 1"), encoding="utf-8")
        with pytest.raises(ScenarioError, match="has file and text; file is enough"):
            js.Scenario.load(written)

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("groups.job_redy.stock", 'there is no "job_redy" in groups; did you mean "job_ready"'),
            ("groups.job_ready.label", "is no number"),
            ("prices.wages.leisure_share", 'there is no "prices"'),
        ],
    )
    def test_what_is_no_number_of_the_scenario(self, path: str, words: str):
        told = {"seed": 7, "targets": ["placed"], "versions": {}, "facts": ""}
        with pytest.raises(ScenarioError, match=words):
            small_town().with_posterior(Posterior.of([path], np.ones((9, 1)), **told))

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ([[0.01]], "has 1 draws; 2 or more are needed"),
            ([[0.01], [np.nan]], 'draw 2: .*: "nan" is not a number'),
            ([[0.01], [np.inf]], '"inf" is not a number'),
            ([[0.01, 0.2], [0.01, 0.3]], "each of them once"),
        ],
    )
    def test_draws_that_are_none(self, values: list[list[float]], words: str):
        told = {"seed": 7, "targets": ["placed"], "versions": {}, "facts": ""}
        with pytest.raises(InputError, match=words):
            Posterior.of([HAZARD] * len(values[0]), np.array(values), **told)

    @pytest.mark.parametrize(("path", "value"), [(HAZARD, -0.01), (INFLOW, -1.0)])
    def test_draws_that_the_field_does_not_allow(self, path: str, value: float):
        told = {"seed": 7, "targets": ["placed"], "versions": {}, "facts": ""}
        with pytest.raises(ScenarioError, match=r"draws go from -.* is possible"):
            small_town().with_posterior(Posterior.of([path], np.array([[value], [0.1]]), **told))

    def test_what_has_no_posterior(self):
        with pytest.raises(InputError, match="str has no posterior; calibrate gives one"):
            small_town().with_posterior("x")  # type: ignore[arg-type]

    def test_a_second_posterior(self):
        place = small_town().with_posterior(drawn(HAZARD))
        with pytest.raises(ScenarioError, match="small-town has one already"):
            place.with_posterior(drawn(HAZARD))


class TestFacts:
    def test_words_plans_and_weeks_are_none(self):
        place, before = small_town(), digest_of_facts(small_town(), [HAZARD])
        budget = "programmes.intensive.budget_per_year.scale"
        changes = {"horizon.weeks": 60, "name": "other", budget: 2.0, HAZARD: 0.5}
        assert digest_of_facts(place.with_(changes), [HAZARD]) == before

    @pytest.mark.parametrize("path", [STOCK, "meetings.half_life_weeks"])
    def test_what_draws_are_conditional_on(self, path: str):
        changed = small_town().with_({f"{path}.scale": 2.0})
        assert digest_of_facts(changed, [HAZARD]) != digest_of_facts(small_town(), [HAZARD])
        assert digest_of_facts(changed, [path]) == digest_of_facts(small_town(), [path])
