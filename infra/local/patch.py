"""Replaces parts of ministack, and ends the start where an upgrade has taken them away."""

import sys


def patch(owner, name: str, replacement) -> None:
    """Puts `replacement` in the place of what `owner` must have under this name."""
    if not hasattr(owner, name):
        sys.exit(f"{owner.__name__} has no `{name}` any more, which infra/local replaces.")
    setattr(owner, name, replacement)
