"""One uniform number at a time, in plain Python, for an engine that draws event by event.

Imports nothing of jobsim, so that it can stand against the vectorised Philox: a test holds the two
equal on many keys.
"""

from __future__ import annotations

__all__ = ["uniform_number"]

_WORD = 0xFFFFFFFF


def uniform_number(
    seed: int, *, stream: int, n: int, k: int, origin: int, group_key: int, replication: int
) -> float:
    """One uniform number strictly between 0 and 1: the same as `uniform` for the same key.

    Parameters
    ----------
    seed, stream, n, k, origin, group_key, replication : int
        As in `jobsim.draws.uniform`.

    Examples
    --------
    >>> key = dict(stream=6, n=0, k=17, origin=0, group_key=1, replication=0)
    >>> 0.0 < uniform_number(1, **key) < 1.0
    True
    """
    c0, c1, c2, c3 = k, origin << 8 | group_key, stream << 24 | n, replication
    k0, k1 = seed & _WORD, seed >> 32
    for _ in range(10):
        product0, product1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1 = (product1 >> 32) ^ c1 ^ k0, product1 & _WORD
        c2, c3 = (product0 >> 32) ^ c3 ^ k1, product0 & _WORD
        k0, k1 = (k0 + 0x9E3779B9) & _WORD, (k1 + 0xBB67AE85) & _WORD
    return (((c0 >> 6) << 26 | c1 >> 6) + 0.5) * 2.0**-52
