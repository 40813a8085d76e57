"""The parser behind every command: help that reads the same on every Python, errors of one sentence with a hint."""

from __future__ import annotations

import argparse
import difflib
import shutil
from collections.abc import Iterable
from typing import Any, NoReturn

from pratique.errors import UsageError

_WIDEST = 100


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Writes a short usage line and `-o, --output FILE`, whatever argparse's own style is in this Python."""

    def __init__(self, prog: str, **settings: Any) -> None:
        width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST) - 2
        super().__init__(prog, **{"max_help_position": 30, "width": width} | settings)

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Any, prefix: str | None = None
    ) -> None:
        """Name the positional arguments and leave the options to their groups."""
        words = [self._prog, "[OPTIONS]"]
        for action in actions:
            if not action.option_strings:
                name = str(action.metavar or "|".join(map(str, action.choices or (action.dest,))))
                words.append(f"[{name}]" if action.nargs == "?" else f"[{name} …]" if action.nargs == "*" else name)
        super().add_usage(usage or " ".join(words), (), groups, prefix)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings:
            return super()._format_action_invocation(action)
        value = "" if action.nargs == 0 else f" {self._format_args(action, action.dest.upper())}"
        return ", ".join(sorted(action.option_strings, key=len)) + value


class Parser(argparse.ArgumentParser):
    """Raises `UsageError` where argparse would print the usage and leave."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=HelpFormatter, allow_abbrev=False, **settings)
        self.color = False  # Python 3.14 colours help by itself, also where it goes into a file of docs

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read on."""
        raise UsageError(message, hint=f"`{self.prog} --help` says what there is")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Suggest the command that was meant, before argparse lists them all."""
        words = list(args or ())
        known = self._commands()
        first = words[0] if words else ""
        if known and first and not first.startswith("-") and first not in known:
            near = difflib.get_close_matches(first, known, n=1, cutoff=0.75)
            hint = f"perhaps `{self.prog} {near[0]}`" if near else f"to review a package: `{self.prog} review {first}`"
            raise UsageError(f"there is no command {first}", hint=hint)
        return super().parse_known_args(words, namespace)

    def _commands(self) -> list[str]:
        """Return the subcommands of this parser, if it has any."""
        found = (one for one in self._actions if isinstance(one, argparse._SubParsersAction))  # noqa: SLF001  no public way
        return [str(name) for one in found for name in one.choices]
