"""A recognition result as text that a person can read."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.evaluate.recognition.shapes import Recognition
from pratique.evaluate.shapes import Rate


def render(result: Recognition) -> str:
    """Return the figures."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Recognition) -> Iterator[str]:
    yield f"engine {result.engine}, {result.date}; pack {result.dataset}, benign list {result.benign}"
    yield result.seen
    keys = ", ".join(f"{count} {name}" for name, count in result.keys.items())
    yield f"{result.samples} samples: {keys}; {result.signatures} signatures"
    yield f"{result.bytes:,} bytes, loaded in {result.load_ms:g} ms; {result.without_payload} without payload code"
    yield "changed samples that match at 0.8"
    for one in result.variants:
        methods = ", ".join(f"{count} {name}" for name, count in one.methods.items())
        said = f"{one.matched} of {one.samples}  {_rate(one.rate)}  own campaign {one.own_campaign}  ({methods})"
        yield f"  {one.variant:<12} {said}"
    yield "recognised by an index of the train samples alone (macro per cluster)"
    for name, rate in result.later.items():
        yield f"  {name:<26} {_rate(rate)}"
    yield "benign projects of half B that match"
    for clean in result.false_matches:
        at = ", ".join(f"{count} at {step}" for step, count in clean.at.items())
        bound = f"at 0.8 below {100 * clean.bound:.2f} %"
        yield f"  {clean.index}: of {clean.projects} projects {at}; {bound} {_methods(clean.methods)}"
    if result.failures:
        yield f"{result.failures} artifacts gave no answer"


def _methods(methods: dict[str, int]) -> str:
    return f"({', '.join(f'{count} {name}' for name, count in methods.items())})" if methods else ""


def _rate(rate: Rate) -> str:
    return f"{100 * rate.value:.1f} % [{100 * rate.low:.0f}-{100 * rate.high:.0f}]"
