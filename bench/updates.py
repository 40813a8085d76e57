"""Real update pairs: how often an honest release reaches `look` beside its base, and how long its list of changes is.

python bench/updates.py list BENIGN [MOST_MB]         consecutive versions in the list of benign wheels
python bench/updates.py index NAME [NAME …]           the last five releases of projects, by pip's configuration
"""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
from packaging.version import Version

from pratique.batch import Work, read_all
from pratique.compare import Context
from pratique.ecosystems import Target, open_ecosystem
from pratique.ecosystems.pypi.filenames import describe
from pratique.evaluate import corpora
from pratique.model import Review
from pratique.pipeline import Options, Read
from pratique.releases import Against, Desk, plan, read_release
from pratique.report import Style
from pratique.report.pen import Pen
from pratique.report.text_changes import changes

OPTIONS = Options(audience="everything")
LAST = 5
SCREEN = 24
"""Lines of a small terminal."""


def read(works: Iterable[Work]) -> Iterator[Read]:
    """Read files by one child."""
    return read_all(works, OPTIONS, jobs=1)


def listed(benign: Path, most_mb: int) -> Iterator[Review]:
    """Yield every consecutive pair of the list, the smaller wheels first; too large ones are named on stderr."""
    versions: defaultdict[str, list[Path]] = defaultdict(list)
    for source in corpora.benign(benign):
        if source.path is not None:
            versions[source.item.group].append(source.path)
    pairs = [
        pair
        for paths in versions.values()
        for pair in pairwise(sorted(paths, key=lambda path: Version(path.name.split("-")[1])))
        if pair[0].name.split("-")[1] != pair[1].name.split("-")[1]
    ]
    pairs.sort(key=lambda pair: sum(path.stat().st_size for path in pair))
    for old, new in pairs:
        if max(path.stat().st_size for path in (old, new)) > most_mb << 20:
            sys.stderr.write(f"too large: {old.name} {new.name}\n")
            continue
        (base,) = read([_work(old, Context(), draw=True)])
        if base.portrait is None:
            sys.stderr.write(f"not read: {old.name}\n")
            continue
        (found,) = read([_work(new, Context(base=base.portrait), draw=False)])
        yield found.review


def _work(path: Path, context: Context, *, draw: bool) -> Work:
    data = path.read_bytes()
    return Work(artifact=describe(path.name, data), data=data, context=context, draw=draw)


def fetched(names: Iterable[str]) -> Iterator[Review]:
    """Yield the files of each project's last releases beside the bases that a review chooses."""
    ecosystem = open_ecosystem()
    for name in names:
        desk = Desk(ecosystem, read, OPTIONS.budget, lambda _text: None)
        final = [one for one in ecosystem.releases(name) if not Version(one.package.version).is_prerelease]
        for release in final[:LAST]:
            target = Target(kind="project", text=name, name=name, version=release.package.version)
            made = plan(ecosystem, target)
            kinds = {file.kind: file for file in reversed(made.new.artifacts)}
            few = msgspec.structs.replace(made.new, artifacts=tuple(kinds.values()))
            for one in read_release(desk, msgspec.structs.replace(made, new=few), Against()):
                yield one.review


def main(argv: list[str]) -> int:
    """Print a line for each pair, then the counts."""
    command, *words = argv
    found = listed(Path(words[0]), int((words[1:] or ["10000"])[0])) if command == "list" else fetched(words)
    lengths: list[int] = []
    levels: defaultdict[str, int] = defaultdict(int)
    for review in found:
        shown = list(changes(review, Pen(Style(width=100))))
        lengths.append(len(shown))
        levels[review.verdict.level] += 1
        base = review.compared.base.package.version if review.compared else "nothing"
        package = review.artifact.package
        rules = ",".join(reason.rule for reason in review.verdict.reasons if reason.points)
        kept = dict(review.compared.functions).get("unchanged", 0) if review.compared else 0
        sys.stdout.write(
            f"{review.verdict.level:<6} {package.name} {base} → {package.version} ({review.artifact.kind}): "
            f"{len(review.changes)} changes in {len(shown)} lines, {kept} functions the same, "
            f"{review.cost.cpu_s:.1f} s  {rules}\n"
        )
        sys.stdout.flush()
    fits = sum(length <= SCREEN for length in lengths)
    sys.stdout.write(
        f"{len(lengths)} pairs: {dict(levels)}; lines of changes: median {statistics.median(lengths):.0f}, "
        f"{fits} fit a screen of {SCREEN}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
