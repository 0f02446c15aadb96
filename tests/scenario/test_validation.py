"""Every bad input gives one line: where, what was found, what is allowed."""

from __future__ import annotations

import datetime as dt
import math
import re

import pytest

from jobsim.errors import ScenarioError
from tests.factory import TIED, small_town

GROUP = "groups__job_ready__"
JOBS = "groups__activity_ready__small_jobs__"
PROGRAMME = "programmes__intensive__"
BUDGET = PROGRAMME + "budget_per_year"
SUPPORT = "supports__driving_licence__"
CLAIM = "claims__saving_2018__"
HUGE = 10**400


def steps(*pairs):
    return [{"from": day, "value": value} for day, value in pairs]


def bands(*triples):
    return [{"from": start, "to": end, "share": share} for start, end, share in triples]


def january(year):
    return dt.date(year, 1, 1)


BEFORE = "regular_service__before__"
GAIN, HAZARD = TIED["of"]
FTE = "regular_service.fte"


def pair(one, other, rho=0.5, **more):
    """A correlation of two numbers."""
    return {"of": [one, other], "rank_correlation": rho, **more}


BAD = {
    # what goes together
    "a correlation above 1": (
        "correlations",
        [pair(GAIN, HAZARD, 1.5)],
        "correlations.0.rank_correlation: must be at most 1 (rank correlation), got 1.5",
    ),
    "a correlation below −1": ("correlations", [pair(GAIN, HAZARD, -1.01)], "must be at least -1"),
    "a correlation that is none": (
        "correlations",
        [pair(GAIN, HAZARD, math.nan)],
        "correlations.0.rank_correlation: must be a finite number",
    ),
    "a correlation of one number": (
        "correlations",
        [{"of": [GAIN], "rank_correlation": 0.5}],
        "correlations.0.of: must have 2 or more entries",
    ),
    "a number with itself": (
        "correlations",
        [pair(GAIN, GAIN)],
        f"correlations.0.of: names {GAIN} twice",
    ),
    "a pair that stands twice": (
        "correlations",
        [pair(GAIN, HAZARD), pair(HAZARD, GAIN, 0.4)],
        "correlations.1.of: stands in correlations.0 already",
    ),
    "a correlation of what is not there": (
        "correlations",
        [pair(GAIN, HAZARD.replace("job_ready", "job_redy"))],
        'there is no "job_redy" in groups; did you mean "job_ready"?',
    ),
    "a correlation of a certain number": (
        "correlations",
        [pair(GAIN, FTE)],
        f"correlations.0.of: {FTE}: the register states no distribution",
    ),
    "a correlation with a source that is not there": (
        "correlations",
        [pair(GAIN, HAZARD, sources=["statistic"])],
        'correlations.0.sources: there is no source "statistic"; did you mean "statistics"?',
    ),
    "a correlation by another name": (
        "correlations",
        [{"of": [GAIN, HAZARD], "rho": 0.5}],
        'correlations.0.rho: unknown name "rho"',
    ),
    # what meetings do that lasts, and the time before the run
    "no list for a week": (
        BEFORE + "interval_weeks",
        [0],
        "regular_service.before.interval_weeks.all.0: must be at least 1 (weeks), got 0",
    ),
    "list for nobody": (
        BEFORE + "interval_weeks",
        {"job_redy": [2]},
        'regular_service.before.interval_weeks: there is no group "job_redy"; did you mean',
    ),
    "no-shows of nobody": (
        BEFORE + "no_show_probability",
        {"job_redy": 0.2},
        'regular_service.before.no_show_probability: there is no group "job_redy"; did you mean',
    ),
    "part of a person": (
        GROUP + "entry_cohort",
        0.5,
        "groups.job_ready.entry_cohort: must be a whole number (persons), got 0.5",
    ),
    "per cent of exits": (
        GROUP + "meeting_exit_probability",
        15,
        "groups.job_ready.meeting_exit_probability: must be at most 1 (probability), got 15",
    ),
    "half-life of nothing": (
        "meetings__lasting_half_life_weeks",
        0.0,
        "meetings.lasting_half_life_weeks: must be above 0 (weeks), got 0.0",
    ),
    # unknown and missing names
    "unknown name": (
        GROUP + "stokk",
        3,
        'groups.job_ready.stokk: unknown name "stokk"; did you mean "stock"?',
    ),
    "unknown name far from any": (
        "horizon__quux",
        3,
        'horizon.quux: unknown name "quux"; known: start, weeks',
    ),
    "unknown part": ("program", {}, 'program: unknown name "program"; did you mean "programmes"?'),
    "unknown name in a list": (
        GROUP + "elapsed_weeks",
        [{"from": 0, "too": 3, "share": 1.0}],
        'groups.job_ready.elapsed_weeks.0.too: unknown name "too"; did you mean "to"?',
    ),
    "attribute's own name": (
        GROUP + "elapsed_weeks",
        [{"from_": 0, "to": 3, "share": 1.0}],
        'unknown name "from_"; did you mean "from"?',
    ),
    "name over two lines": ("horizon__a\nb", 3, 'unknown name "a b"'),
    "missing": ("horizon__weeks", None, "horizon.weeks: is missing (weeks)"),
    "missing part": ("regular_service", None, "regular_service: is missing"),
    "no group": ("groups", {}, "groups: at least one group is needed"),
    "bad code": (
        "groups__Job Ready",
        {},
        "groups.Job Ready: must be lower-case letters, digits and _, got 'Job Ready'",
    ),
    # wrong type
    "text for a number": (
        GROUP + "stock",
        "mange",
        "groups.job_ready.stock: must be a whole number (persons), got 'mange'",
    ),
    "fraction of a person": (
        GROUP + "stock",
        2.5,
        "groups.job_ready.stock: must be a whole number (persons), got 2.5",
    ),
    "yes for a number": (
        GROUP + "meeting_gain",
        True,
        "groups.job_ready.meeting_gain: must be a number (share of the hazard), got True",
    ),
    "number for text": ("name", 3, "name: must be text, got 3"),
    "number for a table": ("groups__job_ready", 3, "groups.job_ready: must be a table, got 3"),
    "number for a list": (
        GROUP + "elapsed_weeks",
        3,
        "groups.job_ready.elapsed_weeks: must be a list, got 3",
    ),
    "text for a date": (
        "horizon__start",
        "2018-01-01",
        "horizon.start: must be a date like 2018-01-01, got '2018-01-01'",
    ),
    "time for a date": (
        "horizon__start",
        dt.datetime(2018, 1, 1, 5),
        "horizon.start: must be a date like 2018-01-01, got datetime.datetime(2018, 1, 1, 5, 0)",
    ),
    "number for intervals": (
        PROGRAMME + "interval_weeks",
        2,
        "interval_weeks: must be a list of whole weeks, or one list by group, got 2",
    ),
    "yes for a schedule": (BUDGET, True, "must be a number, or a list of steps"),
    "text for a schedule": (BUDGET, "en million", "list of steps {from = date, value = number}, "),
    # out of range
    "horizon 0": ("horizon__weeks", 0, "horizon.weeks: must be at least 1 (weeks), got 0"),
    "horizon too long": ("horizon__weeks", 5201, "must be at most 5200 (weeks), got 5201"),
    "start too early": ("horizon__start", dt.date(1066, 1, 1), "must be at least 1980-01-01"),
    "negative hazard": (
        GROUP + "job_finding_hazard_per_week",
        -0.01,
        "groups.job_ready.job_finding_hazard_per_week: must be at least 0 (per week), got -0.01",
    ),
    "hazard not a number": (
        GROUP + "job_finding_hazard_per_week",
        math.nan,
        "job_finding_hazard_per_week: must be a finite number (per week), got nan",
    ),
    "hazard infinite": (
        GROUP + "other_exit_hazard_per_week",
        math.inf,
        "other_exit_hazard_per_week: must be a finite number (per week), got inf",
    ),
    "hazard by week negative": (
        GROUP + "job_loss_hazard_per_week",
        [{"from_week": 0, "value": -1.0}],
        "job_loss_hazard_per_week.0.value: must be at least 0 (value), got -1.0",
    ),
    "probability above 1": (
        GROUP + "no_show_probability",
        1.2,
        "groups.job_ready.no_show_probability: must be at most 1 (probability), got 1.2",
    ),
    "probability in a list above 1": (
        JOBS + "drop_probabilities",
        [0.1, 1.2],
        "drop_probabilities.1: must be at most 1 (probability), got 1.2",
    ),
    "probabilities together above 1": (
        JOBS + "drop_probabilities",
        [0.8],
        "drop and climb probability at review 1 add up to 1.3; at most 1 is allowed",
    ),
    "share above 1": (
        SUPPORT + "need_share",
        {"job_ready": 1.5},
        "need_share.job_ready: must be at most 1 (share), got 1.5",
    ),
    "negative money": (
        BUDGET,
        -1.0,
        "programmes.intensive.budget_per_year: must be at least 0 and at most 1e+12 DKK per year, "
        "got -1",
    ),
    "caseworker for nothing": (
        PROGRAMME + "cost_per_fte_year",
        0.0,
        "cost_per_fte_year: must be above 0 and at most 1e+09 DKK, got 0",
    ),
    "interval of 0 weeks": (
        PROGRAMME + "interval_weeks",
        [2, 0],
        "interval_weeks.all.1: must be at least 1 (weeks), got 0",
    ),
    "key too large": (GROUP + "key", 256, "groups.job_ready.key: must be at most 255 (key), got"),
    "optional number out of range": (
        PROGRAMME + "max_weeks",
        0,
        "programmes.intensive.max_weeks: must be at least 1 (weeks), got 0",
    ),
    "tiny frailty": (GROUP + "frailty_variance", 1e-6, "must be 0 or at least 0.001, got 1e-06"),
    "empty label": (GROUP + "label", "", "label: must have 1 or more characters, got ''"),
    "empty list": (
        PROGRAMME + "groups",
        [],
        "programmes.intensive.groups: must have 1 or more entries, got ()",
    ),
    "unknown order": (
        PROGRAMME + "admission",
        "oldest_first",
        "admission: must be 'longest_first', 'newest_first', 'random', ",
    ),
    # huge numbers
    "huge whole number": (GROUP + "stock", HUGE, "must be at most 100000000 (persons), got 1000"),
    "huge number": (GROUP + "meeting_gain", HUGE, "groups.job_ready.meeting_gain: must be a"),
    "huge number for a schedule": (BUDGET, HUGE, "budget_per_year: schedule values must be finite"),
    "huge number in a step": (BUDGET, steps((january(2018), HUGE)), "must be finite numbers, got"),
    # shares
    "shares of benefit rates": (
        GROUP + "benefit_rates",
        {"adult": 0.5},
        "groups.job_ready: benefit_rates: shares must add up to 1, these add up to 0.5",
    ),
    "shares of bands": (
        GROUP + "elapsed_weeks",
        bands((0, 4, 0.3), (4, 8, 0.6)),
        "groups.job_ready.elapsed_weeks: shares must add up to 1, these add up to 0.9",
    ),
    "shares of caps": (
        JOBS + "cap_shares",
        [0.5, 0.4],
        "cap_shares: shares must add up to 1, these add up to 0.9",
    ),
    "too few caps": (
        JOBS + "cap_shares",
        [0.5, 0.5],
        "cap_shares: needs 4 shares (level 0 to 3), got 2",
    ),
    "caps without the last level": (
        JOBS + "cap_shares",
        [0.5, 0.3, 0.2],
        "cap_shares: needs 4 shares (level 0 to 3), got 3",
    ),
    "too many caps": (
        JOBS + "cap_shares",
        [0.2, 0.2, 0.2, 0.2, 0.2],
        "cap_shares: needs 4 shares (level 0 to 3), got 5",
    ),
    "too many start levels": (
        JOBS + "start_level_shares",
        [0.4, 0.2, 0.2, 0.2],
        "start_level_shares: at most 3 shares (level 0 to 2)",
    ),
    "shares of consultants": (
        JOBS + "consultant_share",
        0.5,
        "groups.*.small_jobs.consultant_share: must add up to 1, adds up to 0.5",
    ),
    # bands and steps by week
    "no band": (GROUP + "elapsed_weeks", [], "at least one band {from, to, share} is needed"),
    "overlapping bands": (
        GROUP + "tenure_weeks",
        bands((0, 5, 0.5), (4, 8, 0.5)),
        "groups.job_ready.tenure_weeks: bands overlap: one ends at 5, next starts at 4",
    ),
    "bands out of order": (
        GROUP + "tenure_weeks",
        bands((5, 8, 0.5), (0, 5, 0.5)),
        "bands overlap: one ends at 8, next starts at 0",
    ),
    "empty band": (
        GROUP + "ladder_weeks__arrivals",
        bands((5, 5, 1.0)),
        "ladder_weeks.arrivals: band from 5 to 5 is empty; to must be above from",
    ),
    "weeks that start late": (
        GROUP + "job_loss_hazard_per_week",
        [{"from_week": 4, "value": 0.1}],
        "job_loss_hazard_per_week: the first step must have from_week = 0, got 4",
    ),
    "weeks twice": (
        GROUP + "duration_multipliers",
        [{"from_week": 0, "value": 1.0}, {"from_week": 0, "value": 2.0}],
        "duration_multipliers: from_week must rise from step to step, got 0, 0",
    ),
    "hours that fall": (
        "small_jobs__hours_per_week",
        [5.0, 20.0, 15.0],
        "small_jobs: hours_per_week must rise from level to level, got 5, 20, 15",
    ),
    "one level only": ("small_jobs__hours_per_week", [37.0], "must have 2 or more entries"),
    "quality bounds crossed": (
        "meetings__quality_min",
        2.0,
        "meetings: quality_min (2) must not exceed quality_max (1.4)",
    ),
    # schedules
    "schedule dates out of order": (
        BUDGET,
        steps((january(2019), 1.0), (january(2018), 2.0)),
        "budget_per_year: schedule steps out of order: 2018-01-01 stands after 2019-01-01",
    ),
    "schedule date twice": (
        BUDGET,
        steps((january(2018), 1.0), (january(2018), 2.0)),
        "budget_per_year: schedule has two steps from 2018-01-01; each date once",
    ),
    "schedule without steps": (BUDGET, [], "a schedule needs at least one step {from = date, "),
    "schedule value not a number": (BUDGET, math.nan, "must be finite numbers, got nan"),
    "schedule step with a text date": (
        BUDGET,
        [{"from": "2018", "value": 1.0}],
        "from must be a date like 2018-01-01, got '2018'",
    ),
    "schedule step with a text value": (
        BUDGET,
        steps((january(2018), "1")),
        "schedule step from 2018-01-01: value must be a number, got '1'",
    ),
    "schedule step with another name": (
        BUDGET,
        [{"form": january(2018), "value": 1.0}],
        "a schedule step is {from = date, value = number}, got {'form'",
    ),
    "schedule step out of range": (
        "municipality__income_tax_rate",
        steps((january(2018), 0.2), (january(2019), 25.0)),
        "municipality.income_tax_rate: must be at least 0 and at most 1 share, got 25",
    ),
    # parts that do not fit together
    "programme for an unknown group": (
        PROGRAMME + "groups",
        ["job_redy"],
        'programmes.intensive.groups: there is no group "job_redy"; did you mean "job_ready"?',
    ),
    "programme names a group twice": (
        PROGRAMME + "groups",
        ["job_ready", "job_ready"],
        'programmes.intensive.groups: group "job_ready" is named twice',
    ),
    "support for an unknown group": (
        SUPPORT + "groups",
        ["youth"],
        'supports.driving_licence.groups: there is no group "youth"; known: activity_ready, job_re',
    ),
    "need of an unknown group": (
        SUPPORT + "need_share",
        {"youth": 0.5},
        'supports.driving_licence.need_share: there is no group "youth"',
    ),
    "support paid from nowhere": (
        SUPPORT + "paid_from",
        "intensiv",
        'paid_from: there is no programme "intensiv"; did you mean "intensive"?',
    ),
    "intervals of an unknown group": (
        PROGRAMME + "interval_weeks",
        {"job_redy": [2]},
        'programmes.intensive.interval_weeks: there is no group "job_redy"; did you mean "job_re',
    ),
    "intervals that forget a group": (
        "regular_service__interval_weeks",
        {"job_ready": [2]},
        "regular_service.interval_weeks: no list for group activity_ready",
    ),
    "group key twice": (
        GROUP + "key",
        2,
        "groups.activity_ready.key: 2 is taken by groups.job_ready",
    ),
    "programme called regular": (
        "programmes__regular",
        {
            "label": "Regular",
            "groups": ["job_ready"],
            "budget_per_year": 1.0,
            "cost_per_fte_year": 1.0,
            "meetings_per_fte_week": 1.0,
            "caseload_limit": 1.0,
            "interval_weeks": [1],
        },
        'programmes.regular: the name "regular" belongs to the regular service',
    ),
    "small jobs of a group without any": (
        "small_jobs",
        None,
        "groups.activity_ready.small_jobs: the scenario has no [small_jobs] to take part in",
    ),
    # claims, observations, sources and assumptions
    "claim about an unknown group": (
        CLAIM + "groups",
        ["youth"],
        'claims.saving_2018.groups: there is no group "youth"',
    ),
    "claim for an unknown payer": (
        CLAIM + "payer",
        "kommune",
        'claims.saving_2018.payer: there is no payer "kommune"; known: employer, municipality, ',
    ),
    "claim from an unknown source": (
        CLAIM + "source",
        "artikel",
        'claims.saving_2018.source: there is no source "artikel"; did you mean "article"?',
    ),
    "claim in a month 13": (CLAIM + "month", 13, "month: must be at most 12 (month), got 13"),
    "claim of another role": (
        CLAIM + "role",
        "proof",
        "claims.saving_2018.role: must be 'fitted' or 'held_out', got 'proof'",
    ),
    "observation from an unknown source": (
        "observed__recipients__source",
        "nowhere",
        'observed.recipients.source: there is no source "nowhere"',
    ),
    "assumption from an unknown source": (
        "assumptions__programmes",
        {"kind": "article", "sources": ["paper"]},
        'assumptions."programmes".sources: there is no source "paper"',
    ),
    "assumption of another kind": (
        "assumptions__programmes__kind",
        "guess",
        "assumptions.programmes.kind: must be 'article', 'statute', 'statistics', 'study', ",
    ),
    "source nowhere to be found": (
        "sources__article__url",
        None,
        "sources.article: a source needs a doi or a url",
    ),
}


@pytest.mark.parametrize(("path", "value", "message"), BAD.values(), ids=BAD)
def test_bad_value_gives_one_line(path, value, message):
    with pytest.raises(ScenarioError, match=re.escape(message)) as caught:
        small_town(**{path: value})
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x",
        "https://docplayer.dk/123",
        "http://10.1.2.3/page",
        "https://10.1.2.3:8080/page",
        "https://[::1]/page",
        "https://[::ffff:10.1.2.3]/page",
        "https://localhost/page",
        "https://",
        "https://www.dst.dk/[short]",
    ],
)
def test_sources_that_nobody_can_look_up_are_refused(url):
    with pytest.raises(ScenarioError, match=r"^sources\.article: url "):
        small_town(sources__article__url=url)


@pytest.mark.parametrize(
    ("assumption", "message"),
    [
        ({"kind": "article"}, "kind article needs sources"),
        ({"kind": "derived", "formula": "a / b"}, "needs formula and inputs"),
        ({"kind": "judgement", "reason": "so"}, "a judgement needs reason, low and high"),
        (
            {"kind": "judgement", "reason": "so", "low": 2.0, "high": 1.0},
            "low (2) must not exceed high (1)",
        ),
        ({"distribution": {"name": "nrom"}}, "scipy.stats has no distribution 'nrom'"),
        ({"distribution": {"name": "norm", "parameters": {"s": 1.0}}}, "do not fit scipy.stats"),
        ({"distribution": {"name": "norm", "parameters": {"scale": -1.0}}}, "no finite median"),
        ({"distribution": {"name": "norm", "low": 1.0}}, "not both"),
        ({"distribution": {"low": 1.0, "high": 2.0}}, "low, mode and high"),
        ({"distribution": {"low": 1.0, "mode": 3.0, "high": 2.0}}, "low <= mode <= high"),
    ],
)
def test_assumptions_that_do_not_say_enough_are_refused(assumption, message):
    entry = {"kind": "statistics", "sources": ["statistics"], **assumption}
    if entry["kind"] != "statistics":
        entry.pop("sources")
    with pytest.raises(ScenarioError, match=re.escape(message)) as caught:
        small_town(assumptions__programmes=entry)
    assert str(caught.value).startswith("assumptions.programmes")


def test_correlations_that_cannot_be_are_refused_and_less_of_them_are_not():
    entry = small_town().assumptions[GAIN]
    third = "meetings.half_life_weeks"

    def town(rho):
        pairs = [pair(GAIN, HAZARD, rho), pair(HAZARD, third, rho), pair(GAIN, third, -rho)]
        return small_town(correlations=pairs, **{f"assumptions__{third}": entry})

    message = r"^correlations: no numbers can be correlated so: the smallest eigenvalue.* is -0\.8"
    with pytest.raises(ScenarioError, match=message) as caught:
        town(0.9)
    assert all(path in str(caught.value) for path in (GAIN, HAZARD, third))
    assert len(town(0.4).correlations) == 3


@pytest.mark.parametrize("name", ["max_lasting_boost", "lasting_half_life_weeks"])
def test_a_lasting_gain_needs_a_limit_and_a_half_life(name):
    small_town(**{f"meetings__{name}": None})
    message = rf"^meetings\.{name}: is missing \(.+\); groups\.job_ready\.lasting_gain needs it$"
    with pytest.raises(ScenarioError, match=message):
        small_town(**{f"meetings__{name}": None, GROUP + "lasting_gain": 0.1})


@pytest.mark.parametrize(
    "path",
    [
        *("municipality.income_tax_rate", "regular_service.fte", "labour_market.tightness"),
        *("groups.job_ready.inflow_per_week", "supports.driving_licence.unit_cost"),
        "groups.activity_ready.small_jobs.ordinary_openings_per_week",
        "small_jobs.consultants.openings_per_fte_week",
    ],
)
def test_a_schedule_that_begins_late_is_refused(path):
    """Week 0 has its fourth day on 4 January; a budget may begin when it likes."""
    names = path.replace(".", "__")
    small_town(**{names: steps((dt.date(2018, 1, 4), 0.5))})
    message = f"{path}: begins on 2018-01-05, after the date of week 0 (2018-01-04); "
    with pytest.raises(ScenarioError, match=re.escape(message)):
        small_town(**{names: steps((dt.date(2018, 1, 5), 0.5))})
    for payer in ("programmes__intensive", "supports__driving_licence", "small_jobs__consultants"):
        small_town(**{f"{payer}__budget_per_year": steps((dt.date(2019, 5, 1), 1e5))})
