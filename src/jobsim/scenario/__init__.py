"""What is simulated: people, services, policy and the sources of every number.

May import errors, calendar and draws. A scenario is frozen data; it draws nothing and prices
nothing.
"""

from jobsim.scenario.difference import ScenarioDifference, readable
from jobsim.scenario.evidence import Assumption, Claim, Distribution, ObservedSeries, Source
from jobsim.scenario.files import dump_toml, preset_names, read_toml, write_template
from jobsim.scenario.observed import read_observed
from jobsim.scenario.people import Group, GroupSmallJobs
from jobsim.scenario.register import Register, register
from jobsim.scenario.scenario import Horizon, Municipality, Scenario
from jobsim.scenario.services import (
    Consultants,
    LabourMarket,
    MeetingEffect,
    Programme,
    RegularService,
    SmallJobs,
    Support,
)

__all__ = [
    "Assumption",
    "Claim",
    "Consultants",
    "Distribution",
    "Group",
    "GroupSmallJobs",
    "Horizon",
    "LabourMarket",
    "MeetingEffect",
    "Municipality",
    "ObservedSeries",
    "Programme",
    "Register",
    "RegularService",
    "Scenario",
    "ScenarioDifference",
    "SmallJobs",
    "Source",
    "Support",
    "dump_toml",
    "preset_names",
    "read_observed",
    "read_toml",
    "readable",
    "register",
    "write_template",
]
