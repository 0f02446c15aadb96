"""A scenario in words: what it changes, and where its numbers come from; may import scenario."""

from __future__ import annotations

from jobsim.scenario import Scenario, readable, register
from jobsim.text.tables import Table


def overview(scenario: Scenario) -> str:
    """What a scenario is about, whom it concerns, what it changes and what is claimed."""
    lines = [f"{scenario.name}: {scenario.title}", "", scenario.description.strip(), ""]
    lines += [
        f"{scenario.municipality.name}, {scenario.horizon.weeks} weeks from "
        f"{scenario.horizon.start}",
        *(
            f"  group {code}: {group.stock:,} on benefit, {group.employed_pool:,} in work who may "
            "return"
            for code, group in scenario.groups.items()
        ),
        "",
        "The investment, beside the same place without it:",
        str(scenario.without_programmes().difference(scenario)),
    ]
    for claim in scenario.claims.values():
        lines.append(f"claim ({claim.role}): {claim.label}: {readable(claim.value)}")
    found = register(scenario)
    lines.append(
        f"{len(found.rows)} numbers, {found.judgement_share:.0%} judgement; see them with "
        f"jobsim show {scenario.name} --assumptions"
    )
    return "\n".join(lines)


def assumptions(scenario: Scenario) -> str:
    """Every number with its kind and range, why it is so, and the publications behind it."""
    found = register(scenario)
    rows = []
    for row in found.rows:
        stated = row.assumption
        span = ""
        if stated and stated.low is not None and stated.high is not None:
            span = f"{readable(stated.low)} to {readable(stated.high)}"
        if row.outside:
            span += " (outside)"
        rows.append((row.path, _short(readable(row.value)), row.kind, span))
    header = ("number", "value", "kind", "plausible range")
    parts = [Table("Assumptions", header, tuple(rows)).text(), "", "Why, and how derived:"]
    for path, stated in scenario.assumptions.items():
        cited = f"[{', '.join(stated.sources)}]" if stated.sources else ""
        words = [part for part in (stated.formula, stated.reason, cited) if part]
        parts.append(f"  {path}: {' '.join(words)}")
    parts += ["", "Sources:"]
    for code, source in scenario.sources.items():
        where = f"https://doi.org/{source.doi}" if source.doi else source.url
        parts.append(f"  {code}: {source.author} ({source.year}). {source.title}. {where}")
    parts += [
        "",
        f"{found.judgement_share:.0%} of {len(found.rows)} numbers are judgement; "
        f"{len(found.unsourced)} are unsourced.",
    ]
    return "\n".join(parts)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "…"
