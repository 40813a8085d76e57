"""Small pictures of an evaluation as SVG: readable in light and dark, with text instead of colour where it matters."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 34, 40
_STYLE = (
    "text{font:12px sans-serif;fill:#57606a}.t{font-weight:bold}.a{stroke:#8c959f;stroke-width:1}"
    ".g{stroke:#8c959f;stroke-width:.5;stroke-dasharray:2 4}.l{fill:none;stroke:#0969da;stroke-width:2}"
    ".b{fill:#0969da}.c{fill:#bc4c00}.w{stroke:#57606a;stroke-width:1.5}"
)


def steps(title: str, points: Sequence[tuple[float, float]], across: str, up: str) -> str:
    """Draw a curve of shares (0 to 1) over counts, as steps."""
    most = max((x for x, _ in points), default=1) or 1
    placed = [(_x(x / most), _y(y)) for x, y in points]
    path = f"M{placed[0][0]:.1f},{placed[0][1]:.1f}" if placed else ""
    path += "".join(f"H{x:.1f}V{y:.1f}" for x, y in placed[1:])
    marks = [f'<path class="l" d="{path}"/>', *_shares()]
    ticks = sorted({0, round(most / 4), round(most / 2), round(3 * most / 4), round(most)})
    marks += [_text(_x(tick / most), HEIGHT - BOTTOM + 16, f"{tick:g}", "middle") for tick in ticks]
    return _picture(title, marks, across, up)


def bars(title: str, rows: Sequence[tuple[str, float, float, float, str]], up: str) -> str:
    """Draw shares with their intervals: (name, value, low, high, what stands below the name)."""
    marks = _shares()
    wide = (WIDTH - LEFT - RIGHT) / max(1, len(rows))
    for at, (name, value, low, high, below) in enumerate(rows):
        x, middle = LEFT + at * wide + wide * 0.2, LEFT + (at + 0.5) * wide
        top = _y(value)
        marks.append(f'<rect class="b" x="{x:.1f}" y="{top:.1f}" width="{wide * 0.6:.1f}" height="{_y(0) - top:.1f}"/>')
        marks.append(f'<path class="w" d="M{middle:.1f},{_y(low):.1f}V{_y(high):.1f}"/>')
        marks.append(_text(middle, HEIGHT - BOTTOM + 15, name, "middle"))
        marks.append(_text(middle, HEIGHT - BOTTOM + 29, below, "middle"))
    return _picture(title, marks, "", up)


def histogram(title: str, series: Sequence[tuple[str, Sequence[int]]], across: str) -> str:
    """Draw the shares of each series' values in equal bins from 0 to 1, side by side."""
    marks = _shares()
    for number, (name, counts) in enumerate(series):
        total = sum(counts) or 1
        wide = (WIDTH - LEFT - RIGHT) / max(1, len(counts))
        kind = "bc"[number % 2]
        for at, count in enumerate(counts):
            top = _y(count / total)
            x = LEFT + at * wide + number * wide / 2
            marks.append(
                f'<rect class="{kind}" x="{x:.1f}" y="{top:.1f}" width="{wide * 0.45:.1f}" height="{_y(0) - top:.1f}"/>'
            )
        marks.append(f'<rect class="{kind}" x="{WIDTH - 210}" y="{TOP + 4 + 18 * number}" width="10" height="10"/>')
        marks.append(_text(WIDTH - 194, TOP + 13 + 18 * number, f"{name} ({total})", "start"))
    marks += [_text(_x(tick), HEIGHT - BOTTOM + 16, f"{tick:g}", "middle") for tick in (0, 0.25, 0.5, 0.75, 1)]
    return _picture(title, marks, across, "share")


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _shares() -> list[str]:
    """Return the lines and labels of a scale from 0 to 100 %."""
    found = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        kind = "a" if tick == 0 else "g"
        found.append(f'<path class="{kind}" d="M{LEFT},{_y(tick):.1f}H{WIDTH - RIGHT}"/>')
        found.append(_text(LEFT - 6, _y(tick) + 4, f"{100 * tick:g} %", "end"))
    return found


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _picture(title: str, marks: Sequence[str], across: str, up: str) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    words = [_text(LEFT, 18, title, "start", "t"), _text(WIDTH - RIGHT, HEIGHT - 4, across, "end")]
    words += [_text(WIDTH - RIGHT, 18, up, "end")]
    return f"{head}<title>{escape(title)}</title><style>{_STYLE}</style>{''.join((*marks, *words))}</svg>\n"
