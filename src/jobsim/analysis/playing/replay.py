"""The one line that plays a cell again; may import scenario, settings and how cells are played."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from jobsim.analysis.outcomes.quantity import STANDARD, Quantity
from jobsim.analysis.playing.player import Plan
from jobsim.analysis.setting.case import Case
from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario, preset_names
from jobsim.scenario.document import Document
from jobsim.scenario.fields import is_number
from jobsim.scenario.paths import as_data, value_at

Changes = Mapping[str, object]


def python_line(
    case: Case,
    changes: Changes,
    plan: Plan,
    *,
    both: bool = False,
    quantities: tuple[Quantity, ...] = STANDARD,
) -> str:
    """Python that plays one change of a case; its error, if any, is raised.

    A scenario or price list that cannot be told in a few words stands as the names `scenario`,
    `baseline` and `prices`, which are then those that were given.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.analysis.setting.case import case_of
    >>> plan = Plan(replications=200, seed=1, engine="numpy", threads=None)
    >>> case = case_of(js.Scenario.load("esbjerg-2018"))
    >>> line = python_line(case, {"groups.job_ready.stock": -1}, plan)
    >>> line.removeprefix('import jobsim as js; js.sweep(js.Scenario.load("esbjerg-2018"), ')
    "[{'groups.job_ready.stock': -1}], replications=200, seed=1)"
    """
    arguments = [_told(case.scenario, "scenario"), repr([_plain(changes)])]
    if case.baseline != case.scenario.without_programmes():
        arguments.append(f"against={_told(case.baseline, 'baseline')}")
    if quantities != STANDARD:
        arguments.append(f"measures={[one.code for one in quantities]!r}")
    if case.prices != Prices.load("denmark"):
        arguments.append(f"prices={_told(case.prices, 'prices')}")
    if both:
        arguments.append("both=True")
    numbers = plan.replications
    shown = numbers if isinstance(numbers, int) else list(numbers)
    arguments += [f"replications={shown}", f"seed={plan.seed}"]
    return _with_imports(f"js.sweep({', '.join(arguments)})")


def command(case: Case, changes: Changes, plan: Plan, *, both: bool = False) -> str | None:
    """Command that does the same, where one can.

    Only a scenario that comes with jobsim, beside itself without programmes at the prices that come
    with it, and single numbers and words can be named on the command line.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.analysis.setting.case import case_of
    >>> plan = Plan(replications=200, seed=1, engine="numpy", threads=None)
    >>> case = case_of(js.Scenario.load("esbjerg-2018"))
    >>> command(case, {"groups.job_ready.stock": -1}, plan)
    'jobsim sweep esbjerg-2018 --set groups.job_ready.stock=-1 -r 200 --seed 1'
    """
    name, plain = case.scenario.name, _plain(changes)
    simple = (
        not both
        and isinstance(plan.replications, int)
        and _preset(case.scenario) == case.scenario
        and case.baseline == case.scenario.without_programmes()
        and case.prices == Prices.load("denmark")
        and all(is_number(value) or isinstance(value, str) for value in plain.values())
    )
    if not simple:
        return None
    sets = " ".join(f"--set {shlex.quote(f'{path}={value}')}" for path, value in plain.items())
    return f"jobsim sweep {name} {sets} -r {plan.replications} --seed {plan.seed}"


def _plain(changes: Changes) -> dict[str, object]:
    return {path: as_data(value) for path, value in changes.items()}


def _with_imports(line: str) -> str:
    needed = ["import jobsim as js"]
    if "datetime.date(" in line:
        needed.insert(0, "import datetime")
    if "Schedule(" in line:
        needed.append("from jobsim.calendar import Schedule")
    return "; ".join([*needed, line])


def _told(given: Document, name: str) -> str:
    """Expression that makes a scenario or price list, or the name of the user's own."""
    what = f"js.{type(given).__name__}"
    for made, text in _candidates(given, what):
        if made == given:
            return text
    return name


def _candidates(given: Document, what: str) -> list[tuple[Document, str]]:
    loaded = _preset(given)
    if loaded is None:
        return []
    text = f"{what}.load({loaded.name!r})".replace("'", '"')
    found = [(loaded, text)]
    if isinstance(loaded, Scenario):
        found.append((loaded.without_programmes(), f"{text}.without_programmes()"))
    return [*found, *(_changed(made, told, given) for made, told in found if given.changed)]


def _changed(made: Document, text: str, given: Document) -> tuple[Document, str]:
    """What comes of making the same changes again."""
    try:
        changes = {path: value_at(given, path) for path in given.changed}
        again = made.with_(changes)
    except InputError:
        return made, text
    return again, f"{text}.with_({_plain(changes)!r})"


def _preset(given: Document) -> Document | None:
    """What comes with jobsim under the same name, or under that of a place without programmes."""
    if isinstance(given, Prices):
        return Prices.load("denmark") if given.name == "denmark" else None
    name = given.name.removesuffix(" without programmes")
    return Scenario.load(name) if name in preset_names() else None
