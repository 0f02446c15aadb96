"""Faults planted in the shared tables, or alike in all engines, so that engines still agree.

Those that a change of text can plant stand in tests/faults. Each function takes pytest's
monkeypatch, which takes the fault out again.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from jobsim.draws.quantiles import running_sum
from jobsim.engines import lowering, roster
from jobsim.engines.reference import recipient as simpy_recipient
from jobsim.engines.vector import engine as numpy_engine
from jobsim.ledger import weekly

__all__ = ["CAUGHT_BY", "FAULTS", "in_tables", "lost_interrupt"]

Plant = Callable[[pytest.MonkeyPatch], None]


def due_weeks_off_by_one(patch: pytest.MonkeyPatch) -> None:
    """Every meeting is due a week late."""
    right = lowering._interval
    patch.setattr(
        lowering, "_interval", lambda lists, group: tuple(w + 1 for w in right(lists, group))
    )


def last_in_first_out(patch: pytest.MonkeyPatch) -> None:
    """Who came last is called first, in every engine."""
    meet, first = numpy_engine.Play._meet, numpy_engine.first_in_each

    def last_in_each(line: np.ndarray, places: np.ndarray) -> np.ndarray:
        reversed_line = (len(places) - 1 - line)[::-1]
        return np.sort(len(line) - 1 - first(reversed_line, places[::-1]))

    def meet_the_last(self, t):
        with pytest.MonkeyPatch.context() as inside:
            inside.setattr(numpy_engine, "first_in_each", last_in_each)
            return meet(self, t)

    def wait_at_the_front(self):
        self.waiting_room.join((-self.due, -self.traits.number), self)

    patch.setattr(numpy_engine.Play, "_meet", meet_the_last)
    patch.setattr(simpy_recipient.Recipient, "wait_for_meeting", wait_at_the_front)


def frailty_not_conditioned(patch: pytest.MonkeyPatch) -> None:
    """Those on benefit at the start are as frail as those who come new."""
    right = roster._frailty
    patch.setattr(
        roster,
        "_frailty",
        lambda tables, draw, elapsed: right(tables, draw, np.zeros_like(elapsed)),
    )


def capacity_rounded_up(patch: pytest.MonkeyPatch) -> None:
    """A meeting that is half paid for is held."""

    def rounded_up(amounts: np.ndarray) -> list[int]:
        ceilings = [math.ceil(total) for total in running_sum(amounts.tolist())]
        return [b - a for a, b in zip([0, *ceilings], ceilings, strict=False)]

    patch.setattr(lowering, "_whole_steps", rounded_up)


def in_tables(patch: pytest.MonkeyPatch, name: str, **wrong: Callable) -> None:
    """Put wrong numbers into a part of the tables."""
    right = getattr(lowering, name)

    def lowered(*arguments):
        part = right(*arguments)
        changes = {field: change(getattr(part, field)) for field, change in wrong.items()}
        return dataclasses.replace(part, **changes)

    patch.setattr(lowering, name, lowered)


def returns_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Nobody who loses a job comes back to benefit."""
    in_tables(patch, "_people", return_share=np.zeros_like)


def jobs_without_end(patch: pytest.MonkeyPatch) -> None:
    """Returns forgotten in another way: no job is ever lost."""
    in_tables(patch, "_people", job_loss=np.zeros_like)


def lead_time_ignored(patch: pytest.MonkeyPatch) -> None:
    """A support works from the day it is granted."""
    in_tables(patch, "_supports", lead_weeks=np.zeros_like)


def ladder_starts_a_week_low(patch: pytest.MonkeyPatch) -> None:
    """Everybody has a week less behind them on the refund ladder."""
    right = roster._ladder
    patch.setattr(roster, "_ladder", lambda *arguments: np.maximum(right(*arguments) - 1, 0))


def refund_shares_shifted(patch: pytest.MonkeyPatch) -> None:
    """The ledger pays each band as the one below it."""
    right = weekly.weekly_prices

    def shifted(*arguments):
        found = right(*arguments)
        share: Sequence[float] = np.roll(found.municipal_share, 1)
        return dataclasses.replace(found, municipal_share=share)

    patch.setattr("jobsim.ledger.posting.weekly_prices", shifted)


def lost_interrupt(patch: pytest.MonkeyPatch) -> None:
    """In one engine only: who comes from a meeting sleeps on, with the old prospects in mind."""
    call = simpy_recipient.Recipient.call_to_meeting

    def call_in_silence(self, quality):
        with pytest.MonkeyPatch.context() as inside:
            inside.setattr(self, "replan", lambda: None)
            call(self, quality)

    patch.setattr(simpy_recipient.Recipient, "call_to_meeting", call_in_silence)


CAUGHT_BY: dict[Plant, str] = {
    due_weeks_off_by_one: "due weeks",
    last_in_first_out: "first in, first out",
    frailty_not_conditioned: "frailty of the stock",
    capacity_rounded_up: "overload",
    returns_forgotten: "returns",
    jobs_without_end: "job lengths",
    lead_time_ignored: "support effect",
    ladder_starts_a_week_low: "refund",
    refund_shares_shifted: "refund",
}
"""Each fault and the check that must catch it."""
FAULTS = list(CAUGHT_BY)
