"""The check that all engines agree; may import the context and the engines' names."""

from __future__ import annotations

from jobsim.engines import ENGINES
from jobsim.verification.context import HISTORY_ENGINE, Context
from jobsim.verification.result import Check, Comparison, exactly

__all__ = ["engines_agree"]


def engines_agree(context: Context) -> Check:
    """Every engine returns the same volumes and the same histories."""
    first, *others = sorted(ENGINES, key=lambda engine: engine != HISTORY_ENGINE)
    ours = context.play(context.scenario, replications=context.histories, engine=first)
    comparisons = []
    for engine in others:
        volumes = context.play(context.scenario, replications=context.histories, engine=engine)
        for name in ours.data_vars:
            differing = int((ours[name].values != volumes[name].values).sum())
            label = f"cells of {name} of {engine} that differ from {first}"
            comparisons.append(Comparison(label, 0, differing))
        events = context.events(context.scenario, engine)
        same = events.equals(context.own_events)
        comparisons.append(Comparison(f"histories of {engine} and {first} differ", 0, not same))
    return exactly(
        "engines agree",
        comparisons,
        f"volumes and {len(context.own_events):,} events of {', '.join([first, *others])}",
    )
