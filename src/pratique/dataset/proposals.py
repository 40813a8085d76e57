"""What the engine proposes of a file: its review, boiled down to words of the vocabulary, ids of rules, and places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pratique.capabilities.vocabulary import vocabulary
from pratique.dataset.indicators import published
from pratique.dataset.records import Behaviour, Harm, Payload, Proposal
from pratique.known.indicators import within
from pratique.model import TRIGGER_ORDER, Finding, Review, Use
from pratique.report.escape import plain

MOST = 40
"""Entries of one list at most."""
LONGEST = 200
DESTRUCTIVE = frozenset({"destroy-files", "hold-files-to-ransom", "publish-itself"})
"""Rules of the last tier: deletes, extorts, spreads."""
CALLBACK = frozenset({"beacon-to-an-interaction-server", "call-home-with-host-facts"})
_GRAVE = ("critical", "high")
_REACHES = ("network.", "process.", "code.eval", "code.unmarshal", "code.unpickle", "code.load-native", "fs.write")
_HIDING = frozenset({"encoded", "layered", "obfuscated", "protected", "dynamic-name", "steganographic"})
_EVADING = frozenset({"evades-analysis", "hidden-from-view", "silenced", "background", "hidden-window"})
_PLATFORMS = {
    "powershell": "windows", "registry-edit": "windows", "registry.write": "windows", "hidden-window": "windows",
    "exec-policy-bypass": "windows", "dev-tcp": "linux",
}  # fmt: skip


def propose(review: Review) -> Proposal:
    """Return the proposal that a review (for every audience) makes. Package text in it is capped and printable."""
    accusing = [one for one in review.findings if one.category != "none"]
    sending = [use for use in review.uses if use.capability.startswith("network.")]
    traits = {trait for use in review.uses for trait in use.traits}
    words = traits | {use.operand for use in review.uses} | {use.capability for use in review.uses}
    triggers = {one.trigger for one in accusing}
    return Proposal(
        engine=review.engine,
        level=review.verdict.level,
        complete=review.verdict.complete,
        triggers=tuple(one for one in TRIGGER_ORDER if one in triggers),
        conditions=_sorted(trait for trait in traits if trait.startswith("gated-")),
        payloads=tuple(_payloads(accusing))[:MOST],
        behaviours=tuple(dict.fromkeys(_behaviour(one) for one in accusing))[:MOST],
        capabilities=_sorted(_called(use.capability, use.operand) for use in review.uses),
        flows=_sorted(_flows(review)),
        obfuscation=_sorted(traits & _HIDING),
        evasion=_sorted(traits & _EVADING),
        exfiltration=_sorted(use.operand for use in sending if use.operand in _destinations()),
        platforms=_sorted({_PLATFORMS[word] for word in words if word in _PLATFORMS}),
        layers=_sorted("+".join(layer.codecs) or layer.language for layer in review.layers),
        indicators=published(one for use in sending for one in within(use.target))[:MOST],
        binary=any(gap.kind == "opaque" for gap in review.unknowns),
        harm_tier=harm(review.findings, review.uses, complete=review.verdict.complete),
    )


def harm(findings: Iterable[Finding], uses: Iterable[Use], *, complete: bool) -> Harm:
    """Return the tier that findings speak for; hollow only where everything was read and nothing reaches out."""
    found, used = tuple(findings), tuple(uses)
    fired = {one.rule for one in found if one.category != "none"}
    grave = any(one.category == "malware" and one.severity in _GRAVE for one in found)
    if fired & DESTRUCTIVE:
        return "destructive"
    if grave:
        return "theft-or-execution"
    if fired & CALLBACK or (fired and any(use.capability.startswith("network.") for use in used)):
        return "callback"
    if complete and not any(use.capability.startswith(_REACHES) for use in used):
        return "hollow"
    return "unknown"


def _behaviour(one: Finding) -> Behaviour:
    return Behaviour(
        rule=one.rule, trigger=one.trigger, category=one.category, certainty=one.certainty, attack=one.attack
    )


def _payloads(findings: Iterable[Finding]) -> Iterator[Payload]:
    """Yield the primary places of findings, each once with all its rules, the gravest finding's first."""
    places: dict[tuple[str, int, str], list[str]] = {}
    for one in findings:
        path = _text("!/".join(one.primary.segments))
        places.setdefault((path, one.primary.line, _text(one.primary.symbol)), []).append(one.rule)
    for (path, line, symbol), rules in places.items():
        yield Payload(path=path, line=line, symbol=symbol, rules=tuple(sorted(set(rules))))


def _flows(review: Review) -> Iterator[str]:
    for flow in review.flows:
        if flow.sink < len(review.uses):
            sink = review.uses[flow.sink]
            yield f"{_called(flow.source, flow.source_operand)} -> {_called(sink.capability, sink.operand)}"


def _called(capability: str, operand: str) -> str:
    return f"{capability}({operand})" if operand else capability


def _destinations() -> frozenset[str]:
    return frozenset(word.id for word in vocabulary().section("operand.destination"))


def _sorted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))[: 2 * MOST]


def _text(text: str) -> str:
    return plain(text, LONGEST)
