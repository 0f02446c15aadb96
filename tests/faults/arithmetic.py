"""The right numbers in another order, planted alike in all engines or in what all of them read.

On paper each is the same model. In floats a sum or product comes out a bit higher or lower in some
weeks, which no generated scenario is near enough to notice: people on the edge do.
"""

from __future__ import annotations

from tests.faults.engines import (
    BATCH,
    KERNEL_JOBS,
    KERNEL_ROSTER,
    KERNEL_SPELLS,
    LOWERING,
    RECIPIENT,
    ROSTER,
    TOWN,
    VECTOR,
)
from tests.faults.planting import Edit, Fault

__all__ = ["EDGES", "FAULTS"]

EDGES = "tests/oracle/test_edges.py"
SCENARIO = "scenario/scenario.py"
FULL_MET, FULL_MISSED = "test_thresholds[full-met]", "test_thresholds[full-missed]"
PLAIN_MET, PLAIN_MISSED = "test_thresholds[plain-met]", "test_thresholds[plain-missed]"


def fault(name: str, rule: str, tests: tuple[str, ...], *edits: tuple[str, str, str]) -> Fault:
    """Fault that exactly these tests of people on the edge see."""
    return Fault(
        name, rule, tuple(Edit(*edit) for edit in edits), tuple(f"{EDGES}::{one}" for one in tests)
    )


FAULTS = (
    fault(
        "the cycle is multiplied with the boost before the duration",
        "5.15",
        (FULL_MISSED,),
        (
            TOWN,
            "        seasonal = self.duration[week - self.begun] * self.cycle[week]\n"
            "        return (seasonal * ((1.0 + boost) + lasting)) * self.factor",
            "        lifted = self.cycle[week] * ((1.0 + boost) + lasting)\n"
            "        return (self.duration[week - self.begun] * lifted) * self.factor",
        ),
        (
            VECTOR,
            "        h *= cycle[self.group[who]] if len(cycle) > 1 else cycle\n        h *= rise\n",
            "        h *= (cycle[self.group[who]] if len(cycle) > 1 else cycle) * rise\n",
        ),
        (KERNEL_JOBS, "].factor * cycle\n", "].factor\n"),
        (KERNEL_JOBS, "].factor * weekly[u64(desk[i])].cycle", "].factor"),
        (
            KERNEL_JOBS,
            "(pace[i] * (1.0 + before)) * factor[i]",
            "(pace[i] * (rules.weekly[t, u64(state.diary[rows.DESK, start + i])].cycle"
            " * (1.0 + before))) * factor[i]",
        ),
        (KERNEL_JOBS, "pace, decay = curves.duration[0].factor * rules", "pace, decay = rules"),
        (
            KERNEL_JOBS,
            "acc[i] + pace * (1.0 + before)",
            "acc[i] + curves.duration[0].factor * (pace * (1.0 + before))",
        ),
    ),
    fault(
        "the boost is multiplied with the factor first",
        "5.15",
        (FULL_MISSED,),
        (
            TOWN,
            "(seasonal * ((1.0 + boost) + lasting)) * self.factor",
            "seasonal * (((1.0 + boost) + lasting) * self.factor)",
        ),
        (
            VECTOR,
            "        h *= rise\n        h *= self.factor[who]\n",
            "        h *= rise * self.factor[who]\n",
        ),
        (
            KERNEL_JOBS,
            "(pace[i] * (1.0 + before)) * factor[i]",
            "pace[i] * ((1.0 + before) * factor[i])",
        ),
    ),
    fault(
        "a threshold has to be passed",
        "5.15",
        (FULL_MET, PLAIN_MET),
        (TOWN, "total >= self.threshold", "total > self.threshold"),
        (VECTOR, "acc >= self.threshold[who]", "acc > self.threshold[who]"),
        (KERNEL_JOBS, "flags[i] = after >= threshold[i]", "flags[i] = after > threshold[i]"),
        (KERNEL_JOBS, "(after >= threshold[i])", "(after > threshold[i])"),
        (KERNEL_JOBS, "[rows.ACC, slot] >= state.hazards", "[rows.ACC, slot] > state.hazards"),
    ),
    fault(
        "the number is divided by hazard and frailty in turn",
        "4.2",
        (FULL_MET, FULL_MISSED, PLAIN_MET, PLAIN_MISSED),
        (
            RECIPIENT,
            "self.waiting_time(Stream.JOB_THRESHOLD, rate)",
            "self.waiting_time(Stream.JOB_THRESHOLD, float(people.hazard[self.group]))"
            " / self.traits.frailty",
        ),
        (
            VECTOR,
            "e6 / (people.hazard[group] * self.roster.frailty[who])",
            "e6 / people.hazard[group] / self.roster.frailty[who]",
        ),
        (KERNEL_SPELLS, "-math.log(u6) / divisor", "-math.log(u6) / group.hazard / person.frailty"),
    ),
    fault(
        "experience is multiplied before the small job",
        "5.16",
        (FULL_MET,),
        (
            RECIPIENT,
            "        if self.level > 0:\n"
            "            factor = factor * float(ramp.multiplier[self.group])\n"
            "        if self.experienced:\n"
            "            factor = factor * ramp.experience_multiplier\n",
            "        if self.experienced:\n"
            "            factor = factor * ramp.experience_multiplier\n"
            "        if self.level > 0:\n"
            "            factor = factor * float(ramp.multiplier[self.group])\n",
        ),
        (
            BATCH,
            "factor = np.where(small_job, factor * ramp.multiplier[self.group[who]], factor)",
            "own = np.where(small_job, ramp.multiplier[self.group[who]], 1.0)",
        ),
        (
            BATCH,
            "np.where(experienced, factor * ramp.experience_multiplier, factor)",
            "np.where(experienced, factor * ramp.experience_multiplier, factor) * own",
        ),
        (
            KERNEL_SPELLS,
            "    if person.level > 0:\n"
            "        factor = factor * rules.desks[u64(person.group)].small_job_multiplier\n"
            "    if person.experienced:\n"
            "        factor = factor * rules.numbers.experience_multiplier\n",
            "    if person.experienced:\n"
            "        factor = factor * rules.numbers.experience_multiplier\n"
            "    if person.level > 0:\n"
            "        factor = factor * rules.desks[u64(person.group)].small_job_multiplier\n",
        ),
    ),
    fault(
        "the boost decays by an exponential function",
        "1.11",
        (FULL_MISSED, PLAIN_MISSED),
        (LOWERING, "0.5 ** (1.0 / half_life_weeks)", "math.exp(-math.log(2.0) / half_life_weeks)"),
    ),
    fault(
        "a meeting's gain is multiplied with the quality before the track's multiplier",
        "5.9",
        (FULL_MET,),
        (
            LOWERING,
            "(gain * first_or_later) * multiplier",
            "(gain * first_or_later) * np.ones_like(multiplier)",
        ),
        (
            LOWERING,
            "tuple(quality_by_persons(scenario, values, persons) for values in levels)",
            "tuple(quality_by_persons(scenario, values, persons) * tracks[i].gain_multiplier"
            " for i, values in enumerate(levels))",
        ),
    ),
    fault(
        "the multiplier of weeks is spread over the difference of powers",
        "1.9",
        (FULL_MET, FULL_MISSED),
        (
            LOWERING,
            "((s + 1.0) ** shape - float(s) ** shape) * multipliers[s]",
            "(s + 1.0) ** shape * multipliers[s] - float(s) ** shape * multipliers[s]",
        ),
    ),
    fault(
        "the cycle is a ratio of powers",
        "1.10",
        (FULL_MISSED, PLAIN_MET),
        (
            LOWERING,
            "powers = _powers(relative, elasticity)",
            "powers = _powers(market.tightness.at(scenario.weeks.dates), elasticity)"
            " / market.reference_tightness**elasticity",
        ),
    ),
    fault(
        "twice as much rounding is forgiven to capacities and slots",
        "1.5",
        ("test_floors[desk-meeting]", "test_floors[programme-admitted]"),
        (LOWERING, "_ROUNDING = 1e-9", "_ROUNDING = 2e-9"),
    ),
    fault(
        "twice as much rounding is forgiven to grants",
        "1.3",
        ("test_floors[grants-support]",),
        (SCENARIO, "cost[year] + 1e-9", "cost[year] + 2e-9"),
    ),
    fault(
        "the hazards of losing a job have to pass the number",
        "6.1",
        ("test_jobs_that_are_found", "test_jobs_that_go_on"),
        (RECIPIENT, "(job_loss, reach, lo=1)", "(job_loss, math.nextafter(reach, 9.0), lo=1)"),
        (VECTOR, 'reach[mine], side="left"', 'reach[mine], side="right"'),
        (KERNEL_JOBS, "most + 1, reach)", "most + 1, math.nextafter(reach, 9.0))"),
        (ROSTER, 'reach, side="left"', 'reach, side="right"'),
        (KERNEL_ROSTER, "most + 1, reach)", "most + 1, math.nextafter(reach, 9.0))"),
    ),
    fault(
        "the number is multiplied by the inverse of the job-loss multiplier",
        "6.1",
        ("test_jobs_that_are_found",),
        (
            RECIPIENT,
            "self.waiting_time(Stream.JOB_DURATION, multiplier)",
            "self.waiting_time(Stream.JOB_DURATION, 1.0) * (1.0 / multiplier)",
        ),
        (VECTOR, "reach = e11 / multiplier", "reach = e11 * (1.0 / multiplier)"),
        (KERNEL_JOBS, "-math.log(u[j]) / multiplier", "-math.log(u[j]) * (1.0 / multiplier)"),
    ),
)
