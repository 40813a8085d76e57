"""One error tree. Each leaf has a sentence, its data and a hint; the command line prints both and no traceback."""

from __future__ import annotations


class PratiqueError(Exception):
    """Something went wrong."""

    hint: str = ""
    exit_code: int = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        if hint:
            self.hint = hint


class UsageError(PratiqueError):
    """The command's words are off."""

    exit_code = 2


class NothingToReview(PratiqueError):
    """There is nothing to review."""

    exit_code = 3


class TargetNotFound(PratiqueError):
    """The path does not exist, or no such project or version is on the index."""


class RegistryError(PratiqueError):
    """The package index could not be asked, or its answer was not understood."""

    hint = "check the network and your pip configuration (`pip config list`)"


class HashMismatch(PratiqueError):
    """A downloaded file is not the one the index announced."""

    hint = "the file was discarded; try again, and report it to the index if it repeats"


class MapError(PratiqueError):
    """A capability map has a line that cannot be read (`file:line: why`)."""


class RuleError(PratiqueError):
    """A rule is not well-formed."""


class ConfigError(PratiqueError):
    """A configuration file cannot be read."""
