"""The review inside a registry's own code: in the upload request, as a task after it, or as a step before publishing.

Each seat is a thin wrapper over one pure function, `opinion`: bytes in, a few words out. None of them touches the
network or a database of ours.
"""

from __future__ import annotations

from pratique.embed.inline import Answer, Inline, inline_reviewer
from pratique.embed.opinion import Opinion, make_examiner, opinion
from pratique.embed.session import Conclusion, Notice, conclude
from pratique.embed.task import Host, Observation, make_task, observation

__all__ = [
    "Answer", "Conclusion", "Host", "Inline", "Notice", "Observation", "Opinion", "conclude", "inline_reviewer",
    "make_examiner", "make_task", "observation", "opinion",
]  # fmt: skip
