"""SVG that can stand on a page beside others; may import nothing of jobsim."""

from __future__ import annotations

import re

from markupsafe import Markup


def inline(svg: str, name: str) -> Markup:
    """SVG without head, metadata and fixed size, its identifiers made unique by a name.

    The drawing is hidden from screen readers: the page says in words what it shows.

    Examples
    --------
    >>> drawn = '<?xml version="1.0"?><svg width="9pt" viewBox="0 0 9 9"><g id="a"/></svg>'
    >>> str(inline(drawn, "p"))
    '<svg viewBox="0 0 9 9" aria-hidden="true"><g id="p-a"/></svg>'
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    svg = re.sub(r'xlink:href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    head = r'<svg viewBox="\1" aria-hidden="true">'
    return Markup(re.sub(r'<svg [^>]*viewBox="([^"]+)"[^>]*>', head, svg, count=1))
