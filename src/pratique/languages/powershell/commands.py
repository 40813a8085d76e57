"""Commands of a script: cmdlets by their parameters, functions, programs; a few cmdlets are computed."""

from __future__ import annotations

import fnmatch
import re
from abc import abstractmethod
from collections.abc import Callable, Sequence

from tree_sitter import Node as Tree

from pratique.languages.powershell import values
from pratique.languages.powershell.cmdlets import canonical, cmdlets
from pratique.languages.powershell.expressions import arguments, elements, expression, token, variable, variable_name
from pratique.languages.powershell.objects import UNFIT, Objects, dotted
from pratique.languages.shell.graph import MAX_PHI, Place, Steps

MAX_UNROLL = 1_024
"""Elements for which a small block is computed one by one."""
MAX_BLOCK = 300
"""Bytes of such a block."""
_NATIVE = re.compile(r"--|-[fsSLkdoO]\b|-[sSfLkO]{2,}")
_PATH = re.compile(r"\$(?:\{[^}\s]{1,100}\}|(?:env:)?\w+)[\\/][^\s$(]*$", re.IGNORECASE)
_PASS = frozenset({"foreach-object", "where-object", "select-object", "sort-object", "out-string", "tee-object",
    "write-output",
                   "out-host", "measure-object", "select-string", "convertfrom-json", "convertto-json",
                   "format-hex"})  # fmt: skip


class Invocations(Objects):
    """Lowers commands."""

    def command(self, tree: Tree, given: list[int]) -> Steps:
        """Lower one command with what is piped into it."""
        graph, at = self.graph, self.place(tree)
        name_tree = tree.child_by_field_name("command_name")
        called = any(child.type == "command_invokation_operator" for child in tree.children)
        name: int | None = None
        inline: Tree | None = None
        if name_tree is not None:
            inner = _inner(name_tree)
            if inner.type == "script_block_expression":
                inline = inner
            elif inner.type in (
                "command_name",
                "path_command_name",
                "generic_token",
                "command_name_expr",
            ) and "$" not in self.text(inner):
                name = graph.const(self.text(inner).strip("\"'").replace("`", ""), at)
            else:
                name = yield expression(self, inner)
        args: list[tuple[str, int | Tree]] = yield self._elements(tree)
        if inline is not None:
            return (yield self.inline(inline, given))
        if name is None:
            return []
        node = graph.node(name)
        if node.op == "func":
            edges = [(str(i), one) for i, (_, one) in enumerate(args) if isinstance(one, int)]
            return [graph.call("", [("func", name), *edges], at)]
        text = graph.whole(name)
        if text is None or (called and not text):
            return [self._computed(name, args, given, at)]
        return (yield self._named(text.strip(), name, args, given, at))

    def _elements(self, tree: Tree) -> Steps:
        """Return the arguments: (`-parameter` in lower case or "", value or block)."""
        found: list[tuple[str, int | Tree]] = []
        holder = next((child for child in tree.named_children if child.type == "command_elements"), None)
        pending = ""
        for child in holder.named_children if holder is not None else ():
            if child.type == "command_argument_sep":
                continue
            if child.type == "command_parameter":
                found += [(pending, self.graph.const(True, self.place(child)))] if pending else []
                pending = self.text(child).lstrip("-\u2013\u2014\u2015/").rstrip(":").replace("`", "").lower() or "-"
                continue
            if child.type == "redirection":
                yield self.redirected(child, [])
                continue
            inner = _inner(child)
            value: int | Tree | None
            if inner.type == "script_block_expression":
                value = inner
            elif _PATH.match(spelled := self.text(child)):
                value = token(self, spelled, self.place(child))
            elif child.type == "argument_list":
                more = yield arguments(self, child)
                if found and isinstance(last := found[-1][1], int) and (self.graph.id, last) in self.members:
                    found[-1] = (found[-1][0], self.invoke(last, more, self.place(child)) or last)
                else:
                    found += [("", one) for one in more]
                continue
            else:
                value = yield expression(self, child)
            if value is not None:
                found.append((pending, value))
            pending = ""
        if pending:
            found.append((pending, self.graph.const(True, self.place(tree))))
        return found[:256]

    def _computed(self, name: int, args: Sequence[tuple[str, int | Tree]], given: Sequence[int], at: Place) -> int:
        """`& $x`: whatever the value came from decides what runs."""
        edges = [(str(i), one) for i, (_, one) in enumerate(args[:32]) if isinstance(one, int)]
        piped = [("stdin", given[0])] if given else []
        if re.search(r"[\\/]|\.\w{2,4}$", self.graph.text(name)):
            written = self.natives.written(name)
            code = [("code", written)] if written is not None else []
            return self.graph.call("powershell.exec", [*edges, ("path", name), ("words", name), *code, *piped], at)
        return self.graph.call("powershell.computed", [*edges, ("code", name), *piped], at)

    def _named(self, text: str, name: int, args: list[tuple[str, int | Tree]], given: list[int], at: Place) -> Steps:
        graph, plain = self.graph, canonical(text)
        plain = canonical(self.aliases.get(plain, plain))
        if plain in self.book.functions:
            edges = [(key or str(index), one) for index, (key, one) in enumerate(args[:32]) if isinstance(one, int)]
            return [graph.call("." + UNFIT.sub("_", plain), edges, at)]
        native = text.lower().endswith(".exe") or (
            text.lower() in ("curl", "wget") and any(_NATIVE.match(f"-{key}") for key, _ in args if key)
        )
        if plain not in cmdlets() or native:
            if "-" in plain and re.fullmatch(r"[a-z]+-[a-z]+", plain) and not native:
                return (yield self._cmdlet(plain, args, given, at))
            return self._native(name, args, given, at)
        return (yield self._cmdlet(plain, args, given, at))

    def _native(self, name: int, args: list[tuple[str, int | Tree]], given: list[int], at: Place) -> list[int]:
        """Start a program that is no cmdlet: its words as they stand."""
        graph, words = self.graph, [name]
        for key, one in args:
            if key:
                words.append(graph.const(key if key.startswith("-") else f"-{key}", at))
            if isinstance(one, int) and not (key and graph.node(one).value is True):
                words += elements(graph, one)[:64]
        return self.natives.run(words, graph.join(given, at) if given else None, at, [])

    def _cmdlet(self, name: str, args: list[tuple[str, int | Tree]], given: list[int], at: Place) -> Steps:
        graph, known = self.graph, cmdlets().get(name)
        roles: list[tuple[str, int]] = []
        positional = 0
        plain: list[int] = []
        for key, value in args:
            parameter = known.parameter(key) if known is not None and key else key
            if known is not None and parameter in known.switches:
                if isinstance(value, int) and graph.node(value).value is True:
                    continue
                parameter = ""
            role = known.parameters.get(parameter, parameter) if known is not None and parameter else parameter
            if not parameter:
                listed = known.positional if known is not None else []
                role = listed[positional] if positional < len(listed) else known.every if known is not None else ""
                positional += 1
            if isinstance(value, int):
                if not parameter:
                    plain.append(value)
                roles.append((role, value))
            else:
                done = yield self._block_argument(name, value, given)
                if name in ("foreach-object", "where-object"):
                    return done
                given = given or done
        return self._emit(name, [(role, one) for role, one in roles if role and role != "_"], plain, given, at)

    def _block_argument(self, name: str, tree: Tree, given: list[int]) -> Steps:
        """Run a script block that a cmdlet is given, per element where it is small."""
        items = [one for value in given for one in elements(self.graph, value)]
        small = tree.end_byte - tree.start_byte <= MAX_BLOCK and len(items) <= MAX_UNROLL
        if len(given) == 1 and isinstance(text := self.known(given[0]), bytes):
            items = [self.graph.const(byte, self.place(tree)) for byte in text[:MAX_UNROLL]]
            small = small and len(text) <= MAX_UNROLL
        if (
            name == "foreach-object"
            and small
            and items
            and not re.search(rb"\b[a-z]+-[a-z]+\b", self.source[tree.start_byte : tree.end_byte], re.IGNORECASE)
        ):
            results: list[int] = []
            for item in items:
                results += (yield self.inline(tree, [item])) or ()
            return [self.graph.add("pack", "list", [("", one) for one in results[:65_536]], self.place(tree))]
        results = yield self.inline(tree, given)
        return given if name == "where-object" else results

    def inline(self, tree: Tree, given: Sequence[int]) -> Steps:
        """Run a script block here; `$_` is what is piped into it."""
        graph = self.graph
        outer: dict[str, int] = {name: graph.env[name] for name in ("_", "psitem", "input") if name in graph.env}
        if given:
            items = [one for value in given for one in elements(graph, value)]
            graph.env["_"] = graph.env["psitem"] = graph.env["input"] = (
                graph.phi(items, self.place(tree)) if items else given[0]
            )
        results = yield self.block(tree.named_children)
        for name in ("_", "psitem", "input"):
            graph.env.pop(name, None)
        graph.env.update(outer)
        return results

    def _emit(
        self, name: str, roles: list[tuple[str, int]], plain: list[int], given: list[int], at: Place
    ) -> list[int]:
        """Emit the call of a cmdlet; a few are known well enough to be computed."""
        graph = self.graph
        special = _SPECIAL.get(name)
        named = dict(reversed(roles))
        if special is not None:
            found = special(self, named, plain, given, at)
            if found is not None:
                return list(found)
        if given and name in _PASS:
            return given
        if name == "start-process" and "path" in named:
            self._started(named, at)
        texts = [self._spelled(role, one) for role, one in sorted(roles, key=lambda pair: pair[0] not in _FIRST)]
        words = graph.add(
            "op", "f", [("", one) for _, one in roles], at, value=f"{name} {' '.join(texts)}"[:8192], known=True
        )
        edges = [(str(index), one) for index, one in enumerate(plain[:32])]
        edges += [(key, value) for key, value in named.items() if not key.isdigit()]
        edges.append(("words", words))
        if given:
            piped = (
                given[0] if len(given) == 1 else graph.add("pack", "list", [("", one) for one in given[:MAX_PHI]], at)
            )
            edges.append(("stdin", piped))
        called = graph.call(dotted(name), edges, at)
        if "out" in named:
            self.natives.note_written(named["out"], called)
        elif name in ("set-content", "add-content", "out-file") and "path" in named:
            self.natives.note_written(named["path"], named.get("data", given[0] if given else None))
        return [called]

    def _spelled(self, role: str, node: int) -> str:
        text = values.text_of(self.known(node))
        text = self.graph.text(node) if text is None else text
        return text if role in (*_FIRST, "arguments", "data") else f"-{role} {text}"

    def _started(self, named: dict[str, int], at: Place) -> None:
        """`Start-Process PROGRAM -ArgumentList …`: also as the command line that it amounts to."""
        graph, words = self.graph, [named["path"]]
        for one in elements(graph, named["arguments"])[:64] if "arguments" in named else ():
            text = graph.whole(one)
            codecs = graph.codecs([one])
            words += [one] if text is None else [graph.const(part, at, codecs) for part in _split_words(text)]
        self.natives.run(words, None, at, [])

    def new_object(self, named: dict[str, int], plain: list[int], given: list[int], at: Place) -> Sequence[int] | None:
        """`New-Object TYPE ARGS`."""
        del given
        kind = self.graph.whole(named["type"]) if "type" in named else None
        if kind is None:
            return None
        args = [one for one in plain if one != named["type"]]
        if not args and "arguments" in named:
            args = [named["arguments"]]
        return [self.construct(kind.lower().removeprefix("system."), args, at)]

    def evaluate(self, named: dict[str, int], plain: list[int], given: list[int], at: Place) -> Sequence[int] | None:
        """`iex CODE` or `CODE | iex`."""
        del plain
        code = named.get("code", self.graph.join(given, at, "\n") if given else None)
        if code is None:
            return []
        made = self.graph.node(code)
        if made.op == "pack":
            known = values.text_of(self.known(code))
            code = self.made(known, [code], at, "+") if known is not None else code
        return [self.graph.call("invoke-expression", [("code", code), ("0", code)], at)]

    def set_variable(
        self, named: dict[str, int], plain: list[int], given: list[int], at: Place
    ) -> Sequence[int] | None:
        """`Set-Variable NAME VALUE`."""
        del plain, given
        name = self.graph.whole(named["name"]) if "name" in named else None
        if name and "data" in named:
            self.assign(variable_name(name), named["data"], at)
        return []

    def get_variable(
        self, named: dict[str, int], plain: list[int], given: list[int], at: Place
    ) -> Sequence[int] | None:
        """`Get-Variable NAME`: the value, and the object whose `.Value` it is."""
        del plain, given
        name = self.graph.whole(named["name"]) if "name" in named else None
        if not name or "*" in name:
            return None
        value = variable(self, name, at)
        key = self.graph.const("value", at)
        return [self.graph.add("pack", "dict", [("k", key), ("v", value)], at)]

    def set_alias(self, named: dict[str, int], plain: list[int], given: list[int], at: Place) -> Sequence[int] | None:
        """`Set-Alias NAME COMMAND`."""
        del plain, given, at
        name = self.graph.whole(named["name"]) if "name" in named else None
        value = self.graph.whole(named["data"]) if "data" in named else None
        if name and value and len(self.aliases) < 4096:
            self.aliases[name.lower()] = value.lower()
        return []

    def get_command(self, named: dict[str, int], plain: list[int], given: list[int], at: Place) -> Sequence[int] | None:
        """`Get-Command i*x` finds a command by a pattern: the names that obfuscators look for are few."""
        del plain, given
        pattern = (self.graph.whole(named["name"]) or "") if "name" in named else ""
        if "*" not in pattern and "?" not in pattern:
            return [named["name"]] if "name" in named else None
        hits = [
            one
            for one in ("iex", "invoke-expression", "iwr", "invoke-webrequest", "new-object", "irm")
            if fnmatch.fnmatchcase(one, pattern.lower()[:40])
        ]
        return [self.graph.const(hits[0], at, ("computed",))] if hits else None

    def write(self, named: dict[str, int], plain: list[int], given: list[int], at: Place) -> Sequence[int] | None:
        """`Write-Output`: its arguments."""
        del named, at
        return plain or given

    def null(self, named: dict[str, int], plain: list[int], given: list[int], at: Place) -> Sequence[int] | None:
        """`Out-Null`: nothing."""
        del named, plain, given, at
        return []

    @abstractmethod
    def redirected(self, tree: Tree, results: list[int]) -> Steps:
        """Send what was left where a redirection says."""


def _inner(tree: Tree) -> Tree:
    """Return the innermost node that a chain of single children leads to."""
    while tree.child_count == 1 and tree.named_child_count == 1 and tree.type not in _WHOLE:
        tree = tree.named_children[0]
    return tree


def _split_words(text: str) -> list[str]:
    """Split a command line at white space outside quotes."""
    return [one.strip("\"'") for one in re.findall(r'"[^"]*"|\'[^\']*\'|[^\s"\']+', text)[:256]]


_WHOLE = frozenset({"variable", "command_name", "expandable_string_literal", "expandable_here_string_literal",
    "parenthesized_expression",
                    "sub_expression", "array_expression", "hash_literal_expression",
                    "script_block_expression"})  # fmt: skip


_FIRST = ("path", "url", "code", "type", "name")


_SPECIAL: dict[str, Callable[[Invocations, dict[str, int], list[int], list[int], Place], Sequence[int] | None]] = {
    "new-object": Invocations.new_object,
    "invoke-expression": Invocations.evaluate,
    "set-variable": Invocations.set_variable,
    "new-variable": Invocations.set_variable,
    "get-variable": Invocations.get_variable,
    "set-alias": Invocations.set_alias,
    "new-alias": Invocations.set_alias,
    "get-command": Invocations.get_command,
    "write-output": Invocations.write,
    "out-null": Invocations.null,
}
