"""PowerShell statements: assignments, pipelines, commands, branches, loops, functions and script blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tree_sitter import Node as Tree

from pratique.languages.powershell import values
from pratique.languages.powershell.cmdlets import canonical
from pratique.languages.powershell.commands import Invocations
from pratique.languages.powershell.expressions import elements, expression, variable, variable_name
from pratique.languages.powershell.objects import UNFIT
from pratique.languages.shell.graph import MAX_PHI, Place, Steps

MAX_RESULTS = 64


class Script(Invocations):
    """Lowers one script."""

    def line(self, source: bytes, number: int, root: Tree) -> Steps:
        """Lower one line by itself."""
        self.source, self.offset, self.graph = source, number - 1, self.book.scopes[0]
        yield self.block(root.named_children)
        yield self._finish()

    def declare(self, root: Tree) -> None:
        """Collect, before anything is lowered, the functions there are."""
        stack = [root]
        while stack:
            tree = stack.pop()
            if tree.type == "function_statement":
                name = next((child for child in tree.named_children if child.type == "function_name"), None)
                if name is not None and len(self.book.functions) < 4096:
                    self.book.functions[canonical(self.text(name))] = -1
                    self.book.globals |= self._assigned(tree)
            stack.extend(reversed(tree.named_children))

    def program(self, root: Tree) -> Steps:
        """Lower a part of the script, and every function's body in a scope of its own."""
        self.graph = self.book.scopes[0]
        self.graph.results += (yield self.block(root.named_children)) or ()
        yield self._finish()

    def _finish(self) -> Steps:
        """Lower the bodies that wait."""
        while self.bodies:
            self.graph, body, params = self.bodies.pop(0)
            for name in params:
                self.graph.env[name.lstrip("*")] = self.graph.add("param", name, (), self.place(body))
            results = yield self.block(body.named_children)
            for one in results:
                self.graph.add("return", "", [("", one)], (self.graph.node(one).line, 0))

    def _assigned(self, tree: Tree) -> set[str]:
        names: set[str] = set()
        stack = [tree]
        while stack and len(names) < 4096:
            one = stack.pop()
            if one.type == "left_assignment_expression":
                names |= {variable_name(name) for name in re.findall(r"\$[\w:]+", self.text(one)[:400])}
            stack.extend(one.named_children)
        return names

    def block(self, trees: Iterable[Tree]) -> Steps:
        """Lower statements in order; return what they leave."""
        results: list[int] = []
        for tree in trees:
            results += (yield self.statement(tree)) or ()
        return results[-MAX_RESULTS:]

    def statement(self, tree: Tree) -> Steps:
        """Lower one statement; return what it leaves."""
        reader = _STATEMENTS.get(tree.type)
        if reader is not None:
            return (yield reader(self, tree))
        if tree.type in _SILENT:
            return []
        if tree.type.endswith(("_expression", "_literal")) or tree.type in (
            "variable",
            "member_access",
            "element_access",
        ):
            value = yield expression(self, tree)
            return [] if value is None else [value]
        if tree.type == "ERROR":
            self.tear(tree)
        return (yield self.block(tree.named_children))

    def chain(self, tree: Tree) -> Steps:
        """Lower `a | b | c`: what each leaves is the next one's input."""
        results: list[int] = []
        for index, child in enumerate(tree.named_children):
            if child.type == "command":
                given = results if index else []
                results = (yield self.command(child, given)) or []
            elif child.type == "redirections":
                results = yield self.redirected(child, results)
            else:
                value = yield expression(self, child)
                results = [] if value is None else [value]
        return results

    def redirected(self, tree: Tree, results: list[int]) -> Steps:
        """Send what was left where a redirection says."""
        at, graph = self.place(tree), self.graph
        for child in tree.named_children:
            name = child.child_by_field_name("redirected_file_name") or child
            inner = next((one for one in reversed(name.named_children) if one.type == "redirected_file_name"), name)
            named = [
                one
                for one in inner.named_children
                if one.type not in ("command_argument_sep", "file_redirection_operator")
            ]
            path = (yield expression(self, named[-1])) if named else None
            if path is not None and graph.whole(path) not in ("", "$null"):
                data = [("data", one) for one in results[:1]]
                graph.call("shell.redirect", [("path", path), *data], at)
                self.natives.note_written(path, results[0] if results else None)
                results = []
        return results

    def assign(self, name: str, value: int, at: Place) -> None:
        """Give a variable a value, also for functions and script blocks."""
        self.graph.env[name] = value
        self.book.globals.add(name)
        self.graph.add("store", f".{UNFIT.sub('_', name)}", [("", value)], at)

    def assignment(self, tree: Tree) -> Steps:
        """`$x = …`, `$x += …`, `$env:X = …`, `[byte[]]$x = …`, `$a, $b = …`, `$x.y = …`."""
        graph, at = self.graph, self.place(tree)
        target = tree.named_children[0]
        operator = next(
            (self.text(child) for child in tree.named_children if child.type == "assignement_operator"), "="
        ).strip()
        source = tree.child_by_field_name("value") or tree.named_children[-1]
        found: list[int] = (yield self.statement(source)) or []
        if not found:
            value = graph.add("op", "=", (), at)
        else:
            value = found[0] if len(found) == 1 else graph.add("pack", "list", [("", one) for one in found], at)
        spelled = self.text(target).strip()
        names = re.findall(r"\$\{[^}]{1,100}\}|\$[\w:]+", spelled[:400])
        kind = re.match(r"\[([\w.\[\]]+)\]\s*\$", spelled[:200])
        if kind and (made := values.cast(kind[1].lower().removeprefix("system."), self.known(value))) is not None:
            value = self.made(made, [value], at, "=")
        if not names or re.search(
            r"[\w}\])][.\[:]{1,2}[\w\[$]",
            re.sub(r"^\[[\w.\[\]]+\]", "", spelled)
            .replace("$env:", "$")
            .replace("$script:", "$")
            .replace("$global:", "$"),
        ):
            yield from self._place_of(target, value, at)
            return []
        parts = elements(graph, value) if len(names) > 1 else [value]
        for index, one in enumerate(names):
            part = parts[index] if index < len(parts) else value
            name = variable_name(one)
            if name.startswith("env:"):
                asked = graph.const(name[4:].upper(), at)
                graph.call("powershell.setenv", [("env", asked), ("data", part)], at)
                continue
            if operator != "=" and len(operator) == 2:
                before = variable(self, one, at)
                part = self.made(
                    values.binary(operator[0], self.known(before), self.known(part)), [before, part], at, operator[0]
                )
            self.assign(name, part, at)
        return []

    def _place_of(self, target: Tree, value: int, at: Place) -> Steps:
        """Assign to a member or an element of a value."""
        holder = yield expression(self, target)
        if holder is None:
            return
        node = self.graph.node(holder)
        if node.op == "name":
            self.graph.add("store", node.name, [("", value)], at)
        else:
            self.graph.add("store", "[]", [("", value), ("self", node.args[0].node if node.args else holder)], at)

    def branch(self, tree: Tree) -> Steps:
        """`if`, `elseif`, `else`."""
        graph, before, at = self.graph, self.graph.guard, self.place(tree)
        results: list[int] = []
        envs: list[dict[str, int]] = []
        clauses = [tree]
        for child in tree.named_children:
            clauses += (
                [*child.named_children]
                if child.type == "elseif_clauses"
                else [child]
                if child.type == "else_clause"
                else []
            )
        for clause in clauses:
            condition = clause.child_by_field_name("condition")
            bodies = [child for child in clause.named_children if child.type == "statement_block"]
            if condition is None:
                results += (yield self.block(bodies)) or ()
                continue
            cond = self.status((yield self.statement(condition)) or (), at)
            outside, start = graph.guard, dict(graph.env)
            graph.under("if", cond)
            results += (yield self.block(bodies)) or ()
            envs.append(graph.env)
            graph.env, graph.guard = start, outside
            graph.under("if", cond, negated=True)
        graph.guard = before
        graph.merge([graph.env, *envs], at)
        return results[-MAX_RESULTS:]

    def status(self, found: Iterable[int], at: Place) -> int:
        """Return a condition: never a constant, since none is decided here."""
        return self.graph.add("op", "status", [("", one) for one in list(found)[:MAX_PHI]], at)

    def loop(self, tree: Tree) -> Steps:
        """`foreach`, `for`, `while`, `do`: variables of the body are joined with what they were before."""
        graph, before, at = self.graph, self.graph.guard, self.place(tree)
        bodies = [child for child in tree.named_children if child.type == "statement_block"]
        others = [
            child
            for child in tree.named_children
            if child.type not in ("statement_block", "variable", "foreach_parameter")
        ]
        named = next((child for child in tree.named_children if child.type == "variable"), None)
        found: list[int] = []
        for child in others:
            found += (yield self.statement(child)) or ()
        start = dict(graph.env)
        phis = {}
        for name in sorted(self._assigned(tree)):
            if name in graph.env:
                phis[name] = graph.env[name] = graph.loop_phi(graph.env[name], at)
        items = [one for value in found for one in elements(graph, value)]
        if tree.type == "foreach_statement" and named is not None and items:
            self.assign(variable_name(self.text(named)), graph.phi(items, at), at)
        cond = self.status(found, at) if tree.type != "foreach_statement" and found else -1
        graph.under("for" if tree.type == "foreach_statement" else "while", cond)
        results = (yield self.block(bodies)) or []
        graph.guard = before
        for name, phi in phis.items():
            if name in graph.env:
                graph.close(phi, graph.env[name])
        graph.merge([graph.env, start], at)
        return results

    def attempt(self, tree: Tree) -> Steps:
        """`try`, `catch`, `finally`."""
        graph, before, at = self.graph, self.graph.guard, self.place(tree)
        results: list[int] = []
        start = dict(graph.env)
        for index, child in enumerate(tree.named_children):
            graph.guard = before
            if child.type in ("catch_clauses", "statement_block", "finally_clause"):
                graph.under("try" if index == 0 else "finally" if child.type == "finally_clause" else "except", -1)
            results += (yield self.statement(child)) or ()
        graph.guard = before
        graph.merge([graph.env, start], at)
        return results[-MAX_RESULTS:]

    def switch(self, tree: Tree) -> Steps:
        """`switch`: every clause may run."""
        graph, before, at = self.graph, self.graph.guard, self.place(tree)
        results: list[int] = []
        found: list[int] = []
        for child in tree.named_children:
            if child.type == "switch_condition":
                found = (yield self.block(child.named_children)) or []
                continue
            start = dict(graph.env)
            graph.under("match", self.status(found, at))
            results += (yield self.statement(child)) or ()
            graph.guard = before
            graph.merge([graph.env, start], at)
        return results[-MAX_RESULTS:]

    def function(self, tree: Tree) -> Steps:
        """Lower `function NAME { … }`."""
        yield from ()
        name = next((child for child in tree.named_children if child.type == "function_name"), None)
        body = next((child for child in tree.named_children if child.type == "script_block"), tree)
        if name is None:
            return []
        at, params = self.place(tree), self.params_of(tree)
        spelled = canonical(self.text(name))
        shown = UNFIT.sub("_", spelled)
        graph = self.book.scope(0, "function", shown, at[0], params)
        self.book.functions[spelled] = graph.id
        self.graph.add("enter", shown, (), at, key=graph.id)
        self.bodies.append((graph, body, params))
        return []


_SILENT = frozenset(
    {"comment", "empty_statement", "param_block", "label", "function_name", "attribute_list", "command_argument_sep"}
)
_STATEMENTS = {
    "pipeline_chain": Script.chain,
    "command": lambda script, tree: script.command(tree, []),
    "assignment_expression": Script.assignment,
    "if_statement": Script.branch,
    "while_statement": Script.loop,
    "do_statement": Script.loop,
    "for_statement": Script.loop,
    "foreach_statement": Script.loop,
    "try_statement": Script.attempt,
    "switch_statement": Script.switch,
    "function_statement": Script.function,
}
