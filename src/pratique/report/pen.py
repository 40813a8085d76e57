"""How a line is drawn: weight and colour where they are wanted, wrapped where the terminal ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.report import Style
from pratique.report.layout import columns, wrap

HARD_BLANK = "\xa0"
"""A blank at which `Pen.wrapped` does not break a line. Escaped package text holds none."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws lines in a style."""

    style: Style

    def colored(self, text: str, code: str) -> str:
        """Return the text in an ANSI colour, or as it is."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.style.color and text else text

    def bold(self, text: str) -> str:
        """Return the text in bold."""
        return self.colored(text, "1")

    def dim(self, text: str) -> str:
        """Return the text in a quiet colour."""
        return self.colored(text, "2")

    def wrapped(self, lead: str, text: str, *, bold: bool = False, dim: bool = False) -> Iterator[str]:
        """Yield `lead` and the text, further lines below its beginning."""
        indent = columns(lead)
        room = max(20, self.style.width - indent) if self.style.width else 0
        for number, line in enumerate(wrap(text, room)):
            whole = (lead if not number else " " * indent) + line.replace(HARD_BLANK, " ")
            yield self.bold(whole) if bold else self.dim(whole) if dim else whole
