"""Scenarios that the engine does not judge right yet, by reason. A fix makes its test fail: drop the name here."""

from __future__ import annotations

_BY_REASON = {
    "verdict: one line of evidence at import": ("behaviours-reverse-shell-dup2-pty",),
    "operands: the place of another package found by its spec": ("behaviours-edits-another-package",),
    "shapes: workflow files by address or by joined paths": ("behaviours-worm-github-workflow",),
    "rules: mining by hand, proxies, tunnels, files cut out of pictures": (
        "behaviours-miner-in-python",
        "behaviours-socks-proxy-on-import",
        "behaviours-tunnel-by-binary",
        "behaviours-ngrok-on-import",
    ),
    "flows: a downloaded archive that is unpacked and run": ("downloaders-bun-runs-shipped-javascript-after-download",),
    "flows: files that command lines fetch and later ones run": ("downloaders-npx-of-remote-package",),
    "flows and rules: what a caller passes, see R6 and R8": ("libraries-key-in-memo-of-chain-transaction",),
    "entries: hook functions of a plugin module are not run by their framework": (
        "stealers-plugin-hook-steals-on-session-finish",
    ),
    "lower: names in tables of mixed values and filtered listings": ("flows-exec-name-from-dir",),
}
MISSES = {name: reason for reason, names in _BY_REASON.items() for name in names}
