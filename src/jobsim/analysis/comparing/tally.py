"""All estimates of a comparison, block of replications by block; may import samples and claims."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jobsim.analysis.comparing.samples import Key, Row, Sample, samples_of
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.accumulators import Accumulator, Mean
from jobsim.analysis.outcomes.claims import Verdict, outcomes
from jobsim.analysis.outcomes.paired import Paired
from jobsim.analysis.playing.precision import Reached
from jobsim.ledger import Prices
from jobsim.scenario import Claim, Scenario

Floats = npt.NDArray[np.float64]


@dataclass
class _Level:
    """Running mean of a level, not a number where there is none."""

    total: float = 0.0
    n: int = 0

    def add(self, values: Floats | None) -> None:
        if values is not None:
            self.total += float(values.sum())
            self.n += len(values)

    @property
    def mean(self) -> float:
        return self.total / self.n if self.n else math.nan


@dataclass
class _Line:
    """Everything that a row is made of."""

    stream: Accumulator
    scenario: _Level = field(default_factory=_Level)
    baseline: _Level = field(default_factory=_Level)

    def add(self, sample: Sample) -> None:
        self.stream.add(sample.values)
        self.scenario.add(sample.scenario)
        self.baseline.add(sample.baseline)

    def row(self, key: Key) -> Row:
        s = self.stream.spread()
        return Row(
            measure=key.measure,
            year=key.year,
            group=key.group,
            payer=key.payer,
            scenario=self.scenario.mean,
            baseline=self.baseline.mean,
            difference=s.mean,
            se=s.se,
            ci_low=s.ci_low,
            ci_high=s.ci_high,
            range_low=s.range_low,
            range_high=s.range_high,
            unit=key.unit,
        )


class Tally:
    """Rows, verdicts and the municipality's mean increments, without keeping replications."""

    def __init__(self) -> None:
        self.replications = 0
        self._lines: dict[Key, _Line] = {}
        self._claims: dict[str, tuple[Claim, str, Mean]] = {}
        self._municipal: Floats = np.zeros(0)

    def add(self, paired: Paired) -> None:
        """Add a block of replications."""
        self.replications += paired.replications
        for sample in samples_of(paired):
            line = self._lines.setdefault(sample.key, _Line(sample.stream()))
            line.add(sample)
        for code, claim in paired.played.scenario.claims.items():
            values, unit = outcomes(code, claim, paired)
            self._claims.setdefault(code, (claim, unit, Mean()))[2].add(values)
        own = paired.increments.sel(payer="municipality").sum("replication")
        total = own.transpose("line", "month").values
        self._municipal = self._municipal + total if self._municipal.size else total

    def rows(self) -> tuple[Row, ...]:
        """Every number of the comparison, from everything added so far."""
        return tuple(line.row(key) for key, line in self._lines.items())

    def verdicts(self) -> tuple[Verdict, ...]:
        """The scenario's claims beside the model."""
        return tuple(
            Verdict(code, claim, mean.spread(), unit)
            for code, (claim, unit, mean) in self._claims.items()
        )

    def summary(
        self,
        scenario: Scenario,
        baseline: Scenario,
        prices: Prices,
        *,
        numbers: Sequence[int],
        seed: int,
        engine: str,
        reached: Reached | None = None,
    ) -> Summary:
        """Everything added so far, with what is needed to play it again."""
        return Summary(
            scenario=scenario,
            baseline=baseline,
            prices=prices,
            numbers=numbers,
            seed=seed,
            engine=engine,
            rows=self.rows(),
            verdicts=self.verdicts(),
            municipal=np.asarray(self._municipal / self.replications),
            reached=reached,
        )
