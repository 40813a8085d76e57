"""Jumps, loops, handlers, generators and the ends of functions."""

from __future__ import annotations

import ast

from pratique.languages.bytecode import syntax
from pratique.languages.bytecode.instructions import Instruction
from pratique.languages.bytecode.operations import does
from pratique.languages.bytecode.walker import Walker

_SENDING = frozenset({"YIELD_VALUE", "RESUME", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_BACKWARD", "NOP", "SEND"})


def _not(w: Walker, test: ast.expr) -> ast.expr:
    return w.made(ast.UnaryOp(op=ast.Not(), operand=test), test)


@does(*(f"POP_JUMP_{way}IF_{what}" for way in ("", "FORWARD_", "BACKWARD_") for what in ("TRUE", "FALSE")))
def _pop_jump(w: Walker, one: Instruction) -> None:
    test = w.pop()
    w.branch(_not(w, test) if one.name.endswith("TRUE") else test, one)


@does(*(f"POP_JUMP_{way}IF_{what}NONE" for way in ("", "FORWARD_", "BACKWARD_") for what in ("", "NOT_")))
def _pop_jump_none(w: Walker, one: Instruction) -> None:
    value = w.pop()
    operator: ast.cmpop = ast.Is() if "NOT_NONE" in one.name else ast.IsNot()
    w.branch(w.made(ast.Compare(left=value, ops=[operator], comparators=[syntax.const(None, w.line)]), value), one)


@does("JUMP_IF_TRUE_OR_POP", "JUMP_IF_FALSE_OR_POP")
def _jump_or_pop(w: Walker, one: Instruction) -> None:
    """Keep the value where it jumps, drop it where it does not: `a or b`."""
    if w.stack:
        w.stack[-1] = w.value(w.stack[-1])
    if one.target > one.at:
        w.save(one.target)
        w.take()
    else:
        w.effect(w.pop())


@does("JUMP_IF_NOT_EXC_MATCH")
def _jump_no_match(w: Walker, one: Instruction) -> None:
    for value in w.pops(2):
        w.effect(value)
    w.save(one.target)


@does("JUMP_FORWARD", "JUMP_ABSOLUTE", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "CONTINUE_LOOP")
def _jump(w: Walker, one: Instruction) -> None:
    w.jump(one)


@does("BREAK_LOOP", "INTERPRETER_EXIT", "STOP_CODE")
def _stop(w: Walker, _one: Instruction) -> None:
    w.alive = False


@does("FOR_ITER")
def _for(w: Walker, one: Instruction) -> None:
    iterable = w.pop()
    w.name_displays()
    w.save(one.target)
    fresh = w.session.fresh()
    target = syntax.name(fresh, w.line, store=True)
    w.open_loop(ast.For(target=target, iter=iterable, body=[], orelse=[]), one.target, one.at)
    w.push(w.unknown())
    w.push(syntax.name(fresh, w.line))


# --- handlers


@does("SETUP_FINALLY", "SETUP_EXCEPT")
def _setup(w: Walker, one: Instruction) -> None:
    w.catching(one.target)


@does("POP_EXCEPT")
def _pop_except(w: Walker, _one: Instruction) -> None:
    if w.minor >= (3, 11):
        w.take()
    elif w.bases[-1] <= len(w.stack):
        del w.stack[w.bases[-1] :]


@does("POP_FINALLY")
def _pop_finally(w: Walker, one: Instruction) -> None:
    """3.8: drop what a `finally` that was taken in found on the stack."""
    kept = w.take() if one.arg else None
    w.take()
    if kept is not None:
        w.push(kept)


@does("END_FINALLY")
def _end_finally(w: Walker, _one: Instruction) -> None:
    if len(w.bases) > 1:
        del w.stack[w.bases.pop() :]


@does("PUSH_EXC_INFO")
def _push_exception(w: Walker, _one: Instruction) -> None:
    w.push(w.unknown())


@does("RERAISE")
def _reraise(w: Walker, _one: Instruction) -> None:
    w.alive = False


@does("RAISE_VARARGS")
def _raise(w: Walker, one: Instruction) -> None:
    parts = w.pops(min(one.arg, 3))
    cause = parts[1] if len(parts) > 1 else None
    w.emit(syntax.place(ast.Raise(exc=parts[0] if parts else None, cause=cause), w.line))
    w.alive = False


# --- generators and returning


@does("RETURN_VALUE", "RETURN_CONST")
def _return(w: Walker, one: Instruction) -> None:
    if one.name == "RETURN_CONST":
        consts = w.code.consts
        w.push(w.constant(consts[one.arg]) if one.arg < len(consts) else w.unknown())
    value = w.pop()
    if w.depth and w.code.flags & 1:
        w.emit(syntax.place(ast.Return(value=value), w.line))
    else:
        w.effect(value)
    for left in w.stack[w.bases[-1] :]:
        if isinstance(left, ast.expr):
            w.effect(left)
    w.alive = False


@does("YIELD_VALUE")
def _yield(w: Walker, _one: Instruction) -> None:
    w.push(w.named(w.made(ast.Yield(value=w.pop()))))


@does("YIELD_FROM")
def _yield_from(w: Walker, _one: Instruction) -> None:
    w.take()
    value = w.pop()
    w.push(w.named(w.made(ast.Await(value=value), value)))


@does("GET_AWAITABLE")
def _awaitable(w: Walker, one: Instruction) -> None:
    del w, one  # what follows waits for it


@does("SEND")
def _send(w: Walker, one: Instruction) -> None:
    """Wait for the value below the one sent; the loop up to the target only passes on."""
    w.take()
    value = w.pop()
    waited = w.named(w.made(ast.Await(value=value), value))
    w.push(waited)
    if w.minor >= (3, 12):
        w.push(waited)
    end = w.index
    while end < len(w.instructions) and w.instructions[end].at < one.target and w.instructions[end].name in _SENDING:
        end += 1
    if end < len(w.instructions) and w.instructions[end].at == one.target:
        w.index = end


@does("END_SEND")
def _end_send(w: Walker, _one: Instruction) -> None:
    value = w.take()
    w.take()
    w.push(value)


@does("MATCH_CLASS", "MATCH_KEYS")
def _match(w: Walker, one: Instruction) -> None:
    if one.name == "MATCH_CLASS":
        w.pops(3)
    for _ in range(1 if w.minor >= (3, 11) else 2):
        w.push(w.unknown())
