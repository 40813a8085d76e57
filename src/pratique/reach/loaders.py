"""What own loaders of modules give back: the import system runs it as code, though no call says so."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.capabilities.lines import MapLine, Role
from pratique.link import Program
from pratique.reach.operands import Operand
from pratique.reach.uses import RawUse

_GIVE_CODE = ("get_source", "get_code", "get_data", "source_to_code")
"""Methods of loaders (`importlib.abc.InspectLoader`, `SourceLoader`) whose results are compiled and run."""
_BASES = ("importlib.", "pkgutil.", "zipimport.", "_frozen_importlib")
_LINE = MapLine(kind="call", name="import", capabilities=("code.eval",), roles=(Role("code", ("value",)),))


def given_to_imports(program: Program) -> Iterator[RawUse]:
    """Yield a use of code at each place where a loader gives back what is to be run."""
    for number, scope in enumerate(program.scopes):
        short = scope.name.rsplit(".", 1)[-1]
        if scope.methods_of < 0 or short not in _GIVE_CODE:
            continue
        owner = program.scopes[program.base[program.unit_of[number]] + scope.methods_of]
        if any(base.startswith(_BASES) for base in owner.bases):
            for ordinal, node in enumerate(scope.nodes):
                if node.op == "return" and node.args:
                    yield RawUse(
                        (number, ordinal), node, "code.eval", Operand("", ""), f"import by {scope.name}", _LINE
                    )
