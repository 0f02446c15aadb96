"""The first lines of a comparison say what was compared."""

import jobsim as js
from tests.factory import small_town


def test_changes_are_named_above_the_tables():
    town = small_town()
    more = town.with_({"programmes.intensive.budget_per_year.scale": 2})
    lines = repr(js.compare(more, town, replications=2, progress=False)).splitlines()
    assert "changed in the scenario: programmes.intensive.budget_per_year" in lines[:4]
    assert not any("the baseline:" in line for line in lines[:6])
    same = repr(js.compare(town, replications=2, progress=False)).splitlines()
    assert not any(line.startswith("changed in") for line in same)


def test_a_place_without_programmes_forgets_what_was_changed_in_them():
    more = small_town().with_(
        {"programmes.intensive.budget_per_year.scale": 2, "groups.job_ready.stock": 60}
    )
    assert more.without_programmes().changed == ("groups.job_ready.stock",)
