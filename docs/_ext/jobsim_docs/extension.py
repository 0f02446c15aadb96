"""A Sphinx extension that writes the reference of jobsim from jobsim itself.

Pages that exist for every public name, preset or notebook are written before Sphinx looks for
sources; parts of pages are made by the directive `jobsim`, whose argument names what is wanted; the
role `has` says whether jobsim has a function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docutils import nodes
from pydantic import BaseModel
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

import jobsim
from jobsim_docs import about, codes, commands, evidence, fields, links, notebooks, public

__all__ = ["setup"]

PARTS: dict[str, Callable[[], str]] = {
    "citation": about.citation,
    "command-line": commands.command_line,
    "evidence-summary": evidence.summary,
    "ledger-lines": codes.ledger_lines,
    "measures": codes.measures,
    "money-measures": codes.money_measures,
    "not-priced": codes.not_priced,
    "payers": codes.payers,
    "price-fields": fields.price_fields,
    "public-names": public.index,
    "scenario-fields": fields.scenario_fields,
    "tutorials": notebooks.contents,
    "volumes": codes.volumes,
}
"""What the directive can put on a page: functions that return MyST Markdown."""


class Part(SphinxDirective):
    """Put a part of the reference on a page, from the code that is documented."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Parse the part named by the argument."""
        if self.arguments[0] not in PARTS:
            known = ", ".join(PARTS)
            raise self.error(f"jobsim: there is no part {self.arguments[0]!r}; known: {known}")
        self.env.note_reread()  # the code may have changed though the page has not
        text = PARTS[self.arguments[0]]()
        return self.parse_text_to_nodes(text, allow_section_headings=True)


class Has(SphinxRole):
    """The name of a public function as a link, or "not yet" while jobsim does not have it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Look the name up in jobsim."""
        if self.text not in jobsim.__all__:
            return [nodes.Text("not yet")], []
        target = f"jobsim.{self.text}"
        link = pending_xref("", refdomain="py", reftype="obj", reftarget=target, refexplicit=True)
        link += nodes.literal(self.text, self.text)
        return [link], []


def _without_fields(_: Sphinx, what: str, __: str, obj: Any, *___: Any) -> tuple[str, str] | None:
    """Leave the fields of scenarios and price lists out of their signatures."""
    if what == "class" and isinstance(obj, type) and issubclass(obj, BaseModel):
        return "", ""
    return None


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, the kinds of objects it describes and the generated pages."""
    app.add_directive("jobsim", Part)
    app.add_role("has", Has())
    app.add_object_type("scenario-field", "scenario-field", "scenario field; %s")
    app.add_object_type("price-field", "price-field", "price field; %s")
    app.connect("autodoc-process-signature", _without_fields)
    app.connect("doctree-read", links.link_known_types)
    app.connect("missing-reference", links.resolve_bare_name)
    for write in (public.write_pages, evidence.write_pages, notebooks.copy_notebooks):
        app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
