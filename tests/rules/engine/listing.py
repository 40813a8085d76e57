"""Evidence written by hand, so that a rule bug and a parser bug never look alike."""

from __future__ import annotations

from pratique.model import (
    Entry,
    Evidence,
    Flow,
    Problem,
    Step,
    Unknown,
    Use,
    Where,
    earliest,
)


class Listing:
    """Collects entries, uses and flows; `evidence()` gives the whole."""

    def __init__(self):
        self.entries, self.uses, self.flows = [], [], []
        self.problems, self.unknowns, self.changes, self.matches, self.context = [], [], [], [], []

    def entry(self, trigger, file="setup.py", via="setup.py", symbol=""):
        self.entries.append(Entry(trigger=trigger, segments=_segments(file), via=via, symbol=symbol))
        return len(self.entries) - 1

    def use(self, capability, operand="", *, file="setup.py", line=1, entries=(), triggers=None, **more):
        triggers = triggers or tuple(dict.fromkeys(self.entries[i].trigger for i in entries)) or ("call",)
        symbol = more.pop("symbol", "")
        where = Where(segments=_segments(file), line=line, symbol=symbol)
        self.uses.append(
            Use(
                id=len(self.uses),
                capability=capability,
                operand=operand,
                api=more.pop("api", f"mod.{capability}"),
                where=where,
                scope=more.pop("scope", f"{file}:{symbol}"),
                triggers=triggers,
                entries=tuple(entries),
                path=(Step(where=where, text=f"runs at {earliest(triggers)}"),),
                **more,
            )
        )
        return len(self.uses) - 1

    def flow(self, source, sink, arg="data", *, line=1, **more):
        place = Where(segments=self.uses[sink].where.segments, line=line)
        step = Step(where=place, text=f"{source} is read")
        self.flows.append(Flow(source=source, source_where=place, sink=sink, sink_arg=arg, steps=(step,), **more))

    def problem(self, code, severity="hostile", file=""):
        self.problems.append(Problem(code=code, severity=severity, segments=_segments(file), detail="detail"))

    def unknown(self, kind, reason="reason", file="a.py", triggers=()):
        self.unknowns.append(
            Unknown(kind=kind, reason=reason, where=Where(segments=_segments(file)), triggers=triggers)
        )

    def evidence(self):
        return Evidence(
            entries=tuple(self.entries),
            uses=tuple(self.uses),
            flows=tuple(self.flows),
            problems=tuple(self.problems),
            unknowns=tuple(self.unknowns),
            changes=tuple(self.changes),
            matches=tuple(self.matches),
            context=tuple(self.context),
        )


def _segments(file):
    return tuple(file.split("!/")) if file else ()
