"""The misreadings of the model once more, as `jobsim verify` sees them on its stress scenario.

All engines share each of them, so the check that compares engines passes: another one must fail.
"""

from __future__ import annotations

from dataclasses import replace

from tests.faults import engines
from tests.faults.planting import Edit, Fault

__all__ = ["FAULTS"]

_CAUGHT_BY = {
    "placement weeks": """
        supports in their lead weeks are lost when a spell begins
        the first-meeting factor counts once per track
        experience outlives the spell
        experience ends with the small job
        the boost outlives the spell
        the cumulative hazard outlives the spell
        meetings of the stock begin with a first one
        a meeting weighs by the caseload without the person met
        boosts stack up without limit
        a support works a week late
        nothing locks in
        experience comes a review late
        another exit comes before a job
    """,
    "programme places": """
        a stay bars from all programmes
        bars are never lifted
        stays last a week longer than max_weeks
        the most and the least employable change places
    """,
    "due weeks": """
        who does not come is due two weeks later
        a programme's end brings a meeting at once
        after a programme the list of intervals begins anew
        admission does not pull the meeting forward
    """,
    "frailty one by one": """
        the stock's frailty is conditioned on a week too many
        the stock is as frail as those who come new
        everybody came to the meetings before the run
        meetings before the run counted from the second on
        lasting boosts stack up without limit
    """,
    "traits": """
        elapsed weeks do not count on the ladder
        the stock's next meeting is due at once
    """,
    "no-shows one by one": "calls are counted anew in every spell",
    "small jobs": """
        a new spell needs no cooling off
        openings go to the last in the queue
        health does not stop the climb
        a placement out of a small job cools off
        a budget is there before its first step
    """,
    "refund ladder": """
        the ladder never restarts
        the ladder restarts after 53 weeks
        the pool has no self-supporting weeks behind it
        refund bands begin a week late
    """,
    "job weeks": """
        who loses a job is back in its last week
        the job-loss multiplier lengthens jobs
        the pool's jobs begin with the run
    """,
    "overload": """
        schedules are read on the first day of the week
        capacities forgive no rounding
    """,
}
"""Misreadings by the check that must see them."""
_CHECK_OF = {
    name.strip(): check for check, names in _CAUGHT_BY.items() for name in names.strip().split("\n")
}


def _test(check: str) -> str:
    return f"tests/verify/test_stress.py::test_check_passes[{check.replace(' ', '-')}]"


_LATE = Fault(
    "other exits come a week late",
    "4.2",
    (
        Edit(
            engines.RECIPIENT,
            "week + math.floor(min(weeks, NEVER))",
            "week + 1 + math.floor(min(weeks, NEVER))",
        ),
        Edit(engines.VECTOR, "t + geometric_weeks(e7", "t + 1 + geometric_weeks(e7"),
        Edit(engines.KERNEL_SPELLS, "= t + person.leave\n", "= t + 1 + person.leave\n"),
    ),
    (_test("other exits"),),
)
FAULTS = (
    *(replace(fault, tests=(_test(_CHECK_OF[fault.name]),)) for fault in engines.FAULTS),
    _LATE,
)
"""Each misreading of `engines.FAULTS`; one that no check is named for is an error."""
