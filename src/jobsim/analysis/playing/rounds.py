"""Cells of a search, played round by round on the same luck; may import cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice

from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.playing.cells import Cells, play_cells
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.setting.case import Case


@dataclass
class Rounds:
    """Plays what a search asks for next; what the first round settled holds for the others.

    The first round settles the engine and, with replications="auto", how many replications the
    asked precision takes.

    Parameters
    ----------
    quantities : tuple of Quantity
    label : str, words before the progress bar
    how : RunOptions, complete
    """

    quantities: tuple[Quantity, ...]
    label: str
    how: RunOptions

    def play(self, case: Case, changes: Sequence[Mapping[str, object]]) -> Cells:
        """Play changes of a case; its baseline stays."""
        cells = play_cells(case, changes, self.quantities, both=False, label=self.label, **self.how)
        plan = cells.plan
        self.how = {
            **self.how,
            "replications": plan.replications,
            "precision": None,
            "engine": plan.engine,
        }
        return cells

    def afresh(self) -> Rounds:
        """Rounds of as many other replications: the first numbers that were not played so far."""
        used = self.how["replications"]
        assert not isinstance(used, str)
        played = set(range(used) if isinstance(used, int) else used)
        others = list(islice((one for one in count() if one not in played), len(played)))
        return Rounds(self.quantities, self.label, {**self.how, "replications": others})
