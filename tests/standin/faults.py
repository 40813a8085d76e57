"""What can go wrong with a request."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Fault:
    """Something that happens to requests whose path fits, `times` times."""

    path: str
    """A regular expression that the path must match from its start."""
    times: int = 1
    delay: float = 0.0
    status: int = 0
    retry_after: str = ""
    keep: int = -1
    """Bytes of the body that are sent before the connection is closed; -1: all."""
    flip: bool = False
    """One byte of the body is another one."""
    reset: bool = False
    """The connection is reset in place of an answer."""
    xmlrpc: str = ""
    """An XML-RPC fault with these words."""


@dataclass(slots=True)
class Faults:
    """Those that are to come."""

    waiting: list[Fault] = field(default_factory=list)
    happened: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, path: str) -> Fault | None:
        """Return the fault for a request, if there is one."""
        with self.lock:
            for fault in self.waiting:
                if fault.times > 0 and re.match(fault.path, path):
                    fault.times -= 1
                    self.happened.append(fault)
                    return fault
        return None
