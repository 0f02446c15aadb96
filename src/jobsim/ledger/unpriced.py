"""What no price list of jobsim prices, to be shown beside every result; imports nothing."""

__all__ = ["NOT_PRICED"]

NOT_PRICED = (
    "the benefit ceiling and its effect on housing benefit",
    "the 225-hour rule (2016 to June 2025)",
    "the job premium for the long-term unemployed (2017 to 2019)",
    "the cap from July 2025 on earnings and benefit together, at 85 or 100 per cent of the highest "
    "unemployment benefit",
    "earnings and benefit of spouses, and supplements for young, single or exceptional cases",
    "housing benefit, child-care fees and other payments that depend on income",
    "personal and employment allowances: tax is taken at one rate, which only differences forgive",
    "the budget guarantee and the block grant, through which the state follows municipal spending",
    "the state's part in activation spending until 2018",
    "reclassification of recipients between groups",
    "a person's later wage growth, pensions and unemployment insurance",
    "effects on health, crime, children and well-being",
)
"""Short phrases without a full stop, in the order of tables."""
