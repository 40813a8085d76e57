"""Scenarios that the engine does not judge right yet, by reason. A fix makes its test fail: drop the name here."""

from __future__ import annotations

_BY_REASON = {
    "verdict: one line of evidence at import": ("behaviours-reverse-shell-dup2-pty",),
    "flows: messages that a chat client hands to its callbacks": ("behaviours-discord-bot-remote-access",),
    "operands: the place of another package found by its spec": ("behaviours-edits-another-package",),
    "shapes: workflow files by address or by joined paths": (
        "behaviours-worm-github-workflow",
        "behaviours-worm-writes-workflow-into-local-repositories",
    ),
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
    ),
    "verdict: a single high finding of medium confidence stays below look": (
        "behaviours-patches-getpass",
        "downloaders-pickle-of-response",
        "downloaders-server-chooses-import-and-call",
    ),
    "link: loaders and finders that the import system calls": ("behaviours-import-hook-rewrites-sources",),
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
    "shapes: start-up folder of notebooks": ("containers-notebook-startup-and-ipython-profile",),
    "flows: a downloaded module found through sys.path": (
        "downloaders-import-statement-after-sys-path-insert",
        "downloaders-zip-extract-then-import",
    ),
    "flows: files that command lines fetch and later ones run": (
        "downloaders-curl-then-run-argument-lists",
        "downloaders-git-clone-and-run",
        "downloaders-npx-of-remote-package",
    ),
    "values: sources hide what they were given (wave, images, archives over bytes)": (
        "downloaders-wav-frames-decoded-and-run",
        "downloaders-image-pixels-from-network",
    ),
    "flows and rules: what a caller passes, see R6 and R8": (
        "libraries-sign-sends-private-key",
        "libraries-key-hidden-through-several-modules",
        "libraries-key-in-memo-of-chain-transaction",
        "libraries-encrypt-file-uploads-plain-copy",
        "libraries-load-private-key-phones-home",
        "libraries-decorator-that-leaks-arguments",
        "libraries-database-connect-mails-dsn",
        "libraries-address-swapped-when-sending",
    ),
    "verdict: a certain harmful flow in a command or a called function stays below look": (
        "libraries-wallet-from-mnemonic-in-url",
        "libraries-login-copies-password-to-telegram",
        "libraries-trading-bot-posts-api-secret-elsewhere",
        "libraries-wallet-library-lazy-decoded-endpoint",
        "triggers-function-called-by-user-sends-key-files",
        "triggers-main-module-and-gui-script",
        "triggers-data-scripts-file",
    ),
    "evaluate: map with a lambda, __doc__, decorator chains": (
        "obfuscation-chr-list-map-shift",
        "obfuscation-payload-in-docstring",
        "obfuscation-decorator-abuse-exec",
    ),
    "evaluate: callables named in configuration tables, rotated tables, own interpreters": (
        "obfuscation-rotated-string-table",
        "obfuscation-logging-dictconfig-as-exec",
        "obfuscation-own-vm-over-table",
    ),
    "lower: classes found through __subclasses__": ("obfuscation-subclasses-walk",),
    "rules: code decrypted with a key from elsewhere": ("obfuscation-cipher-with-key-from-elsewhere",),
    "layers: decoders behind a call or constants of other modules": (
        "obfuscation-split-over-modules",
        "obfuscation-decoder-in-another-module",
    ),
    "layers: code in package data is not read": (
        "obfuscation-payload-in-json-data",
        "obfuscation-payload-in-text-by-importlib-resources",
        "obfuscation-payload-in-whitespace",
        "obfuscation-runpy-of-data-file",
        "obfuscation-exec-of-shipped-text",
    ),
    "languages: no reader of pickles": (
        "obfuscation-pickle-with-reduce-shipped",
        "obfuscation-pickle-constant-with-reduce",
    ),
    "rules: an upload by path has no flow": (
        "stealers-kube-config-by-paramiko",
        "stealers-exfil-to-own-bucket",
    ),
    "rules: host facts in the command line of a look-up tool": ("stealers-dns-of-whoami-and-hostname-by-nslookup",),
    "rules: answers of a metadata service that are sent on": ("stealers-imds-credentials",),
    "verdict: a host beacon to a raw address at install stays just below look": (
        "stealers-host-recon-beacon-in-setup",
    ),
    "entries: hook functions of a plugin module are not run by their framework": (
        "stealers-plugin-hook-steals-on-session-finish",
        "triggers-pytest-plugin",
    ),
    "link: properties, descriptors and operators of own instances": ("triggers-descriptor-get",),
}
MISSES = {name: reason for reason, names in _BY_REASON.items() for name in names}
