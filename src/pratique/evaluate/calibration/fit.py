"""The two models: a non-negative logistic scorecard drawn to the hand-set points, and boosting under constraints.

Both are additive in the features and never fall when one is added. Needs the extra `train`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from pratique.errors import PratiqueError
from pratique.evaluate.calibration.vectors import Row

PULL = 0.002
"""How strongly a weight is drawn to its hand-set value, per squared point, beside a mean loss. A rule that fires once
in the fitting rows moves a little, one that never fires stays."""
Score = Callable[[Row], float]


class Scorecard(msgspec.Struct, frozen=True, kw_only=True):
    """Points by feature, and the bias."""

    bias: float
    points: dict[str, float]

    def score(self, row: Row) -> float:
        """Return the sum of points less the bias."""
        return sum(self.points.get(name, 0.0) * value for name, value in row.features.items()) - self.bias


def logistic(rows: Sequence[Row], prior: Mapping[str, float], bias: float) -> Scorecard:
    """Fit a scorecard whose points are never negative. Raises PratiqueError without the extra."""
    numpy, optimize, _ = _libraries()
    names = sorted(prior)
    matrix = _matrix(numpy, rows, names)
    labels = numpy.array([1.0 if row.malicious else -1.0 for row in rows])
    weights = numpy.array([row.weight for row in rows])
    weights /= weights.sum()
    start = numpy.array([*(prior[name] for name in names), bias])

    def loss(point: Any) -> tuple[float, Any]:
        margin = labels * (matrix @ point[:-1] - point[-1])
        pull = point - start
        value = (weights * numpy.logaddexp(0, -margin)).sum() + PULL * (pull[:-1] ** 2).sum()
        slope = -weights * labels / (1 + numpy.exp(margin))
        gradient = numpy.append(matrix.T @ slope + 2 * PULL * pull[:-1], -slope.sum())
        return float(value), gradient

    bounds = [(0.0, None)] * len(names) + [(0.5, None)]
    found = optimize.minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    return Scorecard(bias=float(found[-1]), points={name: float(found[at]) for at, name in enumerate(names)})


def boosting(rows: Sequence[Row], names: Sequence[str]) -> Score:
    """Fit additive boosted trees, each of one feature, that never fall. Raises PratiqueError without the extra."""
    numpy, _, ensemble = _libraries()
    model = ensemble.HistGradientBoostingClassifier(
        monotonic_cst=[1] * len(names),
        interaction_cst="no_interactions",
        max_iter=200,
        learning_rate=0.1,
        min_samples_leaf=5,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    )
    weights = numpy.array([row.weight for row in rows])
    labels = [row.malicious for row in rows]
    model.fit(_matrix(numpy, rows, names), labels, sample_weight=weights * len(rows) / weights.sum())
    return lambda row: float(model.decision_function(_matrix(numpy, [row], names))[0])


def _matrix(numpy: Any, rows: Sequence[Row], names: Sequence[str]) -> Any:
    return numpy.array([[row.features.get(name, 0.0) for name in names] for row in rows])


def _libraries() -> tuple[Any, Any, Any]:
    try:
        import numpy as np
        from scipy import optimize  # type: ignore[import-untyped]
        from sklearn import ensemble  # type: ignore[import-untyped]
    except ImportError as error:
        raise PratiqueError("fitting needs scikit-learn", hint="pip install 'pratique[train]'") from error
    return np, optimize, ensemble
