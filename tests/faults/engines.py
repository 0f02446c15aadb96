"""Misreadings of the model, planted alike in all engines, or in what all of them read.

Each breaks a rule of docs/model.md, and hand cases must fail in every engine. A misreading that
all engines share is seen by no comparison between them.
"""

from __future__ import annotations

from tests.faults.planting import Edit, Fault

__all__ = ["FAULTS"]

SPELLS = "tests/engines/test_hand_cases_spells.py::"
LUCK = "tests/engines/test_hand_cases_luck.py::"
LIVES = "tests/engines/test_hand_cases.py::"
EFFECTS = "tests/engines/test_hand_cases_effects.py::"
TABLES = "tests/engines/test_tables.py::"
BY_HAND = "tests/parity/test_by_hand_lives.py::"
SERVICES = "tests/parity/test_by_hand_services.py::"

RECIPIENT, TOWN, DESKS = (f"engines/reference/{name}.py" for name in ("recipient", "town", "desks"))
VECTOR, BATCH = "engines/vector/engine.py", "engines/vector/batch.py"
KERNEL, KERNEL_SPELLS, KERNEL_JOBS, KERNEL_MEETINGS, KERNEL_ROSTER = (
    f"engines/compiled/{name}.py" for name in ("kernel", "spells", "jobs", "meetings", "roster")
)
ROSTER, LOWERING = "engines/roster.py", "engines/lowering.py"


def fault(name: str, rule: str, test: str, *edits: tuple[str, str, str]) -> Fault:
    """Fault of one rule, seen by one test; edits are (file, what stands there, what then does)."""
    return Fault(name, rule, tuple(Edit(*edit) for edit in edits), (test,))


def after(file: str, line: str, *more: str, indent: int) -> tuple[str, str, str]:
    """Edit that puts lines after one that stands there, indented alike."""
    lines = [" " * indent + one + "\n" for one in (line, *more)]
    return file, lines[0], "".join(lines)


_FORGET = """def _forget(rules, aid, state, support_state, t):
    for p in range(state.town.persons):
        slot, first = state.people[p].slot, state.people[p].group * rules.numbers.duration_weeks
        if slot >= 0 and state.diary[rows.SPELL_ZERO, slot] + t == first:
            for s in range(rules.numbers.supports):
                if support_state.people[s, p].works_from > t:
                    support_state.people[s, p].works_from = 1 << 30
            meetings._weigh_supports(rules, aid, state, support_state, t, np.uint64(p))


def kernel(*, cache"""
"""What the compiled engine does not do: walk through those whose spell begins this week."""

FAULTS = (
    fault(
        "supports in their lead weeks are lost when a spell begins",
        "4.2",
        f"{SPELLS}test_a_support_in_its_lead_weeks_outlives_the_spell",
        after(
            RECIPIENT,
            "self.barred = set()",
            "at_work = {s: w for s, w in self.works_from.items() if w <= week}",
            "self.works_from = at_work",
            indent=8,
        ),
        after(
            VECTOR,
            "self.barred[:, who] = False",
            "lead = self.works_from[:, who] > t",
            "self.works_from[:, who] = np.where(lead, NEVER, self.works_from[:, who])",
            indent=8,
        ),
        (KERNEL, "def kernel(*, cache", _FORGET),
        after(
            KERNEL,
            "spells.come_back(rules, state, lists, week)",
            "                _forget(rules, aid, state, support_state, t)",
            indent=0,
        ),
    ),
    fault(
        "a stay bars from all programmes",
        "5.3",
        f"{SPELLS}test_a_stay_bars_from_that_programme_alone_and_for_that_spell_alone",
        (RECIPIENT, "self.barred.add(self.track)", "self.barred.update(range(1, 99))"),
        (VECTOR, "self.barred[programme[ended], who] = True", "self.barred[:, who] = True"),
        (
            KERNEL_SPELLS,
            "            tools.mark(state.marks[rules.numbers.programmes + track - 1], p)\n",
            "            for q in range(rules.numbers.programmes):\n"
            "                tools.mark(state.marks[rules.numbers.programmes + q], p)\n",
        ),
    ),
    fault(
        "bars are never lifted",
        "4.2",
        f"{SPELLS}test_a_stay_bars_from_that_programme_alone_and_for_that_spell_alone",
        (RECIPIENT, "        self.barred = set()\n", ""),
        (VECTOR, "        self.barred[:, who] = False\n", ""),
        (KERNEL_SPELLS, "tools.unmark(state.marks[u64(rules.numbers.programmes + q)], p)", "pass"),
    ),
    fault(
        "the first-meeting factor counts once per track",
        "5.9",
        f"{SPELLS}test_the_first_meeting_is_the_first_of_the_spell_in_whatever_track",
        (RECIPIENT, "0 if self.held == 1 else 1", "0 if self.seen == 1 else 1"),
        (VECTOR, "np.minimum(self.held[met], 1)", "np.minimum(self.seen[met], 1)"),
        (KERNEL_MEETINGS, "u64(min(card.held, 1))", "u64(min(card.seen, 1))"),
    ),
    fault(
        "the stock's frailty is conditioned on a week too many",
        "3.3",
        f"{SPELLS}test_those_still_on_benefit_are_frail_given_exactly_their_elapsed_weeks",
        (ROSTER, "lived[elapsed[mine][stock]]", "lived[elapsed[mine][stock] + 1]"),
        (KERNEL_ROSTER, "[spell + person.elapsed].lived", "[spell + person.elapsed + 1].lived"),
    ),
    fault(
        "the stock is as frail as those who come new",
        "3.3",
        f"{SPELLS}test_those_still_on_benefit_are_frail_given_exactly_their_elapsed_weeks",
        (ROSTER, "lived[elapsed[mine][stock]]", "lived[0 * elapsed[mine][stock]]"),
        (KERNEL_ROSTER, "[spell + person.elapsed].lived", "[spell].lived"),
    ),
    fault(
        "a new spell needs no cooling off",
        "4.2",
        f"{BY_HAND}test_cooling_off_goes_on_through_a_job",
        after(RECIPIENT, "self.barred = set()", "self.cool_until = 0", indent=8),
        after(VECTOR, "self.experienced[who] = False", "self.cool_until[who] = 0", indent=8),
        after(KERNEL_SPELLS, "person.experienced = 0", "person.cool_until = 0", indent=4),
    ),
    fault(
        "experience outlives the spell",
        "4.2",
        f"{SPELLS}test_experience_outlives_the_small_job_and_ends_with_the_spell",
        (RECIPIENT, "        self.experienced = False\n", ""),
        (VECTOR, "        self.experienced[who] = False\n", ""),
        (KERNEL_SPELLS, "    person.experienced = 0\n", ""),
    ),
    fault(
        "experience ends with the small job",
        "5.12",
        f"{SPELLS}test_experience_outlives_the_small_job_and_ends_with_the_spell",
        after(RECIPIENT, "self.change_level(0)", "self.experienced = False", indent=12),
        after(VECTOR, "self.level[out] = 0", "self.experienced[out] = False", indent=8),
        after(
            KERNEL_JOBS,
            "person.cool_until = week.t + rules.numbers.cool_weeks",
            "person.experienced = 0",
            indent=4,
        ),
    ),
    fault(
        "the boost outlives the spell",
        "4.2",
        f"{SPELLS}test_boost_and_cumulative_hazard_end_with_the_spell",
        (
            RECIPIENT,
            "        self.prospects = self.town.prospects(self.group, threshold, elapsed)\n",
            "        boost = self.prospects.boost\n"
            "        self.prospects = self.town.prospects(self.group, threshold, elapsed)\n"
            "        self.prospects.boost = boost\n",
        ),
        (VECTOR, "self.acc[who] = self.boost[who] = 0.0", "self.acc[who] = 0.0"),
        (KERNEL_SPELLS, "    hazards[rows.BOOST, i] = 0.0\n", ""),
    ),
    fault(
        "the cumulative hazard outlives the spell",
        "4.2",
        f"{SPELLS}test_boost_and_cumulative_hazard_end_with_the_spell",
        (
            RECIPIENT,
            "        self.prospects = self.town.prospects(self.group, threshold, elapsed)\n",
            "        self.prospects.live_through(week if self.held else 0)\n"
            "        lived = self.prospects.lived\n"
            "        self.prospects = self.town.prospects(self.group, threshold, elapsed)\n"
            "        self.prospects.lived = lived\n",
        ),
        (VECTOR, "self.acc[who] = self.boost[who] = 0.0", "self.boost[who] = 0.0"),
        (KERNEL_SPELLS, "    hazards[rows.ACC, i] = 0.0\n", ""),
    ),
    fault(
        "meetings of the stock begin with a first one",
        "4.3",
        f"{SPELLS}test_no_meeting_of_the_spell_at_the_start_is_its_first",
        (
            RECIPIENT,
            "        self.held = self.seen = self.town.regular_entries(self.group)\n",
            "        self.seen = self.town.regular_entries(self.group)\n",
        ),
        (VECTOR, "self.held[who] = self.seen[who] = entries", "self.seen[who] = entries"),
        (KERNEL_SPELLS, "    card.held = seen\n", "    card.held = 0\n"),
    ),
    fault(
        "who does not come is due two weeks later",
        "5.8",
        f"{LIVES}test_who_does_not_come_is_due_next_week_behind_who_waited",
        (RECIPIENT, "self.due = self.town.week + 1", "self.due = self.town.week + 2"),
        (VECTOR, "self.due[waiting[absent]] = t + 1", "self.due[waiting[absent]] = t + 2"),
        (KERNEL_MEETINGS, "week.t + 1 if absent", "week.t + 2 if absent"),
    ),
    fault(
        "calls are counted anew in every spell",
        "2.3",
        f"{LUCK}test_a_no_show_uses_the_stream_at_every_call_of_the_run",
        after(RECIPIENT, "self.barred = set()", "self._uses[Stream.NO_SHOW] = 0", indent=8),
        after(VECTOR, "self.experienced[who] = False", "self.calls[who] = 0", indent=8),
        (KERNEL_SPELLS, "card.calls = person.calls", "card.calls = 0"),
    ),
    fault(
        "a programme's end brings a meeting at once",
        "5.3",
        f"{LIVES}test_a_programme_pulls_the_meeting_forward_and_its_end_keeps_what_is_due",
        (
            RECIPIENT,
            "        self.join_track(REGULAR)\n        self.seen =",
            "        self.join_track(REGULAR)\n"
            "        self.due = self.town.week\n"
            "        self.seen =",
        ),
        (
            VECTOR,
            "        self.track[who] = REGULAR\n        self.seen[who] =",
            "        self.track[who] = REGULAR\n"
            "        self.due[who] = t\n"
            "        self.seen[who] =",
        ),
        after(
            KERNEL_SPELLS,
            "tools.note(week, tools.EVENT.PROGRAMME_END, p, track)",
            "state.diary[rows.DUE, u64(person.slot)] = week.t",
            indent=12,
        ),
    ),
    fault(
        "after a programme the list of intervals begins anew",
        "5.3",
        f"{LIVES}test_a_programme_pulls_the_meeting_forward_and_its_end_keeps_what_is_due",
        (
            RECIPIENT,
            "        self.join_track(REGULAR)\n"
            "        self.seen = self.town.regular_entries(self.group)\n",
            "        self.join_track(REGULAR)\n        self.seen = 0\n",
        ),
        (
            VECTOR,
            "self.seen[who] = services.interval_entries[0, self.group[who]]",
            "self.seen[who] = 0",
        ),
        (
            KERNEL_SPELLS,
            "i64(REGULAR), rules.desks[u64(person.group)].entries)",
            "i64(REGULAR), i64(0))",
        ),
    ),
    fault(
        "stays last a week longer than max_weeks",
        "5.3",
        f"{LIVES}test_the_longest_stay_in_a_programme",
        (
            TOWN,
            "admitted + int(self.services.max_weeks[track - 1])",
            "admitted + int(self.services.max_weeks[track - 1]) + 1",
        ),
        (VECTOR, ">= services.max_weeks[programme]", "> services.max_weeks[programme]"),
        (
            KERNEL_SPELLS,
            "t - rules.desks[track * groups].max_weeks",
            "t - rules.desks[track * groups].max_weeks - 1",
        ),
    ),
    fault(
        "admission does not pull the meeting forward",
        "5.5",
        f"{LIVES}test_a_programme_pulls_the_meeting_forward_and_its_end_keeps_what_is_due",
        (RECIPIENT, "self.due = min(self.due, week)", "pass"),
        (VECTOR, "self.due[who] = np.minimum(self.due[who], t)", "pass"),
        (
            KERNEL_SPELLS,
            "state.diary[rows.DUE, slot] = min(state.diary[rows.DUE, slot], week.t)",
            "pass",
        ),
    ),
    fault(
        "the most and the least employable change places",
        "5.6",
        f"{SERVICES}test_orders_of_admission",
        (DESKS, '"most_employable_first": -traits', '"least_employable_first": -traits'),
        (DESKS, '"least_employable_first": traits', '"most_employable_first": traits'),
        (BATCH, '"most_employable_first": -roster', '"least_employable_first": -roster'),
        (BATCH, '"least_employable_first": roster', '"most_employable_first": roster'),
        (KERNEL_ROSTER, "order == _MOST, count", "order == _LEAST, count"),
    ),
    fault(
        "a meeting weighs by the caseload without the person met",
        "5.9",
        f"{LUCK}test_a_meeting_weighs_by_the_caseload_of_its_week",
        (DESKS, "[row, self.town.persons[track]]", "[row, max(self.town.persons[track] - 1, 0)]"),
        (VECTOR, "[persons[mine]]", "[persons[mine] - 1]"),
        (
            KERNEL_MEETINGS,
            "table + number_in_track(rules, state, track)",
            "table + max(number_in_track(rules, state, track) - 1, 0)",
        ),
    ),
    fault(
        "a budget is there before its first step",
        "1.2",
        f"{TABLES}test_before_its_first_step_a_budget_is_nothing",
        ("calendar.py", "0.0 if self.zero_before else self.values[0]", "self.values[0]"),
    ),
    fault(
        "everybody came to the meetings before the run",
        "1.16",
        f"{TABLES}test_what_past_meetings_still_do_by_hand",
        (LOWERING, "came = 1.0 - before.no_show_probability[code]", "came = 1.0"),
    ),
    fault(
        "meetings before the run counted from the second on",
        "1.16",
        f"{TABLES}test_what_past_meetings_still_do_by_hand",
        (LOWERING, "gaps, initial=week)", "gaps, initial=week + entries[0])"),
    ),
    fault(
        "lasting boosts stack up without limit",
        "1.16",
        f"{TABLES}test_what_past_meetings_still_do_by_hand",
        (LOWERING, "effect.max_lasting_boost or 0.0\n", "1e9\n"),
    ),
    fault(
        "boosts stack up without limit",
        "5.9",
        f"{EFFECTS}test_boosts_stack_up_to_their_limit",
        (LOWERING, "max_boost=effect.max_boost", "max_boost=1e9"),
    ),
    fault(
        "the ladder never restarts",
        "5.2",
        f"{LIVES}test_the_ladder_restarts_after_52_weeks_in_work_and_not_before",
        (RECIPIENT, "self.ladder = self.away = 0", "self.away = 0"),
        (VECTOR, "self.ladder[restarted] = self.away[restarted] = 0", "self.away[restarted] = 0"),
        (KERNEL_SPELLS, "            person.ladder = 0\n", ""),
    ),
    fault(
        "the ladder restarts after 53 weeks",
        "5.2",
        f"{LIVES}test_the_ladder_restarts_after_52_weeks_in_work_and_not_before",
        ("engines/tables.py", "RESTART_WEEKS = 52", "RESTART_WEEKS = 53"),
    ),
    fault(
        "the pool has no self-supporting weeks behind it",
        "4.5",
        f"{LIVES}test_weeks_in_work_add_up_over_jobs",
        (RECIPIENT, "self.away = self.traits.elapsed", "self.away = 0"),
        (VECTOR, "self.away[pool] = self.roster.elapsed[pool]", "self.away[pool] = 0"),
        (KERNEL_SPELLS, "person.away = person.elapsed", "person.away = 0"),
    ),
    fault(
        "elapsed weeks do not count on the ladder",
        "3.4",
        f"{LIVES}test_elapsed_weeks_and_earlier_ones_count_on_the_ladder",
        (ROSTER, "weeks + elapsed, weeks", "weeks, weeks"),
        (KERNEL_ROSTER, "person.ladder += person.elapsed", "person.ladder += 0"),
    ),
    fault(
        "a support works a week late",
        "5.10",
        f"{EFFECTS}test_a_support_locks_in_until_it_works",
        (RECIPIENT, "= self.town.week + lead_weeks", "= self.town.week + lead_weeks + 1"),
        (VECTOR, "= t + supports.lead_weeks[i]", "= t + supports.lead_weeks[i] + 1"),
        (
            KERNEL_MEETINGS,
            "week.t + aid.kinds[s].lead_weeks",
            "week.t + aid.kinds[s].lead_weeks + 1",
        ),
    ),
    fault(
        "nothing locks in",
        "5.16",
        f"{EFFECTS}test_a_support_locks_in_until_it_works",
        (LOWERING, "np.array([s.lock_in_multiplier for", "np.array([1.0 for"),
    ),
    fault(
        "openings go to the last in the queue",
        "5.11",
        f"{LUCK}test_openings_go_to_those_whose_health_allows_in_queue_order",
        (RECIPIENT, "join((self.traits.queue,", "join((-self.traits.queue,"),
        (
            BATCH,
            "(roster.number, roster.queue, roster.rep)",
            "(roster.number, -roster.queue, roster.rep)",
        ),
        (KERNEL_ROSTER, "value[i] = queue[u64(", "value[i] = 1.0 - queue[u64("),
    ),
    fault(
        "health does not stop the climb",
        "5.12",
        f"{EFFECTS}test_health_stops_the_climb",
        (RECIPIENT, " and self.level < self.traits.cap", ""),
        (VECTOR, "        climbed &= self.level[who] < self.roster.cap[who]\n", ""),
        (KERNEL_JOBS, " and person.level < person.cap", ""),
    ),
    fault(
        "experience comes a review late",
        "5.12",
        f"{SPELLS}test_experience_outlives_the_small_job_and_ends_with_the_spell",
        (RECIPIENT, "week - self.started >= ramp", "week - self.started > ramp"),
        (VECTOR, "t - self.started[who] >= ramp", "t - self.started[who] > ramp"),
        (KERNEL_JOBS, "t - person.started >= numbers", "t - person.started > numbers"),
    ),
    fault(
        "a placement out of a small job cools off",
        "6.2",
        f"{SPELLS}test_a_placement_needs_no_cool_off",
        after(
            RECIPIENT,
            "self.small_job_seekers.step_out(self)",
            "self.cool_until = next_week + 9",
            indent=8,
        ),
        after(VECTOR, "self.status[who] = status", "self.cool_until[who] = t + 9", indent=8),
        after(
            KERNEL_SPELLS,
            "state.town.holders -= int(person.level > 0)",
            "person.cool_until = t + 9",
            indent=4,
        ),
    ),
    fault(
        "who loses a job is back in its last week",
        "6.1",
        f"{LIVES}test_jobs_of_three_weeks",
        (RECIPIENT, "week + 1 + self.worked if", "week + self.worked if"),
        (VECTOR, "t + 1 + length, NEVER", "t + length, NEVER"),
        (KERNEL_JOBS, "p, t + 1 + length)", "p, t + length)"),
    ),
    fault(
        "the job-loss multiplier lengthens jobs",
        "6.1",
        f"{LUCK}test_a_job_lasts_till_its_hazards_reach_the_number_over_the_multiplier",
        (
            RECIPIENT,
            "self.waiting_time(Stream.JOB_DURATION, multiplier)",
            "self.waiting_time(Stream.JOB_DURATION, 1.0) * multiplier",
        ),
        (VECTOR, "reach = e11 / multiplier", "reach = e11 * multiplier"),
        (KERNEL_JOBS, "-math.log(u[j]) / multiplier", "-math.log(u[j]) * multiplier"),
    ),
    fault(
        "the pool's jobs begin with the run",
        "3.8",
        f"{LUCK}test_jobs_of_the_pool_go_on_from_their_tenure",
        (ROSTER, "reach = loss[tenure[who]] + exponential(", "reach = exponential("),
        (KERNEL_ROSTER, "reach = loss[tenure] + -math", "reach = -math"),
    ),
    fault(
        "another exit comes before a job",
        "5.17",
        f"{LIVES}test_a_job_comes_before_another_exit",
        (TOWN, "OTHER_EXIT = 9", "OTHER_EXIT = 7.5"),
        (
            VECTOR,
            "        self._find_jobs(t, reached)\n        self._exit(t)\n",
            "        self._exit(t)\n"
            "        self.on = self.on[self.status[self.on] == ON_BENEFIT]\n"
            "        self._find_jobs(t, reached)\n",
        ),
        (
            KERNEL_JOBS,
            "        if state.hazards[rows.ACC, slot] >= state.hazards[rows.THRESHOLD, slot]:\n",
            "        if state.diary[rows.LEAVE, slot] > week.t:\n",
        ),
    ),
    fault(
        "the stock's next meeting is due at once",
        "3.7",
        f"{LUCK}test_the_stock_s_next_meeting_is_spread_over_the_last_interval",
        (
            ROSTER,
            "draw(Stream.FIRST_MEETING, stock) * last",
            "draw(Stream.FIRST_MEETING, stock) * 0",
        ),
        (KERNEL_ROSTER, "int(some.u[i] * last)", "int(some.u[i] * 0)"),
    ),
    fault(
        "refund bands begin a week late",
        "5.14",
        f"{LIVES}test_a_person_stays_and_climbs_the_ladder",
        ("vocabulary.py", "BAND_EDGES = (4, 26, 52)", "BAND_EDGES = (5, 27, 53)"),
    ),
    fault(
        "schedules are read on the first day of the week",
        "1.1",
        f"{TABLES}test_schedules_are_read_on_the_fourth_day_of_the_week",
        ("calendar.py", "_FOURTH_DAY = 3", "_FOURTH_DAY = 0"),
    ),
    fault(
        "capacities forgive no rounding",
        "1.5",
        f"{TABLES}test_ten_tenths_are_one_meeting",
        (LOWERING, "_ROUNDING = 1e-9", "_ROUNDING = 0.0"),
    ),
)
