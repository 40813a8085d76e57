"""What a person decided about a release: exchanged between registries and reviewers as `decisions-v1` JSON lines."""

from __future__ import annotations

from typing import Literal

import msgspec

Outcome = Literal[
    "not_malware", "confirm_malware", "quarantine_release", "quarantine_project", "remove_release", "remove_malware",
    "watch",
]  # fmt: skip
"""After the actions that PyPI's admins have: not_malware is its `verdict_not_malware`. remove_release says that files
went for whatever reason, remove_malware that they went for being malware; watch decides nothing yet."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a `decisions-v1` file. Decisions are appended, never changed: a later one outranks an earlier."""

    schema: Literal["decisions-v1"] = "decisions-v1"
    purl: str
    """Package URL, with the version unless the decision is about the whole project."""
    sha256: str = ""
    """Of the file, when it is about one."""
    outcome: Outcome
    by: str
    """Who decided: an id that stays the same, so that two reviewers can be told from one."""
    at: str
    """RFC 3339."""
    note: str = ""
    review: str = ""
    """Engine digest of the review that was looked at, "" when none was."""
