"""The page holds what it should, in either language, and shows the results' own numbers."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from types import SimpleNamespace

import pytest

import jobsim as js
from jobsim.report.language import language_named
from jobsim.report.outcome_part import break_even_month, key_figures
from jobsim.report.verdict_part import verdict
from jobsim.vocabulary import PURSES
from tests.factory import small_town
from tests.printed.cases import played
from tests.printed.writing import millions, persons, tables
from tests.report.parsing import (
    Page,
    dead_links,
    doubled_ids,
    english_left,
    loaded_from_outside,
    without_words,
    wrong_headings,
)

SECTIONS = [
    "question", "answer", "payers", "municipality", "time", "curve", "claims", "conditions",
    "assumptions", "not_priced", "method", "record", "stress", "cheers",
]  # fmt: skip
BUDGET = "The municipality's table by budget year, million DKK nominal"
GAINS = "Who gains and who pays over the whole run, million DKK"
PAYS = "Does it pay for the municipality?"
ENGLISH = language_named("en")
HAZARD = "job_finding_hazard_per_week"


def frame(body: str) -> Page:
    return Page(f'<html lang="en"><body><h1>A</h1>{body}</body></html>')


def number_in(text: str, code: str) -> float:
    """First number of a cell, read as its language writes it."""
    plain = text.replace("−", "-").replace("+", "")
    plain = plain.replace(".", "").replace(",", ".") if code == "da" else plain.replace(",", "")
    found = re.search(r"-?\d+(\.\d+)?", plain)
    assert found is not None, text
    return float(found.group())


class TestFrame:
    def test_sections_come_in_order(self, page):
        headings = [known["id"] for tag, known in page.elements if tag == "h2"]
        assert headings == SECTIONS

    def test_nothing_is_loaded_from_outside(self, page, either):
        assert loaded_from_outside(page) == []
        assert "@import" not in either.html
        assert "fetch(" not in either.html

    def test_headings_are_in_order(self, page):
        assert wrong_headings(page) == []

    def test_ids_are_unique_and_links_lead_somewhere(self, page):
        assert doubled_ids(page) == []
        assert dead_links(page) == []

    def test_pictures_have_words(self, page):
        assert without_words(page) == []
        assert sum(known.get("role") == "img" for _, known in page.elements) == 4

    def test_months_that_are_not_published_are_said(self, either):
        said = {"en": "Not published", "da": "Ikke offentliggjort"}[either.language]
        assert f"{said}: 2018-02–2018-03." in either.html

    def test_tables_have_captions_and_scopes(self, page):
        assert len(page.tables) >= 12
        for name, table in page.tables.items():
            assert table.caption, name
            assert set(table.scopes) == {"col", "row"}, name
            assert all(len(row) == len(table.header) for row in table.rows), name

    def test_it_says_its_language_and_can_be_skipped_into(self, page, either):
        assert either.html.startswith(f'<!doctype html>\n<html lang="{either.language}">')
        assert ("a", {"class": "skip", "href": "#report"}) in page.elements

    def test_it_is_small(self, either):
        assert len(either.html.encode()) < 3_000_000

    @pytest.mark.parametrize(
        ("fault", "check"),
        [
            ('<img src="https://example.org/a.png" alt="a">', loaded_from_outside),
            ('<link rel="stylesheet" href="https://example.org/a.css">', loaded_from_outside),
            ("<h3>skips</h3>", wrong_headings),
            ("<h1>twice</h1>", wrong_headings),
            ('<p id="a"></p><p id="a"></p>', doubled_ids),
            ('<img src="data:,">', without_words),
            ('<div role="img"></div>', without_words),
            ('<a href="#nowhere">a</a>', dead_links),
        ],
    )
    def test_faults_are_seen(self, fault, check):
        assert check(frame(fault))
        assert not check(frame("<h2>fine</h2>"))


class TestNumbers:
    def test_each_purse(self, page, either):
        find = either.results.comparison.row
        rows = page.tables["payers-table"].rows
        for payer, cells, below in zip(PURSES, rows[::2], rows[1::2], strict=False):
            row = find("net_saving", payer=payer)
            after = find("net_saving_after_displacement", payer=payer)
            shown = [number_in(one, either.language) for one in (*cells[1:], below[1])]
            exact = [row.difference, row.ci_low, row.range_low, after.difference]
            assert shown == pytest.approx([x / 1e6 for x in exact], abs=0.00501)

    def test_each_budget_year(self, page, either):
        rows = page.tables["budget"].rows
        years = either.results.comparison.played.years
        for place, code in ((0, "programme_cost"), (2, "gross_saving"), (4, "net_saving")):
            for column, year in enumerate((*years, None), start=1):
                row = either.results.comparison.row(code, year=year, payer="municipality")
                shown = number_in(rows[place][column], either.language)
                assert shown == pytest.approx(row.difference / 1e6, abs=0.00501)

    def test_the_curve(self, page, either):
        curve = either.results.curve
        saved = curve.spreads("net_saving:municipality")
        for cells, budget, spread in zip(
            page.tables["curve-table"].rows, curve.budgets, saved, strict=True
        ):
            assert number_in(cells[0], either.language) == pytest.approx(budget / 1e6, abs=0.00501)
            shown = number_in(cells[3], either.language)
            assert shown == pytest.approx(spread.mean / 1e6, abs=0.00501)

    def test_each_claim(self, page, either):
        words = language_named(either.language)
        for cells, one in zip(
            page.tables["claims-table"].rows, either.results.comparison.verdicts, strict=True
        ):
            scale = 1e6 if one.unit == "DKK" else 1.0
            shown = number_in(cells[2], either.language)
            assert shown == pytest.approx(one.model.mean / scale, abs=0.0501)
            assert cells[4] == words.raw(f"verdicts.{one.verdict}")

    def test_the_two_sentences(self, either, page):
        words = language_named(either.language)
        row = either.results.comparison.row("net_saving", payer="municipality")
        ends = (abs(end) for end in (row.range_low, row.range_high))
        said = page.said_in(either.language)
        amount = " ".join(words.money(abs(row.difference)).split())
        assert f"{amount} ({words.between(words.in_millions, *ends)})" in said
        does = {"en": "the municipality loses", "da": "kommunen taber"}[either.language]
        assert f"{does} {amount}" in said
        end = words.kroner(abs(either.results.comparison.row("monthly_saving_at_end").difference))
        assert " ".join(end.split()) in said
        years = either.results.comparison.row("job_years").difference
        assert f" {words.count(abs(years))} {dict(en='job-years', da='jobår')[words.code]}" in said

    def test_another_number_would_be_seen(self, page, either):
        rows = page.tables["payers-table"].rows
        row = either.results.comparison.row("net_saving", payer="municipality")
        shown = number_in(rows[0][1], either.language)
        assert shown != pytest.approx(row.difference / 1e6 + 0.02, abs=0.00501)

    def test_every_assumption_is_listed_once(self, page, either):
        from jobsim.scenario import register

        rows = page.tables["assumptions-table"].rows
        comparison = either.results.comparison
        listed = register(either.results.scenario).rows + register(comparison.prices).rows
        assert len(rows) == len(listed)

    def test_numbers_that_go_together_say_so(self, page, either):
        lines = [row[-1] for row in page.tables["assumptions-table"].rows]
        words = dict(en="Rank correlation −0.45 with ", da="Rangkorrelation −0,45 med ")
        (gain, half_life) = (line for line in lines if words[either.language] in line)
        assert gain != half_life

    def test_the_record_plays_again(self, either, tmp_path):
        from html import unescape

        from jobsim.analysis.outcomes.record import read_record

        text = re.search(r"<pre [^>]*><code>(.*?)</code></pre>", either.html, re.DOTALL)
        path = tmp_path / "run.toml"
        path.write_text(unescape(text.group(1)), encoding="utf-8")
        record = read_record(path)
        assert record.replications == either.results.comparison.record.replications
        assert record.scenario == either.results.scenario


@pytest.fixture(scope="module")
def printed(english):
    """Tables of the comparison that the page is about, without their headers."""
    found = tables(repr(english.results.comparison))
    return {title: rows[1:] for title, rows in found.items()}


@pytest.fixture(scope="module")
def shown(english):
    """Tables of the page."""
    return {name: table.rows for name, table in Page(english.html).tables.items()}


def plain(text: object) -> str:
    """Text without spaces that hold words together."""
    return str(text).replace("\N{NO-BREAK SPACE}", " ")


class TestSameAsCompare:
    """The English page has the cells that `compare` prints, which tests/printed holds."""

    def test_each_purse(self, shown, printed):
        assert [row[1:] for row in shown["payers-table"]] == [row[1:] for row in printed[GAINS]]

    def test_each_budget_year(self, shown, printed):
        assert [row[1:] for row in shown["budget"]] == [row[1:] for row in printed[BUDGET]]

    def test_does_it_pay(self, shown, printed):
        cells = [[one.replace("January 2019", "2019-01") for one in row] for row in shown["pays"]]
        assert [row[1:] for row in cells] == [row[1:] for row in printed[PAYS]]

    def test_what_happens(self, shown, printed):
        cells = [[cell.replace(" %", "") for cell in row[1:]] for row in shown["volumes"]]
        assert cells == [
            [cell.replace(" %", "") for cell in row[-6:]] for row in printed["What happens"]
        ]

    def test_each_line_and_year(self, english, shown):
        table = english.results.comparison.summary.municipal_table()
        occurring = table[(table != 0).any(axis=1)]
        assert len(shown["lines"]) == len(occurring) > 3
        for cells, amounts in zip(shown["lines"], occurring.to_numpy().tolist(), strict=True):
            assert all(a in millions(b, sign=True) for a, b in zip(cells[1:], amounts, strict=True))

    def test_the_key_figures(self, english, printed):
        figures = {
            re.sub("<[^>]*>", "", str(one.what)): (plain(one.value), plain(one.note))
            for one in key_figures(english.results, ENGLISH)
        }
        purses = {row[0]: row[1:] for row in printed[GAINS]}
        spent = printed[BUDGET][0][-1].lstrip("+")
        assert figures["staff and grants"][0] == f"DKK {spent} million"
        for label, row in (
            ("net saving of the municipality", "Municipality"),
            ("net saving of the state", "State"),
            ("gain of the recipients", "Recipients"),
        ):
            gain, _, around = purses[row]
            assert figures[label][0] == f"DKK {gain} million"
            assert around.replace("+", "") in figures[label][1]
        placed = english.results.comparison.row("placements").difference
        assert figures["change in placements"][0] in persons(placed, sign=True)
        pays = {row[0]: row[1:] for row in printed[PAYS]}
        per_job = pays["Cost per job-year gained, DKK"][0]
        assert figures["cost per job-year gained"][0] == f"DKK {per_job}"
        assert pays["Breaks even"][0] == "not by 2019-01"
        assert figures["the municipality breaks even"][0] == "not by January 2019"

    def test_the_month_of_breaking_even(self):
        comparison = played("kolding-2018")
        printed = {row[0]: row[1] for row in tables(repr(comparison))[PAYS]}["Breaks even"]
        year, month = map(int, printed.split("-"))
        said = break_even_month(SimpleNamespace(comparison=comparison), ENGLISH)
        assert plain(said) == f"{calendar.month_name[month]} {year}"


class TestDanish:
    def test_no_english_is_left(self, danish):
        assert english_left(Page(danish.html).said_in("da")) == []

    def test_texts_of_the_file_are_marked(self, danish):
        said = Page(danish.html).said_in("en")
        assert danish.results.scenario.groups["job_ready"].label in said
        assert danish.results.scenario.description.split()[0] in said

    def test_no_english_sentence_is_left(self, english, danish):
        """What only the English page says in its own words is not on the Danish one."""
        said = Page(danish.html).said_in("da")
        for section, words in language_named("en").words.items():
            other = language_named("da").words[section]
            for key, text in words.items():
                if isinstance(text, str) and text != other[key] and len(text) > 12:
                    piece = max(re.split(r"\{\w+\}", text), key=len).strip()
                    assert len(piece) < 8 or piece not in said, (section, key)

    @pytest.mark.parametrize("text", ["Recipients at the end", "95 % of futures", "12 persons"])
    def test_english_would_be_seen(self, text):
        assert english_left(text)

    def test_a_forgotten_text_would_be_seen(self, danish):
        said = Page(danish.html.replace("Nøgletal", "Key figures of the run", 1)).said_in("da")
        assert english_left(said) == ["of", "the"]

    def test_numbers_are_danish(self, danish):
        said = Page(danish.html).said_in("da")
        assert re.search(r"\d,\d\d mio\. kr\.", said)
        assert re.search(r"\d{3} kr\.", said)
        assert not re.search(r"\d\.\d\d mio", said)
        assert "kr.." not in said
        assert "DKK" not in said


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class TestContrast:
    def test_text_on_its_backgrounds(self, english):
        named = dict(re.findall(r"--(\w+): (#\w{6})", english.html))
        for text in ("ink", "soft", "blue"):
            for ground in ("#ffffff", named["pale"]):
                assert contrast(named[text], ground) >= 4.5

    def test_text_in_pictures(self, english):
        texts = re.findall(r"<text[^>]*style=\"([^\"]*)\"", english.html)
        fills = {colour for style in texts for colour in re.findall(r"fill: (#\w{6})", style)}
        assert fills
        assert all(contrast(fill, "#ffffff") >= 4.5 for fill in fills)

    def test_pale_text_would_be_seen(self):
        assert contrast("#8c8c8c", "#ffffff") < 4.5
        assert contrast("#000000", "#ffffff") == pytest.approx(21)


def first_of(town, *baseline, words=ENGLISH, replications=3, **prices: object) -> str:
    """What the page says first of towns at prices of which some, by path, are changed."""
    how = {"replications": replications, "seed": 1, "engine": "numpy", "progress": False}
    changed = js.Prices.load("denmark").with_({k.replace("__", "."): v for k, v in prices.items()})
    found = js.compare(town, *baseline, prices=changed, **how)
    cost = found.row("programme_cost", payer="municipality").difference
    how_told = {"cost": cost, "saves": cost < 0, "period": "2018"}
    results = SimpleNamespace(comparison=found, scenario=town, **how_told)
    return "\n".join(verdict(results, words))


class TestFirstSentences:
    TOWN = small_town(
        horizon__weeks=52,
        claims={},
        supports=None,
        small_jobs__consultants=None,
        programmes__intensive__budget_per_year=[
            {"from": dt.date(2018, 1, 1), "value": 900_000},
            {"from": dt.date(2018, 12, 1), "value": 0},
        ],
    )

    def test_a_cut_that_ends_before_the_run_saves_and_a_month_is_one(self):
        cut = self.TOWN.without_programmes()
        assert "1 month after the last money is saved;" in first_of(cut, self.TOWN)
        danish = first_of(self.TOWN, words=language_named("da"))
        assert "slutter 1 måned efter, at de sidste penge er brugt;" in danish

    def test_one_future_has_no_ranges_and_displacement_can_leave_no_work(self):
        told = first_of(self.TOWN, replications=1, displacement__share=1.0)
        assert "after displacement. One future has no range.\n" in told
        assert "(no interval); after displacement none of it is left.\n" in told
        for words in ("In brackets", "(–)", "a loss of 0.00", "95 % interval"):
            assert words not in told

    @pytest.mark.parametrize("swapped", [False, True])
    def test_what_costs_more_and_brings_less_is_dominated(self, swapped):
        both = [
            self.TOWN.with_({f"groups.{one}.{HAZARD}": 0.001 for one in self.TOWN.groups}),
            self.TOWN.without_programmes(),
        ]
        both = both[::-1] if swapped else both
        word, danish = ("dominant", "dominerende") if swapped else ("dominated", "domineret")
        assert f"the plan is {word}, and no job-year has a cost." in first_of(*both)
        assert f"planen er {danish}" in first_of(*both, words=language_named("da"))

    @pytest.mark.parametrize(("factor", "told"), [(0.999, False), (0.99, True)])
    def test_work_that_rounds_to_nothing_is_not_told(self, factor, told):
        slower = {f"groups.{one}.{HAZARD}.scale": factor for one in self.TOWN.groups}
        worse = self.TOWN.with_(slower)
        found = js.compare(worse, self.TOWN, replications=3, engine="numpy", progress=False)
        assert found.row("job_years").difference < 0
        for text in (repr(found), first_of(worse, self.TOWN)):
            assert ("Lost work: " in text) == told
            assert "0.0 job-years" not in text

    def test_grave_notices_are_told_in_either_language(self):
        thin = self.TOWN.with_({"programmes.intensive.interval_weeks": [52]})
        in_english = ("Notice: ", "52 weeks to the second meeting", "participants get 0.5 meetings")
        in_danish = ("Bemærk: ", "52 uger til den anden samtale", "deltagerne får 0,5 samtaler")
        assert "participants get" not in first_of(self.TOWN)
        for words, told in ((ENGLISH, in_english), (language_named("da"), in_danish)):
            page = first_of(thin, words=words)
            assert [one for one in told if one not in page] == []

    def test_shares_of_the_list_are_told(self):
        told = first_of(self.TOWN, equalisation__treatments__guarantee=0.05)
        assert "(it keeps 5.0 % of it)" in told
        assert "when self-budgeting (a quarter)" in told
        assert "where all of it counts" in told

    def test_a_purse_that_neither_gains_nor_loses_at_the_end_is_told_so(self):
        changes = {f"groups.{one}.meeting_gain": 0.0 for one in self.TOWN.groups}
        changes["programmes.intensive.budget_per_year"] = [
            {"from": dt.date(2018, 1, 1), "value": 900_000},
            {"from": dt.date(2018, 2, 1), "value": 0},
        ]
        idle = self.TOWN.with_(changes)
        told = first_of(idle)
        assert "at its end the municipality neither gains nor loses." in told
        assert "the same in all 3 futures." in told
        assert "All 3 futures agree on these signs." in told
