"""Which question is asked of the volumes and their prices, one file per question.

May import draws, scenario, engines and ledger.
"""

from jobsim.analysis.compare import compare
from jobsim.analysis.comparison import Comparison
from jobsim.analysis.outcome import Outcome, run

__all__ = ["Comparison", "Outcome", "compare", "run"]
