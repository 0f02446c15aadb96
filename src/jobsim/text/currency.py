"""The currency of amounts, in texts that are written for kroner. Imports nothing of jobsim."""

from __future__ import annotations

import re

CURRENCY = "DKK"
"""What amounts are in unless scenario and price list say otherwise; texts are written for it."""

_MONEY = re.compile(r"\bDKK\b|\b(?:Danish |Danske )?[Kk]roner?\b|\bkr\.")


def in_currency(text: str, currency: str) -> str:
    """A text that was written for kroner, with another currency in their place.

    Results, pictures and reports pass what they show through here, once, at the door.

    Examples
    --------
    >>> in_currency("DKK saved per krone spent, mio. kr.", "SEK")
    'SEK saved per SEK spent, mio. SEK'
    """
    return text if currency == CURRENCY else _MONEY.sub(currency, text)
