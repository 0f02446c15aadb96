"""The vectorised engine with its state arrays copied at four moments of every week."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import numpy.typing as npt

from jobsim.engines.vector.engine import Play

__all__ = ["Watched"]

Ints = npt.NDArray[np.int64]
_STATE = ("status", "track", "due", "held", "calls", "level", "works_from", "route", "barred")


class Watched(Play):
    """Play that remembers the week's state before it, before and after admission, and at the tally.

    `before`, `unadmitted`, `admitted_` and `tallied` hold copies of the state arrays; `flow` holds
    what the week added to each volume, ``[replication, ...]``.
    """

    def week(self, t: int) -> None:
        month = self.tables.month_of_week[t]
        self.before = self._copy()
        volumes = {name: array[:, month].copy() for name, array in self.volumes.items()}
        super().week(t)
        self.flow = {name: self.volumes[name][:, month] - start for name, start in volumes.items()}

    def _admit(self, t: int) -> None:
        self.unadmitted = self._copy()
        super()._admit(t)
        self.admitted_ = self._copy()

    def _tally(self, t: int) -> None:
        self.tallied = self._copy()
        super()._tally(t)

    def _copy(self) -> SimpleNamespace:
        return SimpleNamespace(**{name: getattr(self, name).copy() for name in _STATE})

    def count(self, who: npt.NDArray[np.bool_], *columns: tuple[Ints, int]) -> Ints:
        """Count persons by replication and by columns, each (value of every person, how many)."""
        shape = (self.n_reps, *(size for _, size in columns))
        places = [self.rep[who], *(values[who] for values, _ in columns)]
        flat = np.ravel_multi_index(places, shape)
        return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)
