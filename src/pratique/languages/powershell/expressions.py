"""PowerShell expressions to values: operators, casts, members, indices, literals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tree_sitter import Node as Tree

from pratique.languages.powershell import values
from pratique.languages.powershell.values import Known
from pratique.languages.shell.graph import Graph, Place, Steps

if TYPE_CHECKING:
    from pratique.languages.powershell.objects import Objects as Script

_TICKS = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_CONSTANTS: dict[str, Known] = {
    "true": True, "false": False, "null": None, "home": "~",
    "pshome": "C:\\Windows\\System32\\WindowsPowerShell\\v1.0",
    "shellid": "Microsoft.PowerShell", "verbosepreference": "SilentlyContinue", "ofs": " ",
}  # fmt: skip
FOLDERS = {
    "userprofile": "~", "home": "~", "appdata": "~\\AppData\\Roaming", "localappdata": "~\\AppData\\Local",
    "temp": "~\\AppData\\Local\\Temp", "tmp": "~\\AppData\\Local\\Temp", "programdata": "C:\\ProgramData",
    "systemroot": "C:\\Windows", "windir": "C:\\Windows", "systemdrive": "C:", "homedrive": "C:",
    "public": "C:\\Users\\Public",
    "programfiles": "C:\\Program Files", "comspec": "C:\\Windows\\System32\\cmd.exe", "homepath": "\\Users\\user",
}  # fmt: skip
"""Variables of Windows that name folders, and where those are."""
_SCOPES = ("script:", "global:", "local:", "private:", "variable:", "using:")
_TYPE_ALIASES = {"ref": "management.automation.psobject", "scriptblock": "management.automation.scriptblock",
                 "wmiclass": "management.managementclass", "adsi": "directoryservices.directoryentry"}  # fmt: skip
_NAMED = re.compile(r"\$(?:\{[^}]{1,200}\}|(?:(?i:env|script|global|local|private|using|variable):)?\w+|[?$^])")
"""A variable in running text; the grammar takes more letters for its name."""
MAX_PACK = 65_536


def expression(script: Script, tree: Tree) -> Steps:
    """Return the value of an expression, None for none."""
    at = script.place(tree)
    while True:
        reader = _READERS.get(tree.type)
        if reader is not None:
            return (yield reader(script, tree, at))
        named = tree.named_children
        if len(named) == 1 and tree.child_count == 1:
            tree = named[0]
            continue
        break
    for child in tree.children:
        if child.type == "ERROR":
            script.tear(child)
    if not named:
        if b"\n" in (tree.text or b"").rstrip():
            script.tear(tree)
        return script.graph.const(script.text(tree), at) if tree.type.endswith(("token", "name")) else None
    operator = next((child for child in tree.children if child.type.endswith("operator") or not child.is_named), None)
    if len(named) == 1:
        if operator is not None and script.text(operator) == ",":
            one = yield expression(script, named[0])
            return script.graph.add("pack", "list", [("", one)] if one is not None else [], at)
        return (yield expression(script, named[0]))
    return (yield _operation(script, tree, at))


def _operation(script: Script, tree: Tree, at: Place) -> Steps:
    """Left, operator, right; or elements between commas."""
    spine = [tree]
    while (below := _left(spine[-1])) is not None:
        spine.append(below)
    found: list[int] = []
    value: int | None = None
    for level, one in enumerate(reversed(spine)):
        found, operators = yield from _operands(script, one, value if level else None)
        value = _combined(script, one, found, operators, at)
    return value


def _left(tree: Tree) -> Tree | None:
    """Return the same kind of operation at the left end of one: `a + b + c` is not nested deep, only long."""
    first = tree.children[0]
    while first.child_count == 1 and first.type not in _READERS:
        first = first.children[0]
    return first if first.type == tree.type and first.child_count > 1 and first.type not in _READERS else None


def _operands(script: Script, tree: Tree, left: int | None) -> Steps:
    """Return the values and the operators of one operation; `left` is the first operand if it is known already."""
    parts: list[Tree] = []
    operators: list[str] = []
    for child in tree.children[1:] if left is not None else tree.children:
        if child.type.endswith("operator") or (not child.is_named and child.type not in ("(", ")")):
            operators.append(script.text(child).lower())
        elif child.type != "ERROR" or child.named_child_count:
            parts.append(child)
    found: list[int] = [] if left is None else [left]
    for part in parts:
        value = yield expression(script, part)
        found += [] if value is None else [value]
    return found, operators


def _combined(script: Script, tree: Tree, found: list[int], operators: list[str], at: Place) -> int:
    """Apply the operators of one operation to its operands."""
    graph = script.graph
    if operators and set(operators) == {","}:
        return graph.add("pack", "list", [("", one) for one in found[:MAX_PACK]], at)
    if len(found) == 2 and operators:
        left, right = script.known(found[0]), script.known(found[1])
        return script.made(values.binary(operators[0], left, right), found, at, operators[0])
    return graph.add("op", operators[0] if operators else tree.type, [("", one) for one in found], at)


def _unary(script: Script, tree: Tree, at: Place) -> Steps:
    """`-join x`, `[char]x`, `!x`, `-x`, `,x`."""
    graph = script.graph
    named = tree.named_children
    if tree.child_count == 1 and named:
        return (yield expression(script, named[0]))
    kind = next((child for child in named if child.type == "type_literal"), None)
    operand = next((child for child in reversed(named) if child is not kind), None)
    value = (yield expression(script, operand)) if operand is not None else None
    if value is None:
        return type_name(script, kind) if kind is not None else None
    if kind is not None:
        spelled = type_name(script, kind)
        made = values.cast(spelled, script.known(value))
        if made is not None:
            return script.made(made, [value], at, "cast")
        if spelled in ("scriptblock", "management.automation.scriptblock"):
            return graph.call("management.automation.scriptblock.create", [("0", value)], at)
        return (
            value
            if spelled in ("string", "object", "array", "void", "psobject")
            else graph.add("op", "cast", [("", value)], at)
        )
    operator = script.text(tree.children[0]).lower()
    if operator == ",":
        return graph.add("pack", "list", [("", value)], at)
    if operator in ("-join", "-split"):
        right: Known = "" if operator == "-join" else " "
        return script.made(values.binary(operator, script.known(value), right), [value], at, operator)
    known = script.known(value)
    if operator in ("-", "+") and isinstance(known, int):
        return graph.const(-known if operator == "-" else known, at)
    return graph.add("op", operator, [("", value)], at)


def _expandable(script: Script, tree: Tree, at: Place) -> Steps:
    """`"…"` with variables and `$(…)` in it."""
    graph, whole = script.graph, script.text(tree)
    here = whole.startswith("@")
    start = tree.start_byte + (2 if here else 1)
    end = max(tree.end_byte - (2 if here else 1), start)
    found: list[int] = []
    for child in tree.named_children:
        if child.type not in ("variable", "sub_expression"):
            continue
        if child.start_byte > start:
            found.append(graph.const(unticked(script.slice(start, child.start_byte)), at))
        if child.start_byte < start:
            continue
        spelled = _NAMED.match(script.text(child)) if child.type == "variable" else None
        value = variable(script, spelled[0], at) if spelled else (yield expression(script, child))
        if value is not None:
            text = values.text_of(script.known(value))
            found.append(value if text is None else graph.const(text, at, graph.codecs([value])))
        start = child.end_byte if spelled is None else child.start_byte + len(spelled[0].encode())
    if end > start or not found:
        found.append(
            graph.const(unticked(script.slice(start, end).lstrip("\n") if here else script.slice(start, end)), at)
        )
    return graph.join(found, at)


def unticked(text: str) -> str:
    """Resolve back ticks and doubled quotes of an expandable string."""
    if "`" in text:
        text = re.sub(
            r"`(.)", lambda match: _TICKS.get(match[1], "" if match[1] == "\n" else match[1]), text, flags=re.DOTALL
        )
    return text.replace('""', '"')


def _verbatim(script: Script, tree: Tree, at: Place) -> Steps:
    yield from ()
    text = script.text(tree)
    plain = text[2:-2].strip("\n") if text.startswith("@") else text[1:-1].replace("''", "'")
    return script.graph.const(plain, at)


def _integer(script: Script, tree: Tree, at: Place) -> Steps:
    yield from ()
    text = script.text(tree)
    number = values.number_of(re.sub(r"(?i)(?<=\d)l$", "", text))
    return script.graph.const(text if number is None else number, at)


def _variable(script: Script, tree: Tree, at: Place) -> Steps:
    yield from ()
    return variable(script, script.text(tree), at)


def variable_name(spelled: str) -> str:
    """Return a variable's name in lower case, without sigil, braces, ticks and scope."""
    name = spelled.lstrip("$@").strip("{}").replace("`", "").lower()
    for scope in _SCOPES:
        name = name.removeprefix(scope)
    return name


def variable(script: Script, spelled: str, at: Place) -> int:
    """Return the value of a variable as of here."""
    graph, name = script.graph, variable_name(spelled)
    if name.startswith("env:"):
        folder = FOLDERS.get(name[4:])
        if folder is not None:
            return graph.const(folder, at)
        return graph.call("powershell.env", [("0", graph.const(name[4:].upper(), at))], at)
    if name in graph.env:
        return graph.env[name]
    if name in script.book.globals:
        return graph.add("name", f".{_fit(name)}", (), at)
    if name in _CONSTANTS:
        value = _CONSTANTS[name]
        return graph.add("const", "", (), at, value=value, known=True)
    if name in ("args", "input", "_", "psitem"):
        return graph.add("name", "powershell.arguments", (), at)
    if name in ("executioncontext", "host", "psscriptroot", "pscommandpath", "myinvocation"):
        return graph.add("name", name, (), at)
    return graph.add("op", f"${_fit(name)}", (), at)


def type_name(script: Script, tree: Tree) -> str:
    """Return the name of `[Type]` in lower case, without `System.`."""
    spelled = re.sub(r"[\s`]", "", script.text(tree).strip()).lower()
    spelled = (spelled[1:-1] if spelled[:1] == "[" else spelled).removeprefix("system.")
    return _TYPE_ALIASES.get(spelled, spelled)


def _type(script: Script, tree: Tree, at: Place) -> Steps:
    yield from ()
    return script.typed(type_name(script, tree), at)


def _members(script: Script, tree: Tree, at: Place) -> Steps:
    """`base.name`, `base::name(args)`, and chains of them."""
    value: int | None = None
    static = False
    spine = [tree]
    while spine[-1].children and (first := spine[-1].children[0]).type in ("member_access", "invokation_expression"):
        spine.append(first)
    for child in (child for one in reversed(spine) for child in one.children[one is not spine[-1] :]):
        if child.type in (".", "::", "?."):
            static = child.type == "::"
        elif child.type == "member_name":
            inner = child.named_children[0] if child.named_children else child
            if inner.type == "simple_name" or not child.named_children:
                name = script.text(inner).strip().lower()
            else:
                named = yield expression(script, inner)
                name = (values.text_of(script.known(named)) or "" if named is not None else "").lower()
            value = script.member(value, name, static, at)
        elif child.type == "argument_list":
            args = yield arguments(script, child)
            value = script.invoke(value, args, at)
        elif child.type == "ERROR":
            script.tear(child)
        elif child.is_named:
            value = yield expression(script, child)
    return value


def arguments(script: Script, tree: Tree) -> Steps:
    """Return the values of `(a, b)`."""
    found: list[int] = []
    holders = [child for child in tree.named_children if child.type == "argument_expression_list"] or [tree]
    for holder in holders:
        for child in holder.named_children:
            value = yield expression(script, child)
            found += [] if value is None else [value]
    return found


def _element(script: Script, tree: Tree, at: Place) -> Steps:
    graph = script.graph
    found: list[int] = []
    for child in tree.named_children:
        value = yield expression(script, child)
        found += [] if value is None else [value]
    if len(found) < 2:
        return found[0] if found else None
    made = values.element(script.known(found[0]), script.known(found[1]))
    if made is not None:
        return script.made(made, found[:1], at, "[")
    base, key = graph.node(found[0]), graph.whole(found[1])
    if base.op == "pack" and base.name == "dict" and key is not None:
        pairs = list(zip(base.args[::2], base.args[1::2], strict=False))
        hit = next((v.node for k, v in pairs if (graph.whole(k.node) or "").lower() == key.lower()), None)
        if hit is not None:
            return hit
    position = graph.node(found[1]).value
    if base.op == "pack" and isinstance(position, int) and -len(base.args) <= position < len(base.args):
        return base.args[position].node
    return graph.add("item", "", [("", found[0]), ("key", found[1])], at)


def _parenthesized(script: Script, tree: Tree, at: Place) -> Steps:
    """`(…)`, `$(…)`, `@(…)`: what the statements in it leave."""
    found: list[int] = []
    for child in tree.named_children:
        found += (yield script.statement(child)) or ()
    if not found:
        return script.graph.add("pack", "list", (), at) if tree.type == "array_expression" else None
    if len(found) == 1:
        one = found[0]
        many = tree.type == "array_expression" and script.graph.node(one).op != "pack"
        return script.graph.add("pack", "list", [("", one)], at) if many else one
    return script.graph.add("pack", "list", [("", one) for one in found[:MAX_PACK]], at)


def _hash(script: Script, tree: Tree, at: Place) -> Steps:
    graph = script.graph
    pairs: list[tuple[str, int]] = []
    stack = list(reversed(tree.named_children))
    while stack and len(pairs) < 2048:
        child = stack.pop()
        if child.type != "hash_entry":
            stack.extend(reversed(child.named_children))
            continue
        parts: list[int] = []
        for part in child.named_children:
            value = yield expression(script, part)
            parts += [] if value is None else [value]
        if len(parts) >= 2:
            pairs += [("k", parts[0]), ("v", parts[-1])]
    return graph.add("pack", "dict", pairs, at)


def _key(script: Script, tree: Tree, at: Place) -> Steps:
    """Return a key of a hash table: a bare word or an expression."""
    inner = tree.named_children[0] if tree.named_children else tree
    if inner.type == "simple_name" or not tree.named_children:
        return script.graph.const(script.text(inner).strip(), at)
    return (yield expression(script, inner))


def _block(script: Script, tree: Tree, at: Place) -> Steps:
    yield from ()
    return script.block_value(tree, at)


def _statement(script: Script, tree: Tree, at: Place) -> Steps:
    found: list[int] = (yield script.statement(tree)) or []
    if not found:
        return None
    return (
        found[0] if len(found) == 1 else script.graph.add("pack", "list", [("", one) for one in found[:MAX_PACK]], at)
    )


def _token(script: Script, tree: Tree, at: Place) -> Steps:
    yield from ()
    return token(script, script.text(tree), at)


def token(script: Script, text: str, at: Place) -> int:
    """Return the value of a bare word of a command's arguments; variables in it expand."""
    graph = script.graph
    parts: list[int] = []
    end = 0
    for found in _NAMED.finditer(text) if "$" in text else ():
        if found.start() > end:
            parts.append(graph.const(unticked(text[end : found.start()]), at))
        parts.append(variable(script, found[0], at))
        end = found.end()
    if end < len(text) or not parts:
        parts.append(graph.const(unticked(text[end:]), at))
    return graph.join(parts, at)


def _fit(name: str) -> str:
    return re.sub(r"[^\w$@/:-]", "_", name[:80]) or "_"


def elements(graph: Graph, node: int) -> Sequence[int]:
    """Return the members of a list, or the value alone."""
    made = graph.node(node)
    return [arg.node for arg in made.args] if made.op == "pack" and made.name == "list" else [node]


_READERS = {
    "expression_with_unary_operator": _unary,
    "cast_expression": _unary,
    "expandable_string_literal": _expandable,
    "expandable_here_string_literal": _expandable,
    "verbatim_string_characters": _verbatim,
    "verbatim_here_string_characters": _verbatim,
    "integer_literal": _integer,
    "variable": _variable,
    "type_literal": _type,
    "member_access": _members,
    "invokation_expression": _members,
    "element_access": _element,
    "parenthesized_expression": _parenthesized,
    "sub_expression": _parenthesized,
    "array_expression": _parenthesized,
    "hash_literal_expression": _hash,
    "key_expression": _key,
    "script_block_expression": _block,
    "pipeline": _statement,
    "pipeline_chain": _statement,
    "command": _statement,
    "assignment_expression": _statement,
    "generic_token": _token,
}
