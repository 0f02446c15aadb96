"""What it rests on: claims, what would have to be true, assumptions, sources, record, guidelines.

The record is what is needed to play the numbers again; the guidelines are STRESS-DES and CHEERS
2022. May import results and language.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.searching.crossing import Crossing
from jobsim.questions.must_hold import WouldHaveToBeTrue
from jobsim.report.language import (
    Language,
    PageCell,
    PageRow,
    PageTable,
    english,
    field_label,
    heads,
    worded,
)
from jobsim.report.results import Results
from jobsim.scenario import readable, register
from jobsim.scenario.correlations import Correlation
from jobsim.scenario.fields import is_number
from jobsim.scenario.files import as_argument
from jobsim.scenario.number_register import RegisterRow

_RANK = ("inside", "outside", "never", "not_within", "failed")
_PRICES = "prices."
"""What stands before paths of the price list."""
_NAMED = 5
"""Most assumptions that a sentence names."""


@dataclass(frozen=True)
class Condition:
    """One question of what would have to be true, with its answer in words and its table."""

    heading: Markup
    sentences: tuple[Markup, ...]
    table: PageTable


def claims_table(results: Results, words: Language) -> PageTable:
    """Every claim with the model's mean, range and verdict."""
    rows = []
    for one in results.comparison.verdicts:
        claim, model = one.claim, one.model
        source = results.scenario.sources[claim.source]
        rows.append(
            (
                worded(english(claim.label)),
                PageCell(words.amount(claim.value, one.unit), claim.value),
                PageCell(_amount(model.mean, one.no_price, one.unit, words), model.mean),
                PageCell(_range(model, one.unit, words)),
                worded(words(f"verdicts.{one.verdict}")),
                worded(Markup("<cite>{} ({})</cite>").format(source.author, source.year)),
            )
        )
    header = heads(words, "claim", "claimed", "model", "range", "verdict", "source")
    return PageTable("claims-table", words("tables.claims"), header, rows)


def _amount(mean: float, word: str, unit: str, words: Language) -> Markup:
    """A mean with its unit, or the word for a cost for each of what is lost."""
    return words(f"format.{word}") if word else words.amount(mean, unit)


def _range(found: Spread, unit: str, words: Language) -> str:
    """Range over futures with its unit once."""
    low, high = found.range_low, found.range_high
    if unit == "DKK":
        return words.money_range(low, high)
    return words.between(words.share if unit == "share" else words.brief, low, high)


def conditions(results: Results, words: Language) -> list[Condition]:
    """What would have to be true for the result to turn, and for each claim to hold."""
    if not results.break_even:
        return []
    row = results.net("municipality")
    stated = Spread(row.difference, range_low=row.range_low, range_high=row.range_high)
    aim, heading = (0.0, "DKK"), words("conditions.break_even")
    turn = _condition("turn", heading, results.break_even, aim, stated, words)
    return [turn, *(_of_claim(one, words) for one in results.claims)]


def _of_claim(found: WouldHaveToBeTrue, words: Language) -> Condition:
    about, target = found.quantity, (found.target, found.quantity.unit)
    heading = words("conditions.claim", claim=english(about.label), value=words.amount(*target))
    made = _condition(about.code, heading, found.crossings, target, found.model, words)
    return replace(made, sentences=(*made.sentences, _together(found, words)))


def _together(found: WouldHaveToBeTrue, words: Language) -> Markup:
    if found.together is None:
        return words("conditions.no_help")
    if found.together.error is not None:
        return words("conditions.together_failed")
    mean = _at(found.together, 1.0, found.quantity.unit, words)
    parts = {"count": len(found.favourable), "mean": mean}
    if not found.together.crossed:
        return words("conditions.together", **parts)
    share = words.share(found.together.at.mean)
    return words("conditions.together_enough", share=share, **parts)


def _condition(
    name: str,
    heading: Markup,
    crossings: Sequence[Crossing],
    target: tuple[float, str],
    stated: Spread,
    words: Language,
) -> Condition:
    """Answer in words, and a table of the assumptions that change the figure."""
    value, unit = target
    moving = [one for one in crossings if not one.without_effect]
    moving.sort(key=lambda one: (_RANK.index(_reach(one)), _left(one, value)))
    word = crossings[0].no_price_at(crossings[0].move.stated)
    mean, around = _amount(stated.mean, word, unit, words), _range(stated, unit, words)
    first = words("conditions.as_stated", mean=mean, range=around)
    names = ("assumption", "stated", "plausible", "at_ends", "needed", "reached")
    shown = words("format.money") if unit == "DKK" else words(f"units.{unit}")
    within = all(one.move.fixed == (True, True) for one in moving)
    table = PageTable(
        f"conditions-{name}",
        Markup("{}: {}").format(words("conditions.table"), heading),
        heads(words, *names, unit=shown),
        [_row(one, unit, words) for one in moving],
        words("conditions.note_within" if within else "conditions.note"),
        sortable=True,
    )
    return Condition(heading, (first, _who_gets_there(moving, value, unit, words)), table)


def _reach(one: Crossing) -> str:
    if one.error is not None:
        return "failed"
    if one.crossed:
        return "inside" if one.inside else "outside"
    return "not_within" if one.move.fixed == (True, True) else "never"


def _best_end(one: Crossing, aim: float) -> tuple[float, float]:
    """End of the plausible range with the mean nearer to a figure, and that mean."""
    ends = [(x, one.mean_at(x)) for x in (one.move.low, one.move.high)]
    known = [end for end in ends if math.isfinite(end[1])]
    return min(known, key=lambda end: abs(end[1] - aim), default=(math.nan, math.nan))


def _left(one: Crossing, aim: float) -> float:
    """How far the nearer end of the plausible range stays from a figure."""
    left = abs(_best_end(one, aim)[1] - aim)
    return math.inf if math.isnan(left) else left


def _who_gets_there(moving: Sequence[Crossing], aim: float, unit: str, words: Language) -> Markup:
    there = [one for one in moving if one.inside]
    if there:
        named = [_named(one, words) for one in there[:_NAMED]]
        if len(there) > _NAMED:
            named.append(words("conditions.many", count=len(there) - _NAMED))
        return words("conditions.alone", paths=Markup("; ").join(named))
    if not moving:
        return words("conditions.no_help")
    nearest = min(moving, key=lambda one: _left(one, aim))
    end, _ = _best_end(nearest, aim)
    reached = {"end": words.brief(end), "mean": _at(nearest, end, unit, words)}
    return words("conditions.nobody", path=_named(nearest, words), **reached)


def _at(one: Crossing, x: float, unit: str, words: Language) -> Markup:
    """What a figure is with a number at x."""
    return _amount(one.mean_at(x), one.no_price_at(x), unit, words)


def _named(one: Crossing, words: Language) -> Markup:
    return Markup("<em>{}</em>").format(field_label(one.move.path, words))


def _row(one: Crossing, unit: str, words: Language) -> PageRow:
    move, at = one.move, one.at
    needed = "–"
    if one.crossed:
        needed = f"{words.brief(at.mean)} ({words.between(words.brief, at.ci_low, at.ci_high)})"
    ends = (one.mean_at(move.low), one.mean_at(move.high))
    shown = words.in_millions if unit == "DKK" else words.brief
    lost = [one.no_price_at(end) for end in (move.low, move.high)]
    both = [str(words(f"format.{w}")) if w else shown(x) for w, x in zip(lost, ends, strict=True)]
    low, high = both
    moved = words.between(shown, *ends) if not any(lost) else words("format.to", low=low, high=high)
    reach = _reach(one)
    return (
        worded(field_label(move.path, words, code=True)),
        PageCell(words.brief(move.stated), move.stated),
        PageCell(words.between(words.brief, move.low, move.high)),
        PageCell(moved, max(ends) - min(ends)),
        PageCell(needed, at.mean if one.crossed else None),
        PageCell(words(f"conditions.{reach}"), float(_RANK.index(reach)), left=True),
    )


def assumptions_table(results: Results, words: Language) -> PageTable:
    """Every number of scenario and price list with range, kind, reason and sources."""
    listed = ((results.scenario, ""), (results.comparison.prices, _PRICES))
    tied = results.scenario.correlations
    rows = [
        _row_of_number(row, prefix, tied, words)
        for of, prefix in listed
        for row in register(of).rows
    ]
    return PageTable(
        "assumptions-table",
        words("tables.assumptions", count=words.whole(len(rows))),
        heads(words, "assumption", "number", "plausible", "kind", "why"),
        rows,
        sortable=True,
    )


def _row_of_number(
    row: RegisterRow, prefix: str, tied: Sequence[Correlation], words: Language
) -> PageRow:
    stated = row.assumption
    plausible = ""
    why = [_why(prefix, stated.sources, stated.formula, stated.reason)] if stated else []
    why += [_goes_with(row.path, one, words) for one in tied if prefix + row.path in one.of]
    if stated and stated.low is not None and stated.high is not None:
        plausible = words.between(words.brief, stated.low, stated.high)
    if row.outside:
        plausible += f" ({words('assumptions.outside')})"
    return (
        worded(field_label(prefix + row.path, words, code=True)),
        _value(row.value, words),
        PageCell(plausible),
        worded(words(f"kinds.{row.kind}")),
        worded(Markup(" ").join(why)),
    )


def _value(value: object, words: Language) -> PageCell:
    if is_number(value):
        return PageCell(words.brief(float(value)), float(value))
    if isinstance(value, (list, tuple)):
        return PageCell("; ".join(_step(one, words) for one in value))
    return PageCell(Markup('<code class="value" lang="en">{}</code>').format(readable(value)))


def _step(step: object, words: Language) -> str:
    """One number of a list: plain, from a date, from a week, or of a band of weeks."""
    if is_number(step):
        return words.brief(float(step))
    assert isinstance(step, Mapping)
    if "share" in step:
        number = words.brief(step["share"])
        return words("format.band", number=number, low=step["from"], high=step["to"])
    several = step["value"] if isinstance(step["value"], tuple) else (step["value"],)
    number = "; ".join(words.brief(one) for one in several)
    if "from_week" in step:
        return words("format.from_week", number=number, week=step["from_week"])
    day = dt.date.fromisoformat(str(step["from"]))
    return words("format.from", number=number, date=f"{day.day}.{day.month}.{day.year}")


def _goes_with(path: str, stated: Correlation, words: Language) -> Markup:
    """With which other number one goes together, how far and why."""
    other = stated.of[stated.of[0] == path]
    named, rho = field_label(other, words), words.brief(stated.rank_correlation)
    told = words("assumptions.goes_with", path=named, rho=rho)
    return Markup("{} {}").format(told, _why("", stated.sources, stated.reason)).rstrip()


def _why(prefix: str, sources: Sequence[str], *given: str | None) -> Markup:
    """Formula and reason in the file's language, and sources."""
    texts = [english(text) for text in given if text]
    links = [
        Markup('<a href="#{}"><code>{}</code></a>').format(_anchor(code, prefix), code)
        for code in sources
    ]
    cited = [Markup("[{}]").format(Markup(", ").join(links))] if links else []
    return Markup(" ").join([*texts, *cited])


def _anchor(code: str, prefix: str) -> str:
    return f"source-{prefix.replace('.', '-')}{code}"


def cited_sources(results: Results) -> Iterator[tuple[str, str, Markup]]:
    """Publications of scenario and price list: anchor, code and citation with its link."""
    lists = ((results.scenario.sources, ""), (results.comparison.prices.sources, _PRICES))
    for prefix, code, source in ((end, *one) for found, end in lists for one in found.items()):
        where = f"https://doi.org/{source.doi}" if source.doi else source.url or ""
        text = escape(f"{source.author} ({source.year}). {source.title.strip()}. ")
        link = Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(where.strip())
        yield _anchor(code, prefix), code, text + link


def record_table(results: Results, words: Language, facts: Mapping[str, object]) -> PageTable:
    """The run in a few rows: scenarios, prices, futures, seed, engine, versions, machine."""
    record = results.comparison.record
    changed = [*results.scenario.entries_changed, *record.prices.entries_changed]
    other = results.comparison.baseline.scenario.name
    if results.default_baseline:
        other = words("record.default_baseline", name=results.scenario.name)
    played = {
        "comparison": words.whole(len(record.replications)),
        "curve": words.whole(results.curve.cells.plan.count if results.curve is not None else 0),
        "searches": words.whole(results.searches),
    }
    rows: list[tuple[str, str]] = [
        ("scenario", results.scenario.name),
        ("baseline", other),
        ("prices", words.price_list(record.prices, results.scenario)),
        ("replications", words("record.replications_parts", **played)),
        ("seed", str(record.seed)),
        ("engine", record.engine),
        ("versions", str(facts["versions"])),
        ("system", words("record.system_text", system=facts["system"], cores=facts["cores"])),
        ("seconds", words("record.seconds_text", seconds=facts["seconds"])),
        *([("changed", Markup("<code>{}</code>").format(", ".join(changed)))] if changed else []),
    ]
    cells = [(worded(words(f"record.{name}")), worded(text)) for name, text in rows]
    header = heads(words, "entry", "number")
    return PageTable("record-table", words("tables.files"), header, cells)


def command_again(results: Results, words: Language) -> str | None:
    """Command that makes the report again; None of what was made in Python, in part or whole."""
    record = results.comparison.record
    count = len(record.replications)
    other = None if results.default_baseline else results.comparison.baseline.scenario
    named = [one for one in (results.scenario, other, record.prices) if one is not None]
    if None in [one.loaded_from for one in named] or record.replications != list(range(count)):
        return None
    scenario, *baseline, prices = [as_argument(str(one.loaded_from)) for one in named]
    page = re.sub(r"[^\w.]+", "-", results.scenario.name).strip("-.") or "report"
    return " ".join(
        [
            f"jobsim report {scenario}",
            *(f"--baseline {one}" for one in baseline),
            f"-o {page}-again.html --language {words.code}",
            f"--replications {count} --seed {record.seed}",
            *([f"--prices {prices}"] if prices != "denmark" else []),
        ]
    )


def _by_item(sections: Mapping[str, str]) -> dict[str, str]:
    """Section that meets each item, or why none does, items in the order of their numbers."""
    pairs = [(item, section) for section, items in sections.items() for item in items.split()]
    return dict(sorted(pairs, key=lambda pair: [int(part) for part in pair[0].split(".")]))


STRESS = _by_item(
    {
        "question": "1.1 4.2",
        "payers": "1.2 4.3",
        "conditions": "1.3",
        "method": "2.1 2.2 2.4 2.5.1 2.5.2 2.5.4 2.5.5 4.1",
        "record": "2.3 5.1 5.2 5.3 5.4 6.1",
        "assumptions": "2.5.3 3.1 3.2 3.3",
        "not_priced": "3.4",
    }
)
"""Items of STRESS-DES, each with the section that meets it."""
CHEERS = _by_item(
    {
        "question": "1 3 5 6 7 9",
        "answer": "2",
        "payers": "8 10 11 13 15 19 23",
        "conditions": "20 24",
        "claims": "26",
        "method": "4 12 16 17 18 21",
        "assumptions": "14 22",
        "not applicable": "25",
        "missing": "27 28",
    }
)
"""Items of CHEERS 2022, each with the section that meets it, or why none does."""

_STATUS = {"missing": "missing", "not applicable": "not_applicable"}


def missing(items: Mapping[str, str]) -> int:
    """How many items the report does not meet."""
    return sum(where == "missing" for where in items.values())


def checklist(
    name: str, items: Mapping[str, str], words: Language, facts: Mapping[str, object]
) -> PageTable:
    """Every item with where and how the report meets it, or the reason why not."""
    return PageTable(
        f"{name}-table",
        words(f"tables.{name}", missing=missing(items)),
        heads(words, "item", "how", "where", "status"),
        [_item(name, item, where, words, facts) for item, where in items.items()],
    )


def _item(
    name: str, item: str, where: str, words: Language, facts: Mapping[str, object]
) -> PageRow:
    status = _STATUS.get(where, "reported")
    link = Markup("–")
    if status == "reported":
        link = Markup('<a href="#{}">{}</a>').format(where, words(f"sections.{where}"))
    title = Markup("{} {}").format(item, words(f"{name}.{item}.title"))
    texts = (title, words(f"{name}.{item}.text", **facts), link, words(f"status.{status}"))
    return tuple(map(worded, texts))
