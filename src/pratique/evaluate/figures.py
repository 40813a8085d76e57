"""From outcomes to figures: recall per cluster, false alarms per project, cost, misses and alerts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pratique.evaluate.shapes import (
    Alert,
    BenignFigures,
    Cost,
    FalseAlarms,
    GroupFigures,
    Item,
    Miss,
    Outcome,
    PeerOutcome,
    Rate,
    Recall,
    RuleFigures,
    Trouble,
)  # fmt: skip
from pratique.evaluate.statistics import macro, quantile, upper_bound, wilson
from pratique.model import Level

LEVELS: tuple[Level, ...] = ("clear", "note", "look", "block")
Outcomes = Mapping[str, Outcome]
Peers = Mapping[str, tuple[float, Mapping[str, PeerOutcome]]]
"""By name: the threshold and the outcomes by SHA-256."""
GROUPS: tuple[tuple[str, Callable[[Item], bool]], ...] = (
    ("headline train", lambda item: item.stratum == "headline" and item.split == "train"),
    ("headline novel dev", lambda item: item.stratum == "headline" and item.novel),
    ("headline dev", lambda item: item.stratum == "headline" and item.split == "dev"),
    ("pentest", lambda item: item.stratum == "pentest"),
    ("flagged", lambda item: item.stratum == "flagged"),
    ("unreviewed", lambda item: item.stratum == "unreviewed"),
)


def reaches(outcome: Outcome, level: Level) -> bool:
    """Tell whether the verdict is at `level` or above; no verdict is below everything."""
    return outcome.level is not None and LEVELS.index(outcome.level) >= LEVELS.index(level)


def groups(items: Sequence[Item], outcomes: Outcomes, peers: Peers) -> tuple[GroupFigures, ...]:
    """Return recall of each group of malware rows that is not empty."""
    found = ((name, [item for item in items if belongs(item)]) for name, belongs in GROUPS)
    return tuple(figures_of(name, rows, outcomes, peers) for name, rows in found if rows)


def locations(items: Sequence[Item], outcomes: Outcomes, peers: Peers) -> tuple[GroupFigures, ...]:
    """Return recall of the headline rows of both splits by where the payload lies."""
    headline = [item for item in items if item.stratum == "headline"]
    names = sorted({item.location for item in headline})
    return tuple(
        figures_of(name, [item for item in headline if item.location == name], outcomes, peers) for name in names
    )


def misses(items: Sequence[Item], outcomes: Outcomes, peers: Peers) -> tuple[Miss, ...]:
    """Return the headline samples below `look`, the closest first."""
    found = []
    for item in items:
        outcome = outcomes[item.sha256]
        if item.stratum == "headline" and not reaches(outcome, "look"):
            caught = tuple(name for name in peers if _peer_caught(peers[name], item.sha256))
            found.append(
                Miss(
                    sha256=item.sha256, name=item.name, cluster=item.group, split=item.split, level=outcome.level,
                    score=outcome.score, fired=fired(outcome), failure=outcome.failure, peers=caught,
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda miss: (miss.split, -miss.score, miss.sha256)))


def fired(outcome: Outcome) -> tuple[str, ...]:
    """Return what fired as `rule@trigger`, with `?` where the path is a guess."""
    marked = (f"{one.rule}@{one.trigger}{'?' if one.certainty == 'assumed' else ''}" for one in outcome.fired)
    return tuple(dict.fromkeys(marked))


def benign(items: Sequence[Item], outcomes: Outcomes, peers: Peers) -> BenignFigures | None:
    """Return the false alarms among benign artifacts with a verdict; None where there are none."""
    judged = [item for item in items if outcomes[item.sha256].level is not None]
    if not judged:
        return None

    def at(level: Level) -> FalseAlarms:
        return _alarms(judged, {item.sha256 for item in judged if reaches(outcomes[item.sha256], level)})

    others = {
        name: _alarms(scored, {item.sha256 for item in scored if _peer_caught(peer, item.sha256)})
        for name, peer in peers.items()
        if (scored := [item for item in items if _scored(peer, item.sha256)])
    }
    return BenignFigures(
        files=len(judged),
        projects=len({item.group for item in judged}),
        note=at("note"), look=at("look"), block=at("block"), peers=others,
    )  # fmt: skip


def alerts(items: Sequence[Item], outcomes: Outcomes) -> tuple[Alert, ...]:
    """Return the benign artifacts at `look` or above, the worst first."""
    found = [
        Alert(
            sha256=item.sha256, name=item.name, project=item.group, level=outcome.level, category=outcome.category,
            score=outcome.score, reasons=outcome.reasons, fired=fired(outcome),
        )
        for item in items
        if reaches(outcome := outcomes[item.sha256], "look") and outcome.level is not None
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda alert: (-LEVELS.index(alert.level), -alert.score, alert.name)))


def trouble(items: Sequence[Item], outcomes: Outcomes) -> tuple[Trouble, ...]:
    """Return what crashed, ran out of its limits, or was not read whole."""
    found = []
    for item in items:
        outcome = outcomes[item.sha256]
        what = outcome.failure or ("" if outcome.complete else f"incomplete: {outcome.refused} refused")
        if what:
            found.append(Trouble(sha256=item.sha256, name=item.name, corpus=item.corpus, what=what))
    return tuple(sorted(found, key=lambda one: (one.what, one.name)))


def cost(items: Sequence[Item], outcomes: Outcomes) -> Cost | None:
    """Return what one corpus cost; throughput counts only artifacts that got a verdict."""
    if not items:
        return None
    seconds = [outcomes[item.sha256].cpu_s for item in items]
    judged = [outcomes[item.sha256] for item in items if outcomes[item.sha256].level is not None]
    code = sum(one.code_bytes for one in judged) / 1e6
    spent = sum(one.cpu_s for one in judged)
    slow = sorted(items, key=lambda item: -outcomes[item.sha256].cpu_s)[:10]
    return Cost(
        corpus=items[0].corpus,
        artifacts=len(items),
        code_mb=round(code, 3),
        cpu_s=round(sum(seconds), 2),
        mb_per_s=round(code / spent, 3) if spent else 0.0,
        median_s=round(quantile(seconds, 0.5), 3),
        p95_s=round(quantile(seconds, 0.95), 3),
        peak_mb=max(outcomes[item.sha256].peak_mb for item in items),
        slowest=tuple((item.sha256, item.name, round(outcomes[item.sha256].cpu_s, 2)) for item in slow),
    )


def measurable(item: Item) -> bool:
    """Tell whether a malware row counts for a rule's precision: later data, and a label that two sources give."""
    return item.split == "dev" and item.stratum in {"headline", "pentest"}


def rules(names: Iterable[str], items: Sequence[Item], outcomes: Outcomes) -> tuple[RuleFigures, ...]:
    """Return how often each rule fired."""
    return tuple(_rule(name, [item for item in items if _fires(outcomes[item.sha256], name)]) for name in sorted(names))


def _rule(name: str, hits: list[Item]) -> RuleFigures:
    dev = [item for item in hits if measurable(item)]
    good = [item for item in hits if item.corpus == "benign"]
    return RuleFigures(
        rule=name,
        train=sum(
            item.split == "train" and item.stratum in {"headline", "pentest"}
            for item in hits
            if item.corpus == "malware"
        ),
        dev=len(dev),
        dev_clusters=len({item.group for item in dev}),
        unlabelled=sum(item.stratum in {"flagged", "unreviewed"} for item in hits),
        benign=len(good),
        benign_projects=len({item.group for item in good}),
        precision=_rounded(wilson(len(dev), len(dev) + len(good))),
    )


def _fires(outcome: Outcome, rule: str) -> bool:
    return any(one.rule == rule for one in outcome.fired)


def figures_of(name: str, items: Sequence[Item], outcomes: Outcomes, peers: Peers) -> GroupFigures:
    """Return the recall of some malware rows."""
    at = {
        level: _recall(items, {item.sha256 for item in items if reaches(outcomes[item.sha256], level)})
        for level in ("note", "look", "block")
    }
    noted = [outcomes[item.sha256] for item in items if reaches(outcomes[item.sha256], "note")]
    return GroupFigures(
        name=name,
        artifacts=len(items),
        clusters=len({item.group for item in items}),
        note=at["note"],
        look=at["look"],
        block=at["block"],
        policy=sum(one.category not in {"malware", "none"} for one in noted),
        peers={
            label: _recall(items, {item.sha256 for item in items if _peer_caught(peer, item.sha256)})
            for label, peer in peers.items()
        },
    )


def _recall(items: Sequence[Item], caught: set[str]) -> Recall:
    total, clusters = macro((item.group, item.sha256 in caught) for item in items)
    hits = sum(item.sha256 in caught for item in items)
    return Recall(caught=hits, macro=_rounded(wilson(total, clusters)), micro=_rounded(wilson(hits, len(items))))


def _alarms(items: Sequence[Item], caught: set[str]) -> FalseAlarms:
    projects = {item.group for item in items}
    alarmed = {item.group for item in items if item.sha256 in caught}
    return FalseAlarms(
        files=len(caught),
        projects=len(alarmed),
        file_bound=round(upper_bound(len(caught), len(items)), 6),
        project_bound=round(upper_bound(len(alarmed), len(projects)), 6),
    )


def _scored(peer: tuple[float, Mapping[str, PeerOutcome]], sha256: str) -> bool:
    outcome = peer[1].get(sha256)
    return outcome is not None and outcome.score is not None


def _peer_caught(peer: tuple[float, Mapping[str, PeerOutcome]], sha256: str) -> bool:
    threshold, outcomes = peer
    outcome = outcomes.get(sha256)
    return outcome is not None and outcome.score is not None and outcome.score >= threshold


def _rounded(rate: Rate) -> Rate:
    return Rate(value=round(rate.value, 4), low=round(rate.low, 4), high=round(rate.high, 4))
