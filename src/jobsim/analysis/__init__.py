"""Which question is asked of the volumes and their prices, one file per question.

What questions share is in rooms: `outcomes` (measures, money, spreads, rows), `playing` (settings,
players, cells, workers), `uncertainty` (distributions and draws), `searching` (best budgets,
crossings, limits), `attributing`, `deciding` (choices on plain arrays), `lives` (single persons)
and `printing`.

May import draws, scenario, engines and ledger. Names below are those that other parts need most;
every other question is imported from its own file, which only then loads what it needs.
"""

from jobsim.analysis.compare import compare
from jobsim.analysis.comparison import Comparison
from jobsim.analysis.life import Life, life
from jobsim.analysis.lives.parting import Parting
from jobsim.analysis.outcome import Outcome, run
from jobsim.analysis.summarise import summarise
from jobsim.analysis.summary import Summary
from jobsim.analysis.verification import Verification, verify
from jobsim.analysis.why import why

__all__ = [
    "Comparison",
    "Life",
    "Outcome",
    "Parting",
    "Summary",
    "Verification",
    "compare",
    "life",
    "run",
    "summarise",
    "verify",
    "why",
]
