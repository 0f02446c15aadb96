"""How a picture fits its figure, whatever its size and font; may import matplotlib.

Each time a figure is drawn, words are wrapped or cut to the room that they have, then the figure's
own layout is made, then what still overlaps moves apart. Figures without a layout get a constrained
one, so that no label is cut.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from matplotlib.layout_engine import ConstrainedLayoutEngine, LayoutEngine, PlaceHolderLayoutEngine
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure

Shorten = Callable[[str, int], str]
"""Makes a text of at most so many characters a line."""
_Kind = TypeVar("_Kind", bound=Text)
_EDGE = 8.0
"""Points that words stay away from each side of their part of the figure."""
_BELOW = 6.0
"""Points from what an axis says to the explanation below."""
_BESIDE = 6.0
"""Points from the end of a curve to its name."""
_APART = 1.1
"""Heights of a name from one curve's name to the next."""
_LEAST = 8
"""Characters that are always kept."""


def fit(ax: Axes) -> None:
    """Let the figure of some axes be laid out anew each time it is drawn."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    engine = figure.get_layout_engine()
    if engine is None:
        by_hand = ax.get_subplotspec() is None
        engine = PlaceHolderLayoutEngine(True, True) if by_hand else ConstrainedLayoutEngine()
    if not isinstance(engine, Fitting):
        figure.set_layout_engine(Fitting(engine))


class Fitting(LayoutEngine):
    """The layout of a figure, with words fitted before and after it is made."""

    def __init__(self, inner: LayoutEngine) -> None:
        super().__init__()
        self.inner = inner
        self._adjust_compatible = inner.adjust_compatible
        self._colorbar_gridspec = inner.colorbar_gridspec

    def set(self, **how: Any) -> None:
        """Pass settings on to the figure's own layout."""
        self.inner.set(**how)

    def get(self) -> dict[str, Any]:
        """Settings of the figure's own layout."""
        return self.inner.get()

    def execute(self, fig: Figure) -> None:
        """Lay the figure out."""
        pictures = [ax for ax in fig.axes if _texts(ax, Explanation)]
        for ax in pictures:
            for note in _texts(ax, Explanation):
                note.wrap()
        self._lay_out(fig, pictures)
        repairs = (_wrap_labels, _shrink_rows, _turn_ticks)
        if any([repair(ax) for ax in pictures for repair in repairs]):
            self._lay_out(fig, pictures)
        for ax in pictures:
            _move_apart(ax)
            for text in _texts(ax, InRoom):
                text.settle()

    def _lay_out(self, fig: Figure, pictures: Sequence[Axes]) -> None:
        """Make the layout; fitted words take height from it and no width."""
        words = [text for ax in pictures for text in _texts(ax, InRoom)]
        for text in words:
            text.narrow = True
        self.inner.execute(fig)
        for text in words:
            text.narrow = False


def _renderer(part: Any) -> Any:
    """What draws a figure now, at the resolution of now; texts may remember an earlier one."""
    return part.get_figure(root=True)._get_renderer()


def _box(text: Text) -> Bbox:
    """Where a text stands, in pixels."""
    return text.get_window_extent(_renderer(text))


def _size(text: Text) -> Bbox:
    """A box of the text's size, which takes less work than where an annotation stands."""
    return Text.get_window_extent(text, _renderer(text))


def _texts(ax: Axes, kind: type[_Kind]) -> list[_Kind]:
    return [text for text in ax.texts if isinstance(text, kind)]


class InRoom(Annotation):
    """Words above a row of a picture, cut to the width of the axes.

    Parameters
    ----------
    words : str
    at : (float, float), fraction of the axes and place in the data
    shorten : function that cuts a text
    """

    narrow = False
    """Whether the layout, which is being made, shall think them narrow."""

    def __init__(
        self, words: str, at: tuple[float, float], *, shorten: Shorten, **how: Any
    ) -> None:
        how = {"xycoords": ("axes fraction", "data"), "annotation_clip": False, **how}
        super().__init__(words, at, clip_on=False, **how)
        self.words, self.shorten = words, shorten

    @property
    def ax(self) -> Any:
        """The axes that it belongs to."""
        return self.axes

    def settle(self) -> None:
        """Fit the words in, now that the layout is made."""
        _shorten(self, self.words, self.ax.bbox.width, self.shorten)

    def get_tightbbox(self, renderer: RendererBase | None = None) -> Bbox:
        """Box of the words; without width while the layout is made."""
        box = self.get_window_extent(renderer)
        return Bbox.from_bounds(box.x0, box.y0, 0.0, box.height) if self.narrow else box


class Explanation(InRoom):
    """What a picture says, below everything else, with the title that goes with it.

    Both begin where the names of rows or ticks do.

    Parameters
    ----------
    words : str
    title : Text
    shorten : function that cuts the title, should it be too long for one line
    """

    def __init__(self, words: str, title: Text, *, shorten: Shorten, **how: Any) -> None:
        place: dict[str, Any] = {"xytext": (0, -_BELOW), "textcoords": "offset points", "va": "top"}
        super().__init__(words, (0, 0), shorten=shorten, xycoords=self._frame, **place, **how)
        self.title, self.name = title, title.get_text()
        self._shown = self.name

    def _frame(self, renderer: RendererBase | None = None) -> Bbox:
        """The axes with ticks, labels and key."""
        ax = self.ax
        axes = (ax.xaxis, ax.yaxis) if ax.axison else ()
        parts = [ax.bbox, *(axis.get_tightbbox(renderer) for axis in axes)]
        if (key := ax.get_legend()) is not None:
            parts.append(key.get_window_extent(renderer))
        return Bbox.union([part for part in parts if part is not None])

    @property
    def _room(self) -> float:
        """Width of the picture's part of the figure, in pixels."""
        figure, spec = self.ax.get_figure(), self.ax.get_subplotspec()
        edges = 2 * _EDGE * figure.dpi / 72
        if spec is None:
            return float(figure.bbox.x1 - self._frame(_renderer(self.ax)).x0 - edges)
        whole = spec.get_topmost_subplotspec().get_gridspec().get_subplot_params(figure)
        share = spec.get_position(figure).width / (whole.right - whole.left)
        return float(share * figure.bbox.width - edges)

    def wrap(self) -> None:
        """Wrap the words to the room that there is."""
        _shorten(self, self.words, self._room, textwrap.fill)

    def settle(self) -> None:
        """Put the title, unless somebody else wrote it, where the explanation begins."""
        ax = self.ax
        if self.title.get_text() == self._shown:
            _shorten(self.title, self.name, self._room, self.shorten)
            self._shown = self.title.get_text()
        self.title.set_x((self._frame(_renderer(ax)).x0 - ax.bbox.x0) / ax.bbox.width)


def _shorten(text: Text, words: str, room: float, shorten: Shorten, along: str = "width") -> None:
    """Let a text take no more than so many pixels, by its average letter and then by trying."""
    text.set_text(words)
    count = len(words)
    while (wide := getattr(_size(text), along)) > room and count > _LEAST:
        count = max(_LEAST, min(count - 1, int(count * room / wide) + 1))
        text.set_text(shorten(words, count))


class CurveName(Annotation):
    """The name of a curve, beside its right end."""

    def __init__(self, words: str, at: tuple[Any, float], **how: Any) -> None:
        place: dict[str, Any] = {"xytext": (_BESIDE, 0), "textcoords": "offset points"}
        place |= {"va": "center", "annotation_clip": False, "clip_on": False}
        super().__init__(words, at, **place, **how)


def _move_apart(ax: Axes) -> None:
    """Move names up and down so that they do not overlap, inside the axes if there is room."""
    names = sorted(_texts(ax, CurveName), key=lambda name: name.xy[1])
    if not names:
        return
    ends = [float(ax.transData.transform((0, name.xy[1]))[1]) for name in names]
    tall = _APART * max(_box(name).height for name in names)
    lowest, highest = ax.bbox.y0 + tall / 2, ax.bbox.y1 - tall / 2
    wanted = [max(lowest, min(highest, end)) for end in ends]
    points = 72 / ax.figure.dpi  # of a pixel
    for name, end, place in zip(names, ends, apart(wanted, tall, highest), strict=True):
        name.set_position((_BESIDE, (place - end) * points))


def apart(wanted: Sequence[float], least: float, top: float) -> list[float]:
    """Places at least so far from each other and near to those wanted, which rise.

    Examples
    --------
    >>> apart([0, 1, 5], 2, 10), apart([8, 9, 10], 2, 10)
    ([0, 2, 5], [6, 8, 10])
    """
    found: list[float] = []
    for place in wanted:
        found.append(max(place, found[-1] + least) if found else place)
    for place in range(len(found) - 1, -1, -1):
        found[place] = min(found[place], top)
        top = found[place] - least
    return found


def _wrap_labels(ax: Axes) -> bool:
    """Wrap the labels of axes that are longer than these; whether any was."""
    before = ax.get_xlabel(), ax.get_ylabel()
    for label, along in ((ax.xaxis.label, "width"), (ax.yaxis.label, "height")):
        room = getattr(ax.bbox, along)
        if getattr(_box(label), along) > room:
            _shorten(label, label.get_text().replace("\n", " "), room, textwrap.fill, along)
    return before != (ax.get_xlabel(), ax.get_ylabel())


def _shrink_rows(ax: Axes) -> bool:
    """Make names of rows smaller where they are higher than rows; whether any were."""
    labels = [label for label in ax.get_yticklabels() if label.get_text()]
    if not isinstance(ax.yaxis.get_major_locator(), FixedLocator) or len(labels) < 2:
        return False
    tall = max(_box(label).height for label in labels)
    low, high = ax.get_ylim()
    row = ax.bbox.height / abs(high - low)
    if tall <= row:
        return False
    ax.tick_params(axis="y", labelsize=0.97 * row / tall * float(labels[0].get_fontsize()))
    return True


def _turn_ticks(ax: Axes) -> bool:
    """Turn names on the axis below where they overlap; whether any did."""
    labels = [label for label in ax.get_xticklabels() if label.get_text()]
    boxes = sorted(map(_box, labels), key=lambda box: box.x0)
    if not any(left.x1 > right.x0 for left, right in pairwise(boxes)):
        return False
    ax.tick_params(axis="x", rotation=90)
    return True
