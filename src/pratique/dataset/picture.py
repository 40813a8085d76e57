"""A dataset in one picture: when its samples were seen, by which way in they run, and how few hands are behind them.

SVG without scripts or fonts; readable on light and dark, and to those who do not tell red from green (Okabe and Ito).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from pratique.dataset.stats import HARMS, Stats
from pratique.model import TRIGGER_ORDER

WIDTH, HEIGHT = 960, 790
LEFT, RIGHT = 64, 936
COLOURS = ("#d55e00", "#e69f00", "#56b4e9", "#009e73", "#0072b2", "#cc79a7", "#f0e442", "#7a5195", "#8c6d31", "#333333")
GREY = "#a0a0a0"
NOTHING = ("unknown", "nothing accused")
_STYLE = """
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #222; }
  .head { font-size: 15px; font-weight: 600; } .small { font-size: 11px; fill: #555; } .end { text-anchor: end; }
  .middle { text-anchor: middle; } .line { stroke: #bbb; stroke-width: 1; } .back { fill: #fff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd; } .small { fill: #aaa; } .line { stroke: #555; } .back { fill: #161616; }
  }
"""


def draw(figures: Stats) -> str:
    """Return the picture as SVG text."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">',
        f'<title id="title">{figures.labels} labels of malicious releases</title>',
        f"<style>{_STYLE}</style>",
        f'<rect class="back" width="{WIDTH}" height="{HEIGHT}"/>',
        *_when(figures, 30, 230),
        *_ways(figures, 316, 210),
        *_hands(figures, 570, 180),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _when(figures: Stats, top: int, height: int) -> Iterator[str]:
    """Yield stacked bars: files by the quarter in which they were first seen, by harm tier."""
    yield _text(24, top, "First seen, by quarter and harm", "head")
    dated = dict(figures.quarters)
    quarters = _between(dated)
    words = [word for word in HARMS if any(word in counts for counts in dated.values())]
    yield from _legend(words, top + 20)
    base, room = top + height, height - 44
    most = _round(max((sum(counts.values()) for counts in dated.values()), default=0))
    yield from _scale(most, base, room)
    step = (RIGHT - LEFT) / max(1, len(quarters))
    for at, quarter in enumerate(quarters):
        x, y = LEFT + at * step, float(base)
        for word in words:
            count = dated.get(quarter, {}).get(word, 0)
            size = room * count / max(1, most)
            y -= size
            if count:
                yield _bar(x + 1, y, step - 2, size, _colour(words, word), f"{quarter}: {count} {word}")
        if quarter.endswith("Q1"):
            yield _text(x, base + 16, quarter[:4], "small")


def _ways(figures: Stats, top: int, height: int) -> Iterator[str]:
    """Yield one bar of shares for each year: the earliest trigger of accused code."""
    yield _text(24, top, "What runs the accused code, by year (proposed by the engine)", "head")
    years = [
        (year, {NOTHING[1] if word == "none" else word: n for word, n in held.items()})
        for year, held in figures.triggers
    ]
    words = [word for word in (*TRIGGER_ORDER, NOTHING[1]) if any(word in counts for _, counts in years)]
    yield from _legend(words, top + 20)
    step = (height - 40) / max(1, len(years))
    for at, (year, counts) in enumerate(years):
        total, x, y = sum(counts.values()), float(LEFT), top + 32 + at * step
        yield _text(LEFT - 8, y + step / 2 + 3, year, "end")
        for word in words:
            size = (RIGHT - 44 - LEFT) * counts.get(word, 0) / total
            if size:
                yield _bar(x, y, size, step - 3, _colour(words, word), f"{year}: {counts[word]} of {total} {word}")
                x += size
        yield _text(RIGHT, y + step / 2 + 3, f"{total}", "small end")


def _hands(figures: Stats, top: int, height: int) -> Iterator[str]:
    """Yield the sizes of the largest campaigns."""
    yield _text(24, top, "The largest campaigns", "head")
    if figures.campaigns:
        spread = figures.campaigns
        said = f"{spread.groups} campaigns; as diverse as {spread.effective:g} of equal size"
        yield _text(RIGHT, top, said, "small end")
    base, room = top + height, height - 26
    most = _round(max((one.files for one in figures.largest), default=0))
    yield from _scale(most, base, room)
    step = (RIGHT - LEFT) / max(1, len(figures.largest))
    for at, one in enumerate(figures.largest):
        size = room * one.files / max(1, most)
        told = f"{one.id} {one.called}: {one.files} files, {one.names} names, {one.first_seen} to {one.last_seen}"
        yield _bar(LEFT + at * step + 1, base - size, step - 2, size, COLOURS[4], told)
        yield _text(LEFT + at * step + step / 2, base - size - 4, str(one.files), "small middle")
    yield _text(LEFT, base + 18, "each bar is one campaign, by number of files", "small")


def _between(dated: Mapping[str, object]) -> list[str]:
    """Return every quarter from the first to the last, the empty ones too."""
    if not dated:
        return []
    numbers = [int(name[:4]) * 4 + int(name[-1]) - 1 for name in dated]
    return [f"{at // 4} Q{at % 4 + 1}" for at in range(min(numbers), max(numbers) + 1)]


def _round(most: int) -> int:
    """Return the next even number of a scale, of 2, 4, 10, 20, 40, 100 and so on."""
    size = 2
    while size < most:
        size = size * 5 // 2 if str(size)[0] == "4" else size * 2
    return size


def _legend(words: Sequence[str], y: float) -> Iterator[str]:
    x = float(24)
    for word in words:
        yield f'<rect x="{x:g}" y="{y - 9:g}" width="10" height="10" fill="{_colour(words, word)}"/>'
        yield _text(x + 14, y, word, "small")
        x += 34 + 6.6 * len(word)


def _scale(most: int, base: float, room: float) -> Iterator[str]:
    """Yield the base line, and lines at half and whole of the largest value."""
    for share in (0.0, 0.5, 1.0):
        y = base - room * share
        yield f'<line class="line" x1="{LEFT}" y1="{y:g}" x2="{RIGHT}" y2="{y:g}"/>'
        yield _text(LEFT - 8, y + 4, f"{most * share:g}", "small end")


def _colour(words: Sequence[str], word: str) -> str:
    """Return a word's colour: what nobody knows is grey."""
    return GREY if word in NOTHING else COLOURS[words.index(word) % len(COLOURS)]


def _bar(x: float, y: float, width: float, height: float, fill: str, told: str) -> str:
    size = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}"'
    return f'<rect {size} fill="{fill}"><title>{escape(told)}</title></rect>'


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(words)}</text>'
