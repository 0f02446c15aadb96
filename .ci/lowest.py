"""Print the lowest versions that pyproject.toml allows, as constraints for pip.

Of what jobsim needs at run time and of extras that are named: `python .ci/lowest.py test`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENT = re.compile(r"(?P<name>[\w-]+)(\[(?P<extras>[\w,-]+)\])?(>=(?P<version>[\d.]+))?")


def lowest(requirements: list[str]) -> list[str]:
    """Constraints for a list of requirements, and for the extras of jobsim among them."""
    found = []
    for one in requirements:
        match = REQUIREMENT.fullmatch(one)
        if match is None:
            sys.exit(f"pyproject.toml: {one} is not read here")
        if match["name"] == PROJECT["name"]:
            found += of_extras(match["extras"].split(","))
        elif match["version"] is None:
            sys.exit(f"pyproject.toml: {one} has no lowest version")
        else:
            found.append(f"{match['name']}=={match['version']}")
    return found


def of_extras(names: list[str]) -> list[str]:
    """Constraints for what extras need."""
    return [line for name in names for line in lowest(PROJECT["optional-dependencies"][name])]


for constraint in (*lowest(PROJECT["dependencies"]), *of_extras(sys.argv[1:])):
    sys.stdout.write(f"{constraint}\n")
