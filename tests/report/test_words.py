"""Both languages have the same words for everything that a report can say."""

from __future__ import annotations

import re
import string

import numpy as np
import pytest
from markupsafe import Markup

import jobsim as js
from jobsim.analysis.outcomes.claims import Verdict
from jobsim.analysis.outcomes.measures import MEASURES, RATIOS
from jobsim.analysis.outcomes.spread import NOTHING, Spread, spread
from jobsim.analysis.setting.case import case_of
from jobsim.analysis.setting.notices import Notice
from jobsim.analysis.uncertainty.uncertain_numbers import uncertain
from jobsim.errors import InputError
from jobsim.report.evidence_part import CHEERS, STRESS, missing
from jobsim.report.language import (
    LANGUAGES,
    PageTable,
    ends_of,
    explained,
    field_of,
    language_named,
)
from jobsim.scenario import preset_names, register
from jobsim.vocabulary import LINES, MEASURE_WORDS, PAYERS, SUMS

EN, DA = (language_named(code) for code in LANGUAGES)


def flat(words, prefix=""):
    for key, value in words.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", value


def names(text) -> set[str]:
    texts = text if isinstance(text, list) else [text]
    return {name for one in texts for _, name, _, _ in string.Formatter().parse(one) if name}


class TestLanguages:
    def test_same_keys(self):
        assert [key for key, _ in flat(EN.words)] == [key for key, _ in flat(DA.words)]

    def test_same_names_are_filled_in(self):
        ours, theirs = dict(flat(EN.words)), dict(flat(DA.words))
        assert [key for key in ours if names(ours[key]) != names(theirs[key])] == []

    def test_lists_are_as_long(self):
        ours, theirs = dict(flat(EN.words)), dict(flat(DA.words))
        lists = [key for key, value in ours.items() if isinstance(value, list)]
        assert lists
        assert all(len(ours[key]) == len(theirs[key]) for key in lists)

    @pytest.mark.parametrize("code", ["dk", "english", "", "DA"])
    def test_an_unknown_language_names_what_there_is(self, code):
        with pytest.raises(InputError, match=r"^language: there is no .*(da|en)"):
            language_named(code)

    def test_a_missing_name_is_an_error(self):
        with pytest.raises(KeyError):
            EN("question.group")


@pytest.mark.parametrize("words", [EN, DA], ids=LANGUAGES)
class TestCoverage:
    def test_measures_units_lines_and_payers(self, words):
        assert list(words.words["measures"]) == list(MEASURES)
        claimed = (*MEASURES, *RATIOS)
        assert {MEASURE_WORDS[one].unit for one in claimed} <= set(words.words["units"])
        assert set(words.words["lines"]) == set(LINES)
        assert {*PAYERS, *SUMS} < set(words.words["payers"])

    def test_verdicts(self, words):
        claim = js.Scenario.load("esbjerg-2018").claims["net_saving_2018"]
        fitted = js.Scenario.load("esbjerg-2018").claims["placements_2018"]
        inf = float("inf")
        spans = [(-inf, -inf), (0, 1), (1e7, 2e7), (0, 1e9)]
        spreads = [Spread(0.0, range_low=low, range_high=high) for low, high in spans]
        said = {Verdict("a", claim, one, "DKK").verdict for one in spreads}
        said.add(Verdict("a", fitted, spreads[1], "persons").verdict)
        ratio = claim.model_copy(update={"measure": "cost_per_job_year"})
        said.add(Verdict("a", ratio, spreads[1], "DKK per job-year").verdict)
        assert said == set(words.words["verdicts"])

    def test_kinds(self, words):
        rows = [row for name in preset_names() for row in register(js.Scenario.load(name)).rows]
        assert {row.kind for row in rows} <= set(words.words["kinds"])

    @pytest.mark.parametrize("name", preset_names())
    def test_every_number_of_a_preset_has_a_name(self, words, name):
        scenario = js.Scenario.load(name)
        paths = [row.path for row in register(scenario).rows]
        paths += [one.path for one in uncertain(case_of(scenario))]
        assert [path for path in paths if not field_of(path, words)[0]] == []

    def test_every_price_has_a_name(self, words):
        rows = register(js.Prices.load("denmark")).rows
        paths = [f"prices.{row.path}" for row in rows]
        assert [path for path in paths if not field_of(path, words)[0]] == []

    def test_a_number_without_a_name_is_seen(self, words):
        assert field_of("nothing.like.this", words) == ("", "nothing.like.this")


class TestNotices:
    TOWN = js.Scenario.template()

    def told(self, words, **changes):
        town = self.TOWN.with_({path.replace("__", "."): one for path, one in changes.items()})
        return [str(words.notice(one)) for one in js.notices(town).grave]

    def test_danish_ones_are_danish_with_danish_numbers(self):
        told = self.told(DA, groups__job_ready__stock=2480, groups__job_ready__employed_pool=0)
        assert len(told) == 1
        assert told[0].startswith("groups.job_ready: en stock på 2.480 er ikke i ro: med ")
        assert "holder den, eller stock = " in told[0]

    def test_english_ones_are_those_of_notices(self):
        changes = {"horizon__weeks": 20, "groups__job_ready__no_show_probability": 1}
        town = self.TOWN.with_({path.replace("__", "."): one for path, one in changes.items()})
        right = [str(one) for one in js.notices(town).grave]
        assert len(right) > 1
        assert self.told(EN, **changes) == right
        assert not set(right) & set(self.told(DA, **changes))

    def test_what_came_from_an_error_stays_english_and_says_so(self):
        one = Notice("prices.wages", "is missing", "give it", grave=True)
        assert DA.notice(one) == Markup('<span lang="en">prices.wages: is missing; give it</span>')


class TestNumbers:
    def test_danish_separators(self):
        assert DA.in_millions(-1_234_567_890) == "−1.234,57"
        assert DA.share(0.1234) == "12,3 %"
        assert DA.brief(0.008641) == "0,008641"
        assert DA.money(1e6, sign=True) == "+1,00\u00a0mio.\u00a0kr."

    def test_english_separators(self):
        assert EN.in_millions(-1_234_567_890) == "−1,234.57"
        assert EN.money_range(-2e6, -1e6) == "DKK\u00a0−2.00 to −1.00\u00a0million"

    def test_what_is_filled_in_is_escaped(self):
        assert str(EN("question.group", stock="<b>")) == "&lt;b&gt; at the start"

    def test_an_abbreviation_ends_a_sentence(self):
        said = DA("conditions.together", count=2, mean=DA.money(1e6))
        assert ".." not in said


class TestChecklists:
    def test_all_items_are_there(self):
        assert len(STRESS) == 24
        assert list(CHEERS) == [str(number) for number in range(1, 29)]

    def test_at_most_three_are_missing_each_with_its_reason(self):
        assert missing(STRESS) + missing(CHEERS) <= 3
        for name, items in (("stress", STRESS), ("cheers", CHEERS)):
            for item in items:
                assert all(len(words.raw(f"{name}.{item}.text")) > 20 for words in (EN, DA))

    def test_each_is_met_by_a_section(self):
        places = {*STRESS.values(), *CHEERS.values()} - {"missing", "not applicable"}
        assert places <= set(EN.words["sections"])

    def test_nothing_unpriced_is_forgotten(self):
        assert EN.words["not_priced"]["items"] == list(js.Prices.load("denmark").not_priced)
        assert not set(EN.words["not_priced"]["items"]) & set(DA.words["not_priced"]["items"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (EN, "not seen: in none of 4 futures, so in fewer than 53\u00a0% of all (95\u00a0%)."),
        (DA, "ikke set: i ingen af 4 fremtider, altså i færre end 53\u00a0% af alle (95\u00a0%)."),
    ],
)
def test_what_was_not_seen_is_explained(words, told):
    nothing, certain = (
        ends_of(one, words.count, words)[0] for one in (spread(np.zeros(4)), NOTHING)
    )
    table = PageTable("some", "", ("",), [(certain,)], note=Markup("Kept."))
    assert explained(table, 4, words).note == "Kept."
    table = PageTable("some", "", ("",), [(certain,), (nothing,)], note=Markup("Kept."))
    assert explained(table, 4, words).note == f"Kept. {told}"
    assert explained(table, 1, words).note.count("95") == 2


def test_no_word_is_unused():
    """Every section of words is asked for somewhere in the report."""
    from importlib import resources

    root = resources.files("jobsim.report")
    sources = [one for one in root.iterdir() if one.name.endswith(".py")]
    sources += list(root.joinpath("template").iterdir())
    text = "\n".join(one.read_text("utf-8") for one in sources)
    unused = [name for name in EN.words if not re.search(rf'"{name}[."]', text)]
    assert [name for name in unused if name not in ("stress", "cheers")] == []
