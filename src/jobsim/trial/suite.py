"""Several trials together, as the question answers; may import what came of each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, ClassVar

from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.spread import HIGH, LOW
from jobsim.errors import InputError, nearest, text_of
from jobsim.text.tables import Sentences, Table, counted, number
from jobsim.trial.document import ROLE_WORDS, ROLES
from jobsim.trial.draws import Plays
from jobsim.trial.result import TrialResult, TrialRow, outcomes_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False, eq=False)
class Trials(Result):
    """Trials that were played, beside what was published of them.

    Its table has one row for each outcome of each trial.

    Parameters
    ----------
    results : tuple of TrialResult
    draws, seed : int
    engine : str
    """

    results: tuple[TrialResult, ...]
    draws: int
    seed: int
    engine: str
    _name: ClassVar = "trials"
    _keys: ClassVar = ("trial", "outcome")

    @property
    def record(self) -> None:
        """None: the files of trials, with draws and seed, are what is needed to play them again."""
        return

    @property
    def rows(self) -> tuple[TrialRow, ...]:
        """One for each outcome of each trial."""
        return tuple(row for one in self.results for row in one.rows)

    def of(self, name: str) -> TrialResult:
        """One trial by its name.

        Raises
        ------
        InputError
            If it was not played; the message names the nearest.
        """
        known = {one.trial.name: one for one in self.results}
        if text_of("name", name) not in known:
            raise InputError(f'of: there is no trial "{name}"{nearest(name, known)}')
        return known[name]

    def _lines(self) -> Iterator[dict[str, object]]:
        return (asdict(row) for row in self.rows)

    def _attrs(self) -> dict[str, str | int]:
        names = ", ".join(one.trial.name for one in self.results)
        return {"trials": names, "draws": self.draws, "seed": str(self.seed), "engine": self.engine}

    def needs_frame(self) -> pd.DataFrame:
        """What each uncertain number alone would have to be for each published figure."""
        import pandas as pd

        return pd.DataFrame([line for one in self.results for line in one.needs()])

    def plays_frame(self) -> pd.DataFrame:
        """Effect, trial and trial by chance alone, draw by draw."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"trial": row.trial, "outcome": row.outcome, "draw": draw, **values}
                for one in self.results
                for place, row in enumerate(one.rows)
                for draw, values in enumerate(_draw_by_draw(one.plays, place))
            ]
        )

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        more = {"needs": self.needs_frame()} if any(o.plays.needs for o in self.results) else {}
        return {**super().frames(), **more, "plays": self.plays_frame()}

    def _parts(self) -> list[Table | Sentences]:
        if len(self.results) == 1:
            return [*self.results[0].parts(), self._how_to_read()]
        found: list[Table | Sentences] = []
        for role in ROLES:
            rows = [row for row in self.rows if row.role == role]
            if rows:
                found.append(outcomes_table(f"{_titled(role)}: {_tally(rows)}", rows, _full_name))
        return [*found, self._how_to_read()]

    def _how_to_read(self) -> Sentences:
        rows = self.rows
        told = [
            f"Predicted: mean effect over {counted(self.draws, 'draw')} of the uncertain numbers, "
            "the arms being the same people with the same luck.",
            "Ranges hold 95 %: over parameters that of the effect; over chance that of a trial of "
            "this size with every number as stated; over both that of a trial in each draw.",
            "Inside: what was published lies in the range over both. z: published less predicted, "
            "in standard errors of the estimate and of the parameters together.",
        ]
        if len(rows) > 1:
            told.append(
                f"Of {len(rows)} outcomes, {number(len(rows) * (1 - HIGH + LOW))} would be outside "
                "by chance if all were right; outcomes of one trial go together, so that they are "
                "outside together, too."
            )
        if any(math.isnan(row.published_se) for row in rows):
            told.append("Where no interval stands, none was published: z takes chance instead.")
        if odd := [_full_name(row) for row in rows if not _alike(row)]:
            told.append(
                "Published standard errors below half or above twice those of chance at the "
                f"trial's size: {'; '.join(odd)}."
            )
        if lost := sum(row.undefined for row in rows):
            told.append(f"{counted(lost, 'ratio')} to nothing were left out.")
        return Sentences(tuple(told))


def _alike(row: TrialRow) -> bool:
    """Whether a published standard error is about what chance at the trial's size makes it."""
    known = row.published_se > 0 and row.chance_sd > 0
    return not known or 0.5 <= row.published_se / row.chance_sd <= 2


def _draw_by_draw(plays: Plays, place: int) -> Iterator[dict[str, float]]:
    columns = (plays.expected, plays.both, plays.chance)
    for values in zip(*(one[:, place].tolist() for one in columns), strict=True):
        yield dict(zip(("effect", "trial", "by_chance"), values, strict=True))


def _titled(role: str) -> str:
    words = ROLE_WORDS[role]
    return words[:1].upper() + words[1:]


def _tally(rows: Sequence[TrialRow]) -> str:
    inside = [bool(row.inside) for row in rows]
    if len(inside) == 1:
        return "inside" if inside[0] else "outside"
    return f"{sum(inside)} of {len(inside)} inside"


def _full_name(row: TrialRow) -> str:
    return f"{row.trial}: {row.name}"
