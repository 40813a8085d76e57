"""Pratique reads releases of package registries and says what they can do, when that runs, and whether to look.

It never executes, imports, builds or installs what it reviews.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pratique.review import review as review

__version__ = "0.1.0"
__all__ = ["__version__", "review"]


def __getattr__(name: str) -> object:
    """Load `review` on first use, so that `import pratique` stays cheap: a module that can be called."""
    if name == "review":
        import pratique.review

        return pratique.review
    raise AttributeError(name)
