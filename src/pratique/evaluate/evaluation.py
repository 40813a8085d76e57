"""One run from the corpora to the `Evaluation`."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pratique import __version__
from pratique.digest import code_digest
from pratique.evaluate import corpora, figures, operating, select, splits
from pratique.evaluate.corpora import Source
from pratique.evaluate.peers import Peer, find
from pratique.evaluate.peers import environment as environments
from pratique.evaluate.peers.run import cost, score_all
from pratique.evaluate.run import Say, review_all
from pratique.evaluate.sdists import sdists
from pratique.evaluate.select import Selection
from pratique.evaluate.shapes import Corpora, Evaluation, Outcome, PeerOutcome
from pratique.rules import load
from pratique.verdict import engine_digest


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What one run does."""

    malware: Path | None
    benign: Path | None
    selection: Selection = Selection()
    sdists: int = 0
    """Benign sdists to build from the wheels."""
    jobs: int | None = None
    limit_s: float = 120.0
    """CPU seconds for one artifact."""
    place: Path | None = None
    """Where outcomes are kept between runs; None: nowhere."""
    environments: Path | None = None
    """Where peers' environments are made."""
    peers: tuple[tuple[str, Path | None], ...] = ()
    """Names, each with the interpreter of its environment; None: one is made."""


def evaluate(options: Options, say: Say) -> Evaluation:
    """Review what is asked for and count. Raises CorpusError for a folder that is no corpus."""
    samples = select.samples(corpora.malware(options.malware), options.selection) if options.malware else ()
    wheels = select.wheels(corpora.benign(options.benign), options.selection) if options.benign else ()
    if options.benign:
        wheels = (*wheels, *sdists(corpora.benign(options.benign), options.sdists))
    splits.check(one.item for one in samples)
    outcomes: dict[str, Outcome] = {}
    for what, sources in (("malware", samples), ("benign", wheels)):
        say_what = _about(what, say)
        outcomes |= review_all(sources, jobs=options.jobs, limit_s=options.limit_s, place=options.place, say=say_what)
    scores = [_peer(name, python, (*samples, *wheels), options, say) for name, python in options.peers]
    peers: figures.Peers = {peer.name: (peer.threshold, scored) for peer, scored in scores}
    bad, good = [one.item for one in samples], [one.item for one in wheels]
    recall, alarms = figures.groups(bad, outcomes, peers), figures.benign(good, outcomes, peers)
    costs = (figures.cost(bad, outcomes), figures.cost(good, outcomes))
    return Evaluation(
        engine=engine_digest(),
        version=__version__,
        python=platform.python_version(),
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        limit_s=options.limit_s,
        corpora=Corpora(
            malware=corpora.table_digest(options.malware, "labels.csv"),
            benign=corpora.table_digest(options.benign, "wheels.csv"),
            selection=options.selection.words,
            malware_rows=len(bad),
            benign_rows=len(good),
        ),
        groups=recall,
        locations=figures.locations(bad, outcomes, peers),
        benign=alarms,
        misses=figures.misses(bad, outcomes, peers),
        alerts=figures.alerts(good, outcomes),
        trouble=figures.trouble([*bad, *good], outcomes),
        costs=tuple(cost for cost in costs if cost is not None),
        rules=figures.rules((rule.id for rule in load()), [*bad, *good], outcomes),
        peers=tuple(cost(peer, scored) for peer, scored in scores),
        rules_digest=code_digest(("rules",)),
        scorecard=code_digest(("verdict/policy.toml", "verdict/scorecard.toml")),
        breakdowns=operating.breakdowns(bad, outcomes, peers),
        localisation=operating.localisation(bad, outcomes),
        curve=operating.curve(bad, good, outcomes),
        histogram=operating.histogram(bad, good, outcomes),
        operations=operating.operations(recall, alarms),
        malicious_measured=sum(figures.measurable(item) and outcomes[item.sha256].level is not None for item in bad),
        benign_measured=sum(outcomes[item.sha256].level is not None for item in good),
    )


def _peer(
    name: str, python: Path | None, sources: tuple[Source, ...], options: Options, say: Say
) -> tuple[Peer, dict[str, PeerOutcome]]:
    """Let one peer score everything."""
    peer = find(name)
    if python is None:
        say(f"{name}: making its environment")
        python = environments.python(peer, options.environments)
    return peer, score_all(peer, python, sources, limit_s=options.limit_s, place=options.place, say=_about(name, say))


def _about(what: str, say: Say) -> Say:
    return lambda text: say(f"{what}: {text}")
