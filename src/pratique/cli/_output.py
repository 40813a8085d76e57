"""Where output goes and how it looks: colours, widths, files, progress."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import time
from pathlib import Path

from pratique.errors import PratiqueError
from pratique.report import Style
from pratique.report.escape import plain
from pratique.report.layout import cut

_ASCII = str.maketrans({"…": "...", "·": "-", "→": "->"})


def add_output_options(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add the options that every printing command shares; return their group."""
    group = parser.add_argument_group("output")
    group.add_argument("--output", "-o", metavar="FILE", help="write to FILE instead of standard output")
    group.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)"
    )
    group.add_argument(
        "--verbose", "-v", action="store_true", help="show everything: long paths, all places, info problems"
    )
    return group


def style(args: argparse.Namespace) -> Style:
    """Return how to write, honouring NO_COLOR, FORCE_COLOR and the terminal."""
    terminal = sys.stdout.isatty() and not args.output
    wanted = {"always": True, "never": False}.get(args.color)
    if wanted is None:
        plain_terminal = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        wanted = bool(os.environ.get("FORCE_COLOR")) or (terminal and not plain_terminal)
    width = shutil.get_terminal_size((100, 24)).columns if terminal else 0
    return Style(color=wanted, width=width, verbose=args.verbose)


def complain(text: str, hint: str = "") -> None:
    """Say what is wrong on standard error, escaped: it may quote a package or an index."""
    lines = [f"pratique: {line}" if not number else f"  {line}" for number, line in enumerate(text.split("\n"))]
    lines += [f"  hint: {hint}"] if hint else []
    with contextlib.suppress(OSError):
        sys.stderr.write("".join(f"{_encodable(plain(line), sys.stderr.encoding)}\n" for line in lines))
        sys.stderr.flush()


def _encodable(text: str, encoding: str | None) -> str:
    """Return the text in signs that the terminal has: `...` for `…` where it knows only ASCII."""
    try:
        text.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        spelled = text.translate(_ASCII)
        return spelled.encode(encoding or "utf-8", "backslashreplace").decode(encoding or "utf-8")
    return text


def write(text: str, args: argparse.Namespace) -> None:
    """Write the result to the file asked for, else to standard output.

    Raises:
        PratiqueError: the file cannot be written; nothing of it is left behind.

    """
    if not args.output:
        sys.stdout.write(_encodable(text, sys.stdout.encoding))
        sys.stdout.flush()
        return
    path = Path(args.output)
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise PratiqueError(
            f"cannot write {path}: {error.strerror or error}", hint="give another file with --output"
        ) from error


class Progress:
    """One line on standard error for work of more than a second, and only on a terminal."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = False
        self._on = sys.stderr.isatty()

    def say(self, text: str) -> None:
        """Replace the line, once a second has gone by."""
        if self._on and time.monotonic() - self._started > 1:
            width = shutil.get_terminal_size((80, 24)).columns - 1
            sys.stderr.write(f"\r\x1b[K{cut(plain(text), width)}")
            sys.stderr.flush()
            self._shown = True

    def done(self) -> None:
        """Remove the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False


class Steps:
    """Progress: one line that changes on a terminal, else a line a minute."""

    def __init__(self) -> None:
        self._line = Progress()
        self._said = time.monotonic()

    def say(self, text: str) -> None:
        """Show it, or say it when a minute has gone by."""
        self._line.say(text)
        if not sys.stderr.isatty() and time.monotonic() - self._said > 60:
            self._said = time.monotonic()
            print(f"pratique: {plain(text)}", file=sys.stderr, flush=True)

    def done(self) -> None:
        """Remove the line."""
        self._line.done()
