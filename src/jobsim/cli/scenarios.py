"""Commands about one scenario: play it, and list, show, begin and check its file.

A scenario in words: what it changes, and where its numbers come from; may import everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import jobsim as js
from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.comparing.plans import Plans
from jobsim.analysis.lives.life import replication_number
from jobsim.analysis.outcomes.record import read_record
from jobsim.analysis.setting.tuning import learned_from
from jobsim.cli import app as cli
from jobsim.cli.price_lists import show_difference, show_valid_prices, stated_prices, tell_unsourced
from jobsim.cli.printing import refuse_files_that_stay, show_answer, show_file, show_json
from jobsim.cli.trials import show_valid_trial
from jobsim.engines.choice import engine_named
from jobsim.engines.simulate import check_seed
from jobsim.errors import InputError
from jobsim.files.writing import refuse_ending, write_text
from jobsim.ledger.overlays import BASED_ON
from jobsim.scenario import Scenario, preset_names, readable, register
from jobsim.scenario.fields import whole_number
from jobsim.scenario.files import as_argument, write_template
from jobsim.scenario.json_schema import json_schema
from jobsim.scenario.number_register import RegisterRow, spread_moved
from jobsim.text.tables import Table

if TYPE_CHECKING:
    from jobsim.verification import Verification


@cli.question(
    "report",
    options="name path baseline language replications seed engine threads study prices force "
    "progress",
)
def report_command(
    asked: cli.Asked,
    *,
    path: Annotated[
        Path, cli.option("Path of the new page, such as report.html.", "--out", "-o")
    ] = Path("report.html"),
    language: Annotated[str, cli.option("en or da.")] = "en",
    force: Annotated[bool, cli.option("Replace a file that is there.", "--force")] = False,
) -> None:
    """Write one page that a committee can read: the answer, who pays, and what it hangs on."""
    made = asked.by(js.report_on)
    typer.echo(f"Written: {path} ({len(made.html.encode()) / 1e6:.1f} MB)")


def _run_or_replay(given: dict[str, Any]) -> None:
    """Play one scenario and show what happens, or replay a run record to the same numbers."""
    refuse_files_that_stay(given)
    how, path = cli.how_to_play(given), Path(given["name"])
    if path.suffix.lower() == ".toml" and path.is_file() and (record := read_record(path)):
        options = ("threads", "n_jobs", "progress", "study")
        show_answer(record.replay(**{name: how[name] for name in options}), given)
    else:
        show_answer(js.run(Scenario.load(given["name"]), **how), given)


cli.add_command(
    cli.app,
    "run",
    cli.shared(
        "name replications precision seed engine threads n_jobs study prices as_json out csv "
        "picture force progress"
    ),
    _run_or_replay,
    help=_run_or_replay.__doc__,
)


@cli.question("compare", panel=None)
def compare_command(asked: cli.Asked, name: cli.PlanNames) -> Comparison | Plans:
    """Compare an investment, or several plans, with doing nothing: who gets work, who gains."""
    return asked.by(js.compare)


@cli.app.command(name="verify")
def verify_model_command(  # noqa: PLR0917 - options, passed by name
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE]",
            help="A preset's name, the path of a TOML file, or stress: a small made-up place "
            "where everything happens, in which the checks see most. Without it, stress and then "
            "every preset.",
        ),
    ] = None,
    statistics: Annotated[
        bool,
        cli.option(
            "Check instead how often the intervals that jobsim states hold the truth, on cases "
            "whose answers are known.",
            "--statistics",
        ),
    ] = False,
    replications: cli.Replications = 12,
    persons: Annotated[
        int, cli.option("Persons of each group in cohorts held against closed forms.")
    ] = 10_000,
    seed: cli.Seed = 1,
    engine: cli.EngineName = "auto",
    prices: cli.PricesName = "denmark",
    as_json: cli.AsJson = False,
    progress: cli.Progress = True,
) -> None:
    """Check jobsim itself, on a scenario, against theory and plain arithmetic.

    Every life is worked out anew from its own draws; a check that fails is a bug: exit code 1.
    """
    how: dict[str, Any] = {"seed": seed, "engine": engine, "progress": progress}
    if statistics:
        if name is not None:
            raise InputError("--statistics: needs no scenario; leave NAME out")
        checked = iter([js.verify_intervals(**how)])
    else:
        how |= {"replications": replications, "persons": persons, "prices": js.Prices.load(prices)}
        places = [name] if name is not None else [_STRESS, *preset_names()]
        engine_named(engine)
        check_seed(seed)
        whole_number("--replications", replications, 1)
        whole_number("--persons", persons, 100, 10**6)
        if len(places) > 1:
            typer.echo(f"Checking {len(places)} scenarios: {', '.join(places)}", err=True)
        scenarios = [None if one == _STRESS else Scenario.load(one) for one in places]
        checked = (js.verify(scenario, **how) for scenario in scenarios)
    _show_checks(checked, as_json=as_json)


_STRESS = "stress"


def _show_checks(checked: Iterator[Verification], *, as_json: bool) -> None:
    """Print tables as they come, or all as JSON; leave with exit code 1 if a check failed."""
    found = []
    for one in checked:
        found.append(one)
        if not as_json:
            typer.echo(f"{one!r}\n")
    if as_json:
        show_json({one.scenario: [asdict(row) for row in one.rows] for one in found})
    if not all(one.passed for one in found):
        raise typer.Exit(1)


@cli.app.command(name="life")
def life_command(
    name: cli.ScenarioName,
    replication: Annotated[int, cli.option("Number of the replication.")] = 0,
    person: Annotated[int, cli.option("Number of the person in the replication.")] = 17,
    seed: cli.Seed = 1,
    engine: cli.EngineName = "auto",
    because: Annotated[
        bool,
        cli.option(
            "Beside the same place without programmes, consultants and supports: where the "
            "two paths part, and why.",
            "--why",
        ),
    ] = False,
) -> None:
    """Tell one person's path in words and dates."""
    scenario = Scenario.load(name)
    if because:
        parting = js.why(scenario, replication=replication, person=person, seed=seed, engine=engine)
        typer.echo(repr(parting))
        return
    number = replication_number(replication)
    events = js.histories(scenario, replications=[number], seed=seed, engine=engine)
    typer.echo(repr(js.life(events, person)))


# Its file


@cli.app.command()
def presets() -> None:
    """List the scenarios that come with jobsim."""
    for name in preset_names():
        typer.echo(f"{name:32} {Scenario.load(name).title}")


AsToml = Annotated[bool, cli.option("Print the file itself, to copy from.", "--toml")]
TomlFile = Annotated[
    Path | None, cli.option("Write the file itself, to make your own from.", "--out", "-o", "FILE")
]


def _given_as_toml(
    document: Scenario | js.Prices, *, toml: bool, out: Path | None, force: bool
) -> bool:
    """Print or write a file that can be read back, if that is asked for."""
    if out is not None:
        typer.echo(f"Written: {document.save(out, force=force)}")
    elif toml:
        show_file(document.to_toml())
    return toml or out is not None


@cli.app.command()
def prices(
    name: Annotated[
        str, typer.Argument(metavar="[NAME|FILE]", help="denmark, or the path of a TOML file.")
    ] = "denmark",
    other: Annotated[
        str | None,
        typer.Argument(metavar="[OTHER]", help="With --difference: what to hold it against."),
    ] = None,
    difference: Annotated[
        bool,
        cli.option(
            "Show what differs from denmark, or from OTHER; with --toml or --out, as a file that "
            "states nothing else.",
            "--difference",
        ),
    ] = False,
    toml: AsToml = False,
    out: TomlFile = None,
    force: cli.Force = False,
) -> None:
    """Show a price list: every price with where it comes from, and how much is judgement."""
    found = js.Prices.load(name)
    if difference:
        show_difference(found, other or "denmark", toml=toml, out=out, force=force)
    elif other is not None:
        raise InputError(f"{other}: one price list is shown; --difference holds two together")
    elif not _given_as_toml(found, toml=toml, out=out, force=force):
        typer.echo(f"{found!r}\n\n{assumptions_of(found)}")


@cli.app.command()
def show(
    name: cli.ScenarioName,
    assumptions: Annotated[
        bool, cli.option("Every number with where it comes from.", "--assumptions")
    ] = False,
    toml: AsToml = False,
    out: TomlFile = None,
    force: cli.Force = False,
) -> None:
    """Show a scenario: what it is about, what it changes, what it assumes."""
    scenario = Scenario.load(name)
    if _given_as_toml(scenario, toml=toml, out=out, force=force):
        return
    if assumptions:
        typer.echo(assumptions_of(scenario))
    else:
        typer.echo(overview(scenario))


@cli.app.command()
def init(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Path of the new file, such as my-town.toml.")
    ],
    force: Annotated[bool, cli.option("Replace a file that is there.", "--force")] = False,
) -> None:
    """Write a commented scenario with the rules of 2026, to make your own municipality from."""
    written = write_template(file, force=force)
    word = as_argument(written)
    typer.echo(
        f"Written: {written}. It runs as it is; put in your own numbers, then\n"
        f"  jobsim validate {word}\n  jobsim compare {word}"
    )


@cli.app.command()
def validate(
    file: cli.ScenarioName,
    baseline: Annotated[
        str | None, cli.option("Tell, too, where it has other people than this one.", "NAME|FILE")
    ] = None,
    prices: cli.PricesName = "denmark",
    as_json: cli.AsJson = False,
) -> None:
    """Check a scenario, price list or trial; exit code 2 and one clear line where it is wrong.

    What is allowed but hardly meant is a notice, with the number that would do.
    """
    if (data := stated_prices(file)) is not None:
        show_valid_prices(file, overlay=BASED_ON in data, as_json=as_json)
        return
    if show_valid_trial(file, as_json=as_json):
        return
    scenario = Scenario.load(file)
    paths = [row.path for row in register(scenario).unsourced]
    unpublished = {code: one.gaps for code, one in scenario.observed.items() if one.gaps}
    theirs = None if baseline is None else Scenario.load(baseline)
    found = js.notices(scenario, js.Prices.load(prices), baseline=theirs)
    if as_json:
        told = {"unsourced": paths, "not_published": unpublished}
        rows = [asdict(row) for row in found.rows]
        show_json({"scenario": scenario.name, "valid": True, **told, "notices": rows})
        return
    typer.echo(f"{file}: valid. {scenario!r}")
    tell_unsourced(paths)
    if moved := spread_moved({row.path: row for row in register(scenario).rows}):
        typer.echo(moved)
    for code, gaps in unpublished.items():
        typer.echo(f"observed.{code}: not published: {gaps}")
    if found.rows:
        typer.echo(repr(found))


@cli.app.command()
def schema(
    out: Annotated[
        Path | None, cli.option("Write it to a file instead.", "--out", "-o", "FILE")
    ] = None,
    force: cli.Force = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check them."""
    text = json.dumps(json_schema(), indent=2) + "\n"
    if out is None:
        show_file(text)
    else:
        refuse_ending(out, ".json")
        typer.echo(f"Written: {write_text(out, text, force=force)}")


def overview(scenario: Scenario) -> str:
    """What a scenario is about, whom it concerns, what it changes and what is claimed."""
    lines = [f"{scenario.name}: {scenario.title}", "", scenario.description.strip(), ""]
    lines += [
        f"{scenario.municipality.name}, {scenario.horizon.weeks} weeks from "
        f"{scenario.horizon.start}",
        *(
            f"  group {code}: {group.stock:,} on benefit, {group.employed_pool:,} in work who may "
            f"return{f', {group.entry_cohort:,} who come in week 0' if group.entry_cohort else ''}"
            for code, group in scenario.groups.items()
        ),
        "",
        *([f"{told}.", ""] if (told := learned_from(scenario)) else []),
        "The investment, beside the same place without it:",
        str(scenario.without_programmes().difference(scenario)),
    ]
    for claim in scenario.claims.values():
        lines.append(f"claim ({claim.role}): {claim.label}: {readable(claim.value)}")
    found = register(scenario)
    moved = spread_moved({row.path: row for row in found.rows})
    lines += ["", found.told("the scenario's"), *([moved] if moved else [])]
    if scenario.loaded_from is not None:
        word = as_argument(scenario.loaded_from)
        lines.append(f"All {len(found.rows)}: jobsim show {word} --assumptions")
    return "\n".join(lines)


def assumptions_of(document: Scenario | js.Prices) -> str:
    """Every number with its kind and range, why it is so, and the publications behind it."""
    found = register(document)
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
    by_path = {row.path: row for row in found.rows}
    for path, stated in document.assumptions.items():
        cited = f"[{', '.join(stated.sources)}]" if stated.sources else ""
        own = _set_by_user(by_path.get(path))
        words = [part for part in (own, stated.formula, stated.reason, cited) if part]
        parts.append(f"  {path}: {' '.join(words)}")
    tied = document.correlations if isinstance(document, Scenario) else ()
    if tied:
        parts += ["", "Rank correlations:"]
    for one in tied:
        cited = f"[{', '.join(one.sources)}]" if one.sources else ""
        parts.append(f"  {one}: {one.reason or ''} {cited}".rstrip(" :"))
    parts += ["", "Sources:"]
    for code, source in document.sources.items():
        where = f"https://doi.org/{source.doi}" if source.doi else source.url
        parts.append(f"  {code}: {source.author} ({source.year}). {source.title}. {where}")
    parts += ["", found.told(f"{len(found.rows)}"), spread_moved(by_path)]
    return "\n".join(parts).rstrip()


def _set_by_user(row: RegisterRow | None) -> str:
    """What to say before the reasons of the register, where the number is not the register's."""
    if row is None or row.kind != "changed":
        return ""
    if row.before is None:
        return "Set by you; the register's row:"
    was, now = readable(row.before), readable(row.value)
    return f"Set by you, {was} → {now}; spread of the register's row, moved with it:"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "…"
