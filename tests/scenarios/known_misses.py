"""Scenarios that the engine does not judge right yet, by reason. A fix makes its test fail: drop the name here."""

from __future__ import annotations

_BY_REASON = {
    "reading: the first of two members of one name": ("archives-same-name-twice-evil-first",),
    "reading: encrypted members are no refusal": ("archives-encrypted-module",),
    "rules: members that would land outside of their folder": (
        "archives-escape-into-ssh-folder",
        "archives-tar-link-then-write-through-it",
        "archives-tar-absolute-name",
    ),
    "verdict: one line of evidence at import": ("behaviours-reverse-shell-dup2-pty",),
    "flows: messages that a chat client hands to its callbacks": ("behaviours-discord-bot-remote-access",),
    "operands: the place of another package found by its spec": ("behaviours-edits-another-package",),
    "shapes: workflow files by address or by joined paths": ("behaviours-worm-github-workflow",),
    "rules: a loop that overwrites what a listing of the home folder gives": ("behaviours-overwrites-user-files",),
    "rules: loops of forks, mining by hand, proxies, tunnels, files cut out of pictures": (
        "behaviours-fork-bomb",
        "behaviours-miner-in-python",
        "behaviours-socks-proxy-on-import",
        "behaviours-tunnel-by-binary",
        "behaviours-ngrok-on-import",
        "behaviours-host-uuid-gate",
    ),
    "rules: instructions for agents that ask for secrets": ("behaviours-ships-agent-skill-with-shell",),
    "rules: what passes through a patched function": (
        "behaviours-patches-requests-send",
        "behaviours-patches-json-loads",
        "behaviours-patches-ssl-and-socket",
        "leaks-wrapper-around-outside-function",
    ),
    "verdict: a single high finding of medium confidence stays below look": ("behaviours-patches-getpass",),
    "link: loaders and finders that the import system calls": (
        "behaviours-import-hook-rewrites-sources",
        "channels-run-by-loader-from-source",
    ),
    "rules: templates from the network": ("campaigns-sqlite-extension-and-template-evaluators",),
    "map: methods reached through attributes that no line knows": (
        "channels-out-by-pymongo",
        "channels-in-by-gspread-cell",
    ),
    "rules: secrets in the command line or input of a network tool": ("channels-out-by-netcat-stdin",),
    "flows: a downloaded file that is read again": ("channels-in-by-urlretrieve-read",),
    "flows: bound methods as callbacks": ("channels-in-by-ftp-retrbinary",),
    "values: sources hide what they were given (wave, images, archives over bytes)": (
        "channels-in-by-zip-member-of-response",
        "downloaders-wav-frames-decoded-and-run",
        "downloaders-image-pixels-from-network",
    ),
    "uses: outside functions handed over to be called": (
        "channels-run-by-exec-in-thread",
        "channels-run-by-exec-through-map",
    ),
    "flows: code on an interpreter's standard input": ("channels-run-by-subprocess-stdin",),
    "flows: a written file that an import finds": ("channels-run-by-written-and-imported",),
    "reach: modules in a shipped archive that is put on sys.path": (
        "containers-nested-archive-unpacked-and-imported",
        "containers-tarball-of-payload-beside-setup",
        "containers-zip-appended-to-image-imported",
        "obfuscation-nested-wheel-on-sys-path",
        "obfuscation-zipimport-of-shipped-archive",
    ),
    "reach: shipped files that an interpreter runs are not read": (
        "containers-shipped-shell-script-run",
        "containers-shipped-powershell-run",
        "containers-shipped-javascript-run-by-node",
        "containers-shipped-binary-run-at-import",
    ),
    "rules: declared facts that mislead": (
        "containers-record-names-missing-file-and-hides-another",
        "containers-setup-requires-direct-url",
    ),
    "layers: a constant that is written to a file and run": ("containers-writes-module-from-constant-then-runs-it",),
    "flows: a downloaded module found through sys.path": (
        "downloaders-import-statement-after-sys-path-insert",
        "downloaders-zip-extract-then-import",
    ),
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
    "rules: passwords in the address or the login of a drop site": (
        "leaks-password-to-telegram-through-helper",
        "leaks-context-manager-with-credentials",
    ),
    "rules: the file at a caller's path": ("leaks-file-contents-of-callers-path",),
    "flows: fields that are named like secrets": ("leaks-dataclass-post-init",),
    "flows and rules: what a caller passes, see R6 and R8": (
        "libraries-key-in-memo-of-chain-transaction",
        "libraries-encrypt-file-uploads-plain-copy",
        "libraries-load-private-key-phones-home",
        "libraries-decorator-that-leaks-arguments",
        "libraries-database-connect-mails-dsn",
        "libraries-address-swapped-when-sending",
    ),
    "layers: decoders behind a call or constants of other modules": ("obfuscation-split-over-modules",),
    "layers: code in package data is not read": (
        "obfuscation-payload-in-json-data",
        "obfuscation-payload-in-text-by-importlib-resources",
        "obfuscation-payload-in-whitespace",
        "obfuscation-runpy-of-data-file",
    ),
    "languages: no reader of pickles": ("obfuscation-pickle-with-reduce-shipped",),
    "evaluate: callables named in configuration tables, rotated tables, own interpreters": (
        "obfuscation-logging-dictconfig-as-exec",
        "obfuscation-own-vm-over-table",
    ),
    "rules: an upload by path has no flow": (
        "stealers-kube-config-by-paramiko",
        "stealers-exfil-to-own-bucket",
    ),
    "rules: answers of a metadata service that are sent on": ("stealers-imds-credentials",),
    "entries: hook functions of a plugin module are not run by their framework": (
        "stealers-plugin-hook-steals-on-session-finish",
        "triggers-pytest-plugin",
    ),
    "link: properties, descriptors and operators of own instances": ("triggers-descriptor-get",),
}
MISSES = {name: reason for reason, names in _BY_REASON.items() for name in names}
