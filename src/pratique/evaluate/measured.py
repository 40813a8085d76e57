"""measured.json: how each rule did on data that its author had not seen, as `verdict` reads it.

The rows count dev samples whose label two sources give (headline and pentest) and benign wheels; `train` is what rules
are written for and never counts.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import msgspec

from pratique.errors import UsageError
from pratique.evaluate.shapes import Evaluation
from pratique.verdict.policy import Measured, Row


def measure(result: Evaluation) -> Measured:
    """Return a row for every rule. Raises UsageError unless the run looked at everything."""
    seen = result.corpora
    if seen.selection != "everything" or not seen.malware or not seen.benign:
        raise UsageError(
            "rules are measured on both whole corpora", hint="leave out --limit, --quick, --split and --only"
        )
    basis = f"pack {seen.malware}: dev, malicious or pentest, label undisputed; list {seen.benign}: benign wheels"
    return Measured(
        schema="pratique-measured/1",
        rules={
            row.rule: Row(
                basis=basis, date=result.date, engine=result.engine,
                malicious=result.malicious_measured, fired_malicious=row.dev,
                benign=result.benign_measured, fired_benign=row.benign,
            )
            for row in result.rules
        },
    )  # fmt: skip


def write(measured: Measured, path: Path | None = None) -> Path:
    """Write the file, by default the packaged one of this checkout; return where. Raises OSError."""
    place = path or Path(str(files("pratique.verdict").joinpath("measured.json")))
    part = place.with_name(place.name + ".part")
    part.write_bytes(msgspec.json.format(msgspec.json.encode(measured), indent=1) + b"\n")
    part.replace(place)
    return place
