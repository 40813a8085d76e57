"""Pairs of an evasion and a sample that the engine misses, by reason. A fix makes its test fail: drop the line here.

These are all of them, as `report.py` last printed them; CI takes a part of the pairs.
"""

from __future__ import annotations

MISSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "layers-exec-per-statement": (
        "statements that are run as texts of their own: names that one binds and another reads",
        (
            "copy-credentials-of-a-client/session",
            "hold-files-to-ransom/walk",
            "mine-cryptocurrency/wallet",
            "run-a-downloaded-file/import",
        ),
    ),
    "layers-interpreter": (
        "handlers of a web framework in code that another interpreter is started for",
        ("open-a-web-shell/flask",),
    ),
    "layers-marshal": (
        "bytecode: lists of constants, attributes of the object in constructors",
        (
            "send-what-the-caller-passes/constructor",
            "start-a-program-that-it-downloads/silenced",
            "write-a-program-and-start-it/silent",
        ),
    ),
    "layers-marshal-zlib-base64": (
        "bytecode: lists of constants, attributes of the object in constructors",
        (
            "start-a-program-that-it-downloads/silenced",
            "write-a-program-and-start-it/silent",
        ),
    ),
    "names-call-by-choice": (
        "methods of constants and of values, as values",
        (
            "copy-credentials-of-a-client/session",
            "look-up-dangerous-names-at-run-time/command",
            "look-up-dangerous-names-at-run-time/import",
            "open-a-web-shell/django",
        ),
    ),
    "names-call-from-dict": (
        "methods of constants and of values, as values",
        (
            "copy-credentials-of-a-client/session",
            "look-up-dangerous-names-at-run-time/command",
            "look-up-dangerous-names-at-run-time/import",
            "open-a-web-shell/django",
        ),
    ),
    "names-call-from-list": (
        "methods of constants and of values, as values",
        (
            "copy-credentials-of-a-client/session",
            "look-up-dangerous-names-at-run-time/command",
            "look-up-dangerous-names-at-run-time/import",
            "open-a-web-shell/django",
        ),
    ),
    "names-call-popped": (
        "methods of constants and of values, as values",
        (
            "copy-credentials-of-a-client/session",
            "look-up-dangerous-names-at-run-time/command",
            "look-up-dangerous-names-at-run-time/import",
            "open-a-web-shell/django",
        ),
    ),
    "names-dict-get": (
        "methods of constants and of values, as values",
        ("open-a-web-shell/django",),
    ),
    "names-dunder-call": (
        "methods of constants and of values that are called by `__call__`",
        (
            "copy-credentials-of-a-client/session",
            "divert-payments/amount",
            "hide-where-it-connects/base64",
            "look-up-dangerous-names-at-run-time/command",
            "look-up-dangerous-names-at-run-time/import",
            "open-a-web-shell/django",
        ),
    ),
    "names-next-iter": (
        "methods of constants and of values, as values",
        ("open-a-web-shell/django",),
    ),
    "names-partial": (
        "methods of constants and of values, as values",
        (
            "copy-credentials-of-a-client/session",
            "open-a-web-shell/django",
        ),
    ),
    "placement-archive-on-path": (
        "modules in an archive that only the import system finds: handlers, commands of setup(), programs beside them",
        (
            "open-a-web-shell/flask",
            "run-downloaded-code/cmdclass",
            "start-unread-programs-on-import/silent",
        ),
    ),
    "placement-byte-code": (
        "bytecode: lists of constants",
        ("write-a-program-and-start-it/silent",),
    ),
    "placement-imports-apart": (
        "what a star import brings is not folded with what is joined to it; handlers and hooks behind it",
        (
            "log-keystrokes/pynput",
            "patch-other-packages/input",
            "run-a-downloaded-file/import",
            "start-unread-programs-on-import/silent",
            "swap-the-clipboard/loop",
            "write-into-other-packages/download",
        ),
    ),
    "placement-run-module": (
        "commands that a setup() in a module replaces which setup.py runs by its name",
        ("run-downloaded-code/cmdclass",),
    ),
    "placement-run-path": (
        "commands that a setup() in a module replaces which setup.py runs by its path",
        ("run-downloaded-code/cmdclass",),
    ),
    "placement-spec-from-file": (
        "commands that a setup() in a module replaces which setup.py loads by its path",
        ("run-downloaded-code/cmdclass",),
    ),
    "placement-zipimporter": (
        "modules in an archive that only a loader knows: handlers, commands of setup(), programs beside them",
        (
            "open-a-web-shell/flask",
            "run-downloaded-code/cmdclass",
            "start-unread-programs-on-import/silent",
        ),
    ),
    "strings-conditional": (
        "a choice between two constants by a condition that always holds: both stand, longer texts of them do not fold",
        (
            "hide-where-it-connects/base64",
            "mine-cryptocurrency/wallet",
            "reach-out-from-a-hidden-layer/address",
            "run-decoded-code/1",
            "start-a-download-after-a-reboot/unit",
            "start-unread-programs-on-import/silent",
            "write-into-other-packages/download",
        ),
    ),
    "structure-class-body": (
        "constants of a class's body in texts that are formatted",
        ("mine-cryptocurrency/wallet",),
    ),
    "structure-flattened": (
        "statements behind the states of a loop: constants are what they are in one of them",
        (
            "drop-decoded-code/script",
            "start-a-download-after-a-reboot/unit",
        ),
    ),
    "structure-function-per-statement": (
        "globals that functions set one by one: constants of them are not folded in one file",
        (
            "download-without-checks-and-run/context",
            "drop-and-run-a-hidden-file/python",
            "drop-and-run-a-hidden-file/script",
            "drop-decoded-code/script",
            "fetch-and-run-in-two-commands/chmod",
            "fetch-and-run-in-two-commands/powershell",
            "load-native-code-from-odd-places/tmp",
            "look-up-dangerous-names-at-run-time/import",
            "mine-cryptocurrency/wallet",
            "open-reverse-shell/1",
            "run-a-cloned-repository/gitpython",
            "send-secrets-out/metadata",
            "start-a-download-after-a-reboot/unit",
            "write-a-program-and-start-it/silent",
            "write-a-program-and-start-it/start",
        ),
    ),
}
"""Evasion → reason and samples."""


def missed(evasion: str, sample: str) -> bool:
    """Tell whether a pair is a known miss."""
    return sample in MISSES.get(evasion, ("", ()))[1]
