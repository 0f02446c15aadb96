"""The kinds of schedules a price list holds, with unit and range.

A module of its own: type checkers take what `schedule_of` gives for a type only across modules.
"""

from jobsim.scenario.fields import schedule_of

PerMonth = schedule_of("DKK per month", low=0, high=1e7)
PerWeek = schedule_of("DKK per week", low=0, high=1e7)
PerHour = schedule_of("DKK per hour", low=0, high=1e5)
Factor = schedule_of("factor", low=0, high=100)
IndexNumber = schedule_of("index number", low=0, high=1e6, open_low=True)
