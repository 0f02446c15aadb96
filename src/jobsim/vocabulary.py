"""Words that everything shares, each said once: what is added here appears in every table.

Payers and their sums, ledger lines, measures, refund bands, routes, causes and statuses, with
labels in English and Danish, units, meanings and colours. Imports nothing of jobsim.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Payer:
    """A purse that gains or loses."""

    code: str
    label: str
    label_da: str
    meaning: str
    colour: str
    plain_da: str = ""
    """Danish name without an article, where that is not the label."""
    public: bool = False
    """Whether it is part of the public purse."""
    pays_benefit: bool = False
    """Whether it bears a part of benefits: the first a share by band, the next the rest."""
    pictured: bool = True
    """Whether pictures and the explorer show it unless told otherwise."""

    @property
    def in_danish(self) -> str:
        """Danish name inside a sentence, without an article where it has such a name."""
        return self.plain_da or self.label_da.lower()


@dataclass(frozen=True)
class PayerSum:
    """A sum over payers."""

    code: str
    label: str
    label_da: str
    meaning: str
    members: tuple[str, ...]
    title: str
    """Label that names the members."""
    title_da: str


@dataclass(frozen=True)
class Line:
    """A line of the ledger: a transfer sums to zero over payers, a real line uses resources."""

    code: str
    label: str
    label_da: str
    transfer: bool = False
    policy: bool = False
    """Whether it is the policy's own cost: staff or grants."""
    weekly: bool = False
    """Whether it falls due for each week that somebody is on benefit."""


@dataclass(frozen=True)
class MeasureWords:
    """What a measure is called, its unit and what it means."""

    label: str
    label_da: str
    unit: str
    meaning: str = ""
    name: str = ""
    """What it is called in titles and on axes, where not by its label."""
    label_when_saving: str = ""
    """Label where staff and grants are saved, so that the two ends of a ratio change places."""

    @property
    def title(self) -> str:
        """What it is called in titles and on axes."""
        return self.name or self.label


def _measures(table: str) -> dict[str, MeasureWords]:
    """Read a table of words: in each row a code and, in order, what `MeasureWords` holds."""
    rows = [[word.strip() for word in row.split("|")] for row in table.strip().splitlines()]
    return {code: MeasureWords(*words) for code, *words in rows}


PAYER_WORDS = (
    Payer(
        "municipality",
        "Municipality",
        "Kommunen",
        "the municipality whose purse is meant",
        "#0b4f8a",
        "kommune",
        public=True,
        pays_benefit=True,
    ),
    Payer(
        "state", "State", "Staten", "the state", "#d1730c", "stat", public=True, pays_benefit=True
    ),
    Payer(
        "recipient",
        "Recipients",
        "Modtagerne",
        "recipients, former recipients included",
        "#4f9a3a",
        "modtagere",
    ),
    Payer(
        "employer",
        "Employers",
        "Arbejdsgiverne",
        "employers",
        "#8c8c8c",
        "arbejdsgivere",
        pictured=False,
    ),
)
"""Who pays or gains, in the order of tables."""

PAYERS = tuple(payer.code for payer in PAYER_WORDS)
PUBLIC_PAYERS = tuple(payer.code for payer in PAYER_WORDS if payer.public)
BENEFIT_PAYERS = tuple(payer.code for payer in PAYER_WORDS if payer.pays_benefit)
PICTURED_PAYERS = tuple(payer.code for payer in PAYER_WORDS if payer.pictured)

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NUMBERS_DA = ("ingen", "en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni")
_PUBLIC = [payer for payer in PAYER_WORDS if payer.public]

SUM_WORDS = (
    PayerSum(
        "public",
        "Public purse",
        "Det offentlige",
        " and ".join(PUBLIC_PAYERS),
        PUBLIC_PAYERS,
        f"Public purse ({' + '.join(PUBLIC_PAYERS)})",
        f"Det offentlige ({' + '.join(one.in_danish for one in _PUBLIC)})",
    ),
    PayerSum(
        "society",
        "Society",
        "Samfundet",
        f"all {_NUMBERS[len(PAYERS)]}",
        PAYERS,
        f"Society (all {_NUMBERS[len(PAYERS)]})",
        f"Samfundet (alle {_NUMBERS_DA[len(PAYERS)]})",
    ),
)
SUMS = tuple(total.code for total in SUM_WORDS)
"""Sums over payers: municipality and state, and all payers."""

PURSES = (*PAYERS, *SUMS)
"""Payers and their sums, in the order of tables."""
PURSE_LABELS = {one.code: one.label for one in (*PAYER_WORDS, *SUM_WORDS)}
"""Short English labels, for pictures."""
PURSE_TITLES = PURSE_LABELS | {total.code: total.title for total in SUM_WORDS}
"""English labels that name a sum's members, for tables."""
PURSE_MEANINGS = {one.code: one.meaning for one in (*PAYER_WORDS, *SUM_WORDS)}

LINE_WORDS = (
    Line("benefit", "Benefit", "Ydelse", transfer=True, weekly=True),
    Line("benefit_tax", "Tax on benefit", "Skat af ydelse", transfer=True, weekly=True),
    Line("wage", "Wages", "Løn", transfer=True),
    Line("wage_tax", "Tax on wages", "Skat af løn", transfer=True),
    Line("other_benefit", "Other benefits", "Andre ydelser", transfer=True),
    Line("unemployment_insurance", "Unemployment insurance", "Dagpenge", transfer=True),
    Line(
        "pension_contribution",
        "Pension contributions beside benefit",
        "Pensionsbidrag ved siden af ydelse",
        transfer=True,
        weekly=True,
    ),
    Line("employer_contribution", "Employers' contributions", "Arbejdsgiverbidrag", transfer=True),
    Line("expenditure_need", "Expenditure need", "Udgiftsbehov", transfer=True),
    Line("regular_service", "Regular service", "Almindelig indsats", policy=True),
    Line("programme", "Programmes", "Programmer", policy=True),
    Line("consultants", "Consultants", "Jobkonsulenter", policy=True),
    Line("supports", "Supports and grants", "Støtte og tilskud", policy=True),
    Line("activation", "Activation", "Aktivering", weekly=True),
    Line("output", "Output", "Produktion"),
    Line("leisure", "Lost leisure", "Mistet fritid"),
)
"""Lines of the ledger, transfers first."""
LINES = tuple(line.code for line in LINE_WORDS)
TRANSFERS = tuple(line.code for line in LINE_WORDS if line.transfer)
"""Lines that only move money: each sums to zero over payers."""
POLICY_LINES = tuple(line.code for line in LINE_WORDS if line.policy)
"""Lines that are the policy's own cost: staff and grants."""
WEEKLY_LINES = tuple(line.code for line in LINE_WORDS if line.weekly)
"""Lines that fall due for each week that somebody is on benefit."""
REAL = tuple(line.code for line in LINE_WORDS if not line.transfer)
"""Lines that use or create resources."""

VOLUME_MEASURES = _measures("""
    job_years | Job-years | Jobår | job-years | weeks in work over 52
    employed_weeks | Weeks in work | Uger i arbejde | person-weeks \
        | weeks in work after benefit, of those in work at the start too
    placements | Placements | Jobstarter | persons
    placements_per_month | Placements per month | Jobstarter pr. måned | persons per month \
        | placements over the months played: weeks times 7 / (365.25 / 12) days
    small_job_starts | Small jobs started | Påbegyndte småjob | persons
    returns | Returns to benefit | Tilbage på ydelse | persons
    employed_weeks_per_participant | Weeks in work per participant \
        | Uger i arbejde pr. deltager | weeks per person \
        | weeks in work over participants: everybody on benefit or in work after benefit at the \
        start, and all who come new until the period ends
    employed_weeks_per_placement | Weeks in work per placement so far \
        | Uger i arbejde pr. jobstart indtil da | weeks per placement \
        | from the start of the run to the end of the period: weeks in the jobs that began over \
        placements; jobs that go on are cut off there
    recipients | Recipients at the end | Modtagere ved årets slutning | persons
    benefit_weeks | Benefit-weeks | Ydelsesuger | person-weeks
    share_over_52_weeks | Share on benefit over 52 weeks | Andel på ydelse over 52 uger | share \
        | benefit-weeks of those with 52 or more weeks on the refund ladder over all benefit-weeks
    weeks_off_benefit | Weeks off benefit | Uger uden ydelse | person-weeks \
        | weeks in work and weeks since leaving for good, of everybody who was on benefit
    other_exits | Exits without work | Afgang uden arbejde | persons \
        | persons who leave benefit for something else than work, and do not come back
    meeting_exits | Exits without work settled at meetings \
        | Afgang uden arbejde aftalt ved samtaler | persons \
        | those of them who leave because a meeting settled it, also where a job of the same week \
        came first
    weeks_without_work | Weeks of those who left without work \
        | Uger for dem, der er gået uden arbejde | person-weeks \
        | weeks since leaving benefit for something else than work
    meeting_left_weeks | Weeks of those who left after a meeting \
        | Uger for dem, der er gået efter en samtale | person-weeks \
        | those of them that belong to people whose leaving a meeting settled
    meetings | Meetings held | Afholdte samtaler | meetings
    weeks_between_meetings | Weeks between meetings | Uger mellem samtaler | weeks
    meetings_on_time | Share of meetings on time | Andel samtaler til tiden | share
    caseload | Recipients per caseworker | Modtagere pr. sagsbehandler \
        | recipients per full-time caseworker
""")
"""Measures of volumes, in the order of tables."""

MONEY_MEASURES = _measures("""
    programme_cost | Staff and grants (cost) | Personale og tilskud (udgift) | DKK \
        | staff and grants; positive is a cost | Programme cost
    gross_saving | Saved before staff and grants | Sparet før personale og tilskud | DKK \
        | everything gained before staff and grants | Gross saving
    net_saving | Net saving | Nettobesparelse | DKK | everything gained
""")
"""Sums of money of one purse and period, in the order of tables."""

DERIVED_MEASURES = _measures("""
    net_saving_after_displacement | Net saving after displacement \
        | Nettobesparelse efter fortrængning | DKK | the same, less what those pushed aside lose
    cost_per_extra_placement | Cost per extra placement, DKK | Udgift pr. ekstra jobstart, kr. \
        | DKK per placement | programme cost over extra placements, with Fieller's interval | \
        | Saved per placement lost, DKK
    cost_per_job_year | Cost per job-year gained, DKK | Udgift pr. vundet jobår, kr. \
        | DKK per job-year | programme cost over job-years gained, with Fieller's interval | \
        | Saved per job-year lost, DKK
    benefit_cost_ratio | Saved per krone spent | Sparet pr. brugt krone | DKK saved per DKK spent \
        | gross saving over programme cost, with Fieller's interval | \
        | Lost again per krone saved
    net_present_value | Social net present value | Samfundsøkonomisk nutidsværdi | DKK \
        | of society, discounted, by the finance ministry's guidance | Net present value
    net_present_value_after_displacement | Social net present value after displacement \
        | Samfundsøkonomisk nutidsværdi efter fortrængning | DKK | the same, after displacement \
        | Net present value after displacement
    probability_of_gain | Probability of gaining (chance alone) \
        | Sandsynlighed for gevinst (tilfældighed alene) | probability \
        | share of futures in which the net saving of the run is above 0
    break_even_month | Breaks even | Tjener sig hjem \
        | months from the start (infinite: never within the run) \
        | from which the net saving so far is never below 0 again
    monthly_saving_at_end | At the end: net saving per month, DKK \
        | Ved slutningen: nettobesparelse pr. måned, kr. | DKK per month \
        | net saving of the last three months over the months played of them
    stock_difference_at_end | At the end: difference in recipients \
        | Ved slutningen: forskel i modtagere | persons \
        | recipients in the last month, scenario − baseline
    cost_per_extra_placement_after_displacement \
        | Cost per extra placement after displacement, DKK \
        | Udgift pr. ekstra jobstart efter fortrængning, kr. | DKK per placement \
        | the same over the extra placements that push nobody aside
    cost_per_job_year_after_displacement | Cost per job-year gained after displacement, DKK \
        | Udgift pr. vundet jobår efter fortrængning, kr. | DKK per job-year \
        | the same over the job-years that push nobody aside
    benefit_cost_ratio_after_displacement | Saved per krone spent after displacement \
        | Sparet pr. brugt krone efter fortrængning | DKK saved per DKK spent \
        | the same, less what those pushed aside lose
    probability_of_gain_after_displacement | Probability of gaining after displacement \
        | Sandsynlighed for gevinst efter fortrængning | probability \
        | share of futures in which the net saving after displacement of the run is above 0
    break_even_month_after_displacement | Breaks even after displacement \
        | Tjener sig hjem efter fortrængning \
        | months from the start (infinite: never within the run) | the same after displacement
    monthly_saving_at_end_after_displacement \
        | At the end: net saving per month after displacement, DKK \
        | Ved slutningen: nettobesparelse pr. måned efter fortrængning, kr. | DKK per month \
        | the same after displacement
    net_saving_guarantee | Net saving under the state's guarantee \
        | Nettobesparelse ved statsgaranti | DKK \
        | the same where the municipality keeps nothing of extra municipal tax
    net_saving_self_budgeting | Net saving when self-budgeting \
        | Nettobesparelse ved selvbudgettering | DKK \
        | the same where the municipality keeps a quarter of extra municipal tax
    net_saving_all_municipal_tax | Net saving, all municipal tax counted \
        | Nettobesparelse, al kommuneskat talt med | DKK \
        | the same where all extra municipal tax counts as the municipality's, as in the SØM model
    share_without_work | Of weeks off benefit gained: people who left without work \
        | Af vundne uger uden ydelse: folk, der er gået uden arbejde | share \
        | extra weeks of those who left without work over extra weeks off benefit, with Fieller's \
        interval
    placements_without | Placements that would have come without it \
        | Jobstarter, der var kommet uden | share \
        | placements of the baseline over those of the scenario, with Fieller's interval
    small_jobs_without | Small jobs that would have come without it \
        | Småjob, der var kommet uden | share \
        | small jobs started in the baseline over those in the scenario, with Fieller's interval
    consultants_fixed_openings | Consultants' gain if openings are fixed, DKK \
        | Jobkonsulenternes gevinst, hvis antallet af åbninger ligger fast, kr. | DKK \
        | of the municipality: what they cost, since they then fill only openings that come anyway
""")
"""Measures that need both scenarios."""

FLOW_MEASURES = (*MONEY_MEASURES, "net_saving_after_displacement")
"""Sums of money of one purse and period."""
TAX_TREATMENTS = ("guarantee", "self_budgeting", "all_municipal_tax")
"""Treatments of extra municipal tax with a net saving of their own, by the price list's names."""
AFTER = "_after_displacement"
"""How codes of measures after displacement end."""
FIXED_OPENINGS = "consultants_fixed_openings"
"""What consultants bring where openings do not grow with their number."""
PRESENT_VALUES = ("net_present_value", f"net_present_value{AFTER}")
"""Money of society and the whole run, discounted."""
MEASURE_WORDS = VOLUME_MEASURES | MONEY_MEASURES | DERIVED_MEASURES

BAND_EDGES = (4, 26, 52)
"""Weeks on the refund ladder at which the state's share falls."""
BANDS = (
    *(f"{first}-{edge - 1}" for first, edge in zip((0, *BAND_EDGES), BAND_EDGES, strict=False)),
    f"{BAND_EDGES[-1]}+",
)
"""Refund bands: weeks on the ladder."""

ORDINARY, RAMP = ROUTES = ("ordinary", "ramp")
"""How a placement comes about: found from benefit, or reached by the hours of a small job."""
OTHER_EXIT, NOT_RETURNED = CAUSES = ("other_exit", "not_returned")
"""Why somebody has left for good."""
OUTSIDE, ON_BENEFIT, EMPLOYED, LEFT = STATUSES = ("outside", "on benefit", "employed", "left")
"""Where a person is: not entered yet, on benefit, in work after benefit, gone for good."""

SPELL_STARTS = ("start", "enter", "return")
"""Events of the histories with which a spell on benefit begins."""
REGULAR = "regular"
"""Code of the track of those who are in no programme."""

SCENARIO_COLOUR, BASELINE_COLOUR = "#0b4f8a", "#8c8c8c"
COLOURS = {"scenario": SCENARIO_COLOUR, "baseline": BASELINE_COLOUR} | {
    payer.code: payer.colour for payer in PAYER_WORDS
}
"""Okabe–Ito-like hues of clearly different lightness."""


def labels(language: str) -> dict[str, dict[str, str]]:
    """Labels of payers, lines and measures in one language, by section of a word file.

    "payers" has labels that head a row, "purses" names that stand in a sentence without article.

    Parameters
    ----------
    language : str, "en" or "da"

    Examples
    --------
    >>> labels("da")["payers"]["state"], labels("en")["lines"]["wage"]
    ('Staten', 'Wages')
    """
    danish = language == "da"

    def label(one: Payer | Line | MeasureWords) -> str:
        return one.label_da if danish else one.label

    return {
        "payers": {one.code: label(one) for one in PAYER_WORDS}
        | {one.code: one.title_da if danish else one.title for one in SUM_WORDS},
        "purses": {one.code: one.in_danish if danish else one.label.lower() for one in PAYER_WORDS},
        "lines": {one.code: label(one) for one in LINE_WORDS},
        "measures": {code: label(words) for code, words in VOLUME_MEASURES.items()},
        "budget": {code: label(words) for code, words in MONEY_MEASURES.items()},
        "pays": {code: label(words) for code, words in DERIVED_MEASURES.items()},
    }
