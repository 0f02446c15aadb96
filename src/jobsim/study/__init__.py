"""Studies that outgrow a run, and survive it; may import analysis and what is below.

A study is a folder of cells: one scenario under one draw of its parameters for one block of
replications. What is finished is committed at once and never played again, by whatever question.

Read `plan` (what is asked for), `keeping` (the one file), `playing` (who plays what is missing) and
`study`, which users meet.
"""

from jobsim.study.outcomes import StudyStatus
from jobsim.study.study import Study

__all__ = ["Study", "StudyStatus"]
