"""A command that was misspelt or lacks something: one line, as of every other error.

May import errors.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import typer

from jobsim.errors import JobsimError, nearest

ClickError: Any = typer.BadParameter.__mro__[2]
"""Base of errors that typer raises, which brings its own copy of click or uses another."""
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,' ]\d{3}){2,}|\d{1,3}[,' ]\d{3}")
_COMMA = re.compile(r"-?\d+,\d+")


def show(error: Any) -> None:
    """Print what is wrong; the help of a group that was called without a command, as it is."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
    else:
        typer.echo(f"jobsim: {JobsimError(line(error))}", err=True)


def line(error: Any) -> str:
    """What is wrong, with what may have been meant and where the help is."""
    context = getattr(error, "ctx", None)
    words = " ".join(error.format_message().split()).rstrip(".")
    words = f"{words[:1].lower()}{words[1:]}"
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    number = re.search(r"valid (integer|number|float)", words)
    if context is None:
        return words
    if type(error).__name__ == "NoSuchOption":
        known = [name for one in context.command.params for name in one.opts]
        words = f"there is no option {option}{nearest(str(option), known)}"
    elif found := re.match(r"no such command '(.*?)'", words):
        words = f'there is no command "{found[1]}"{nearest(found[1], context.command.commands)}'
    elif number and parameter is not None:
        kind = "whole number" if number[1] == "integer" else "number"
        given = _given(parameter.opts)
        name = max(parameter.opts, key=len)
        words = f"{name}: must be a {kind}, got {given!r}{_number_meant(given)}"
    return f"{words}; see {context.command_path} --help"


def as_typed(told: str, program: Any, words: Sequence[str]) -> str:
    """A line about an argument of Python, with the option that was typed in its place.

    Parameters
    ----------
    told : str, "n_jobs: must be a whole number from 1"
    program : all commands, as typer parses them
    words : sequence of str, what was typed after the program's name
    """
    name, colon, rest = told.partition(": ")
    flag = _flags(program, words).get(name)
    return f"{flag}{colon}{rest}" if flag else told


def _flags(program: Any, words: Sequence[str]) -> dict[str, str]:
    """Options of the command that was typed, by those of their names in Python that differ."""
    command = program
    for word in words:
        command = getattr(command, "commands", {}).get(word, command)
    flags = {one.name: max(one.opts, key=len) for one in command.params if one.opts[0][0] == "-"}
    known = {f"{name}s": flag for name, flag in flags.items()} | flags
    known |= {flag[2:].replace("-", "_"): flag for flag in flags.values()}
    return {name: flag for name, flag in known.items() if name != flag[2:]}


def _given(names: Sequence[str]) -> str:
    """What follows an option on the command line, the last time it is there."""
    found = ""
    for word, after in pairwise([*sys.argv, ""]):
        name, equals, value = word.partition("=")
        short = next((word[2:] for one in names if len(one) == 2 and word.startswith(one)), "")
        found = (value if equals else after) if name in names else short or found
    return found


def _number_meant(given: str) -> str:
    """How a number that was written with separators is written here."""
    if _THOUSANDS.fullmatch(given):
        return "; write " + re.sub(r"\D", "", given)
    return f"; write {given.replace(',', '.')}, with a point" if _COMMA.fullmatch(given) else ""
