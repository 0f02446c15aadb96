"""Pictures of the report as inline SVG in its language; may import plots, results, language.

The drawings are those of `plots`; their texts are put into the page's words here, and a text
without a word is an error, so that no English stays in a Danish picture.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from jobsim.plots import plot_investment_curve, plot_net_saving, plot_recipients
from jobsim.plots.over_time import observed_recipients
from jobsim.plots.style import without_heading
from jobsim.report.language import Language
from jobsim.report.results import Results
from jobsim.vocabulary import PICTURED_PAYERS, PURSE_LABELS, SCENARIO_COLOUR

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


_Axis = tuple[str, Callable[[float, object], str]]
"""What an axis is called, and how its ticks are written."""


@dataclass(frozen=True)
class PagePicture:
    """A drawing with its caption, what it shows in words, and what bands and points are."""

    name: str
    caption: Markup
    alt: Markup
    note: Markup
    svg: Markup


def net_saving_picture(results: Results, words: Language) -> PagePicture:
    """Net saving so far of the payers that pictures show."""
    rows = {payer: results.net(payer) for payer in PICTURED_PAYERS}
    own = rows["municipality"]
    purses = Markup(", ").join(
        Markup("{} {}").format(words(f"payers.{payer}").lower(), words.money(row.difference))
        for payer, row in rows.items()
    )
    around = words.money_range(own.range_low, own.range_high)
    texts = {PURSE_LABELS[code]: words(f"payers.{code}") for code in PICTURED_PAYERS}
    axes = (_month_axis(words), _money_axis("net_saving_axis", words))
    alt = words("pictures.net_saving_alt", period=results.period, range=around, purses=purses)
    svg = _drawn("picture-saving", plot_net_saving, results.comparison, texts, axes)
    return _picture("picture-saving", "net_saving", alt, svg, _futures(results), words)


def recipients_picture(results: Results, words: Language) -> PagePicture:
    """Recipients at the end of each month, with and without the plan."""
    texts = {name: words(f"pictures.{name}") for name in ("with", "without", "observed")}
    label = words("pictures.recipients_axis")
    axes = (_month_axis(words), (label, lambda number, _: words.whole(number)))
    svg = _drawn("picture-recipients", plot_recipients, results.comparison, texts, axes)
    observed = observed_recipients(results.scenario)
    groups = observed.groups if observed else ()
    played = (results.comparison.played, results.comparison.baseline)
    plan, other = (float(side.total("recipients", groups)[:, -1].mean()) for side in played)
    alt = words(
        "pictures.recipients_alt",
        period=results.period,
        scenario=words.count(plan),
        baseline=words.count(other),
        difference=words.count(plan - other, sign=True),
    )
    made = _picture("picture-recipients", "recipients", alt, svg, _futures(results), words)
    if observed and observed.gaps:
        note = words("pictures.recipients_gaps", note=made.note, months=observed.gaps)
        made = replace(made, note=note)
    if not groups or set(groups) == set(results.scenario.groups):
        return made
    return replace(made, caption=words("pictures.recipients_groups"))


def _futures(results: Results) -> int:
    return len(results.comparison.record.replications)


def curve_picture(results: Results, words: Language) -> PagePicture | None:
    """Net saving of the municipality over the budget."""
    curve = results.curve
    if curve is None:
        return None
    texts = {
        "best budget": words("pictures.best"),
        "present plan": words("pictures.present"),
        "cannot be told from the best": words("pictures.flat"),
    }
    axes = (_money_axis("curve_budget", words), _money_axis("curve_axis", words))
    svg = _drawn("picture-curve", plot_investment_curve, curve, texts, axes)
    means = [one.mean for one in curve.spreads("net_saving:municipality")]
    alt = words(
        "pictures.curve_alt",
        first=words.money(curve.budgets[0]),
        last=words.money(curve.budgets[-1]),
        at_first=words.money(means[0]),
        at_last=words.money(means[-1]),
        best=words.money(curve.best().budget),
    )
    return _picture("picture-curve", "curve", alt, svg, curve.cells.plan.count, words)


def _picture(
    name: str, key: str, alt: Markup, svg: Markup, futures: int, words: Language
) -> PagePicture:
    note = words(f"pictures.{key}_note", replications=words.whole(futures))
    return PagePicture(name, words(f"pictures.{key}"), alt, note, svg)


def _drawn(
    name: str,
    plot: Callable[..., Axes],
    result: object,
    texts: Mapping[str, str],
    axes: Sequence[_Axis],
) -> Markup:
    """Draw, put texts into words, and return SVG that can stand beside others on a page."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.rcsetup import cycler

    with rc_context(_STYLE | {"axes.prop_cycle": cycler(color=[SCENARIO_COLOUR])}):
        figure = Figure(figsize=(5.8, 3.6), layout="constrained")
        _say(plot(result, ax=figure.add_subplot()), texts, axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
    return inline(out.getvalue(), name)


def _say(ax: Axes, texts: Mapping[str, str], axes: Sequence[_Axis]) -> None:
    """Put every text of a drawing into the page's words; the caption takes the title's place."""
    from matplotlib.colors import to_rgb
    from matplotlib.ticker import FuncFormatter

    for text in without_heading(ax).texts:
        text.set_text(str(texts[text.get_text()]))
        text.set_fontsize(10)
        red, green, blue = to_rgb(text.get_color())
        text.set_color((_DARKER * red, _DARKER * green, _DARKER * blue))
    for axis, (label, tick) in zip((ax.xaxis, ax.yaxis), axes, strict=True):
        axis.set_label_text(label)
        axis.set_major_formatter(FuncFormatter(tick))


def _money_axis(key: str, words: Language) -> _Axis:
    return words(f"pictures.{key}"), lambda amount, _: words.brief(amount / 1e6)


def _month_axis(words: Language) -> _Axis:
    """Ticks of months: the year in January, else the month."""
    short: list[str] = words.raw("format.short_months")

    def tick(day: float, _: object) -> str:
        date = dt.date(1970, 1, 1) + dt.timedelta(days=round(day))
        return str(date.year) if date.month == 1 else short[date.month - 1]

    return "", tick


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
