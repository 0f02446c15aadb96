"""Where two paths of one person part, and why; may import life, moments and lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

from jobsim.analysis.lives.life import Life, Moment, folded
from jobsim.text.lines import Lines

if TYPE_CHECKING:
    import pandas as pd


T = TypeVar("T")

_WIDE, _NARROW = (10, 86), (10, 42, 42)


@dataclass(frozen=True)
class Link:
    """How the paths of one person part.

    Parameters
    ----------
    person : int
        Number in the replication, in the world in which the event happens.
    group : str, code
    week : int
    date : date, the fourth day of the week
    event : str, as in the histories
    words : str, the event in words
    world : str, name of the scenario in which it happens (and not in the other)
    kind : str
        "treated" (only one scenario offers it, or it offers more), "queue", "opening", "place" or
        "grant" (others had the turn at a meeting, the small job, the place in the programme, the
        grant), "caseload" (persons per caseworker differed), "numbers" (the scenarios' own numbers
        differ), "absent" (the person lives in one scenario only).
    reason : str, the kind in words
    others : tuple of int
        Numbers of those who had the place, or made the caseload differ, in one world only.
    """

    person: int
    group: str
    week: int
    date: dt.date
    event: str
    words: str
    world: str
    kind: str
    reason: str
    others: tuple[int, ...]

    @property
    def treated(self) -> bool:
        """Whether the policy itself touched the person, and not other persons."""
        return self.kind == "treated"


@dataclass(frozen=True, repr=False, eq=False)
class Parting:
    """Two paths of one person, side by side, and why they part.

    Parameters
    ----------
    scenario_label, baseline_label : str
    scenario : Life
    baseline : Life or None
        The same person's path in the baseline; None if the person does not live there.
    agree : int
        Number of first events that the paths have in common.
    chain : tuple of Link
        How the person's paths part; then those of one of the others named there, and so on back
        to somebody whom the policy itself touched. Empty if the paths never part.
    """

    scenario_label: str
    baseline_label: str
    scenario: Life
    baseline: Life | None
    agree: int
    chain: tuple[Link, ...]

    @property
    def kind(self) -> str:
        """Kind of reason, as in `Link`; "never" if the paths never part."""
        return self.chain[0].kind if self.chain else "never"

    @property
    def week(self) -> int | None:
        """Week of the run in which the paths part; None if they never do."""
        return self.chain[0].week if self.chain else None

    @property
    def date(self) -> dt.date | None:
        """Fourth day of the week in which the paths part; None if they never do."""
        return self.chain[0].date if self.chain else None

    @property
    def treated(self) -> bool:
        """Whether the paths part because the policy itself touched the person."""
        return bool(self.chain) and self.chain[0].treated

    def to_frame(self) -> pd.DataFrame:
        """Both paths side by side, every event by itself.

        Columns: date; event and words in the scenario and in the baseline (missing where nothing
        happens); `same`, true until the paths part.
        """
        import pandas as pd

        columns = ["date", "scenario_event", "scenario_words", "baseline_event", "baseline_words"]
        rows = [(m.date, m.event, m.words, m.event, m.words, True) for m in self._common]
        for date, ours, theirs in _abreast(*([(m.date, m) for m in one] for one in self._own)):
            parts = [(m.event, m.words) if m else (None, None) for m in (ours, theirs)]
            rows.append((date, *parts[0], *parts[1], False))
        frame = pd.DataFrame(rows, columns=[*columns, "same"])
        frame["date"] = pd.to_datetime(frame["date"])
        return frame

    @property
    def _common(self) -> Sequence[Moment]:
        return self.scenario.rows[: self.agree if self.chain else None]

    @property
    def _own(self) -> list[Sequence[Moment]]:
        """What follows the parting in either world."""
        if not self.chain:
            return [(), ()]
        return [life.rows[self.agree :] if life else () for life in (self.scenario, self.baseline)]

    @property
    def _parts(self) -> list[Lines]:
        labels = (self.scenario_label, self.baseline_label)
        parts = [_paragraph(self.scenario.opening, self._common[1:], self.scenario)]
        if not self.chain:
            end = f"The paths never part in {labels[0]} and {labels[1]}."
            return [*parts, Lines(end, (), (), _WIDE)]
        lines = [
            folded(moments, life.notes) if life else []
            for moments, life in zip(self._own, (self.scenario, self.baseline), strict=True)
        ]
        rows = tuple((str(d), a or "", b or "") for d, a, b in _abreast(*lines))
        title = f"The paths part on {self.date}:"
        parts.append(Lines(title, ("", *labels), rows, _NARROW))
        return [*parts, self._because()]

    def _because(self) -> Lines:
        rows, several = [], False
        for link in self.chain:
            lead = "one of them, " if several else ""
            several = len(link.others) > 1
            where = "" if link.kind == "absent" else f", in {link.world} only"
            words = f"{lead}person {link.person}: {link.words}{where}; {link.reason}"
            rows.append((str(link.date), words))
        ends = "followed back to somebody whom the policy itself touched"
        title = f"Why, {ends}:" if len(rows) > 1 and self.chain[-1].treated else "Why:"
        return Lines(
            "Why, by the policy itself:" if self.treated else title, (), tuple(rows), _WIDE
        )

    def __repr__(self) -> str:
        return "\n".join(part.text() for part in self._parts)

    def _repr_html_(self) -> str:
        return "".join(part.html() for part in self._parts)


def _paragraph(title: str, moments: Sequence[Moment], life: Life) -> Lines:
    lines = folded(moments, life.notes)
    return Lines(title, (), tuple((str(date), words) for date, words in lines), _WIDE)


def _abreast(
    ours: Sequence[tuple[dt.date, T]], theirs: Sequence[tuple[dt.date, T]]
) -> list[tuple[dt.date, T | None, T | None]]:
    """Items of two lists by date; those of the same date stand beside each other in order."""
    rows = []
    for date in sorted({date for date, _ in (*ours, *theirs)}):
        columns = ([item for when, item in one if when == date] for one in (ours, theirs))
        rows += [(date, a, b) for a, b in zip_longest(*columns)]
    return rows
