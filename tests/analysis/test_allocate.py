"""Division of one total: closed forms, properties, errors, and what it prints."""

import numpy as np
import pytest

from jobsim.analysis.searching.spending import lattice, transfers
from jobsim.errors import InputError, JobsimError
from jobsim.questions.allocate import allocate
from jobsim.questions.compare import compare
from tests.analysis.towns import still_town
from tests.factory import small_town, small_town_data

HOW = {"progress": False}
SHORT = small_town(horizon__weeks=40, claims={})
PROGRAMME = "programmes.intensive.budget_per_year"
CONSULTANTS = "small_jobs.consultants.budget_per_year"
SUPPORT = "supports.driving_licence.budget_per_year"


def budgets(found):
    return {part.path: part.budget for part in found.parts}


@pytest.fixture(scope="module")
def found():
    return allocate(
        SHORT, 1_000_000, aim="placements", parts=[PROGRAMME, SUPPORT], replications=4, **HOW
    )


class TestClosedForms:
    def test_money_goes_where_it_is_not_spent_if_nothing_has_an_effect(self):
        """Nobody needs the support, so what is given to it stays in the purse."""
        found = allocate(still_town(), 400_000, replications=2, **HOW)
        assert budgets(found) == {PROGRAMME: 0.0, SUPPORT: 400_000.0}
        assert found.value.mean == found.spent.mean == 0.0
        assert found.best.near == (found.best.number,)
        programme, support = found.parts
        assert programme.next_krone.mean == pytest.approx(-1.0)
        assert np.isnan(support.next_krone.mean)
        assert found.verdict == "the data cannot tell it from spending nothing"

    def test_a_top_that_is_flat_throughout(self):
        found = allocate(still_town(), 400_000, aim="placements", replications=2, **HOW)
        assert found.flat_share == 1.0
        assert [(part.low, part.high) for part in found.parts] == [(0.0, 400_000.0)] * 2

    def test_spending_nothing_is_better_where_nothing_comes_back(self):
        found = allocate(still_town(supports={}), 400_000, replications=2, **HOW)
        assert found.over_nothing.mean == pytest.approx(-400_000)
        assert found.shadow_price.mean == pytest.approx(-1.0)
        assert found.verdict == "spending nothing is better"
        assert "spending nothing is better" in repr(found)


class TestProperties:
    def test_one_candidate_gets_everything(self):
        alone = small_town(supports={}, small_jobs__consultants=None)
        found = allocate(alone, 750_000, replications=2, **HOW)
        assert budgets(found) == {PROGRAMME: 750_000.0}
        assert (found.evaluations, found.flat_share) == (1, 1.0)

    def test_every_division_spends_the_total(self, found):
        np.testing.assert_allclose(found.splits.sum(axis=1), 1_000_000.0)
        assert (found.splits >= 0).all()

    def test_no_division_that_was_played_is_better(self, found):
        best = tuple(budgets(found).values())
        assert tuple(found.splits[found.best.number]) == best
        assert found.values.mean(axis=1).max() == found.values[found.best.number].mean()

    def test_order_of_candidates_does_not_matter(self, found):
        other = allocate(
            SHORT, 1_000_000, aim="placements", parts=[SUPPORT, PROGRAMME], replications=4, **HOW
        )
        assert other.to_frame().equals(found.to_frame())
        assert repr(other) == repr(found)

    def test_two_like_supports_share_the_same_whatever_their_order(self):
        licence = small_town_data()["supports"]["driving_licence"] | {"paid_from": "intensive"}
        one, other = licence | {"key": 4}, licence | {"key": 5, "groups": ["activity_ready"]}
        answers = [
            allocate(
                two_supports({"one": one, "other": other}, order),
                200_000,
                aim="placements",
                parts=["supports.one.budget_per_year", "supports.other.budget_per_year"],
                replications=2,
                **HOW,
            )
            for order in (("one", "other"), ("other", "one"))
        ]
        values = [found.values.mean(axis=1).max() for found in answers]
        assert values[0] == pytest.approx(values[1])

    def test_what_is_reported_was_not_used_to_choose(self, found):
        """The programme's budget holds its own part and that of the support paid from it."""
        staff, grants = budgets(found).values()
        scenario = SHORT.with_({PROGRAMME: staff + grants, SUPPORT: grants})
        chosen, judged = (
            compare(scenario, replications=numbers, **HOW).row("placements")
            for numbers in ([0, 1, 2, 3], [4, 5, 6, 7])
        )
        assert found.values[found.best.number].mean() == pytest.approx(chosen.difference)
        assert found.value.mean == pytest.approx(judged.difference)
        assert found.value.se == pytest.approx(judged.se)
        assert chosen.difference != judged.difference


def two_supports(supports, order):
    return small_town(
        horizon__weeks=20, claims={}, supports={code: supports[code] for code in order}
    )


class TestLattice:
    def test_it_holds_every_division_once(self):
        points = list(lattice(3, 4))
        assert len(points) == len(set(points)) == 15
        assert {sum(point) for point in points} == {4}

    def test_transfers_keep_the_total(self):
        assert {sum(point) for point in transfers((3, 0, 5), 2)} == {8}
        assert list(transfers((5,), 1)) == []


class TestWords:
    def test_it_prints_the_parts_and_how_they_were_found(self, found):
        text = repr(found)
        assert "Extra: placements (persons)" in text
        assert "Meetings every two weeks" in text
        assert f"{found.evaluations} divisions played, 4 futures each" in text
        assert "next million" in text
        assert "<table" in found._repr_html_()

    def test_the_frame_says_what_was_found(self, found):
        frame = found.to_frame()
        assert list(frame.path) == [*(part.path for part in found.parts), "total"]
        assert list(frame.budget_per_year) == [*(one.budget for one in found.parts), found.total]
        assert found.row("total").mean == found.value.mean
        assert found.row("total").next_krone == found.shadow_price.mean

    def test_a_table_has_a_line_per_division(self, found):
        frame = found.frames()["divisions"]
        assert len(frame) == found.evaluations
        assert frame.from_best.max() == 0.0
        assert frame.near.sum() == len(found.best.near)


class TestErrors:
    @pytest.mark.parametrize("total", [0, -1, float("nan"), float("inf"), "all", [1e6, 2e6], True])
    def test_totals_that_cannot_be(self, total):
        with pytest.raises(InputError, match=r"^total: "):
            allocate(small_town(), total, replications=1, **HOW)

    def test_a_total_that_no_town_has(self):
        with pytest.raises(JobsimError, match="every cell failed"):
            allocate(
                small_town(supports={}, small_jobs__consultants=None), 1e30, replications=1, **HOW
            )

    @pytest.mark.parametrize("parts", [[], [PROGRAMME, PROGRAMME]])
    def test_parts_are_named_once(self, parts):
        with pytest.raises(InputError, match=r"^parts: name one or more"):
            allocate(small_town(), 1e6, parts=parts, replications=1, **HOW)

    def test_an_unknown_part_names_the_nearest(self):
        with pytest.raises(InputError, match=r"did you mean.*driving_licence"):
            allocate(small_town(), 1e6, parts=["supports.driving_license.budget_per_year"], **HOW)

    def test_an_unknown_aim(self):
        with pytest.raises(InputError, match='no measure "placemnts"; did you mean "placements'):
            allocate(small_town(), 1e6, aim="placemnts", **HOW)

    def test_nothing_to_spend_on(self):
        with pytest.raises(InputError, match="has no programme, consultants or support"):
            allocate(small_town().without_programmes(), 1e6, **HOW)
