"""What holds for every picture: nothing is cut, ticks tell the truth, the user's settings are kept.

Pictures come from the tables in `pictures.py`; a new one is covered by standing there.
"""

from __future__ import annotations

import io
import math
import re
from functools import cache
from itertools import combinations, pairwise

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from cycler import cycler
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.dates import num2date
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import Bbox

from jobsim import plots
from jobsim.plots import palette, style
from jobsim.plots.layout import CurveName, InRoom
from tests.plots.pictures import EMPTY, PICTURES, compared

SIZES = {"default": (6.4, 4.8), "16 cm": (6.3, 3.9)}
FACTORS = {"million DKK": 1e6, "thousand DKK": 1e3, "per cent": 0.01}
UNIT = re.compile(r"(?:^|, )(million DKK|thousand DKK|per cent$)")
PAYERS = {
    "net saving",
    "plans",
    "several plans",
    "investment curve",
    "investment curve of the state",
}
"""Pictures whose hues are those of payers."""
MAPS = {"sweep of two", "large map", "map of words"}
"""Pictures whose hues are those of a scale."""

BROAD = {"plans", "tornado", "lives", "claims", "decision"}
"""Pictures with the widest words, a few of them, that are drawn in larger letters every time."""

every_picture = pytest.mark.parametrize("name", PICTURES)


def often(value: object) -> object:
    """A further value, for the long run: pictures are drawn twice as often for it."""
    return pytest.param(value, marks=pytest.mark.slow)


every_size = pytest.mark.parametrize("size", [next(iter(SIZES)), *map(often, [*SIZES][1:])])


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def made(name, size=SIZES["default"], table=PICTURES):
    """A picture on axes of a plain figure, before it is laid out."""
    ax = plt.subplots(figsize=size)[1]
    assert table[name](ax=ax) is ax
    return ax


def drawn(name, size=SIZES["default"], table=PICTURES):
    """A picture as it is when it is saved: laid out, every word in its place."""
    ax = made(name, size, table)
    ax.figure.draw_without_rendering()
    return ax


kept = cache(drawn)
"""Pictures as they are without settings; not to be changed."""


def ticks_of(axis):
    """Labels that are seen, with their places."""
    low, high = sorted(axis.get_view_interval())
    pairs = zip(axis.get_ticklabels(), axis.get_ticklocs(), strict=True)
    reach = 1e-9 * (high - low)
    return [
        (label, place)
        for label, place in pairs
        if label.get_text() and low - reach <= place <= high + reach
    ]


def texts_of(ax):
    """Every text that is seen in a picture, in a colour bar beside it, too."""
    for one in ax.figure.axes:
        yield from one.texts
        yield from (one.title, one._left_title, one._right_title)
        if one.axison:
            yield from (one.xaxis.label, one.yaxis.label)
            yield from (label for axis in (one.xaxis, one.yaxis) for label, _ in ticks_of(axis))
        if one.get_legend() is not None:
            yield from one.get_legend().get_texts()


def seen(ax):
    return [text for text in texts_of(ax) if text.get_text() and text.get_visible()]


def overlap(one, other):
    """Whether boxes share more than an edge."""
    both = Bbox.intersection(one, other)
    return both is not None and both.width > 1 and both.height > 1


def assert_nothing_cut(ax):
    frame = ax.figure.bbox
    for text in seen(ax):
        box, (wide, high) = text.get_window_extent(), frame.max
        inside = (box.x0 >= -0.5, box.y0 >= -0.5, box.x1 <= wide + 0.5, box.y1 <= high + 0.5)
        assert all(inside), (text.get_text(), box)


def test_every_function_and_every_kind_of_result_is_in_the_table():
    public = {name for name in plots.__all__ if name.startswith("plot_")}
    assert {one.draw.__name__ for one in PICTURES.values()} - {"plot"} == public
    results = [one.result() for one in PICTURES.values()]
    kinds = {base.__name__ for one in results for base in type(one).__mro__}
    kinds |= {"TwoWay", "Plane"}  # drawn as others are
    assert set(plots._PICTURES) <= kinds


class TestNothingIsCut:
    @every_size
    @every_picture
    def test_texts_lie_inside_the_figure(self, name, size):
        assert_nothing_cut(kept(name, SIZES[size]))

    @pytest.mark.parametrize("name", [name if name in BROAD else often(name) for name in PICTURES])
    def test_larger_letters_fit_too(self, name):
        with plt.rc_context({"font.size": 13}):
            assert_nothing_cut(drawn(name))

    @pytest.mark.parametrize(
        "name",
        ["net saving", "lives", "naive", "tornado", "sweep of two", "caseload limit", "plane"],
    )
    def test_two_beside_each_other(self, name):
        figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
        PICTURES["net saving"](ax=left)
        PICTURES[name](ax=right)
        figure.draw_without_rendering()
        assert_nothing_cut(right)
        (above,) = (text for text in left.texts if isinstance(text, InRoom))
        others = [text.get_window_extent() for text in seen(right) if text.axes is not left]
        assert not any(overlap(above.get_window_extent(), one) for one in others)

    @every_size
    @every_picture
    def test_words_around_the_data_do_not_overlap(self, name, size):
        ax = kept(name, SIZES[size])
        inside = [text for text in ax.texts if not isinstance(text, (InRoom, CurveName))]
        around = [
            (text.get_text(), text.get_window_extent()) for text in seen(ax) if text not in inside
        ]
        for (one, box), (other, beside) in combinations(around, 2):
            assert not overlap(box, beside), (one, other)

    @every_picture
    def test_the_title_is_one_line_and_the_explanation_below(self, name):
        ax = kept(name)
        title = ax._left_title
        assert title.get_text()
        assert "\n" not in title.get_text()
        (note,) = (text for text in ax.texts if type(text).__name__ == "Explanation")
        others = [text for text in seen(ax) if text is not note]
        assert note.get_window_extent().y1 <= min(one.get_window_extent().y0 for one in others) + 1
        assert style.explanation(ax) == " ".join(note.get_text().split())


class TestTicks:
    @every_picture
    def test_labels_are_their_places(self, name):
        ax = kept(name)
        for one in ax.figure.axes:
            for axis in (one.xaxis, one.yaxis):
                if not isinstance(axis.get_major_locator(), FixedLocator) and one.axison:
                    check_labels(axis)

    def test_a_quarter_of_a_million_is_not_a_fifth(self):
        ax = drawn("investment curve of the state")
        ax.set_xticks([0, 250_000, 500_000, 1_000_000])
        assert [label.get_text() for label, _ in ticks_of(ax.xaxis)] == ["0", "0.25", "0.5", "1"]

    @pytest.mark.parametrize("name", ["lives", "one life", "recipients", "net saving"])
    def test_days_are_dates_with_their_year(self, name):
        labels = ticks_of(kept(name).xaxis)
        assert re.fullmatch(r"(\d+ )?\w{3}\n2018", labels[0][0].get_text())
        years = [num2date(place).year for _, place in labels]
        for (label, _), (before, year) in zip(labels[1:], pairwise(years), strict=True):
            assert label.get_text().endswith(f"\n{year}") == (before != year)


def check_labels(axis):
    unit = UNIT.search(axis.get_label_text().replace("\n", " "))
    factor, numbers = FACTORS[unit[1]] if unit else 1.0, ticks_of(axis)
    for label, place in numbers:
        text = label.get_text()
        if isinstance(axis.get_major_formatter(), style.Dates):
            assert f"{num2date(place):%b}" in text
        else:
            said = float(text.replace("−", "-").replace(",", ""))
            assert said * factor == pytest.approx(place, rel=1e-9, abs=1e-9 * factor)


class TestSettings:
    @pytest.mark.parametrize("look", ["dark_background", often("ggplot")])
    @every_picture
    def test_words_are_read_on_what_they_stand_on(self, name, look):
        with plt.style.context(look):
            ax = drawn(name)
            for text in seen(ax):
                ground = ground_of(text, ax)
                least = 2.9 if look == "ggplot" and text not in ax.texts else 4.5
                assert palette.contrast(text.get_color(), ground) >= least, text.get_text()

    @every_picture
    def test_a_figure_that_was_made_dark_stays_so(self, name):
        with plt.style.context("dark_background"):
            ax = plt.subplots()[1]
        for text in PICTURES[name](ax=ax).texts:
            assert palette.contrast(text.get_color(), ground_of(text, ax)) >= 4.5, text.get_text()

    @every_picture
    def test_letters_grow_with_those_of_the_user(self, name):
        sizes = []
        for size in (8, 12):
            with plt.rc_context({"font.size": size}):
                ax = made(name)
                sizes.append([text.get_fontsize() for text in [*ax.texts, ax._left_title]])
        assert np.array(sizes[1]) == pytest.approx(1.5 * np.array(sizes[0]))

    @pytest.mark.parametrize("name", [name for name in PICTURES if name not in PAYERS | MAPS])
    def test_hues_are_those_of_the_users_cycle(self, name):
        with plt.rc_context({"axes.prop_cycle": cycler(color=["magenta"])}):
            ax = made(name)
        if name == "one life":  # who stays on benefit has no hue
            ax.axvline(ax.get_xlim()[0], color="magenta")
        hues = [one for one in colours_of(ax) if max(one) - min(one) > 0.01]
        assert hues
        assert all(red > green < blue for red, green, blue in hues)

    @pytest.mark.parametrize("name", sorted(PAYERS))
    def test_payers_keep_their_own_hues(self, name):
        with plt.rc_context({"axes.prop_cycle": cycler(color=["magenta"])}):
            ax = made(name)
        assert not any(red > green + 0.2 < blue for red, green, blue in colours_of(ax))

    def test_a_new_figure_has_the_users_size(self):
        with plt.rc_context({"figure.figsize": (5.0, 3.0)}):
            ax = PICTURES["net saving"]()
        assert ax.figure.get_size_inches().tolist() == [5.0, 3.0]
        ax.figure.draw_without_rendering()
        assert_nothing_cut(ax)


def ground_of(text, ax):
    """What a text stands on: its box, a cell of a map, the axes or the figure."""
    box = text.get_bbox_patch()
    if box is not None:
        return box.get_facecolor()
    if ax.images and text in ax.texts and not isinstance(text, InRoom):
        column, row = (round(value) for value in text.get_position())
        image = ax.images[0]
        return image.to_rgba(image.get_array()[row, column])
    middle = text.get_window_extent().get_points().mean(axis=0)
    return ax.get_facecolor() if ax.bbox.contains(*middle) else ax.figure.get_facecolor()


def colours_of(ax):
    """Red, green and blue of everything that is drawn for data."""
    found = [
        line.get_markeredgecolor() if line.get_linestyle() == "None" else line.get_color()
        for line in ax.lines
    ]
    for patch in ax.patches:
        found += [patch.get_facecolor(), patch.get_edgecolor()]
    found += [one for group in ax.collections for one in group.get_facecolor()]
    return [to_rgb(one) for one in found if to_rgba(one)[3] > 0]


class TestEmpty:
    @pytest.mark.parametrize("name", EMPTY)
    def test_a_sentence_takes_the_place_of_the_frame(self, name):
        ax = drawn(name, table=EMPTY)
        (sentence,) = (text for text in ax.texts if not isinstance(text, InRoom))
        assert sentence.get_text().endswith(".")
        assert not ax.axison
        assert not [*ax.lines, *ax.patches, *ax.images]
        assert ax.get_title(loc="left")
        assert_nothing_cut(ax)

    @every_picture
    def test_others_have_none(self, name):
        assert kept(name).axison


class TestLayout:
    """Whoever arranges a figure keeps the last word."""

    def test_a_users_title_stays(self):
        ax = PICTURES["net saving"](ax=plt.subplots()[1])
        ax.set_title("What I call it", loc="left")
        ax.figure.draw_without_rendering()
        assert ax.get_title(loc="left") == "What I call it"

    def test_axes_that_were_placed_by_hand_stay_where_they_are(self):
        ax = plt.figure().add_axes((0.3, 0.4, 0.5, 0.4))
        PICTURES["psa"](ax=ax)
        ax.figure.draw_without_rendering()
        assert ax.get_position().bounds == pytest.approx((0.3, 0.4, 0.5, 0.4))

    def test_the_users_own_layout_is_used(self):
        figure, ax = plt.subplots(layout="constrained")
        figure.get_layout_engine().set(w_pad=0.5)
        PICTURES["net saving"](ax=ax)
        figure.get_layout_engine().set(h_pad=0.5)
        figure.draw_without_rendering()
        assert figure.get_layout_engine().get()["w_pad"] == 0.5
        assert ax._left_title.get_window_extent().y1 < figure.bbox.y1 - 0.45 * figure.dpi

    def test_words_are_wrapped_anew_in_another_size(self):
        ax = PICTURES["net saving"](ax=plt.subplots()[1])
        (note,) = (text for text in ax.texts if isinstance(text, InRoom))
        lines = []
        for wide in (4.0, 12.0):
            ax.figure.set_size_inches(wide, 4.0)
            ax.figure.draw_without_rendering()
            assert_nothing_cut(ax)
            lines.append(note.get_text().count("\n") + 1)
        assert lines[0] > lines[1] == 1

    def test_another_resolution_cuts_nothing(self):
        ax = kept("naive")
        ax.figure.savefig(io.BytesIO(), dpi=60)
        ax.figure.draw_without_rendering()
        assert_nothing_cut(ax)

    def test_a_notebooks_tight_box_holds_everything(self):
        ax = drawn("must hold")
        box = ax.figure.get_tightbbox().transformed(ax.figure.dpi_scale_trans)
        for text in seen(ax):
            one = text.get_window_extent()
            assert np.all(one.min >= box.min - 1)
            assert np.all(one.max <= box.max + 1)

    def test_a_heading_can_be_taken_away(self):
        ax = style.without_heading(PICTURES["net saving"](ax=plt.subplots()[1]))
        assert not ax.get_title(loc="left")
        assert not style.explanation(ax)
        ax.figure.draw_without_rendering()


def test_a_long_name_is_cut_in_the_title_alone():
    town = compared().played.scenario
    name = f"{town.name}-" + "x" * 80
    ax = plots.plot_net_saving(renamed(name), ax=plt.subplots()[1])
    ax.figure.draw_without_rendering()
    assert "…" in ax.get_title(loc="left")
    assert_nothing_cut(ax)


def renamed(name):
    from dataclasses import replace

    import jobsim as js

    town = js.Scenario.from_dict(compared().played.scenario.to_dict() | {"name": name})
    return replace(compared(), played=replace(compared().played, scenario=town))


def test_greys_lie_between_paper_and_ink():
    with plt.style.context("dark_background"):
        ax = plt.subplots()[1]
    assert (palette.paper(ax), palette.ink(ax)) == ("#000000", "#ffffff")
    assert palette.shade(ax, 0.2) == "#333333"
    assert math.isclose(palette.contrast(palette.own(ax, "municipality"), "black"), 6, abs_tol=1)
