"""The zygote in a fresh interpreter, for a host whose other threads make forking unsafe (a fork copies their locks).

posix_spawn(3) copies nothing. The host's own functions go there by name: functions of a module, or methods of an object
that says with `made_from()` which texts it was made from.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from operator import attrgetter
from typing import Any

import msgspec

from pratique.pool import zygote
from pratique.pool.limits import Limits

CONTROL = 3
"""The descriptor that the new interpreter finds its control socket at."""
ROLE_CAP = 1 << 16


class Named(msgspec.Struct, frozen=True):
    """A function by its name; of an object, when it has an owner."""

    module: str
    name: str
    owner: str = ""
    made_from: tuple[str, ...] = ()


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """What the zygote is told once."""

    limits: Limits
    preload: Named
    prepare: Named
    work: Named


def named(function: Callable[..., object]) -> Named:
    """Return the function's name. Raises `ValueError` where it cannot be found by one."""
    owner = getattr(function, "__self__", None)
    if owner is None:
        made = Named(function.__module__, function.__qualname__)
    elif hasattr(owner, "made_from"):
        kind = type(owner)
        made = Named(kind.__module__, function.__name__, kind.__qualname__, owner.made_from())
    else:
        raise ValueError(f"{function.__qualname__} belongs to an object that cannot be made again")
    if "<" in made.name + made.owner:
        raise ValueError(f"{made.name} has no name that leads to it")
    return made


def found(name: Named) -> Any:
    """Return the function of that name."""
    if name.owner:
        return getattr(_made(name.module, name.owner, name.made_from), name.name)
    return attrgetter(name.name)(import_module(name.module))


@cache
def _made(module: str, kind: str, made_from: tuple[str, ...]) -> object:
    made: object = attrgetter(kind)(import_module(module))(*made_from)
    return made


def start(ours: socket.socket, theirs: socket.socket, role: Role) -> int:
    """Start the interpreter and send it its role; returns its process. Raises `OSError`."""
    code = f"import sys; sys.path[:] = {sys.path!r}; from pratique.pool import spawn; spawn.main()"
    actions = [(os.POSIX_SPAWN_DUP2, theirs.fileno(), CONTROL)]
    process = os.posix_spawn(sys.executable, [sys.executable, "-c", code], os.environ, file_actions=actions)
    ours.sendall(msgspec.msgpack.encode(role))
    return process


def main() -> None:
    """Be the zygote; never returns."""
    control = socket.socket(fileno=CONTROL)
    role = msgspec.msgpack.decode(control.recv(ROLE_CAP), type=Role)
    zygote.run(control, role.limits, found(role.preload), found(role.prepare), found(role.work))
