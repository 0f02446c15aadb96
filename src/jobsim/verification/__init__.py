"""Checks of the program itself on the user's own scenario: theory and plain arithmetic as judges.

May import text, vocabulary, scenario, engines and ledger, nothing of analysis.
"""

from jobsim.verification.checks import stress_scenario, verify
from jobsim.verification.result import Check, Verification

__all__ = ["Check", "Verification", "stress_scenario", "verify"]
