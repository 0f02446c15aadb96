"""Behind decisions 0015 and 0016: python -m benchmarks.uncertainty QUESTION [--tables N].

information: how often stated intervals of EVPI and EVPPI hold the truth, near and far from a tie.
points:      how far few points in many dimensions tie pairs of numbers together.
ranks:       how often a number without any effect is ranked above noise.
tie:         intervals of EVPI in a town whose two options tie exactly, all draws on the same luck.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from scipy.stats import beta, lognorm, norm

from jobsim.analysis.deciding.information import Information
from jobsim.analysis.playing.points import DESIGNS, dependence, unit_points
from jobsim.arrays import Floats
from jobsim.engines.progress import counted_off
from jobsim.questions.interval_decisions import loss
from jobsim.questions.psa import psa
from jobsim.questions.rank_assumptions import share_explained
from jobsim.questions.value_of_information import evpi, evppi
from jobsim.scenario import Scenario

__all__: list[str] = []

_CASES = ((0.0, 1.0, 1.0), (0.3, 0.2, 1.0), (1.0, 0.5, 1.0), (-2.0, 1.0, 1.0), (2.5, 1.0, 0.1))
"""Mean of the gain of the second option, and what x and y add for each standard deviation."""
_DRAWS = (64, 128, 256, 512)
_COUNTED = 20
"""From so many draws that change the choice on, tables count them together."""
_NUMBERS, _WITH_EFFECT, _Z = 41, 12, 1.96
_TIED = 0.3
"""Share of one column's variance between bins of another."""
_TOWN_DRAWS, _FUTURES, _TABLES_DOWN = 64, 20, 16
_KNOWN = "groups.job_ready.meeting_gain"
_UNCERTAIN = (_KNOWN, "groups.job_ready.job_finding_hazard_per_week")


def main() -> None:
    """Print one table in Markdown."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.uncertainty",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("question", choices=sorted(_QUESTIONS))
    parser.add_argument("--tables", type=int, help="tables of draws, or seeds, of each kind")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    question, tables = _QUESTIONS[chosen.question]
    for line in question(chosen.tables or tables, chosen.seed):
        print(line, flush=True)


def _heading(*columns: str) -> str:
    return f"| {' | '.join(columns)} |\n|{'---|' + '--:|' * (len(columns) - 1)}"


class _Stated(NamedTuple):
    """One interval and the truth."""

    case: str
    changes: int
    """Draws that change the choice."""
    low: float
    high: float
    truth: float

    @classmethod
    def of(cls, case: str, found: Information, truth: float) -> _Stated:
        return cls(case, found.changes, found.ci_low, found.ci_high, truth)


def _line(name: str, found: list[_Stated]) -> str:
    """How many there are, state no upper end, and miss the truth above and below."""
    stated = [one for one in found if not np.isnan(one.high)]
    missed = [
        sum(one.high < one.truth for one in stated),
        sum(one.low > one.truth for one in stated),
    ]
    shares = (f"{100 * count / max(1, len(stated)):.1f} %" for count in missed)
    unstated = f"{100 * (1 - len(stated) / len(found)):.0f} %"
    return f"| {name} | {len(found):,} | {unstated} | {' | '.join(shares)} |"


_COLUMNS = ("tables", "no upper end", "truth above", "truth below")


def information(tables: int, seed: int) -> Iterator[str]:
    """Coverage by distance from a tie, and by how many draws change the choice."""
    rng = np.random.default_rng(seed)
    found: list[_Stated] = []
    cases = [(draws, *case) for draws in _DRAWS for case in _CASES]
    for draws, mean, known, other in counted_off(cases, "tables", show=True, unit="case"):
        name = f"{mean:g}, {known:g}, {other:g}, {draws}"
        both = loss(mean, float(np.hypot(known, other))), loss(mean, known)
        for _ in range(tables):
            xy = rng.normal(size=(draws, 2))
            benefit = np.column_stack([np.zeros(draws), mean + xy @ (known, other)])
            answers = evpi(benefit), evppi(benefit, xy[:, 0])
            found += [
                _Stated.of(f"{one.kind.upper()}: {name}", one, truth)
                for one, truth in zip(answers, both, strict=True)
            ]
    yield from _by("*m*, *s*, *r*, draws", {one.case: one.case for one in found}, found)
    for kind in ("EVPI", "EVPPI"):
        changes = {str(k): k for k in range(_COUNTED)} | {f"{_COUNTED} or more": _COUNTED}
        of_kind = [
            one._replace(case=_count(one)) for one in found if one.case.startswith(f"{kind}:")
        ]
        yield from _by(f"{kind}: draws that change the choice", changes, of_kind)


def _count(one: _Stated) -> str:
    return str(one.changes) if one.changes < _COUNTED else f"{_COUNTED} or more"


def _by(title: str, cases: Iterable[str], found: list[_Stated]) -> Iterator[str]:
    yield "\n" + _heading(title, *_COLUMNS)
    for case in cases:
        some = [one for one in found if one.case == case]
        if some:
            yield _line(case, some)


def points(tables: int, seed: int) -> Iterator[str]:
    """Dependence of pairs of columns by design."""
    yield _heading("numbers, draws", *(f"{one}: worst pair (pairs > {_TIED})" for one in DESIGNS))
    sizes = [(d, n) for d in (5, 12, 41, 100) for n in (64, 128, 256, 512, 1024)]
    for dimensions, count in sizes:
        cells = []
        for design in DESIGNS:
            shares = [
                dependence(unit_points(design, count, dimensions, seed=seed + turn).values)
                for turn in range(tables)
            ]
            worst = np.mean([one.max() for one in shares])
            tied = np.mean([np.sum(one > _TIED) for one in shares])
            cells.append(f"{worst:.2f} ({tied:.0f})")
        yield f"| {dimensions}, {count:,} | {' | '.join(cells)} |"


def ranks(tables: int, seed: int) -> Iterator[str]:
    """Numbers without effect of which share of variance, EVPPI or both lie above noise."""
    yield _heading("draws, design", "numbers without effect", "EVPPI", "share of variance", "both")
    cases = [(draws, design) for draws in (64, 128, 256) for design in ("sobol", "auto")]
    for draws, design in counted_off(cases, "designs", show=True, unit="case"):
        above = np.array(
            [one for turn in range(tables) for one in _above_noise(draws, design, seed + turn)]
        )
        counts = (*above.sum(axis=0).tolist(), int(above.all(axis=1).sum()))
        yield f"| {draws}, {design} | {len(above):,} | {' | '.join(map(str, counts))} |"


def _above_noise(draws: int, design: str, seed: int) -> Iterator[tuple[bool, bool]]:
    """Whether EVPPI, and share of variance, of each number without effect is above noise."""
    kinds = lognorm(0.5), norm(), beta(2, 5)
    points = unit_points(design, draws, _NUMBERS, seed=seed).values
    drawn = np.column_stack([kinds[i % 3].ppf(column) for i, column in enumerate(points.T)])
    scaled = (drawn - drawn.mean(axis=0)) / drawn.std(axis=0)
    gain = 0.3 + scaled[:, :_WITH_EFFECT] @ (1 / np.arange(1, _WITH_EFFECT + 1))
    benefit = np.column_stack([np.zeros(draws), gain])
    for column in drawn.T[_WITH_EFFECT:]:
        found = evppi(benefit, column)
        explained = max(0.0, found.explained_share)
        share, se = share_explained(column, gain, float(gain.var(ddof=1)), explained)
        yield found.ci_low > 0, share - _Z * se > 1e-9


def tie(tables: int, seed: int) -> Iterator[str]:
    """Coverage in parts of one great table, whose mean over everything makes the options tie."""
    across = -(-tables // _TABLES_DOWN)
    town = _town()
    played = psa(
        town,
        draws=_TOWN_DRAWS * _TABLES_DOWN,
        design="random",
        parameters=list(_UNCERTAIN),
        measures=["net_saving", "placements"],
        replications=_FUTURES * across,
        seed=seed,
    )
    cost, effect = played.costs().values, played.effects().values
    worth = float(cost.mean(axis=(0, 2))[-1] / effect.mean(axis=(0, 2))[-1])
    benefit, known = worth * effect - cost, played.parameters()[_KNOWN].to_numpy()
    truths = evpi(benefit).value, evppi(benefit, known).value
    found = [
        _Stated.of(one.kind.upper(), one, truth)
        for some, drawn in _parts(benefit, known)
        for one, truth in zip((evpi(some), evppi(some, drawn)), truths, strict=True)
    ]
    title = f"{town.name}: {_TOWN_DRAWS} draws on the same {_FUTURES} futures"
    yield from _by(title, ("EVPI", "EVPPI"), found)
    values, futures = " and ".join(f"{one:,.0f}" for one in truths), benefit.shape[2]
    yield f"\nTrue values: {values} DKK, of {len(benefit):,} draws × {futures:,} futures."


def _town() -> Scenario:
    """The town of `jobsim init` on a small scale, for a year."""
    town = Scenario.template()
    return town.with_({"horizon.weeks": 53} | _smaller(town))


def _smaller(town: Scenario) -> dict[str, object]:
    return {f"groups.{name}.stock": group.stock // 10 for name, group in town.groups.items()}


def _parts(benefit: Floats, known: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Tables of some draws on some futures each."""
    draws, _, futures = benefit.shape
    for first in range(0, draws, _TOWN_DRAWS):
        rows = slice(first, first + _TOWN_DRAWS)
        for begin in range(0, futures, _FUTURES):
            yield benefit[rows, :, begin : begin + _FUTURES], known[rows]


_QUESTIONS = {
    "information": (information, 1000),
    "points": (points, 5),
    "ranks": (ranks, 100),
    "tie": (tie, 128),
}

if __name__ == "__main__":
    main()
