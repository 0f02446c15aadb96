"""How a scenario is played: tables, roster, engines and the integer volumes they return.

May import vocabulary, draws and scenario, never prices. Every engine reads the same tables and the
same roster and returns the same integers.
"""

from jobsim.engines.choice import ENGINES
from jobsim.engines.simulate import histories, simulate

__all__ = ["ENGINES", "histories", "simulate"]
