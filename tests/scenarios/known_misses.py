"""Scenarios that the engine does not judge right yet, by reason. A fix makes its test fail: drop the name here."""

from __future__ import annotations

_BY_REASON = {
    "verdict: one line of evidence at import": ("behaviours-reverse-shell-dup2-pty",),
    "flows: messages that a chat client hands to its callbacks": ("behaviours-discord-bot-remote-access",),
    "operands: the place of another package found by its spec": ("behaviours-edits-another-package",),
    "shapes: workflow files by address or by joined paths": ("behaviours-worm-github-workflow",),
    "rules: loops of forks, mining by hand, proxies, tunnels, files cut out of pictures": (
        "behaviours-fork-bomb",
        "behaviours-miner-in-python",
        "behaviours-socks-proxy-on-import",
        "behaviours-tunnel-by-binary",
        "behaviours-ngrok-on-import",
    ),
    "rules: what passes through a patched function": (
        "behaviours-patches-requests-send",
        "behaviours-patches-json-loads",
        "behaviours-patches-ssl-and-socket",
        "leaks-wrapper-around-outside-function",
    ),
    "link: loaders and finders that the import system calls": (
        "behaviours-import-hook-rewrites-sources",
        "channels-run-by-loader-from-source",
    ),
    "flows: a downloaded file that is read again": ("channels-in-by-urlretrieve-read",),
    "flows: bound methods as callbacks": ("channels-in-by-ftp-retrbinary",),
    "values: sources hide what they were given (wave, images, archives over bytes)": (
        "channels-in-by-zip-member-of-response",
        "downloaders-wav-frames-decoded-and-run",
        "downloaders-image-pixels-from-network",
    ),
    "flows: code on an interpreter's standard input": ("channels-run-by-subprocess-stdin",),
    "flows: a written file that an import finds": ("channels-run-by-written-and-imported",),
    "rules: declared facts that mislead": (
        "containers-record-names-missing-file-and-hides-another",
        "containers-setup-requires-direct-url",
    ),
    "flows: a downloaded module found through sys.path": (
        "downloaders-import-statement-after-sys-path-insert",
        "downloaders-zip-extract-then-import",
    ),
    "flows: a downloaded archive that is unpacked and run": ("downloaders-bun-runs-shipped-javascript-after-download",),
    "flows: files that command lines fetch and later ones run": ("downloaders-npx-of-remote-package",),
    "flows: setters of properties named like secrets": ("leaks-property-setter",),
    "values: containers that several functions share": (
        "leaks-collected-and-flushed-at-exit",
        "leaks-key-through-event-bus",
    ),
    "reach: functions that a public function returns": ("leaks-closure-keeps-secret",),
    "link: lambdas as static methods; private keys as host names": (
        "leaks-callable-object",
        "leaks-key-as-dns-label",
    ),
    "flows: a parameter that is a key by its use": ("leaks-key-known-by-its-use",),
    "rules: the file at a caller's path": ("leaks-file-contents-of-callers-path",),
    "flows: fields that are named like secrets": ("leaks-dataclass-post-init",),
    "flows and rules: what a caller passes, see R6 and R8": (
        "libraries-key-in-memo-of-chain-transaction",
        "libraries-encrypt-file-uploads-plain-copy",
        "libraries-load-private-key-phones-home",
        "libraries-database-connect-mails-dsn",
        "libraries-address-swapped-when-sending",
    ),
    "entries: hook functions of a plugin module are not run by their framework": (
        "stealers-plugin-hook-steals-on-session-finish",
    ),
    "flows: boxes that are set and got, pipes, buffers written through others": (
        "flows-context-variable",
        "flows-pipe",
        "flows-stringio-buffer",
        "flows-csv-writer-buffer",
        "flows-executor-submit-argument",
    ),
    "lower: names in tables of mixed values and filtered listings": (
        "flows-itemgetter-of-vars",
        "flows-builtins-table",
        "flows-exec-name-from-dir",
        "flows-nonlocal-value",
    ),
    "flows: files written and read again": (
        "flows-temporary-file-read-back",
        "flows-shelve-read-back",
        "flows-proc-environ",
        "flows-written-then-imported",
        "flows-retrieved-then-imported-by-name",
    ),
    "link: what a factory or a bus hands on": ("flows-object-from-factory", "flows-event-bus"),
}
MISSES = {name: reason for reason, names in _BY_REASON.items() for name in names}
