"""What volumes and prices say, in layers that import those before them.

`setting` (what is changed in which scenario), `outcomes` (measures, money, spreads), `playing`
(settings on the same luck, in cells and workers), `comparing`, `lives`, `deciding`, `uncertainty`
and `attributing`, then `searching` and `learning`. May import what stands below, verification
apart; hands nothing on: names come from `jobsim` or from `questions`.
"""
