"""How many recipients a caseworker can meet in time, in closed form; may import errors."""

from __future__ import annotations

import math

from jobsim.analysis.playing.given import numbers_of


def load_bound(
    interval_weeks: float,
    *,
    meetings_per_fte_week: float,
    no_show_probability: float = 0.0,
    on_time: float = 1.0,
) -> float:
    """Recipients per full-time caseworker at which meetings begin to come late.

    Parameters
    ----------
    interval_weeks : float, >= 1
        Weeks from a meeting held until the next is due.
    meetings_per_fte_week : float, > 0
        Meetings that one full-time caseworker can call in a week.
    no_show_probability : float, 0 to 1
        Probability that a person who is called does not come.
    on_time : float, 0 to 1
        Share of meetings that must be held in the week they are due.

    Returns
    -------
    float, recipients per full-time caseworker

    Raises
    ------
    InputError
        If a number is out of bounds.

    Notes
    -----
    With interval I, no-show probability p and share on time q::

        load_bound = meetings_per_fte_week * (I * (1 - p) + p + (1 - q))

    A meeting held takes 1 / (1 - p) calls, since a call to which nobody comes is spent and repeated
    a week later. From one meeting held to the next pass I weeks, one week for each of the
    p / (1 - p) calls in vain, and the weeks waited for each call. A recipient is thus called once
    in I (1 - p) + p + w weeks, w being the mean wait for a call. Nobody needs to wait below
    I (1 - p) + p recipients per weekly meeting; beyond that the queue grows until the mean wait
    makes up for it, first with waits of one week, w = 1 - q. What this leaves out lets meetings
    come late earlier: arrivals and first meetings at once, interval lists that start shorter, and
    chance from week to week.

    Examples
    --------
    >>> round(load_bound(2, meetings_per_fte_week=12.8, no_show_probability=0.15), 2)
    23.68
    """
    numbers_of("interval_weeks", interval_weeks, low=1)
    numbers_of("meetings_per_fte_week", meetings_per_fte_week)
    numbers_of("no_show_probability", no_show_probability, high=1)
    numbers_of("on_time", on_time, high=1)
    p = no_show_probability
    return meetings_per_fte_week * (interval_weeks * (1 - p) + p + (1 - on_time))


def fte_needed(
    recipients: float,
    interval_weeks: float,
    *,
    meetings_per_fte_week: float,
    no_show_probability: float = 0.0,
    on_time: float = 1.0,
) -> float:
    """Full-time caseworkers that a number of recipients needs to be met in time.

    Parameters
    ----------
    recipients : float, >= 0
    interval_weeks, meetings_per_fte_week, no_show_probability, on_time
        As of `load_bound`.

    Returns
    -------
    float, full-time caseworkers : recipients / `load_bound`; infinite where no meeting is called

    Raises
    ------
    InputError
        If a number is out of bounds.

    Examples
    --------
    >>> round(fte_needed(650, 2, meetings_per_fte_week=12.8, no_show_probability=0.15), 1)
    27.4
    """
    numbers_of("recipients", recipients)
    bound = load_bound(
        interval_weeks,
        meetings_per_fte_week=meetings_per_fte_week,
        no_show_probability=no_show_probability,
        on_time=on_time,
    )
    if recipients == 0:
        return 0.0
    return recipients / bound if bound else math.inf
