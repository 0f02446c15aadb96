"""Individual histories, and what they say of hazards, frailty and meetings.

`reading` and `statuses` make events of files, `events` checks and orders them, `pieces` divides
spells where a hazard changes, `likelihood` says how probable they are, `fitting` finds what makes
them most probable, `counting` does so where a count is enough, `result` says what was found. May
import engines and what stands below a question.
"""
