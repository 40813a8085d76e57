"""Operand classes: what a path, URL, command, variable, parameter or text is about.

Every function is total (any text in, a word of the vocabulary or "" out), bounded (long input is cut) and takes time
linear in its input. They look at meaning only, never at names of packages, and give documentation domains no discount.
"""

from __future__ import annotations

from pratique.capabilities.commands import command, command_flags
from pratique.capabilities.names import env, param
from pratique.capabilities.paths import path
from pratique.capabilities.texts import text
from pratique.capabilities.urls import url

__all__ = ["command", "command_flags", "env", "implied", "param", "path", "text", "url"]

_WRITES = frozenset({"fs.write", "fs.write-executable", "fs.link", "registry.write", "fs.archive"})
_BY_PLACE = {
    "python-startup": "persist.python-startup",
    "shell-rc": "persist.shell-rc",
    "autostart": "persist.startup",
    "schedule": "persist.schedule",
    "ci-config": "repo.write-ci",
    "agent-config": "agent.configure",
}
_BY_COMMAND = {
    "package-install": "package.install",
    "package-publish": "package.publish",
    "elevate": "process.elevate",
    "registry-edit": "registry.write",
    "scheduler": "persist.schedule",
    "agent": "agent.invoke",
}


def implied(capability: str, operand: str) -> str:
    """Return the capability that using `capability` on `operand` amounts to as well, "" when none.

    Writing a unit file is persistence; starting an installer is installing; deleting a log is erasing traces.
    """
    if capability in _WRITES:
        return _BY_PLACE.get(operand, "")
    if capability == "process.spawn":
        return _BY_COMMAND.get(operand, "")
    return "log.erase" if capability == "fs.delete" and operand in {"log", "shell-history"} else ""
