"""Links from docstrings to documented names, by their bare name and by nothing else.

Sphinx takes each word of a type for a name and looks for anything that ends in it: the shape
`float64[replications]` would lead to somebody's attribute `replications`.
"""

from __future__ import annotations

from functools import cache

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import jobsim.errors
from jobsim_docs.public import documented

__all__ = ["link_known_types", "resolve_bare_name"]


@cache
def _full_names() -> dict[str, str]:
    """Full name by bare name; public names win."""
    errors = {name: f"jobsim.errors.{name}" for name in jobsim.errors.__all__}
    return errors | {full.rsplit(".", 1)[1]: full for full in reversed(documented())}


def link_known_types(_: Sphinx, doctree: nodes.document) -> None:
    """In types, make links of documented names only."""
    known = _full_names()
    for node in list(doctree.findall(pending_xref)):
        if node.get("refdomain") == "py" and node.get("refspecific"):
            target = known.get(node["reftarget"])
            if target is None:
                node.replace_self(node.children)
            else:
                node["reftarget"], node["refspecific"] = target, False


def resolve_bare_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contents: nodes.Element
) -> nodes.reference | None:
    """Lead `simulate` or `Summary.row` in a docstring to the page of that name."""
    name, dot, member = node.get("reftarget", "").partition(".")
    full = _full_names().get(name)
    if node.get("refdomain") != "py" or full is None:
        return None
    domain = env.domains.python_domain
    return domain.resolve_xref(
        env, node["refdoc"], app.builder, "obj", full + dot + member, node, contents
    )
