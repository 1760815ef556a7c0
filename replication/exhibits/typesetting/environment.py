"""How templates are read: a missing name is an error, and lines of commands leave no blank ones."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from replication.exhibits.text import visible


def environment_of(package: str, *, autoescape: bool = True, **syntax: Any) -> Environment:
    """Read the templates of a package; `syntax` is what `jinja2.Environment` takes besides."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=autoescape,  # noqa: S701 - off only where the template escapes for itself
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **syntax,
    )


def shown_in_page(value: Any) -> Any:
    """Let only characters that can be shown into a page; markup is checked where it is made."""
    return value if isinstance(value, Markup) else visible(value)
