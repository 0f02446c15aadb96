"""The 98 made-up municipalities: made as the script makes them, valid, and said to be synthetic."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter

import numpy as np
import pytest

from tests.processes import ROOT, ended

EXAMPLES = ROOT / "examples"
TABLE = EXAMPLES / "national" / "municipalities.csv"


@pytest.fixture(autouse=True)
def _examples_first(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.syspath_prepend(str(ROOT))


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestTable:
    def test_is_what_the_script_makes(self):
        from national.make_municipalities import text

        assert text() == TABLE.read_text(encoding="utf-8")

    def test_has_the_regions_of_denmark(self):
        expected = {"North": 11, "Central": 19, "South": 22, "Zealand": 17, "Capital": 29}
        assert Counter(row["region"] for row in rows()) == expected
        assert sum(expected.values()) == 98

    def test_no_two_share_a_tile_or_a_name(self):
        assert len({(row["column"], row["row"]) for row in rows()}) == 98
        assert len({row["name"] for row in rows()}) == 98

    @pytest.mark.parametrize(
        ("group", "persons"), [("job_ready", 16_100), ("activity_ready", 72_200)]
    )
    def test_adds_up_to_the_country(self, group, persons):
        assert sum(int(row[f"groups.{group}.stock"]) for row in rows()) == persons

    def test_is_called_synthetic_wherever_it_is_met(self):
        assert all(row["municipality.name"] == f"{row['name']} (synthetic)" for row in rows())
        assert "synthetic" in (TABLE.parent / "README.md").read_text(encoding="utf-8")

    def test_every_row_is_a_scenario(self):
        from national.country import municipalities

        found = municipalities()
        assert [one.scenario.name for one in found] == [row["name"] for row in rows()]
        for one, row in zip(found, rows(), strict=True):
            assert one.scenario.groups["job_ready"].stock == int(row["groups.job_ready.stock"])
            tightness = one.scenario.labour_market.tightness.values[0]
            assert tightness == float(row["labour_market.tightness.scale"])

    def test_a_wrong_heading_is_told(self, tmp_path):
        from national.country import municipalities

        from jobsim.errors import ScenarioError

        table = tmp_path / "table.csv"
        table.write_text("region,column,row,groups.job_ready.stok\nNorth,1,1,5\n", encoding="utf-8")
        with pytest.raises(ScenarioError, match='did you mean "stock"'):
            municipalities(table)

    def test_near_rest_inflow_follows_the_stock(self):
        inflow = [float(row["groups.activity_ready.inflow_per_week"]) for row in rows()]
        stock = [int(row["groups.activity_ready.stock"]) for row in rows()]
        noise = np.log(np.array(inflow) / np.array(stock) / (3.258 / 720))
        assert abs(noise.mean()) < 4 * 0.03 / math.sqrt(98)
        assert 0.02 < noise.std() < 0.04


class TestChoice:
    def test_some_are_spread_over_sizes(self):
        from national.country import municipalities, some_of

        known = municipalities()
        chosen = sorted(one.job_ready for one in some_of(known, 7))
        everybody = sorted(one.job_ready for one in known)
        assert chosen == everybody[7::14]
        assert some_of(known, 98) == known

    def test_money_buys_places_for_the_share(self):
        from national.country import municipalities

        one = municipalities()[0]
        programme = one.invested(0.5).programmes["intensive"]
        fte = programme.budget_per_year.values[0] / programme.cost_per_fte_year.values[0]
        assert fte * programme.caseload_limit == pytest.approx(0.5 * one.job_ready, rel=1e-4)


class TestBest:
    """What is chosen on some draws is judged on others."""

    def found(self, values):
        import national_run as run

        means = np.zeros((len(run.MEASURES), *values.shape))
        means[0] = values
        chance = np.zeros((len(run.MEASURES), len(values)))
        return run.Found(None, means, chance, 4, 0, 0, 0.0)

    def test_pure_noise_looks_better_on_the_draws_that_chose(self):
        from national_run import gains_at_best

        luck = np.random.default_rng(1)
        pairs = [
            gains_at_best(self.found(luck.normal(size=(20, 16))), "net_saving:municipality")
            for _ in range(200)
        ]
        honest, rosy = np.array(pairs).T
        assert abs(honest.mean() - 0.5) < 4 * honest.std() / math.sqrt(200)
        assert rosy.mean() > 0.5 + 8 * rosy.std() / math.sqrt(200)

    def test_a_level_that_gains_in_every_draw_gains(self):
        from national_run import gains_at_best

        values = np.vstack([np.full(8, -1.0), np.full(8, 1.0)])
        assert gains_at_best(self.found(values), "net_saving:municipality") == (1.0, 1.0)


class TestPicture:
    def test_says_that_nothing_on_it_is_real(self, tmp_path):
        from matplotlib.image import imread
        from national.tile_map import SYNTHETIC, Tile, draw_maps

        places = [(int(row["column"]), int(row["row"])) for row in rows()]
        values = np.linspace(-0.5, 0.5, 98)
        tiles = [Tile(p, "North", float(v), True) for p, v in zip(places, values, strict=True)]
        path = tmp_path / "map.png"
        draw_maps({"Purse": tiles}, "A heading", SYNTHETIC, path)
        assert SYNTHETIC.encode("latin-1") in path.read_bytes()
        assert "synthetic" in SYNTHETIC
        assert imread(path).std() > 0.1

    def test_signs_tell_gains_from_losses_without_colour(self):
        from national.tile_map import Tile, sign

        assert [sign(Tile((0, 0), "", v, s)) for v, s in ((1, True), (-1, True), (-1, False))] == [
            "+",
            "−",
            "(−)",
        ]

    def test_other_tables_are_not_called_synthetic(self, tmp_path):
        import national_run as run

        table = tmp_path / "real.csv"
        table.write_text(TABLE.read_text(encoding="utf-8"), encoding="utf-8")
        for chosen, expected in ((run.TABLE, True), (table, False)):
            options = run.options_of(["--folder", str(tmp_path), "--table", str(chosen)])
            ones = run.municipalities(options.table)[:2]
            means = np.ones((len(run.MEASURES), options.levels, 3))
            found = [run.Found(one, means, means[..., 0], 4, 0, 0, 0.0) for one in ones]
            assert (b"synthetic" in run.draw(found, options).read_bytes()) == expected


class TestPage:
    def test_the_table_is_that_of_the_run(self):
        """`docs/figures/national.txt` is what the page's second line printed."""
        told = (ROOT / "docs" / "figures" / "national.txt").read_text(encoding="utf-8")
        page = (ROOT / "docs" / "how-to" / "national-run.md").read_text(encoding="utf-8")
        span = r"(\S+) \((\S+) to (\S+)\)"
        found = re.findall(rf"^ *(\d+)% +(\S+) +(\S+) +{span} +{span}$", told, re.MULTILINE)
        assert len(found) == 4
        for share, spent, jobs, *purses in found:
            mean, low, high, *state = (f"{float(x):+,.0f}".replace("-", "−") for x in purses)
            cells = f"{float(spent):,.0f} | {jobs} | {mean} ({low} to {high}) | "
            row = rf"^\| {share} %[a-z -]* \| {re.escape(cells)}"
            assert re.search(row + re.escape("{} ({} to {}) |".format(*state)), page, re.MULTILINE)


class TestCost:
    """The arithmetic of `benchmarks.national_cost`."""

    def costs(self):
        from benchmarks.national_cost import Costs, Line

        return Costs(
            play=Line(0.02, 0.001),
            keep=Line(0.005, 0.0),
            room=Line(1000.0, 1000.0),
            price=Line(0.04, 0.0),
            task=0.001,
            process=3e8,
        )

    def test_cells_share_a_baseline(self):
        from benchmarks.national_cost import Design

        full = Design(98, 20, 1000, 200)
        assert (full.cells, full.pairs) == (98 * 21 * 1000, 98 * 20 * 1000)
        assert full.simulated == 98 * 21 * 1000 * 200

    def test_cores_then_the_writer_set_the_time(self):
        from benchmarks.national_cost import Design, Machine, estimate

        how = {"efficiency": 1.0, "task_seconds": 2.0, "measures": 3}
        full = Design(98, 20, 1000, 200)
        few, many, folders = (
            estimate(full, self.costs(), one, **how)
            for one in (
                Machine("few", 4, 4),
                Machine("many", 1000, 1, 1),
                Machine("folders", 1000, 98, 98),
            )
        )
        assert (few.bound, many.bound, folders.bound) == ("cores", "writers", "cores")
        seconds = full.cells * (0.22 + 0.005) + full.pairs * 0.04
        assert few.wall == pytest.approx(seconds / 4)
        assert few.core_hours == many.core_hours == pytest.approx(seconds / 3600)
        assert many.wall == pytest.approx(full.cells * 0.005 + full.pairs * 0.04 / 98)
        assert few.disk == full.cells * 201_000

    @pytest.mark.parametrize("ratio", [0.05, 0.5, 5.0])
    def test_the_cheapest_design_is_the_known_optimum(self, ratio):
        from benchmarks.national_cost import Design, cheapest, spread

        full = Design(98, 20, 1000, 200)
        same = cheapest(full, self.costs(), [ratio])
        fixed = 0.025 + 0.04 * 20 / 21
        assert same.replications == pytest.approx(max(2, math.sqrt(ratio * fixed / 0.001)), abs=1)
        assert spread(ratio, same.draws, same.replications) <= spread(ratio, 1000, 200)
        assert spread(ratio, same.draws - 1, same.replications) > spread(ratio, 1000, 200)

    def test_a_nested_mean_has_the_stated_standard_error(self):
        from benchmarks.national_cost import spread

        luck = np.random.default_rng(2)
        draws, replications, ratio, runs = 20, 4, 2.0, 4000
        between = luck.normal(size=(runs, draws, 1))
        within = luck.normal(scale=math.sqrt(ratio), size=(runs, draws, replications))
        seen = (between + within).mean(axis=(1, 2)).std()
        stated = spread(ratio, draws, replications)
        assert abs(seen / stated - 1) < 4 / math.sqrt(2 * runs)
        wrong = spread(ratio, draws, draws * replications)
        assert abs(seen / wrong - 1) > 4 / math.sqrt(2 * runs)


def test_a_mistake_is_told_in_one_line(tmp_path):
    done = ended(EXAMPLES / "national_run.py", "--levels", 0, cwd=tmp_path)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
