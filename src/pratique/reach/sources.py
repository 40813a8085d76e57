"""What the end of a walk is a source of: a capability, what callers hand over, what a patch gets to see, a decoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pratique.capabilities import classify
from pratique.link import CallGraph, Leaf, Objects, Program, Ref, Values
from pratique.reach.operands import Operands
from pratique.reach.traits import DECODERS
from pratique.reach.uses import RawUse

Source = tuple[str, str, str]
"""Capability or kind, operand class, text."""
Found = tuple[Source, Ref]
"""A source, and the value that it is."""
_KEY_USES = ("crypto.key", "crypto.wallet-key", "crypto.sign")
HEADERS = "headers of a request"
"""In the place of a key: all of them are taken, the credentials among them."""
KEYED = ("param", "field")
"""Kinds of leaves of which a part, under some key, may be a source."""
KEY = "signing-key"
"""What a parameter is that a signer, a cipher or a wallet is given, whatever its name."""
_NO_SECRET = ("public", "generate")
_KEY_FUEL = 200
_PATH_FUEL = 64
_BY_NAME = ("builtins.open", "os.", "pathlib.", "shutil.")
"""Readers that take the name of a file and nothing else: what a server names is not what it sends."""
_OF_REQUESTS = frozenset({"GET", "POST", "META", "COOKIES", "FILES"})
"""Attributes of a request that Django hands to views and middleware, which are derived from nothing."""
_COOKIES = ("cookie", "set-cookie")
_NEXT = ("get_response", "call_next", "start_response")
"""What a middleware is given to go on with: in Django, Starlette and WSGI."""
_SETS = ("set_", "load_", "import_", "from_", "with_", "use_", "restore_", "recover_")
"""Functions whose first parameter is what their name says: `set_password(value)`."""


class Sources:
    """Says what leaves of walks are. Answers are kept."""

    def __init__(
        self,
        program: Program,
        values: Values,
        objects: Objects,
        operands: Operands,
        graph: CallGraph,
        found: tuple[Sequence[RawUse], dict[Ref, list[RawUse]]],
    ) -> None:
        self._program = program
        self._values = values
        self._objects = objects
        self._operands = operands
        self._graph = graph
        raw, self._at = found
        self._keys = self._known_by_use(raw)
        self._paths: dict[Ref, str] = {}
        self._kept: dict[tuple[Ref, str, str], tuple[Found, ...]] = {}
        """By leaf, its kind and the sink's role."""

    def of(self, leaf: Leaf, role: str, keys: tuple[str, ...]) -> tuple[Found, ...]:
        """Return what a leaf is a source of, for a sink that gets it in this role, under these keys."""
        asked = (leaf.ref, leaf.kind, role)
        found = self._kept.get(asked)
        if found is None:
            found = self._kept[asked] = tuple(self._of(leaf, role))
        return (*found, *((one, leaf.ref) for one in self._keyed(leaf, keys))) if keys else found

    def _of(self, leaf: Leaf, role: str) -> Iterator[Found]:
        if leaf.kind == "source":
            for use in self._at.get(leaf.ref, ()):
                if use.line.source:
                    yield from ((one, leaf.ref) for one in self._of_use(use))
                    yield from self._beneath(use)
            yield from ((one, leaf.ref) for one in self._original(leaf.ref))
        else:
            yield from ((one, leaf.ref) for one in self._of_value(leaf, role))

    def _of_use(self, use: RawUse) -> Iterator[Source]:
        yield use.capability, use.operand.kind, use.operand.text or use.api
        yield from self._file_of_caller(use)

    def _of_value(self, leaf: Leaf, role: str) -> Iterator[Source]:
        node = self._program.node(leaf.ref)
        if leaf.kind == "param":
            yield from self._param(leaf.ref, node.name.lstrip("*"))
        elif leaf.kind == "field":
            kind = classify.param(node.name)
            if kind and not self._is_set(leaf.ref):
                yield "param", kind, node.name
            if node.name in _OF_REQUESTS and not self._is_set(leaf.ref):
                yield "network.listen", "", f"request.{node.name}"
            yield from self._brought(leaf.ref)
        elif leaf.kind == "const" and role in ("code", "command", "data", "path"):
            decoders = [codec for codec in node.codecs if codec in DECODERS]
            if decoders:
                yield "decoded", "+".join(decoders[:4]), ""

    def _param(self, ref: Ref, name: str) -> Iterator[Source]:
        kind = classify.param(name) or self._by_function(ref[0], name) or self._keys.get((ref[0], name), "")
        if kind:
            yield "param", kind, name
        if (ref[0], name) in self._keys:
            yield "param", KEY, name
        patched = self._patched(ref[0])
        if patched:
            yield "intercepted", kind, patched
        brought = self._graph.brought.get(ref[0])
        if brought and name not in ("self", "cls"):
            yield brought[0], "", brought[1].lstrip("?.")

    def _brought(self, ref: Ref) -> Iterator[Source]:
        """Yield what a handler finds in its own object, where the artifact puts nothing: `self.rfile`, `self.path`."""
        brought, nodes = self._graph.brought.get(ref[0]), self._program.scopes[ref[0]].nodes
        held = next((nodes[arg.node] for arg in nodes[ref[1]].args if arg.key == ""), None)
        local = self._program.scopes[ref[0]]
        own = held is not None and held.op == "param" and local.methods_of >= 0 and local.params[:1] == (held.name,)
        if brought and own and not self._is_set(ref):
            yield brought[0], "", brought[1].lstrip("?.")

    def _keyed(self, leaf: Leaf, keys: tuple[str, ...]) -> Iterator[Source]:
        """Yield what a parameter, or an attribute of the object, holds under these keys: `headers["Authorization"]`."""
        if leaf.kind in KEYED:
            patched = self._patched(leaf.ref[0])
            kinds = {classify.param(key): key for key in keys}
            if patched and (keys == (HEADERS,) or keys[0].lower() in _COOKIES):
                kinds = {"secret": keys[0]}
            for kind, key in kinds.items():
                if kind:
                    yield "intercepted" if patched else "param", kind, key

    def _by_function(self, scope: int, name: str) -> str:
        """Return the class that the name of a setter or loader promises of its first parameter."""
        local = self._program.scopes[scope]
        first = local.params[int(local.methods_of >= 0) :][:1]
        short = local.name.rsplit(".", 1)[-1]
        if first != (name,):
            return ""
        if scope in self._graph.setters:
            return classify.param(short)
        return next((classify.param(short[len(lead) :]) for lead in _SETS if short.startswith(lead)), "")

    def _patched(self, scope: int) -> str:
        """Return the outside name in whose place a function, or one around it, was put; "" when it is in none.

        A middleware of a web framework stands between the clients and the application.
        """
        owner = self._program.class_of(scope)
        if any((owner, name) in self._program.attr_stores for name in _NEXT):
            return "a middleware"
        while scope >= 0:
            local = self._program.scopes[scope]
            if scope in self._graph.patched:
                return self._graph.patched[scope]
            if any(name in local.params for name in _NEXT):
                return "a middleware"
            scope = self._program.scope_id(self._program.unit_of[scope], local.parent) if local.parent > 0 else -1
        return ""

    def _original(self, ref: Ref) -> Iterator[Source]:
        """Yield what the replaced function returns to the one in its place: its callers were to get that alone."""
        patched = self._patched(ref[0])
        if patched and self._values.outside(ref[0], self._program.node(ref).name) == patched:
            yield "intercepted", "", patched

    def _is_set(self, ref: Ref) -> bool:
        """Return whether the artifact itself stores something in the attribute that is read."""
        node = self._program.node(ref)
        receiver = next((arg.node for arg in node.args if arg.key == ""), -1)
        owners = self._objects.classes((ref[0], receiver)) if receiver >= 0 else ()
        for owner in owners or (self._program.class_of(ref[0]),):
            for kin in self._values.kin(owner) if owner >= 0 else ():
                if self._program.attr_stores.get((kin, node.name)):
                    return True
        return False

    def _file_of_caller(self, use: RawUse) -> Iterator[Source]:
        """Yield what is read at a path that the caller gives: that is the caller's."""
        if use.capability != "fs.read" or use.operand.text:
            return
        for key in use.line.role("path"):
            given = self._operands.argument(use.ref[0], use.node, key)
            for value in self._operands.made_with(given, "path") if given is not None else ():
                if value not in self._paths:
                    leaves = self._values.walk(value, fuel=_PATH_FUEL).leaves
                    names = (self._program.node(one.ref).name for one in leaves if one.kind == "param")
                    self._paths[value] = next((name for name in names if name not in ("self", "cls")), "")
                if self._paths[value]:
                    yield "param", "content", self._paths[value]

    def _beneath(self, use: RawUse) -> Iterator[Found]:
        """Yield where the bytes come from that an archive, a picture or a sound in memory is read from."""
        if use.capability not in ("fs.read", "fs.archive") or use.api.startswith(_BY_NAME):
            return
        for key in use.line.role("path"):
            given = self._operands.argument(use.ref[0], use.node, key)
            for value in self._operands.made_with(given, "path") if given is not None else ():
                for leaf in self._values.walk(value, fuel=_KEY_FUEL).leaves:
                    for other in self._at.get(leaf.ref, ()) if leaf.kind == "source" else ():
                        if other.line.source and other.capability.startswith("network."):
                            yield (other.capability, other.operand.kind, other.operand.text or other.api), leaf.ref

    def _known_by_use(self, raw: Sequence[RawUse]) -> dict[tuple[int, str], str]:
        """Return the parameters that are given to signers, ciphers and key loaders, by function and name."""
        found: dict[tuple[int, str], str] = {}
        for use in raw:
            if use.capability not in _KEY_USES or any(word in use.api for word in _NO_SECRET):
                continue
            for key in use.line.role("data"):
                given = self._operands.argument(use.ref[0], use.node, key)
                for leaf in self._values.walk(given, fuel=_KEY_FUEL).leaves if given is not None else ():
                    if leaf.kind == "param":
                        found.setdefault((leaf.ref[0], self._program.node(leaf.ref).name.lstrip("*")), "private-key")
        return found
