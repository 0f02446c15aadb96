"""What it costs, and whose purse: price lists, posting of volumes to payers, present value.

May import errors, calendar, vocabulary and scenario, never engines: a price list prices the volumes
of any engine, and one simulation can be priced under many lists.
"""

from jobsim.ledger.benefits import benefit_per_week, ramp_warnings
from jobsim.ledger.displacement import after_displacement
from jobsim.ledger.posting import post, sums
from jobsim.ledger.prices import Prices, checked_prices
from jobsim.ledger.weekly import discount_factors, present_value, social_present_value

__all__ = [
    "Prices",
    "after_displacement",
    "benefit_per_week",
    "checked_prices",
    "discount_factors",
    "post",
    "present_value",
    "ramp_warnings",
    "social_present_value",
    "sums",
]
