"""Scenarios that the engine does not judge right yet, by reason. A fix makes its test fail: drop the name here."""

from __future__ import annotations

_BY_REASON = {
    "verdict: one line of evidence at import": ("behaviours-reverse-shell-dup2-pty",),
    "operands: the place of another package found by its spec": ("behaviours-edits-another-package",),
    "rules: mining by hand": ("behaviours-miner-in-python",),
    "flows: a downloaded archive that is unpacked and run": ("downloaders-bun-runs-shipped-javascript-after-download",),
    "flows and rules: what a caller passes, see R6 and R8": ("libraries-key-in-memo-of-chain-transaction",),
    "lower: names in tables of mixed values and filtered listings": ("flows-exec-name-from-dir",),
}
MISSES = {name: reason for reason, names in _BY_REASON.items() for name in names}
