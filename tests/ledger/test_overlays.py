"""Price lists that state only what differs: what they give, what is said of it, what is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from jobsim.errors import InputError, PriceError
from jobsim.ledger import Prices
from jobsim.ledger.after_list import known_in_words
from jobsim.scenario import dump_toml, register
from jobsim.scenario.files import read_named_or_file
from tests.factory import UNDATED, small_town

OVERLAY = """
based_on = "denmark"
[wages]
job_per_hour.scale = 1.1
[equalisation]
kept_share = 0.25
[activation.per_week]
job_ready = 300
[sources.settlement]
author = "A municipality"
title = "Budget settlement"
year = 2024
url = "https://www.example.dk/settlement"
[assumptions."equalisation.kept_share"]
kind = "statute"
sources = ["settlement"]
"""
CHANGED = ("wages.job_per_hour", "equalisation.kept_share", "activation.per_week.job_ready")
REFORM = [
    {"from": dt.date(2016, 1, 1), "value": [0.2, 0.6, 0.7, 0.8]},
    {"from": dt.date(2018, 2, 1), "value": [0.1, 0.3, 0.5, 1.0]},
]
KEPT_LATER = [
    {"from": dt.date(2016, 1, 1), "value": 0.0},
    {"from": dt.date(2019, 1, 1), "value": 0.4},
]


@pytest.fixture
def load(tmp_path):
    """Load a price list from its text."""

    def load(text: str, name: str = "mine.toml") -> Prices:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return Prices.load(tmp_path / name)

    return load


def unsourced(prices: Prices) -> set[str]:
    return {row.path for row in register(prices).unsourced}


class TestOverlay:
    def test_what_differs_is_changed_and_sourced_by_the_overlay_alone(self, load):
        mine = load(OVERLAY)
        assert mine.named == "denmark, 3 entries changed"
        assert mine.entries_changed == CHANGED
        assert unsourced(mine) == {CHANGED[0], CHANGED[2]}
        assert mine.activation.per_week["job_ready"].on(dt.date(2020, 1, 1)) == 300

    def test_with_gives_the_same(self, denmark, load):
        changes = {"wages.job_per_hour.scale": 1.1, "earnings.hourly_disregard": 30.0}
        text = """
            based_on = "denmark"
            wages.job_per_hour.scale = 1.1
            earnings.hourly_disregard = 30
        """
        assert load(text) == denmark.with_(changes)

    def test_dates_of_a_plain_number_are_the_same_in_a_file_an_overlay_and_python(
        self, denmark, load
    ):
        text = """
            based_on = "denmark"
            [wages]
            leisure_share = [
                {from = 2016-01-01, value = 0.3}, {from = 2027-01-01, value = 0.2},
            ]
        """
        steps = [
            {"from": dt.date(2016, 1, 1), "value": 0.3},
            {"from": dt.date(2027, 1, 1), "value": 0.2},
        ]
        mine = denmark.with_({"wages.leisure_share": steps})
        assert load(text) == mine == load(mine.to_toml())
        assert mine.wages.leisure_share.on(dt.date(2027, 5, 1)) == 0.2
        assert mine.as_of("2026-05-01").wages.leisure_share.on(dt.date(2030, 1, 1)) == 0.3

    def test_a_number_takes_the_place_of_a_share_with_a_zero_step(self, denmark, load, tmp_path):
        later = denmark.with_({"equalisation.kept_share": KEPT_LATER})
        later.save(tmp_path / "later.toml")
        stated = load('based_on = "later.toml"\n[equalisation]\nkept_share = 1.0\n')
        assert stated.equalisation.kept_share == 1.0
        stated.save(tmp_path / "stated.toml", based_on=tmp_path / "later.toml")
        assert Prices.load(tmp_path / "stated.toml") == stated
        assert later.with_({"equalisation.kept_share": 0.5}).equalisation.kept_share == 0.5
        treated = later.with_tax_treatment("all_municipal_tax")
        assert treated.equalisation == denmark.with_tax_treatment("all_municipal_tax").equalisation

    def test_what_is_stated_as_it_is_there_is_not_changed(self, denmark, load):
        assert load('based_on = "denmark"\n[displacement]\nshare = 0.35\n') == denmark

    def test_a_change_in_python_loses_the_source_of_the_overlay(self, load):
        mine = load(OVERLAY).with_({"equalisation.kept_share": 0.3})
        assert unsourced(mine) == {*CHANGED}
        assert mine.named == "denmark, 3 entries changed"

    @pytest.mark.parametrize("whole", [True, False])
    def test_what_is_saved_is_read_back(self, denmark, load, tmp_path, whole):
        first = load(OVERLAY)
        for number, (prices, base) in enumerate(
            [
                (first, "denmark"),
                (first.with_({"equalisation.kept_share": 0.3}), tmp_path / "mine.toml"),
                (denmark.as_of(dt.date(2026, 1, 1)), "denmark"),
                (denmark.with_({"refund.municipal_share": REFORM, "name": "reform"}), "denmark"),
                (denmark, "denmark"),
            ]
        ):
            how = {} if whole else {"based_on": base}
            file = prices.save(tmp_path / f"{number}.toml", **how)
            assert Prices.load(file) == prices
            if not whole:
                assert file.stat().st_size < 10_000

    def test_a_list_edited_by_hand_is_recognised(self, denmark, load):
        text = denmark.to_toml()
        edited = load(text.replace("value = 11282.0", "value = 11283.0", 1))
        assert edited.changed == ("benefits.adult_without_children.per_month",)
        assert edited.named == "denmark, 1 entry changed"
        assert unsourced(edited) == {*edited.changed}
        assert load(text) == denmark

    def test_a_list_edited_by_hand_with_its_source_is_sourced(self, load):
        data = read_named_or_file("denmark", package="jobsim.ledger")
        data["displacement"]["share"] = 0.2
        data["assumptions"]["displacement.share"] = {
            "kind": "judgement",
            "reason": "a boom",
            "low": 0,
            "high": 0.5,
        }
        edited = load(dump_toml(data))
        assert edited.entries_changed == ("displacement.share",)
        assert not unsourced(edited)

    def test_difference(self, denmark, load):
        mine = load(OVERLAY)
        changes = denmark.difference(mine).changes
        assert set(changes) == {*CHANGED}
        assert changes["equalisation.kept_share"] == (0.0, 0.25)
        assert changes["activation.per_week.job_ready"] == (None, 300.0)
        assert not mine.difference(mine).changes


class TestYears:
    def test_of_each_kind(self, denmark, load):
        assert denmark.known["refund"] == (None, None)
        text = (
            'based_on = "denmark"\n[wages]\nsmall_job_per_hour = [{from = 2019-01-01, value = 130}]'
        )
        mine = load(text)
        assert mine.known["wages"] == (2019, 2019)
        assert mine.years == (2019, 2019)
        assert known_in_words(mine) == {
            "benefits": "2016 to 2026",
            "wages": "2019 to 2019",
            "refund": "all years",
            "consumer prices": "2016 to 2026",
        }
        dated = denmark.with_({"refund.municipal_share": REFORM})
        assert known_in_words(dated)["refund"] == "from 2016"
        assert dated.years == (2016, 2026)

    def test_a_run_before_a_change_is_refused(self, denmark):
        town = small_town(horizon__start=dt.date(2018, 1, 1))
        late = denmark.with_({"displacement.share": [{"from": dt.date(2019, 1, 1), "value": 0.2}]})
        message = (
            r"^prices\.displacement\.share: begins 2019-01-01, after the first day of the run "
            r"\(2018-01-01\); a step from 2018-01-01 would say what holds first$"
        )
        with pytest.raises(PriceError, match=message):
            late.refuse_gaps(town)
        late.refuse_gaps(small_town(horizon__start=dt.date(2019, 1, 1)))
        denmark.with_({"wages.job_per_hour.scale": 1.1}).refuse_gaps(
            small_town(horizon__start=dt.date(2012, 1, 1), **UNDATED)
        )


class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "[wages]\njob_per_hour = 200",
                'name: is missing; to state only what differs .* add based_on = "denmark"$',
            ),
            ("[wages]\njob_pr_hour = 2", 'wages.job_pr_hour: .*did you mean "job_per_hour"'),
            ("price_yaer = 2", 'price_yaer: there is no .*did you mean "price_year"'),
            (
                "[benefits.adult_without_child]\nper_month = 3",
                'label: is missing; did you mean "adult_without_children"',
            ),
            ("wages = 2", "wages: must be a table, got 2"),
            ("benefits = {}", "benefits: is an empty table; an overlay only changes and adds; "),
            ("[activation.per_week]", r"activation\.per_week: is an empty table; "),
            ("sources = 2", "sources: must be a table, got 2"),
            ('[assumptions.wages]\nkind = "statute"\nsources = ["x"]', 'no source "x"'),
            ('[sources.refund_act]\nauthor = "x"', "denmark has a source of this name"),
            (
                "[wages]\njob_per_hour = [{from = 2020-01-01, value = 2}, "
                "{from = 2019-01-01, value = 2}]",
                "wages.job_per_hour: schedule steps out of order: 2019-01-01 stands after",
            ),
            (
                "[wages]\njob_per_hour = [{from = 2020-01-01, value = 2}, "
                "{from = 2020-01-01, value = 3}]",
                "two steps from 2020-01-01; each date once",
            ),
            ("price_year = 2010", "price_year: must be 2016 or later, as .* begins, got 2010"),
            ('based_on = "danmark"', 'based_on: .*"danmark"; did you mean "denmark"'),
            ('based_on = "elsewhere/x.toml"', "based_on: .*x.toml: there is no such file"),
            ('based_on = "../x.toml"', '"../x.toml" must lie beside the price list or in a folder'),
            ("based_on = 3", "based_on: must be the name or path of a price list, got 3"),
            ('based_on = "mine.toml"', r"based on itself \(mine.toml → mine.toml\)"),
            ('based_on = "other.toml"', r"itself \(other.toml → mine.toml → other.toml\)"),
        ],
    )
    def test_one_clear_line(self, load, tmp_path, text, message):
        (tmp_path / "other.toml").write_text('based_on = "mine.toml"', encoding="utf-8")
        whole = "based_on" in text or text.endswith("200")
        with pytest.raises(PriceError, match=message) as caught:
            load(text if whole else f'based_on = "denmark"\n{text}')
        assert str(caught.value).startswith(str(tmp_path / "mine.toml: "))
        assert "\n" not in str(caught.value)

    def test_what_cannot_be_left_out(self, denmark, tmp_path):
        data = denmark.to_dict()
        del data["destinations"]["education"]
        with pytest.raises(InputError, match=r"^destinations\.education\.label: is in denmark and"):
            Prices.from_dict(data).save(tmp_path / "less.toml", based_on="denmark")
        assert not (tmp_path / "less.toml").exists()

    def test_a_chain_that_is_too_long(self, load):
        for number in range(1, 6):
            load(
                f'based_on = "{number - 1 or "denmark"}{".toml" * (number > 1)}"', f"{number}.toml"
            )
        with pytest.raises(
            PriceError, match="based_on: at most 4 files may be based on each other"
        ):
            load('based_on = "5.toml"')

    def test_a_base_elsewhere_is_not_written(self, denmark, tmp_path):
        (tmp_path / "below").mkdir()
        base = denmark.save(tmp_path / "base.toml")
        with pytest.raises(PriceError, match=r'^based_on: ".*base\.toml" must lie in .*below'):
            denmark.save(tmp_path / "below" / "mine.toml", based_on=base)

    def test_an_overlay_of_itself_is_not_written(self, denmark, tmp_path):
        file = denmark.save(tmp_path / "mine.toml")
        with pytest.raises(PriceError, match="cannot be based on itself"):
            denmark.save(file, based_on=file, force=True)
