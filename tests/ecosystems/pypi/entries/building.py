"""Small builders: a tree from a dict, facts from hand-written nodes."""

from __future__ import annotations

import hashlib

from pratique.ecosystems.pypi import entries
from pratique.model import Arg, Facts, File, Import, Node, Scope, Span


def tree(files, links=None):
    """Return (files, read) for a dict of path -> text; `links` maps a path to its target."""
    data = {path: body if isinstance(body, bytes) else body.encode() for path, body in files.items()}
    made = [
        File(segments=tuple(path.split("!/")), sha256=hashlib.sha256(body).hexdigest(), size=len(body), kind="text")
        for path, body in data.items()
    ]
    made += [
        File(segments=(path,), sha256="", size=0, kind="link", link_target=to) for path, to in (links or {}).items()
    ]
    return tuple(made), lambda file: data[file.shown]


def find(files, kind="wheel", facts=None, links=None):
    made, read = tree(files, links)
    return entries.find(made, read, facts or {}, kind)


def sdist(files, facts=None, links=None):
    """Find the ways into an sdist given by its project-relative paths."""
    return find(
        {f"acme-1.0/{path}": body for path, body in files.items()},
        "sdist",
        {(f"acme-1.0/{path}",): item for path, item in (facts or {}).items()},
        {f"acme-1.0/{path}": to for path, to in (links or {}).items()},
    )


def ways(found, *triggers):
    """Return {(trigger, path, symbol)}, of some triggers only."""
    return {
        (entry.trigger, entry.segments[-1].removeprefix("acme-1.0/"), entry.symbol)
        for entry in found.entries
        if not triggers or entry.trigger in triggers
    }


def codes(found):
    return {problem.code for problem in found.problems}


def node(op, name="", args=(), value=None, key=-1, line=1):
    return Node(op, name, tuple(Arg(k, n) for k, n in args), line, 0, value, known=value is not None, key=key)


def const(value):
    return node("const", value=value)


def facts(nodes, scopes=(), imports=()):
    """Return facts of one module: its nodes, and scopes as (kind, name, parent, methods_of, bases, nodes)."""
    made = [Scope(0, -1, "module", "", (), Span(), tuple(nodes))]
    for number, (kind, name, parent, owner, bases, inner) in enumerate(scopes, 1):
        made.append(Scope(number, parent, kind, name, (), Span(), tuple(inner), bases=tuple(bases), methods_of=owner))
    return Facts(
        language="python",
        front_end="hand/1",
        depth="full",
        scopes=tuple(made),
        imports=tuple(Import(module, name, "", 0, 1) for module, name in imports),
    )
