"""Rows of the compiled engine's memory, whose arrays hold many things of one kind each.

Imports nothing. The arrays are those of `State` and `Lists` in state.py.
"""

ACC, THRESHOLD, BOOST, FACTOR, LASTING, PACE = range(6)
"""Rows of `State.hazards`: cumulative hazard, threshold, boost, factor, lasting boost (0 and left
alone where no meeting has one); and this week's duration × cycle, found anew every week."""
SPELL_ZERO, LEAVE, DUE, DESK, STEP = range(5)
"""Rows of `State.diary`: place in the duration factors less the week; weeks of the other exit, of
the next meeting and, after the desk, of the next review of a small job (`NEVER` without one)."""
NUMBER, BY_NUMBER, LATER, RETURNING, CALENDAR, MET, SETTLED = range(7)
"""Rows of `State.register`: number by person (see roster.py) and person by number, both
valid once `town.numbered`; next person whose job ends in the same week, -1 for none; by week, first
person whose job ends then, -1 for none; how many are due, valid where all meetings are alike and
kept by nobody else; and by person, valid where meetings settle exits, meetings of the run so far
and week of the last one that settled an exit, -1 for none."""
WAITING, MOVING, FOUND, POSITION = range(4)
"""Rows of `Lists.persons`: slots of those called to a meeting, then of those met; slots or persons
about to move; persons who found a job; and positions to sort by."""
ASKED, WHOSE, USE = range(3)
"""Rows of `Lists.words`: the counter words k, origin and group, stream and use."""
DRAWN, VALUE = range(2)
"""Rows of `Lists.reals`: draws, and values to sort by."""
