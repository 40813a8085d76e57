"""Statements of a script: order, branches, loops, functions, pipelines and redirections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tree_sitter import Node as Tree

from pratique.languages.shell.commands import base_name
from pratique.languages.shell.graph import MAX_PHI, Place, Steps
from pratique.languages.shell.redirects import REDIRECTS, Redirections
from pratique.languages.shell.words import fields, word

MAX_RESULTS = 64
_NAMES = re.compile(rb"[A-Za-z_]\w*")
_PARAMS = (*map(str, range(1, 10)), "*@")


class Script(Redirections):
    """Lowers one script."""

    def program(self, root: Tree) -> Steps:
        """Lower a part of the script, and every function's body in a scope of its own."""
        self.graph = self.book.scopes[0]
        printed: list[int] = yield self.block(root.children)
        self.graph.results += printed
        yield self._finish()

    def line(self, source: bytes, number: int, root: Tree) -> Steps:
        """Lower one line by itself."""
        self.source, self.offset, self.graph = source, number - 1, self.book.scopes[0]
        yield self.block(root.children)
        yield self._finish()

    def _finish(self) -> Steps:
        """Lower the bodies of functions."""
        while self._bodies:
            graph, body = self._bodies.pop(0)
            self.graph = graph
            for index, name in enumerate(_PARAMS):
                graph.env[name if index < 9 else "@"] = graph.add("param", name, (), self.place(body))
            printed: list[int] = yield self.block([body])
            for one in printed:
                graph.add("return", "", [("", one)], (graph.node(one).line, 0))

    def declare(self, root: Tree) -> None:
        """Collect, before anything is lowered, the functions there are and the variables that are assigned."""
        self.book.assigned |= assigned(root.children)
        stack = [root]
        while stack:
            tree = stack.pop()
            if tree.type == "function_definition" and (name := tree.child_by_field_name("name")) is not None:
                spelled = self.text(name)[:200]
                if spelled not in self.book.functions and len(self.book.functions) < 4096:
                    self.book.functions[spelled] = -1
                    self.book.globals |= assigned(tree.children)
            stack.extend(reversed(tree.named_children))

    def block(self, trees: Iterable[Tree]) -> Steps:
        """Lower statements in order; return what they print."""
        results: list[int] = []
        for tree in trees:
            if tree.is_named or tree.type == "ERROR":
                printed = yield self.statement(tree, None)
                results += printed or ()
        return results[-MAX_RESULTS:]

    def statement(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower one statement whose standard input is `stdin`; return what it prints."""
        reader = _STATEMENTS.get(tree.type)
        if reader is not None:
            return (yield reader(self, tree, stdin))
        if tree.type in _SILENT:
            return []
        if tree.type == "ERROR":
            first, last = tree.start_point.row + self.offset + 1, tree.end_point.row + self.offset + 1
            self.book.traits.setdefault(("refused-by-grammar", first))
            for line in range(first, min(last, first + 500) + 1):
                self.torn.setdefault(line)
        results: list[int] = []
        for child in tree.named_children:
            printed = yield self.statement(child, stdin)
            results += printed or ()
        return results[-MAX_RESULTS:]

    def loose_word(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower a word that is no part of a command, for the sake of its substitutions."""
        del stdin
        yield word(self, tree)
        return []

    def command(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower a simple command with its assignments and redirections."""
        return (yield self._lines(tree, tree, (), stdin))

    def _lines(self, tree: Tree, command: Tree, later: Sequence[Tree], stdin: int | None) -> Steps:
        """Run a command, or the several that the grammar took for one although a line ended between their words."""
        results: list[int] = []
        words: list[int] = []
        names: list[tuple[str, int]] = []
        redirects: list[Tree] = []
        end = command.start_byte
        for child in command.children:
            if (words or redirects) and self._breaks(end, child):
                results += (yield self.redirected(tree, redirects, stdin, words, names)) or ()
                words, names, redirects, stdin = [], [], [], None
            end = child.end_byte
            if child.type == "variable_assignment":
                pair: tuple[str, int] | None = yield self._assignment(child)
                names += [pair] if pair else []
            elif child.type in REDIRECTS:
                redirects.append(child)
            elif child.type == "command_name":
                for inner in child.children:
                    words += (yield fields(self, inner)) or ()
            elif child.is_named or child.type in ("$", "word"):
                words += (yield fields(self, child)) or ()
        last = yield self.redirected(tree, [*redirects, *later], stdin, words, names)
        return [*results, *(last or ())]

    def _breaks(self, end: int, child: Tree) -> bool:
        """Whether a line ends before a word: in the gap, or (so the grammar has it) as the word's own first letter."""
        gap = self.source[end : child.start_byte]
        if child.type in ("concatenation", "word"):
            gap += self.source[child.start_byte : child.start_byte + 1]
        return b"\n" in gap.replace(b"\\\n", b"")

    def body(self, tree: Tree, stdin: int | None) -> Steps:
        """Any statement with redirections."""
        body = tree.child_by_field_name("body")
        redirects = [child for child in tree.children if child.type in REDIRECTS]
        if body is not None and body.type == "command":
            return (yield self._lines(tree, body, redirects, stdin))
        outputs: list[tuple[str, int]] = []
        tails: list[Tree] = []
        for redirect in redirects:
            stdin = yield self._redirect(redirect, stdin, [], outputs, tails)
        results = (yield self.statement(body, stdin)) if body is not None else []
        at = self.place(tree)
        if body is None and stdin is not None:
            results = [stdin]
        results = self._write(list(results or ()), outputs, at)
        for tail in tails:
            results = yield self._tail(tail, results, at)
        return results

    def pipeline(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower `a | b | c`: what each prints is the next one's input."""
        results: list[int] = [] if stdin is None else [stdin]
        for child in tree.named_children:
            if child.type == "comment":
                continue
            at = self.place(child)
            given = self.graph.join(results, at) if results else None
            outer = dict(self.graph.env)
            results = (yield self.statement(child, given)) or []
            self.graph.env = outer
        return results

    def chain(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower `a && b`, `a || b`: the second one's guard is the first one's outcome."""
        chain, kinds = [tree], []
        parts: list[Tree] = []
        while chain[-1].type == "list" and chain[-1].named_child_count == 2:
            top = chain[-1]
            parts.append(top.named_children[1])
            kinds.append("||" if any(child.type == "||" for child in top.children) else "&&")
            chain.append(top.named_children[0])
        parts.append(chain[-1])
        parts.reverse()
        kinds.reverse()
        results: list[int] = []
        before = self.graph.guard
        for index, part in enumerate(parts):
            if part.type == "list":
                printed = yield self.block(part.children)
            else:
                printed = yield self.statement(part, stdin if index == 0 else None)
            results += printed or ()
            if index < len(kinds):
                cond = self.status(printed or (), self.place(part))
                self.graph.guard = before
                self.graph.under("if", cond, negated=kinds[index] == "||")
        self.graph.guard = before
        return results[-MAX_RESULTS:]

    def status(self, printed: Iterable[int], at: Place) -> int:
        """Return a value for how commands ended: never a constant, since no condition is decided here."""
        return self.graph.add("op", "status", [("", one) for one in list(printed)[:MAX_PHI]], at)

    def branch(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower `if`, `elif`, `else`."""
        graph, before, at = self.graph, self.graph.guard, self.place(tree)
        results: list[int] = []
        envs: list[dict[str, int]] = []
        cond: list[Tree] = []
        body: list[Tree] = []
        into = cond
        clauses: list[tuple[list[Tree], list[Tree]]] = [(cond, body)]
        for child in tree.children[1:]:
            if child.type == "then":
                into = body
            elif child.type == "elif_clause":
                inner = child.children
                at_then = next((i for i, one in enumerate(inner) if one.type == "then"), len(inner))
                clauses.append((inner[1:at_then], inner[at_then + 1 :]))
            elif child.type == "else_clause":
                clauses.append(([], child.children[1:]))
            elif child.type != "fi":
                into.append(child)
        del stdin
        for conds, bodies in clauses:
            printed = (yield self.block(conds)) or []
            if conds:
                value = self.status(printed, at)
                outside, start = graph.guard, dict(graph.env)
                graph.under("if", value)
                results += (yield self.block(bodies)) or []
                envs.append(graph.env)
                graph.env = start
                graph.guard = outside
                graph.under("if", value, negated=True)
            else:
                results += (yield self.block(bodies)) or []
        graph.guard = before
        graph.merge([graph.env, *envs], at)
        return results[-MAX_RESULTS:]

    def loop(self, tree: Tree, stdin: int | None) -> Steps:
        """`while`, `until`, `for`, `select`: variables of the body are joined with what they were before."""
        graph, before, at = self.graph, self.graph.guard, self.place(tree)
        variable = tree.child_by_field_name("variable")
        values: list[int] = []
        for child in tree.children_by_field_name("value"):
            values += (yield fields(self, child)) or ()
        start = dict(graph.env)
        phis: dict[str, int] = {}
        for name in sorted(assigned(tree.children)):
            if name in graph.env:
                phis[name] = graph.env[name] = graph.loop_phi(graph.env[name], at)
        if variable is not None:
            element = graph.phi(values, at) if values else graph.add("name", "shell.arguments", (), at)
            self.assign(self.text(variable), element, at)
        conds = tree.children_by_field_name("condition")
        printed: list[int] = []
        for child in conds:
            printed += (yield self.statement(child, stdin)) or ()
        cond = self.status(printed, at) if conds else -1
        graph.under("for" if variable is not None else "while", cond)
        body = tree.child_by_field_name("body")
        results = (yield self.inner(body, stdin)) if body is not None else []
        graph.guard = before
        for name, phi in phis.items():
            if name in graph.env:
                graph.close(phi, graph.env[name])
        graph.merge([graph.env, start], at)
        return results or []

    def inner(self, body: Tree, stdin: int | None) -> Steps:
        """Lower a group of statements."""
        results: list[int] = []
        for child in body.children:
            if child.is_named:
                results += (yield self.statement(child, stdin)) or ()
        return results[-MAX_RESULTS:]

    def choice(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower `case`: every branch may run."""
        graph, before, at = self.graph, self.graph.guard, self.place(tree)
        subject = tree.child_by_field_name("value")
        value = (yield word(self, subject)) if subject is not None else None
        cond = self.status(() if value is None else (value,), at)
        start = dict(graph.env)
        results: list[int] = []
        envs = [start]
        for item in tree.named_children:
            if item.type != "case_item":
                continue
            graph.env, graph.guard = dict(start), before
            graph.under("match", cond)
            inner = [child for child in item.named_children if child not in item.children_by_field_name("value")]
            for child in inner:
                results += (yield self.statement(child, stdin)) or ()
            envs.append(graph.env)
        graph.guard = before
        graph.merge(envs, at)
        return results[-MAX_RESULTS:]

    def subshell(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower `( … )`: its variables stay its own."""
        outer = dict(self.graph.env)
        results = yield self.inner(tree, stdin)
        self.graph.env = outer
        return results

    def function(self, tree: Tree, stdin: int | None) -> Steps:
        """Note `NAME() { … }`; its body waits."""
        yield from ()
        del stdin
        name, body = tree.child_by_field_name("name"), tree.child_by_field_name("body")
        if name is None or body is None:
            return []
        spelled, (line, col) = self.text(name)[:200], self.place(tree)
        shown = re.sub(r"[^\w$@/:-]", "_", spelled)
        graph = self.book.scope(0, "function", shown, line, _PARAMS)
        self.book.functions[spelled] = graph.id
        self.graph.add("enter", shown, (), (line, col), key=graph.id)
        self._bodies.append((graph, body))
        return []

    def _assignment(self, tree: Tree) -> Steps:
        """Evaluate `NAME=value`; return both."""
        graph, at = self.graph, self.place(tree)
        target = tree.child_by_field_name("name")
        value_tree = tree.child_by_field_name("value")
        value = (yield word(self, value_tree)) if value_tree is not None else graph.const("", at)
        if value is None:
            value = graph.add("op", "=", (), at)
        name = self.text(target) if target is not None else ""
        indexed = "[" in name
        name = name.partition("[")[0]
        if (indexed or any(child.type == "+=" for child in tree.children)) and name in graph.env:
            held = graph.node(graph.env[name])
            if held.op == "pack" or indexed:
                members = [arg.node for arg in held.args] if held.op == "pack" else [graph.env[name]]
                more = graph.node(value)
                added = [arg.node for arg in more.args] if more.op == "pack" else [value]
                value = graph.add("pack", "list", [("", one) for one in [*members, *added][:4096]], at)
            else:
                value = graph.join((graph.env[name], value), at)
        return name, value

    def assign_statement(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower `NAME=value` without a command."""
        del stdin
        for child in [tree] if tree.type == "variable_assignment" else tree.named_children:
            if child.type == "variable_assignment":
                pair: tuple[str, int] | None = yield self._assignment(child)
                if pair:
                    self.assign(*pair, self.place(child))
        return []

    def assign(self, name: str, value: int, at: Place) -> None:
        """Give a variable a value, also for functions and other scopes."""
        if not name or not name.isidentifier():
            return
        self.graph.env[name] = value
        if name in self.book.globals or self.book.functions:
            self.book.globals.add(name)
            self.graph.add("store", f".{name}", [("", value)], at)

    def declaration(self, tree: Tree, stdin: int | None) -> Steps:
        """`export`, `declare`, `local`, `readonly`, `unset`."""
        del stdin
        graph, at = self.graph, self.place(tree)
        keyword = base_name(self.text(tree.children[0])) if tree.children else ""
        words: list[int] = []
        for child in tree.named_children:
            if child.type == "variable_assignment":
                pair: tuple[str, int] | None = yield self._assignment(child)
                if not pair:
                    continue
                name, value = pair
                self.assign(name, value, self.place(child))
                if keyword in ("export", "declare", "typeset"):
                    asked = graph.const(name, at)
                    graph.call("export", [("0", asked), ("env", asked), ("data", value)], at)
            else:
                words += (yield fields(self, child)) or ()
        if keyword == "unset" and words:
            self.commands.run([graph.const("unset", at), *words], None, at, [])
        return []

    def test(self, tree: Tree, stdin: int | None) -> Steps:
        """`[ … ]` and `[[ … ]]`: what is compared."""
        del stdin
        operands: list[int] = []
        stack = list(reversed(tree.named_children))
        while stack and len(operands) < 64:
            child = stack.pop()
            if child.type in ("binary_expression", "unary_expression", "parenthesized_expression"):
                stack.extend(reversed(child.named_children))
            elif child.type != "test_operator":
                value = yield word(self, child)
                operands += [] if value is None else [value]
        at = self.place(tree)
        return [self.graph.add("op", "cmp", [("", one) for one in operands], at)] if operands else []


def assigned(trees: Iterable[Tree]) -> set[str]:
    """Return the variables that some statements may give a value to."""
    names: set[str] = set()
    stack = list(trees)
    while stack and len(names) < 4096:
        tree = stack.pop()
        if tree.type in ("variable_assignment", "for_statement"):
            found = _NAMES.match(
                (tree.child_by_field_name("name") or tree.child_by_field_name("variable") or tree).text or b""
            )
            names |= {found[0].decode()} if found else set()
        elif tree.type == "command" and (tree.text or b"")[:5] == b"read ":
            names |= {one.decode() for one in _NAMES.findall((tree.text or b"")[5:200])}
        stack.extend(tree.named_children)
    return names


_SILENT = frozenset({"comment", "heredoc_start", "heredoc_end", "variable_name", "file_descriptor",
    "special_variable_name",
                     "test_operator", "regex", "extglob_pattern"})  # fmt: skip
_WORDS = frozenset({"word", "concatenation", "string", "raw_string", "ansi_c_string", "simple_expansion", "expansion",
                    "command_substitution", "process_substitution", "number", "arithmetic_expansion",
                    "array"})  # fmt: skip
_STATEMENTS = {
    "command": Script.command,
    "redirected_statement": Script.body,
    "pipeline": Script.pipeline,
    "list": Script.chain,
    "if_statement": Script.branch,
    "while_statement": Script.loop,
    "for_statement": Script.loop,
    "c_style_for_statement": Script.loop,
    "case_statement": Script.choice,
    "subshell": Script.subshell,
    "compound_statement": Script.inner,
    "do_group": Script.inner,
    "function_definition": Script.function,
    "variable_assignment": Script.assign_statement,
    "variable_assignments": Script.assign_statement,
    "declaration_command": Script.declaration,
    "unset_command": Script.declaration,
    "test_command": Script.test,
    **dict.fromkeys(_WORDS, Script.loose_word),
}
