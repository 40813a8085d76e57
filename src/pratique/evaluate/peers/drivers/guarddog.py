"""GuardDog's adapter for `serve.py`: its source code rules over the whole artifact and its risk score of them.

Its rules about metadata ask the package index and are left out; so is its sandbox, for `serve.py` gives it no file.
"""

from pathlib import Path

from guarddog.analyzer.analyzer import Analyzer  # type: ignore[import-not-found]
from guarddog.ecosystems import ECOSYSTEM  # type: ignore[import-not-found]

ANALYZER = Analyzer(ECOSYSTEM.PYPI)


def judge(folder: Path, links: list[Path]) -> tuple[float, int]:
    """Return the risk score (0 to 10), and the number of files where no rule could run at all."""
    found = ANALYZER.analyze_sourcecode(str(folder))
    rules = len(found["results"]) + len(found["errors"])
    blind = len(links) if rules and len(found["errors"]) >= len(ANALYZER.yara_ruleset) else 0
    return float(ANALYZER.calculate_package_risk_score(found)["score"]), blind
