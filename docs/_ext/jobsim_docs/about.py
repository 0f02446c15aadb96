"""Who wrote it and how to cite it, from CITATION.cff and the changelog."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CITATION", "ROOT", "citation"]

ROOT = Path(__file__).resolve().parents[3]
_TEXT = (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def _value(name: str) -> str:
    """First value of a name in the file, which is YAML of the simplest kind."""
    for line in _TEXT.splitlines():
        key, _, value = line.strip().removeprefix("- ").partition(":")
        if key == name:
            return value.strip().strip('"')
    raise KeyError(name)


CITATION = {
    "title": _value("title"),
    "author": _value("name"),
    "license": _value("license"),
    "version": _value("version"),
}


def citation() -> str:
    """The citation as a sentence, as BibTeX and as the file itself."""
    c = CITATION
    return f"""
> {c["author"]}. *{c["title"]}*. Version {c["version"]}. {c["license"]} licence.

```bibtex
@software{{jobsim,
  author  = {{{{{c["author"]}}}}},
  title   = {{{c["title"]}}},
  version = {{{c["version"]}}},
}}
```

`CITATION.cff`, which citation managers read:

```yaml
{_TEXT.strip()}
```
"""
