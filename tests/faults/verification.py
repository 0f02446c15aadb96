"""Misreadings of the model, alike in all engines or in their roster, that `verify` must see.

Each is about state that outlives a spell or a track, or must not. The engines still agree with each
other; the check named by the test must fail on the stress scenario.
"""

from __future__ import annotations

from tests.faults.planting import Edit, Fault

__all__ = ["FAULTS", "check"]

PERSON = "engines/reference/recipient.py"
ARRAYS = "engines/vector/engine.py"
SPELLS, MEETINGS = "engines/compiled/spells.py", "engines/compiled/meetings.py"


def check(name: str) -> str:
    """Test of a check on the stress scenario."""
    return f"tests/verify/test_stress.py::test_check_passes[{name.replace(' ', '-')}]"


def _fault(name: str, caught_by: str, *edits: Edit) -> Fault:
    return Fault(name, caught_by, edits, (check(caught_by),))


_FORGET = '''@inlined
def forget_leads(
    rules: Rules, aid: Aid, state: State, support_state: SupportState, t: int
) -> None:
    """Lose what is in its lead weeks where a spell begins in a week."""
    for i in range(state.town.on_benefit):
        p = u64(state.cards[i].person)
        begun = state.people[p].group * rules.numbers.duration_weeks - t
        if state.diary[rows.SPELL_ZERO, i] == begun:
            for s in range(rules.numbers.supports):
                if support_state.people[s, p].works_from > t:
                    support_state.people[s, p].works_from = NEVER
            _weigh_supports(rules, aid, state, support_state, t, p)


@inlined
def _mark_asking('''

FAULTS = (
    _fault(
        "a support in its lead weeks is lost when a new spell begins",
        "placement weeks",
        Edit(
            PERSON,
            "        self.barred = set()\n",
            "        self.barred = set()\n"
            "        had = self.works_from.items()\n"
            "        self.works_from = {support: at for support, at in had if at <= week}\n",
        ),
        Edit(
            ARRAYS,
            "        self.barred[:, who] = False\n",
            "        self.barred[:, who] = False\n"
            "        had = self.works_from[:, who]\n"
            "        self.works_from[:, who] = np.where(had > t, NEVER, had)\n",
        ),
        Edit(
            "engines/compiled/kernel.py",
            "                spells.come_back(rules, state, lists, week)\n",
            "                spells.come_back(rules, state, lists, week)\n"
            "                meetings.forget_leads(rules, aid, state, support_state, t)\n",
        ),
        Edit(MEETINGS, "@inlined\ndef _mark_asking(", _FORGET),
        Edit(
            MEETINGS,
            "        if support_state.people[s, p].works_from > t:\n            break\n",
            "        if t < support_state.people[s, p].works_from < NEVER:\n            break\n",
        ),
    ),
    _fault(
        "a stay in one programme bars from all",
        "programme places",
        Edit(PERSON, "self.barred.add(self.track)", "self.barred.update(range(1, 9))"),
        Edit(ARRAYS, "self.barred[programme[ended], who] = True", "self.barred[:, who] = True"),
        Edit(
            SPELLS,
            "            tools.mark(state.marks[rules.numbers.programmes + track - 1], p)\n",
            "            for q in range(rules.numbers.programmes):\n"
            "                tools.mark(state.marks[rules.numbers.programmes + q], p)\n",
        ),
    ),
    _fault(
        "bars are never lifted",
        "programme places",
        Edit(PERSON, "        self.barred = set()\n", ""),
        Edit(ARRAYS, "        self.barred[:, who] = False\n", ""),
        Edit(
            SPELLS,
            "    for q in range(rules.numbers.programmes):\n"
            "        tools.unmark(state.marks[u64(rules.numbers.programmes + q)], p)\n",
            "",
        ),
    ),
    _fault(
        "every track has a first meeting of its own",
        "placement weeks",
        Edit(PERSON, "0 if self.held == 1 else 1", "0 if self.seen == 1 else 1"),
        Edit(ARRAYS, "np.minimum(self.held[met], 1)", "np.minimum(self.seen[met], 1)"),
        Edit(MEETINGS, "min(card.held, 1)", "min(card.seen, 1)"),
    ),
    _fault(
        "only a person's first spell has a first meeting",
        "placement weeks",
        Edit(
            PERSON,
            "        self.held = self.seen = 0\n",
            "        self.held, self.seen = min(self._uses[Stream.JOB_THRESHOLD] - 1, 1), 0\n",
        ),
        Edit(
            ARRAYS,
            "        self.level[who] = self.held[who] = self.seen[who] = 0\n",
            "        self.level[who] = self.seen[who] = 0\n"
            "        self.held[who] = np.minimum(self.spells[who] - 1, 1)\n",
        ),
        Edit(
            SPELLS,
            "    card.held = seen\n",
            "    card.held = max(seen, min(person.spells - 1, 1))\n",
        ),
    ),
    _fault(
        "the frailty of the stock is conditioned on a week too many",
        "frailty one by one",
        Edit("engines/roster.py", "lived[elapsed[mine][stock]]", "lived[elapsed[mine][stock] + 1]"),
        Edit(
            "engines/compiled/roster.py",
            "curves.duration[spell + person.elapsed].lived",
            "curves.duration[spell + person.elapsed + 1].lived",
        ),
    ),
    _fault(
        "experience in small jobs outlives the spell",
        "placement weeks",
        Edit(PERSON, "        self.experienced = False\n", ""),
        Edit(ARRAYS, "        self.experienced[who] = False\n", ""),
        Edit(SPELLS, "    person.experienced = 0\n", ""),
    ),
    _fault(
        "a new spell ends the cooling off after a small job",
        "small jobs",
        Edit(
            PERSON,
            "        self.barred = set()\n",
            "        self.barred = set()\n        self.cool_until = week\n",
        ),
        Edit(
            ARRAYS,
            "        self.barred[:, who] = False\n",
            "        self.barred[:, who] = False\n        self.cool_until[who] = t\n",
        ),
        Edit(
            SPELLS,
            "    person.spells += 1\n",
            "    person.spells += 1\n    person.cool_until = t\n",
        ),
    ),
    _fault(
        "only the last job counts towards a new refund ladder",
        "refund ladder",
        Edit(PERSON, "        self.away += self.worked\n", "        self.away = self.worked\n"),
        Edit(
            ARRAYS,
            "        self.away[who] += self.worked[who]\n",
            "        self.away[who] = self.worked[who]\n",
        ),
        Edit(SPELLS, "    person.away += person.worked\n", "    person.away = person.worked\n"),
    ),
)
