"""The two kinds of patterns in conditions: globs with alternatives, and regular expressions."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def glob(pattern: str) -> re.Pattern[str]:
    """Compile a glob: `*` is any run of characters, `|` separates alternatives, the whole text must match."""
    alternatives = (".*".join(map(re.escape, part.split("*"))) for part in pattern.split("|"))
    return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives), re.DOTALL)


@lru_cache(maxsize=4096)
def expression(pattern: str) -> re.Pattern[str]:
    """Compile a regular expression; raises `re.error` where it is malformed (the linter reports it)."""
    return re.compile(pattern)


def fits(pattern: str, text: str) -> bool:
    """Tell whether the glob matches the whole text; "" matches everything."""
    return not pattern or pattern == text or glob(pattern).fullmatch(text) is not None


def found(pattern: str, text: str) -> bool:
    """Tell whether the regular expression occurs in the text; "" occurs everywhere."""
    return not pattern or expression(pattern).search(text) is not None


def wants(patterns: tuple[str, ...], traits: tuple[str, ...]) -> bool:
    """Tell whether every trait glob finds a trait."""
    return all(any(fits(pattern, trait) for trait in traits) for pattern in patterns)
