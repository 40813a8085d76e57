"""hexora's adapter for `serve.py`: each file by itself, the highest score counts."""

from pathlib import Path

import hexora  # type: ignore[import-not-found]


def judge(folder: Path, links: list[Path]) -> tuple[float, int]:
    """Return the highest score, and how many files made hexora fail."""
    del folder
    score, errors = 0.0, 0
    for link in links:
        try:
            score = max(score, *(float(result.get("score") or 0.0) for result in hexora.audit_file(link)), 0.0)
        except BaseException:  # noqa: BLE001  (a panic of its native code is no Exception)
            errors += 1
    return score, errors
