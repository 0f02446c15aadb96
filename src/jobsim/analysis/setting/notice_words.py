"""Texts of the gravest notices by key, in English; reports have them in other languages, too.

Imports nothing of jobsim. Names in braces are filled in.
"""

from __future__ import annotations

TEXTS = {
    "weeks": "{weeks} weeks cover no budget year, and an investment pays late",
    "weeks_one": "{weeks} week cover no budget year, and an investment pays late",
    "weeks_would": "at least {year} would",
    "claim": "{year} is outside the run, so that nothing can be compared",
    "claim_would": "{first} to {last} is inside",
    "people": "{ours} in the scenario and {theirs} in the baseline",
    "people_would": "people of one alone count as a difference, so the same in both would do",
    "nobody": "nobody is on benefit, in work or to come",
    "nobody_would": "a stock of 1 or more would have somebody",
    "no_show": "1 lets nobody come to any meeting",
    "no_show_would": "below 1 some come",
    "rises": "a stock of {stock} is not at rest: with inflow_per_week = {inflow} and "
    "employed_pool = {pool} it rises without any programme",
    "falls": "a stock of {stock} is not at rest: with inflow_per_week = {inflow} and "
    "employed_pool = {pool} it falls without any programme",
    "may_rest": "a stock of {stock} is not at rest: with inflow_per_week = {inflow} and "
    "employed_pool = {pool} it rises without any programme; it may be at rest with those that run "
    "from the first week",
    "rest_without": "inflow_per_week = {its_inflow} and employed_pool = {its_pool} keep it without "
    "them",
    "rest_or_without": "inflow_per_week = {its_inflow} and employed_pool = {its_pool} keep it "
    "without them, or stock = {other_stock} and employed_pool = {other_pool}",
    "rest": "inflow_per_week = {its_inflow} and employed_pool = {its_pool} keep it",
    "rest_or": "inflow_per_week = {its_inflow} and employed_pool = {its_pool} keep it, or stock = "
    "{other_stock} and employed_pool = {other_pool}",
    "tightness": "{value} is {times} times its reference, and hazards follow it",
    "tightness_would": "reference_tightness = {value} makes it neutral",
    "called": "{held} meetings a week can be called, and the intervals ask for {called}",
    "called_would": "fte = {fte} would do",
    "called_would_some": "more than 0 would do",
    "second": "{first} weeks to the second meeting, in a run of {weeks}",
    "second_would": "below {weeks} it is held",
    "admits": "0 admits nobody",
    "admits_would": "{people} can be met every {often} weeks",
    "admits_would_one": "{people} can be met every {often} week",
    "meets": "0 holds no meeting",
    "meets_would": "above 0 some",
    "thinned": "participants get {held} meetings a half-year, as a caseworker has {caseload} of "
    "them and can call {calls} a week; its intervals ask for {listed}, the regular service gives "
    "{regular}",
    "thinned_would": "{fits} would do",
    "seldom": "participants get {held} meetings a half-year, the regular service gives {regular}",
    "seldom_would": "shorter ones would do",
    "little": "{money} {currency} a year pay less than {least} of a post",
    "little_would_thousands": "{value} if thousands are meant",
    "little_would_millions": "{value} if millions are meant",
    "many": "pays {staff} full-time staff for {people} recipients",
    "many_one": "pays {staff} full-time staff for {people} recipient",
    "many_would": "{value} pays one for each",
    "no_money": "there is no money in the run",
    "no_money_would": "a step above 0 between {start} and {end} is needed",
    "review": "the first review is after {step} weeks, in a run of {weeks}",
    "review_would": "below {weeks} some climb",
    "openings": "consultants find no openings",
    "openings_would": "above 0 they do",
    "need": "nobody of its groups needs it",
    "need_would": "a share above 0 would",
    "late": "it works after {lead} weeks, in a run of {weeks}",
    "late_would": "below {weeks} it does",
    "grant": "no year's money pays a single grant",
    "grant_would": "one costs {cost}",
}
"""What is odd, and under "…_would" and the like what would do."""
