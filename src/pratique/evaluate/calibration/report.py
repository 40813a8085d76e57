"""Calibration as figures: each model's recall at the lowest counts of benign projects flagged, and the fitted table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from pratique.evaluate.calibration.fit import Score, Scorecard, boosting, logistic
from pratique.evaluate.calibration.vectors import Row, names
from pratique.evaluate.shapes import Rate
from pratique.evaluate.statistics import macro, upper_bound, wilson
from pratique.rules.dsl import Rule
from pratique.verdict.policy import Settings

ALLOWED = (0, 1, 2, 5)
"""Benign projects of the thresholding half that may be flagged."""

MOVED = 0.1
"""Points below which a rule keeps its hand-set line."""


class At(msgspec.Struct, frozen=True, kw_only=True):
    """The lowest threshold of a model that flags at most so many benign projects."""

    allowed: int
    flagged: int
    threshold: float
    recall: Rate
    """Macro over the novel dev clusters."""


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """One model's figures."""

    name: str
    at: tuple[At, ...]


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """The result, `pratique-calibration/1`."""

    schema: str = "pratique-calibration/1"
    engine: str
    """Whose outcomes these are."""
    fit_malicious: int
    fit_benign: int
    set_malicious: int
    """Novel dev rows."""
    set_projects: int
    bound: float
    """What zero flagged projects bound the rate below, at 95 %."""
    models: tuple[Model, ...]
    card: Scorecard
    prior: dict[str, float]


def prior(rules: Sequence[Rule], settings: Settings) -> dict[str, float]:
    """Return the points that policy.toml and scorecard.toml give each feature of the malware rules now."""
    found: dict[str, float] = {}
    for rule in rules:
        if rule.category != "malware":
            continue
        card = settings.scorecard.rules.get(rule.id)
        base = settings.policy.points[rule.severity][rule.confidence]
        factors = settings.policy.factors
        if card:
            base = base if card.points is None else card.points
            factors = factors | card.factors
        used = base * factors["call"]
        found[rule.id] = used
        found[f"{rule.id}!"] = base * factors["import"] - used  # the trigger whose factor is one
    return found


def calibrate(rows: Sequence[Row], start: Mapping[str, float], bias: float, engine: str) -> Calibration:
    """Fit both models and compare them with the verdict as it is. Raises PratiqueError without the extra `train`."""
    fit = [row for row in rows if row.part == "fit"]
    held = [row for row in rows if row.part == "set"]
    card = logistic(fit, start, bias)
    scores: tuple[tuple[str, Score], ...] = (
        ("as it is", lambda row: row.score),
        ("logistic scorecard", card.score),
        ("monotone boosting", boosting(fit, names(fit))),
    )
    projects = len({row.group for row in held if not row.malicious})
    return Calibration(
        engine=engine,
        fit_malicious=sum(row.malicious for row in fit),
        fit_benign=sum(not row.malicious for row in fit),
        set_malicious=sum(row.malicious and row.novel for row in held),
        set_projects=projects,
        bound=round(upper_bound(0, projects), 6),
        models=tuple(_model(name, score, held) for name, score in scores),
        card=card,
        prior=dict(start),
    )


def _model(name: str, score: Score, held: Sequence[Row]) -> Model:
    best: dict[str, float] = {}
    for row in held:
        if not row.malicious:
            best[row.group] = max(score(row), best.get(row.group, float("-inf")))
    novel = [(row.group, score(row)) for row in held if row.malicious and row.novel]
    return Model(name=name, at=tuple(_at(allowed, sorted(best.values(), reverse=True), novel) for allowed in ALLOWED))


def _at(allowed: int, benign: Sequence[float], novel: Sequence[tuple[str, float]]) -> At:
    """Flag what scores above the first benign project that may not be flagged."""
    limit = benign[allowed] if allowed < len(benign) else float("-inf")
    caught, clusters = macro((group, score > limit) for group, score in novel)
    return At(
        allowed=allowed,
        flagged=sum(score > limit for score in benign),
        threshold=round(limit, 4),
        recall=wilson(caught, clusters),
    )


def render(result: Calibration) -> str:
    """Return the figures as text."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Calibration) -> Iterator[str]:
    yield f"outcomes of engine {result.engine}"
    yield f"fitted on {result.fit_malicious} train samples and {result.fit_benign} benign artifacts of half A"
    yield (
        f"thresholds on {result.set_malicious} novel dev samples and {result.set_projects} projects of half B: "
        f"0 of {result.set_projects} bounds the rate below {100 * result.bound:.2f} % at 95 %"
    )
    yield "recall, macro over novel clusters, by benign projects flagged at most"
    for model in result.models:
        yield f"  {model.name:<20} {'  '.join(map(_share, model.at))}"
    moved = sorted(result.card.points, key=lambda name: -abs(result.card.points[name] - result.prior[name]))
    yield f"scorecard: bias {result.card.bias:.2f}; what moved most (! is unattended, on top)"
    for name in moved[:20]:
        yield f"  {name:<46} {result.prior[name]:.2f} -> {result.card.points[name]:.2f}"


def _share(one: At) -> str:
    rate = one.recall
    return f"{one.allowed}: {100 * rate.value:.1f} % [{100 * rate.low:.0f}-{100 * rate.high:.0f}]"


def table(result: Calibration) -> str:
    """Return the fitted points of what moved as lines of scorecard.toml: unattended, and on use as a part of it."""
    lines = []
    for name, used in sorted(result.card.points.items()):
        whole = used + result.card.points.get(f"{name}!", 0.0)
        before = result.prior[name] + result.prior.get(f"{name}!", 0.0)
        moved = max(abs(whole - before), abs(used - result.prior[name]))
        if name.endswith("!") or moved < MOVED or whole <= 0:
            continue
        share = round(used / whole, 2)
        late = f"command = {share}, call = {share}, browser = {min(share, 0.5)}, test = {min(share, 0.2)}"
        lines += [f"[rules.{name}]", f"points = {whole:.2f}", f"factors = {{ plugin = 1.0, agent = 1.0, {late} }}", ""]
    return "\n".join(lines)
