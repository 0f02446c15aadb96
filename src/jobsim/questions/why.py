"""Why one person fares otherwise in one scenario than in another; may import lives."""

from __future__ import annotations

from jobsim.analysis.lives.life import replication_number
from jobsim.analysis.lives.parting import Link, Parting, reason_of
from jobsim.analysis.lives.worlds import Name, Split, World, Worlds
from jobsim.analysis.setting.case import beside
from jobsim.errors import InputError
from jobsim.scenario import Scenario
from jobsim.scenario.fields import whole_number
from jobsim.scenario.past import with_past_of

_LONGEST_CHAIN = 12
"""Persons that a chain names at most; the weeks go back from one to the next."""


def why(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    replication: int = 0,
    person: int = 17,
    seed: int = 1,
    engine: str = "auto",
) -> Parting:
    """Show one person's paths in two scenarios side by side, where they part, and why.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        What to compare with; without it, the scenario without programmes, consultants and
        supports.
    replication : int
    person : int
        Number in the replication of the scenario; in the baseline the same person is found by
        group, origin and k, which key all draws.
    seed : int, 0 to 2**64 - 1
    engine : str
        See `histories`.

    Returns
    -------
    Parting
        Prints both paths, the first event at which they part, and whose freed or taken place it
        was, followed back to somebody whom the policy itself touched.

    Raises
    ------
    InputError
        If an argument is not valid, there is no such person, or the two scenarios do not cover
        the same weeks.

    Notes
    -----
    Draws are the same in both worlds, so an untreated person's paths part only through what
    persons share: the queue for meetings, openings, places, grants, and caseworkers' time. Where
    several others had a place in one world only, the chain follows one: a treated one if there is
    one, and among those the one whose own paths parted first.

    Examples
    --------
    >>> import jobsim as js
    >>> js.why(js.Scenario.load("esbjerg-2018"), person=32).treated
    True
    """
    given, without = beside(scenario, baseline)
    pair = (with_past_of(given, without), without)
    number = replication_number(replication)
    wanted = whole_number("person", person, 0)
    same = pair[0].name == pair[1].name
    labels = ("the scenario", "the baseline") if same else (pair[0].name, pair[1].name)
    ours, theirs = (
        World(one, label, replication=number, seed=seed, engine=engine)
        for one, label in zip(pair, labels, strict=True)
    )
    worlds, name = Worlds(ours, theirs), _name_of(ours, wanted, number)
    told, split = ours.life(name), worlds.split(name)
    assert told is not None
    agree = split.place if split else len(ours.paths[name])
    chain = _chain(worlds, split)
    return Parting(ours.label, theirs.label, told, theirs.life(name), agree, chain)


def _name_of(world: World, number: int, replication: int) -> Name:
    names = {place: name for name, place in world.numbers.items()}
    if number in names:
        return names[number]
    last = max(world.numbers.values(), default=-1)
    there = f"persons 0 to {last:,}" if world.numbers else "no persons"
    raise InputError(
        f"person: replication {replication} of {world.label} has {there}; got {number}"
    )


def _chain(worlds: Worlds, following: Split | None) -> tuple[Link, ...]:
    """Follow a parting back to somebody whom the policy itself touched."""
    links: list[Link] = []
    while following is not None and len(links) < _LONGEST_CHAIN:
        link, following = _link(worlds, following)
        links.append(link)
    return tuple(links)


def _link(worlds: Worlds, split: Split) -> tuple[Link, Split | None]:
    """One person's parting in words, and the parting that it goes back to."""
    world, reason = worlds.both[split.side], reason_of(worlds, split)
    told = world.life(split.name)
    assert told is not None
    moment = told.rows[split.place]
    link = Link(
        person=world.numbers[split.name],
        group=split.name.group,
        week=split.step.week,
        date=moment.date,
        event=split.step.event,
        words=moment.words,
        world=world.label,
        kind=reason.kind,
        reason=reason.words,
        others=tuple(sorted(_number(worlds, name) for name in reason.others)),
    )
    return link, _origin(worlds, split, reason.others)


def _origin(worlds: Worlds, split: Split, others: frozenset[Name]) -> Split | None:
    """The parting that came before: of the treated first, then of whose paths part first."""

    def rank(one: Split) -> tuple[bool, tuple[int, int, int], int]:
        treated = reason_of(worlds, one).kind == "treated"
        return not treated, worlds.order(one), _number(worlds, one.name)

    splits = filter(None, map(worlds.split, others))
    earlier = [one for one in splits if worlds.order(one) < worlds.order(split)]
    return min(earlier, key=rank, default=None)


def _number(worlds: Worlds, name: Name) -> int:
    home = next(world for world in worlds.both if name in world.numbers)
    return home.numbers[name]
