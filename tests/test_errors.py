"""One tree of errors, and a hint at what was meant."""

from __future__ import annotations

import pytest

from jobsim import errors
from jobsim.errors import nearest


def test_every_error_is_a_jobsim_error():
    classes = [getattr(errors, name) for name in errors.__all__ if name.endswith("Error")]
    assert len(classes) == 6
    assert all(issubclass(cls, errors.JobsimError) for cls in classes)


@pytest.mark.parametrize("cls", [errors.ScenarioError, errors.PriceError, errors.SizeError])
def test_input_errors_are_value_errors(cls):
    assert issubclass(cls, errors.InputError)
    assert issubclass(cls, ValueError)


@pytest.mark.parametrize(
    ("cls", "code"),
    [
        (errors.JobsimError, 1),
        (errors.InputError, 2),
        (errors.SizeError, 2),
        (errors.StudyError, 2),
        (errors.OutputError, 2),
    ],
)
def test_the_class_says_what_the_command_line_ends_with(cls, code):
    assert cls("x").exit_code == code


def test_an_output_error_is_an_os_error():
    assert issubclass(errors.OutputError, OSError)
    assert not issubclass(errors.OutputError, ValueError)


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("esberg", ["esbjerg", "kolding"], '; did you mean "esbjerg"?'),
        ("zzz", ["kolding", "esbjerg"], "; known: esbjerg, kolding"),
        ("zzz", [], ""),
        ("zzz", map(str, range(10, 40)), "; known: " + ", ".join(map(str, range(10, 22))) + ", …"),
    ],
)
def test_nearest(name, known, hint):
    assert nearest(name, known) == hint
