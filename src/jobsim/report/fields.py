"""What the numbers of a scenario are called, in words; may import language."""

from __future__ import annotations

from markupsafe import Markup

from jobsim.report.language import Language

_NAMED = ("groups", "programmes", "supports")
"""Parts of a file whose second name is a code that the file chose."""


def field_of(path: str, words: Language) -> tuple[str, str]:
    """Field that a path belongs to, as words know it, and what remains of the path.

    Examples
    --------
    >>> from jobsim.report.language import language_named
    >>> field_of("groups.young.benefit_rates.single.scale", language_named("en"))
    ('groups.benefit_rates', 'young, single')
    """
    parts = path.removesuffix(".scale").split(".")
    who = [parts.pop(1)] if parts[0] in _NAMED and len(parts) > 1 else []
    for end in range(len(parts), 0, -1):
        field = ".".join(parts[:end])
        if words.has(f"fields.{field}"):
            return field, ", ".join([*who, *parts[end:]])
    return "", path


def field_label(path: str, words: Language, *, code: bool = False) -> Markup:
    """Words for a path, with whom it is about as a code; the path itself below where asked for."""
    field, rest = field_of(path, words)
    if not field:
        return Markup("<code>{}</code>").format(path)
    label = words(f"fields.{field}")
    if path.endswith(".scale"):
        label += Markup(", {}").format(words("conditions.factor"))
    if code:
        return label + Markup(' <code class="path">{}</code>').format(path)
    return label + (Markup(" (<code>{}</code>)").format(rest) if rest else Markup(""))
