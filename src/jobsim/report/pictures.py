"""Pictures of the report as inline SVG in its language; may import plots, results, language.

The drawings are those of `plots`; their texts are put into the page's words here, and a text
without a word is an error, so that no English stays in a Danish picture.

SVG that can stand on a page beside others.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from markupsafe import Markup

from jobsim.plots import plot_net_saving, plot_recipients
from jobsim.plots.investment_curve import plot_investment_curve
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.report.facts import period_of
from jobsim.report.language import Language
from jobsim.report.results import Results
from jobsim.vocabulary import PICTURED_PAYERS, PURSE_LABELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "jobsim",
    "font.size": 10.5,
    "axes.unicode_minus": True,
}
_DARKER = 0.7
"""Names of curves are darker than their curves, so that they read well on white."""
_SAVING = "net_saving:municipality"


class Axis(NamedTuple):
    """What an axis is called, and how its ticks are written."""

    label: str
    tick: Callable[[float, object], str]


@dataclass(frozen=True)
class Picture:
    """A drawing with its caption, what it shows in words, and what bands and points are."""

    name: str
    caption: Markup
    alt: Markup
    note: Markup
    svg: Markup


def net_saving_picture(results: Results, words: Language) -> Picture:
    """Net saving so far of municipality, state and recipients."""
    comparison = results.comparison
    svg = _drawn(
        "picture-saving",
        lambda ax: plot_net_saving(comparison, ax=ax),
        {PURSE_LABELS[code]: str(words(f"payers.{code}")) for code in PICTURED_PAYERS},
        (_month_axis(words), _money_axis("pictures.net_saving_axis", words)),
    )
    rows = {payer: comparison.row("net_saving", payer=payer) for payer in PICTURED_PAYERS}
    own = rows["municipality"]
    alt = words(
        "pictures.net_saving_alt",
        period=period_of(results, words),
        range=words.money_range(own.range_low, own.range_high),
        purses=Markup(", ").join(
            Markup("{} {}").format(words(f"payers.{payer}").lower(), words.money(row.difference))
            for payer, row in rows.items()
        ),
    )
    return _picture("picture-saving", "net_saving", alt, svg, results, words)


def recipients_picture(results: Results, words: Language) -> Picture:
    """Recipients at the end of each month, with and without the plan."""
    names = ("with", "without", "observed")
    svg = _drawn(
        "picture-recipients",
        lambda ax: plot_recipients(results.comparison, ax=ax),
        {name: str(words(f"pictures.{name}")) for name in names},
        (
            _month_axis(words),
            Axis(words("pictures.recipients_axis"), lambda number, _: words.whole(number)),
        ),
    )
    groups = _observed_groups(results)
    played = (results.comparison.played, results.comparison.baseline)
    ends = [float(side.total("recipients", groups)[:, -1].mean()) for side in played]
    alt = words(
        "pictures.recipients_alt",
        period=period_of(results, words),
        scenario=words.count(ends[0]),
        baseline=words.count(ends[1]),
        difference=words.count(ends[0] - ends[1], sign=True),
    )
    made = _picture("picture-recipients", "recipients", alt, svg, results, words)
    if not groups or set(groups) == set(results.scenario.groups):
        return made
    return replace(made, caption=words("pictures.recipients_groups"))


def _observed_groups(results: Results) -> tuple[str, ...]:
    """Groups that the drawing shows: those observed together, or all."""
    observed = results.scenario.observed.values()
    return next((one.groups for one in observed if one.measure == "recipients"), ())


def curve_picture(results: Results, curve: InvestmentCurve, words: Language) -> Picture:
    """Net saving of the municipality over the budget."""
    texts = {
        "best budget": str(words("pictures.best")),
        "cannot be told from the best": str(words("pictures.flat")),
    }
    axes = [_money_axis(f"pictures.{name}", words) for name in ("curve_budget", "curve_axis")]
    svg = _drawn("picture-curve", lambda ax: plot_investment_curve(curve, ax=ax), texts, axes)
    means = [one.mean for one in curve.spreads(_SAVING)]
    alt = words(
        "pictures.curve_alt",
        first=words.money(curve.budgets[0]),
        last=words.money(curve.budgets[-1]),
        at_first=words.money(means[0]),
        at_last=words.money(means[-1]),
        best=words.money(curve.best().budget),
    )
    note = words("pictures.curve_note", replications=words.whole(curve.cells.plan.count))
    return Picture("picture-curve", words("pictures.curve"), alt, note, svg)


def _picture(
    name: str, key: str, alt: Markup, svg: Markup, results: Results, words: Language
) -> Picture:
    count = words.whole(len(results.comparison.record.replications))
    note = words(f"pictures.{key}_note", replications=count)
    return Picture(name, words(f"pictures.{key}"), alt, note, svg)


def _drawn(
    name: str,
    draw: Callable[[Axes], Axes],
    texts: Mapping[str, str],
    axes: Sequence[Axis],
) -> Markup:
    """Draw, put texts into words, and return SVG that can stand beside others on a page."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_STYLE):
        figure = Figure(figsize=(5.8, 3.6), layout="constrained")
        ax = figure.add_subplot()
        draw(ax)
        _say(ax, texts, axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
    return inline(out.getvalue(), name)


def _say(ax: Axes, texts: Mapping[str, str], axes: Sequence[Axis]) -> None:
    """Put every text of a drawing into the page's words; the caption takes the title's place."""
    from matplotlib.colors import to_rgb
    from matplotlib.ticker import FuncFormatter

    for text in ax.texts:
        text.set_text(texts[text.get_text()])
        text.set_fontsize(10)
        red, green, blue = to_rgb(text.get_color())
        text.set_color((_DARKER * red, _DARKER * green, _DARKER * blue))
    ax.set_title("", loc="left")
    for axis, drawn in zip(axes, (ax.xaxis, ax.yaxis), strict=True):
        drawn.set_label_text(axis.label)
        drawn.set_major_formatter(FuncFormatter(axis.tick))


def _money_axis(key: str, words: Language) -> Axis:
    return Axis(words(key), lambda amount, _: words.brief(amount / 1e6))


def _month_axis(words: Language) -> Axis:
    return Axis("", lambda day, _: _month(day, words))


def _month(day: float, words: Language) -> str:
    """Tick of a month: the year in January, else the month."""
    date: dt.date = (np.datetime64("1970-01-01") + np.timedelta64(round(day), "D")).astype(dt.date)
    short: list[str] = words.raw("format.short_months")
    return str(date.year) if date.month == 1 else short[date.month - 1]


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
