"""Pairing by key: the difference to the baseline is far steadier than with independent luck."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from jobsim.engines import simulate
from jobsim.scenario import Scenario

REPLICATIONS = 40


def placements(scenario: Scenario, seed: int) -> npt.NDArray[np.int64]:
    volumes = simulate(scenario, replications=REPLICATIONS, seed=seed, progress=False)
    return np.asarray(volumes.placements.sum(["month", "group", "route"]).values)


def test_pairing_by_key_lowers_the_variance_of_the_difference_tenfold() -> None:
    """With 40 pairs each variance has a relative standard error of sqrt(2 / 39) = 23 %.

    The ratio found is below 0.01, so that a true ratio of 0.1 lies ten errors away; two
    independent seeds give a ratio around 1, the negative control.
    """
    scenario = Scenario.load("esbjerg-2018")
    baseline = scenario.without_programmes()
    with_programmes, without = placements(scenario, 1), placements(baseline, 1)
    independent = placements(baseline, 2)
    paired = np.var(with_programmes - without, ddof=1)
    unpaired = np.var(with_programmes, ddof=1) + np.var(independent, ddof=1)
    print(f"variance of the paired difference / independent: {paired / unpaired:.4f}")  # noqa: T201
    assert np.ptp(with_programmes) > 0
    assert not np.array_equal(with_programmes, without)
    assert paired / unpaired < 0.1
    assert np.var(with_programmes - independent, ddof=1) / unpaired > 0.3
