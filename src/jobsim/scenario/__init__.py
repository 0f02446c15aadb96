"""What is simulated: people, services, policy and the sources of every number.

May import errors, calendar and vocabulary. A scenario is frozen data; it draws nothing and prices
nothing.
"""

from jobsim.scenario.document import readable
from jobsim.scenario.evidence import Assumption, Claim, Distribution, Source
from jobsim.scenario.files import dump_toml, preset_names, write_template
from jobsim.scenario.number_register import Register, register
from jobsim.scenario.observed import read_observed
from jobsim.scenario.parts import Group, GroupSmallJobs, MeetingEffect, Programme, RegularService
from jobsim.scenario.scenario import Scenario, checked_scenario
from jobsim.scenario.targets import Target

__all__ = [
    "Assumption",
    "Claim",
    "Distribution",
    "Group",
    "GroupSmallJobs",
    "MeetingEffect",
    "Programme",
    "Register",
    "RegularService",
    "Scenario",
    "Source",
    "Target",
    "checked_scenario",
    "dump_toml",
    "preset_names",
    "read_observed",
    "readable",
    "register",
    "write_template",
]
