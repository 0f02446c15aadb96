"""How much a figure that nobody has collected yet would say; may import arrays alone.

Linear and normal: over draws of a posterior, an outcome is regressed on what a figure would be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jobsim.arrays import Floats

_NOTHING = 1e-12
"""Share of a variance below which nothing is left of it but rounding."""


@dataclass(frozen=True, eq=False)
class Ahead:
    """Figures that could be collected, given those that were.

    Parameters
    ----------
    variance : float
        Of the outcome over draws, Monte Carlo noise taken away.
    shares : float64[figures]
        Expected share of that variance which each figure alone would take away.
    expected : float64[draws, figures]
        What each would be on average under a draw.
    about : float64[figures, figures]
        Covariance of the figures about that: chance of the one future, and their errors.
    """

    variance: float
    shares: Floats
    expected: Floats
    about: Floats

    @classmethod
    def of(
        cls,
        outcome: Floats,
        figures: Floats,
        errors: Floats,
        fitted: Floats,
        seen: Floats,
        seen_errors: Floats,
    ) -> Ahead:
        """What figures would say of an outcome.

        Parameters
        ----------
        outcome : float64[draws, futures]
            Under each draw of the posterior, in the same futures.
        figures : float64[k, draws, futures], those that could be collected
        errors : float64[k], standard deviation of each about what it measures
        fitted : float64[j, draws, futures], those that the posterior was learned from
        seen, seen_errors : float64[j], what they were, and their errors

        Notes
        -----
        The real place is one future, and part of it was seen. With W the covariance of figures
        of one future, a new figure x is expected at ``m(θ) + B (seen − fitted(θ))``, where
        ``B = W_xf (W_ff + E_f)⁻¹``, and varies about it by ``v = W_xx − B W_fx + e²``: what was
        seen already says nothing more. Over draws θ,
        ``share = cov(outcome, x)² / (var(outcome) · (var(x) + v))``, the squared correlation of
        outcome and expected figure being that of draws not seen:
        ``1 − (1 − r²)(n − 1)/(n − 2)``.

        Examples
        --------
        >>> theta = np.linspace(-1, 1, 400)[:, None] * np.ones((1, 2))
        >>> luck = np.array([[1.0, -1.0]])
        >>> nothing = np.zeros((0, 400, 2)), np.zeros(0), np.zeros(0)
        >>> found = Ahead.of(theta, (theta + luck)[None], np.zeros(1), *nothing)
        >>> round(1 / float(found.shares[0]) - 1, 1)  # variance of luck, 2, over that of theta, 1/3
        6.0
        """
        k, draws = len(figures), outcome.shape[0]
        values = np.concatenate([outcome[None], figures, fitted])
        between, within = _layout(values)
        new, old = slice(1, k + 1), slice(k + 1, None)
        known = within[old, old] + np.diag(seen_errors**2)
        news = within[new, old] @ np.linalg.pinv(known, hermitian=True)
        about = within[new, new] - news @ within[old, new] + np.diag(errors**2)
        less = np.eye(len(values))[: k + 1]
        less[1:, old] = -news
        joint = less @ between @ less.T
        means = values.mean(axis=2)
        expected = means[new].T + (seen - means[old].T) @ news.T
        size = np.diagonal(within)[new] + np.diagonal(between)[new] + errors**2
        variance = max(0.0, float(joint[0, 0]))
        shares = _shares(joint, np.diagonal(about), size, draws)
        return cls(variance, shares, np.asarray(expected), np.asarray(about))


def _layout(values: Floats) -> tuple[Floats, Floats]:
    """Covariance of expected values over draws, noise taken away, and that of single futures.

    Draws share their futures: what is left beside both is the noise of a mean over futures.
    """
    _, n, m = values.shape
    rows = values.mean(axis=2)
    centred = values - rows[:, :, None]
    rest = centred - centred.mean(axis=1, keepdims=True)
    noise = np.einsum("anm,bnm->ab", rest, rest) / ((n - 1) * (m - 1))
    within = np.einsum("anm,bnm->ab", centred, centred) / (n * (m - 1))
    return np.atleast_2d(np.cov(rows)) - noise / m, within


def _shares(joint: Floats, about: Floats, size: Floats, draws: int) -> Floats:
    """Shares of the first variance that the others take away; 0 where they do not vary."""
    spread, shared = np.diagonal(joint)[1:], joint[0, 1:]
    tells = (spread > _NOTHING * size) & (joint[0, 0] > 0)
    found = np.zeros(len(spread))
    squared = np.minimum(1.0, shared[tells] ** 2 / (joint[0, 0] * spread[tells]))
    unseen = np.maximum(0.0, 1.0 - (1.0 - squared) * (draws - 1) / (draws - 2))
    found[tells] = unseen * spread[tells] / (spread[tells] + np.maximum(0.0, about[tells]))
    return found
