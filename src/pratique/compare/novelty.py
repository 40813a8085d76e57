"""What is new: uses and flows for which the base has no exact like."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.compare.likeness import Likeness
from pratique.compare.names import unnumbered
from pratique.compare.portrait import Portrait
from pratique.model import Flow, Use

Key = tuple[str, ...]


def new_uses(new: Portrait, base: Portrait, like: Likeness) -> frozenset[int]:
    """Return the positions of the uses that have no like in the base.

    A use is known where its whole body is (the same names and literals), or where a body of the same name had the same
    call: same capability, operand, target and interface, given the same values.
    """
    in_body, by_name = _known_uses(base)
    found = set()
    for number, use in enumerate(new.uses):
        body, shape = new.homes[number]
        exact = like.same[body]
        told = _told(use)
        if exact >= 0 and (str(exact), *told) in in_body:
            continue
        if (unnumbered(use.where.symbol), shape, *told) not in by_name:
            found.add(number)
    return frozenset(found)


def _told(use: Use) -> Key:
    return use.capability, use.operand, use.target, use.api


def _known_uses(base: Portrait) -> tuple[set[Key], set[Key]]:
    in_body: set[Key] = set()
    by_name: set[Key] = set()
    first: dict[str, int] = {}
    for number, body in enumerate(base.bodies):
        first.setdefault(body.digest, number)
    for use, (body_number, shape) in zip(base.uses, base.homes, strict=True):
        in_body.add((str(body_number), *_told(use)))
        in_body.add((str(first[base.bodies[body_number].digest]), *_told(use)))
        by_name.add((unnumbered(use.where.symbol), shape, *_told(use)))
    return in_body, by_name


def new_flows(new: Portrait, base: Portrait) -> tuple[int, ...]:
    """Return the positions of the flows that have no like in the base: other ends, or other functions at them."""
    known = {key for flow in base.flows for key in _flow_keys(flow, base)}
    return tuple(
        number for number, flow in enumerate(new.flows) if not any(key in known for key in _flow_keys(flow, new))
    )


def _flow_keys(flow: Flow, at: Portrait) -> Iterator[Key]:
    """Yield a flow by the names of the functions at its ends, and by the fingerprint of the one that it leaves from."""
    sink = at.uses[flow.sink]
    body, shape = at.homes[flow.sink]
    ends = (flow.source, flow.source_operand, flow.source_text, flow.sink_arg, *_told(sink))
    yield ("by name", unnumbered(flow.source_where.symbol), unnumbered(sink.where.symbol), shape, *ends)
    yield ("by body", unnumbered(flow.source_where.symbol), at.bodies[body].digest, *ends)
