"""Pratique reads releases of package registries and says what they can do, when that runs, and whether to look.

It never executes, imports, builds or installs what it reviews.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pratique.pipeline import Options as Options
    from pratique.pipeline import review as review

__version__ = "0.1.0"
__all__ = ["Options", "__version__", "review"]


def __getattr__(name: str) -> object:
    """Load the engine on first use, so that `import pratique` stays cheap."""
    if name in {"Options", "review"}:
        from pratique import pipeline

        return getattr(pipeline, name)
    raise AttributeError(name)
