"""What came of pooling trials, as the question answers; may import plays and the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy.special import ndtri

from jobsim.analysis.learning.calibration import how_identified
from jobsim.analysis.outcomes.result import Result
from jobsim.text.tables import Sentences, Table, between, brief, counted, end, number, share
from jobsim.trial.meeting_effects import BETWEEN, MeetingEffects
from jobsim.trial.pooled import PooledEffects, pooled
from jobsim.trial.synthesis import Learned

if TYPE_CHECKING:
    import pandas as pd

_EDGE = 1e-9
_FAR = 1.959963984540054
"""z beyond which a figure hardly goes with the others."""


@dataclass(frozen=True)
class EffectRow:
    """One number before and after the trials.

    Parameters
    ----------
    parameter, label : str
    prior, prior_low, prior_high : float
        Median, and between which values 95 % lie.
    posterior, low, high : float
        The same after the trials.
    contraction : float
        1 less the variance of its normal score of the prior: 0 nothing was learned, 1 everything;
        below 0 the trials contradict what was thought.
    identified : str
        identified, partly or not: as of a calibration.
    """

    parameter: str
    label: str
    prior: float
    prior_low: float
    prior_high: float
    posterior: float
    low: float
    high: float
    contraction: float
    identified: str


@dataclass(frozen=True, repr=False, eq=False)
class Synthesis(Result):
    """Numbers of meetings, estimated from trials together.

    Parameters
    ----------
    effects : MeetingEffects
        Numbers and what was thought of them.
    learned : Learned
    draws, seed : int
    """

    effects: MeetingEffects
    learned: Learned
    draws: int
    seed: int
    _name: ClassVar = "effects"
    _keys: ClassVar = ("parameter",)

    @property
    def record(self) -> None:
        """None: files of trials, draws and seed are what is needed to play it again."""
        return

    @cached_property
    def rows(self) -> tuple[EffectRow, ...]:
        """One for each number."""
        return tuple(self._row(name) for name in self.effects.parameters)

    def _row(self, name: str) -> EffectRow:
        prior = self.effects.parameters[name].frozen()
        values = self.learned.values[name]
        scores = ndtri(np.clip(prior.cdf(values), _EDGE, 1 - _EDGE))
        contraction = float(1 - np.var(scores))
        before, before_low, before_high = prior.ppf([0.5, 0.025, 0.975]).tolist()
        after, low, high = np.quantile(values, [0.5, 0.025, 0.975]).tolist()
        return EffectRow(
            parameter=name,
            label=self.effects.labels[name],
            prior=before,
            prior_low=before_low,
            prior_high=before_high,
            posterior=after,
            low=low,
            high=high,
            contraction=contraction,
            identified=how_identified(contraction),
        )

    def _lines(self) -> Iterator[dict[str, object]]:
        return (asdict(row) for row in self.rows)

    def _attrs(self) -> dict[str, str | int]:
        names = ", ".join(one.name for one in self.learned.evidence)
        return {"trials": names, "draws": self.draws, "seed": str(self.seed)}

    def draws_frame(self) -> pd.DataFrame:
        """Draws of the posterior, equally likely: a row for each, a column for each number."""
        import pandas as pd

        return pd.DataFrame(dict(self.learned.values))

    def trials_frame(self) -> pd.DataFrame:
        """What was published, and what the posterior says of the same trial."""
        import pandas as pd

        return pd.DataFrame(list(self._trials()))

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        return {**super().frames(), "trials": self.trials_frame(), "draws": self.draws_frame()}

    @cached_property
    def pooled(self) -> PooledEffects:
        """Entries of an assumption register, for a place that none of the trials was in."""
        trials = {one.name: one.people for one in self.learned.evidence}
        return pooled(self.effects, self.learned.values, trials, self.seed)

    def _trials(self) -> Iterator[dict[str, Any]]:
        for one, expected, sd in zip(
            self.learned.evidence, self.learned.expected, self.learned.sd, strict=True
        ):
            errors = np.sqrt(np.diag(one.error))
            places = self.learned.values[BETWEEN][:, None] * expected
            beside = np.mean(places**2, axis=0) + np.var(expected, axis=0) + sd**2
            for place, i in enumerate(one.places):
                outcome = one.theatre.trial.outcomes[i]
                apart = outcome.estimate - float(expected[:, place].mean())
                low, high = np.quantile(expected[:, place], [0.025, 0.975]).tolist()
                yield {
                    "trial": one.name,
                    "outcome": outcome.label,
                    "unit": outcome.unit,
                    "published": outcome.estimate,
                    "standard_error": float(errors[place]),
                    "fitted": float(expected[:, place].mean()),
                    "low": low,
                    "high": high,
                    "surface_sd": float(sd[place]),
                    "z": apart / float(np.hypot(errors[place], np.sqrt(beside[place]))),
                }

    def _parts(self) -> list[Table | Sentences]:
        rows = tuple(
            (
                row.label,
                brief(row.prior),
                between(end, row.prior_low, row.prior_high),
                brief(row.posterior),
                between(end, row.low, row.high),
                share(row.contraction),
                row.identified,
            )
            for row in self.rows
        )
        header = ("", "before", "95 %", "after", "95 %", "contraction", "identified")
        fitted = tuple(
            (
                f"{one['trial']}: {one['outcome']}, {one['unit']}",
                number(one["published"]),
                number(one["standard_error"]),
                number(one["fitted"]),
                between(number, one["low"], one["high"]),
                number(one["z"], sign=True),
            )
            for one in self._trials()
        )
        return [
            Table("What trials together say of meetings", header, rows),
            Table("The same trials", ("", "published", "se", "fitted", "95 %", "z"), fitted),
            Sentences(self._how_to_read()),
        ]

    def _conflicts(self) -> Iterator[str]:
        """What to say where figures can hardly all be true, one for each side that is off."""
        off = [one for one in self._trials() if abs(one["z"]) > _FAR]
        if off:
            named = ", ".join(f"{one['trial']} ({one['outcome']})" for one in off)
            yield (
                f"Hardly true together with the others, whatever the place: {named}. Look at what "
                "its arms did and at its standard error before these numbers are used."
            )

    def _how_to_read(self) -> tuple[str, ...]:
        return (
            *self._conflicts(),
            "Before and after: medians, and between which values 95 % lie.",
            "Contraction: 1 less the variance of a number's normal score of the prior; below 0 the "
            "trials contradict what was thought.",
            "Fitted: mean effect of the model, without the spread between places, which says how "
            "far the true effect of one trial may be from it. z: published less fitted, in "
            "standard errors of all, that spread among them.",
            f"{counted(self.draws, 'draw')} of the prior and as many of the posterior were played "
            f"of each trial; effective size of the posterior {self.learned.sampled.ess:,.0f}.",
        )
