"""The command line, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from jobsim.cli import main  # noqa: F401 - it loads all commands
from jobsim.cli.app import app

__all__ = ["command_line"]


def command_line() -> str:
    """Every command with its arguments and options, in the order of `jobsim --help`."""
    commands = _commands("", typer.main.get_command(app))
    return "\n\n".join(_command(name, one) for name, one in commands if not one.hidden)


def _commands(before: str, group: Any) -> Iterator[tuple[str, Any]]:
    """Commands of a group and of the groups in it, with their full names."""
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from _commands(f"{before}{name} ", one)
        else:
            yield f"{before}{name}", one


def _command(name: str, command: Any) -> str:
    arguments = [one for one in command.params if not one.opts[0].startswith("-")]
    options = [one for one in command.params if one.opts[0].startswith("-")]
    usage = " ".join(["jobsim", name, "[OPTIONS]", *(_metavar(one) for one in arguments)])
    lines = [f"## jobsim {name}", "", _text(command.help), "", "```sh", usage, "```", ""]
    lines += [f"```{{program}} jobsim {name}", "```", ""]
    for argument in arguments:
        lines += [f"{_metavar(argument)}", f": {_text(argument.help)}", ""]
    for option in options:
        lines += [f":::{{option}} {_signature(option)}", _text(option.help) + _default(option)]
        lines += [":::", ""]
    return "\n".join(lines)


def _metavar(parameter: Any) -> str:
    return str(parameter.metavar or parameter.opts[0].lstrip("-").replace("-", "_").upper())


def _signature(option: Any) -> str:
    value = "" if option.is_flag else f" {_metavar(option)}"
    return ", ".join(f"{name}{value}" for name in (*option.opts, *option.secondary_opts))


def _text(text: str | None) -> str:
    """Help text on one line; what looks like Markdown stays as it is."""
    return " ".join((text or "").split()).replace("**", r"\*\*")


def _default(option: Any) -> str:
    shown = not option.is_flag and option.default not in (None, "")
    return f" Default: {option.default}." if shown else ""
