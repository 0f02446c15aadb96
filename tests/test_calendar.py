"""Weeks belong to the day in their middle, and schedules are read on it."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsim.calendar import DAYS_PER_YEAR, WEEKS_PER_MONTH, WEEKS_PER_YEAR, Schedule, Weeks
from jobsim.errors import InputError

DATES = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))
NUMBERS = st.floats(-1e9, 1e9)


@st.composite
def schedules(draw):
    """Schedules of one to six steps."""
    dates = tuple(sorted(draw(st.sets(DATES, min_size=1, max_size=6))))
    return Schedule(dates, tuple(draw(NUMBERS) for _ in dates), draw(st.booleans()))


def budget():
    """An investment of two years that then ends."""
    return Schedule.from_steps(
        [(dt.date(2018, 1, 1), 100.0), (dt.date(2018, 7, 2), 80.0), (dt.date(2020, 1, 1), 0.0)]
    )


class TestSchedule:
    @pytest.mark.parametrize(
        ("day", "value"),
        [
            ("1900-01-01", 100.0),  # before the first step: the first step's value
            ("2018-01-01", 100.0),  # on a step
            ("2018-07-01", 100.0),
            ("2018-07-02", 80.0),
            ("2019-12-31", 80.0),
            ("2020-01-01", 0.0),
            ("2999-01-01", 0.0),
        ],
    )
    def test_value_on_a_day(self, day, value):
        assert budget().on(dt.date.fromisoformat(day)) == value

    def test_a_yearly_budget_is_0_before_its_first_step(self):
        money = replace(budget(), zero_before=True)
        assert [money.on(dt.date(2017, 12, 31)), money.on(dt.date(2018, 1, 1))] == [0.0, 100.0]
        assert money != budget()
        begins = Schedule((dt.date(2018, 3, 15),), (73.0,), zero_before=True)
        assert begins.year_mean(2018) == 292 * 73.0 / 365
        assert [begins.scaled(2.0).year_mean(year) for year in (2017, 2019)] == [0.0, 146.0]
        assert begins.replaced(5.0).on(dt.date(2018, 1, 1)) == 0.0

    @given(schedules(), st.lists(DATES, min_size=1, max_size=20))
    def test_many_days_at_once_equal_one_by_one(self, schedule, days):
        days += [step + dt.timedelta(apart) for step in schedule.dates for apart in (-1, 0, 1)]
        at = schedule.at(np.array(days, dtype="datetime64[D]"))
        assert at.tolist() == [schedule.on(day) for day in days]

    def test_a_constant_holds_on_every_day(self):
        days = np.array(["1900-01-01", "2018-01-01"], dtype="datetime64[D]")
        assert Schedule.constant(3).at(days).tolist() == [3.0, 3.0]
        assert Schedule.constant(3).on(dt.date(2018, 1, 1)) == 3.0

    @given(schedules(), st.integers(1990, 2060))
    def test_year_mean_is_the_mean_over_days(self, schedule, year):
        first = dt.date(year, 1, 1)
        days = (dt.date(year + 1, 1, 1) - first).days
        values = [schedule.on(first + dt.timedelta(day)) for day in range(days)]
        assert schedule.year_mean(year) == pytest.approx(
            math.fsum(values) / days, rel=1e-12, abs=1e-6
        )

    @given(NUMBERS, st.integers(1990, 2060))
    def test_year_mean_of_a_constant_is_exact(self, value, year):
        assert Schedule.constant(value).year_mean(year) == value

    def test_year_mean_by_hand(self):
        assert budget().year_mean(2018) == (182 * 100.0 + 183 * 80.0) / 365
        assert budget().year_mean(2019) == 80.0
        assert budget().year_mean(2020) == 0.0

    @given(schedules(), st.floats(-1e3, 1e3), DATES)
    def test_scaled_multiplies_every_day(self, schedule, factor, day):
        assert schedule.scaled(factor).on(day) == schedule.on(day) * factor
        assert schedule.scaled(factor).dates == schedule.dates

    def test_replaced_keeps_dates_and_zeros(self):
        assert budget().replaced(5) == Schedule(budget().dates, (5.0, 5.0, 0.0))

    def test_replaced_with_zero_takes_all_away(self):
        assert budget().replaced(0).values == (0.0, 0.0, 0.0)

    def test_replaced_where_all_is_zero_becomes_the_value(self):
        nothing = Schedule(budget().dates, (0.0, 0.0, 0.0))
        assert nothing.replaced(5) == Schedule(budget().dates, (5.0, 5.0, 5.0))
        assert Schedule.constant(0).replaced(5) == Schedule.constant(5)

    def test_replaced_where_all_is_zero_keeps_one_value_a_date(self):
        day = dt.date(2018, 1, 1)
        assert Schedule((day,), (0.0,)).replaced(5).on(day) == 5.0

    @pytest.mark.parametrize(
        ("dates", "values", "message"),
        [
            ((), (), "at least one value"),
            ((dt.date(2018, 1, 1),), (1.0, 2.0), "one value per date"),
            (
                (dt.date(2018, 1, 1), dt.date(2018, 1, 1)),
                (1.0, 2.0),
                "two steps from 2018-01-01; each date once",
            ),
            (
                (dt.date(2018, 1, 1), dt.date(2017, 1, 1)),
                (1.0, 2.0),
                "out of order: 2017-01-01 stands after 2018-01-01",
            ),
            ((), (math.nan,), "finite numbers, got nan"),
            ((), (math.inf,), "finite numbers, got inf"),
        ],
    )
    def test_refuses(self, dates, values, message):
        with pytest.raises(InputError, match=message):
            Schedule(dates, values)

    def test_refuses_no_steps(self):
        with pytest.raises(InputError, match="at least one step"):
            Schedule.from_steps([])

    @pytest.mark.parametrize(
        "make",
        [
            lambda: Schedule.constant(10**400),
            lambda: Schedule.from_steps([(dt.date(2018, 1, 1), 10**400)]),
            lambda: budget().scaled(10**400),
            lambda: budget().replaced(-(10**400)),
        ],
    )
    def test_refuses_numbers_beyond_floats(self, make):
        with pytest.raises(InputError, match=r"finite numbers, got .*(inf|nan)"):
            make()


class TestWeeks:
    @given(DATES, st.integers(1, 600))
    def test_a_weeks_date_is_its_fourth_day(self, start, count):
        dates = Weeks(start, count).dates.tolist()
        assert dates == [start + dt.timedelta(7 * week + 3) for week in range(count)]

    @given(DATES, st.integers(1, 600))
    def test_months_and_years_are_those_of_the_date(self, start, count):
        weeks = Weeks(start, count)
        dates = weeks.dates.tolist()
        first_days = weeks.months.astype("datetime64[D]").tolist()
        assert [first_days[place] for place in weeks.month_of_week] == [
            day.replace(day=1) for day in dates
        ]
        assert weeks.years.tolist() == [day.year for day in dates]

    @given(DATES, st.integers(1, 600))
    def test_months_run_without_gap_from_the_first_week_to_the_last(self, start, count):
        weeks = Weeks(start, count)
        assert weeks.month_of_week[0] == 0
        assert weeks.month_of_week[-1] == len(weeks.months) - 1
        assert set(np.diff(weeks.month_of_week)) <= {0, 1}

    def test_a_week_that_straddles_new_year_belongs_to_its_fourth_day(self):
        # Monday 30 December 2019: four of its days lie in 2020.
        weeks = Weeks(dt.date(2019, 12, 30), 1)
        assert weeks.years.tolist() == [2020]
        assert Weeks(dt.date(2018, 12, 31), 1).years.tolist() == [2019]
        assert Weeks(dt.date(2018, 12, 29), 1).years.tolist() == [2019]
        assert Weeks(dt.date(2018, 12, 28), 1).years.tolist() == [2018]

    @given(DATES, st.integers(110, 600))
    def test_shares_of_a_full_year_add_up_to_one(self, start, count):
        weeks = Weeks(start, count)
        full = range(int(weeks.years[0]) + 1, int(weeks.years[-1]))
        for year in full:
            share = weeks.share_of_year[weeks.years == year]
            assert share.sum() == pytest.approx(1.0, abs=1e-12)
            assert len(share) in (52, 53)

    @given(DATES, st.integers(1, 600), st.integers(0, 600))
    def test_a_longer_run_changes_no_earlier_share(self, start, count, more):
        longer = Weeks(start, count + more)
        assert np.array_equal(longer.share_of_year[:count], Weeks(start, count).share_of_year)

    def test_a_part_of_a_year_is_less_than_one(self):
        assert Weeks(dt.date(2018, 1, 1), 26).share_of_year.sum() == pytest.approx(0.5)

    def test_lengths_agree(self):
        assert WEEKS_PER_YEAR * 7 == DAYS_PER_YEAR
        assert WEEKS_PER_MONTH * 12 == WEEKS_PER_YEAR
