"""Reviews beside an earlier release: what `--against` and `--history` mean, and how a session reads files."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli._output import Progress
from pratique.errors import PratiqueError, UsageError

if TYPE_CHECKING:
    from pratique.batch import Work
    from pratique.compare import Portrait
    from pratique.ecosystems import Ecosystem, Target
    from pratique.model import Artifact, Review
    from pratique.pipeline import Options, Read
    from pratique.releases import Against, Desk
    from pratique.releases.popular import Popular

AGAINST = "base"
NOTHING = "none"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what to compare with."""
    group = parser.add_argument_group("comparison")
    group.add_argument(
        "--against",
        default="",
        metavar="WHAT",
        help="compare with a VERSION, a file's PATH, `base` (default for names: the newest version before it that had "
        "stood for 14 days without an open look; with -r only if asked for) or `none`",
    )
    group.add_argument(
        "--popular",
        metavar="INDEX",
        help="compare what copies a popular project with the original (`pratique popular`)",
    )
    group.add_argument(
        "--history", action="store_true", help="also count what changed since its predecessor and in about a year"
    )


class Session:
    """Reads files with one set of options."""

    def __init__(self, ecosystem: Ecosystem, chosen: Options, jobs: int, progress: Progress) -> None:
        """`jobs`: processes, 0 for one per core."""
        self.ecosystem = ecosystem
        self._options = chosen
        self._jobs = jobs or None
        self._progress = progress

    def read_all(self, works: Iterable[Work]) -> Iterator[Read]:
        """Read files in order."""
        from pratique.batch import read_all

        return read_all(works, self._options, jobs=self._jobs)

    def alone(self, works: Iterable[Work], against: Against | None) -> Iterator[Read]:
        """Read files in order, each beside the original that it copies where an index of popular projects knows it."""
        from pratique.releases.copies import read_files

        if against is None or against.popular is None:
            return self.read_all(works)
        return read_files(self.desk(), works, against.popular)

    def desk(self) -> Desk:
        """Return a desk for the files of one project."""
        from pratique.releases import Desk

        return Desk(self.ecosystem, self.read_all, self._options.budget, self.say)

    def reviews(self, target: Target, against: Against) -> Iterator[Review]:
        """Review a release beside its base."""
        from pratique.releases import plan, read_release

        for read in read_release(self.desk(), plan(self.ecosystem, target), against):
            yield read.review

    def say(self, text: str) -> None:
        """Show what is being done."""
        self._progress.say(text)

    def folder(self, path: Path) -> Review:
        """Review a source folder."""
        from pratique.batch import review_folder

        self.say(f"reviewing {path}")
        return review_folder(path, self._options)

    def compared(self, before: tuple[Artifact, bytes], after: tuple[Artifact, bytes]) -> Review:
        """Review the second of two files beside the first."""
        from pratique.batch import Work
        from pratique.compare import Context

        (old, old_data), (new, new_data) = before, after
        self.say(f"reading {old.filename}")
        drawn = next(self.read_all([Work(artifact=old, data=old_data, draw=True)]))
        if drawn.portrait is None:
            raise PratiqueError(f"{old.filename} could not be read to the end, so nothing can be compared with it")
        self.say(f"reading {new.filename}")
        work = Work(artifact=new, data=new_data, context=Context(base=drawn.portrait))
        return next(self.read_all([work])).review

    def drawn(self, path: Path) -> Read:
        """Read a file on disk and draw it."""
        from pratique.batch import Work

        self.say(f"reading {path}")
        data = path.read_bytes()
        work = Work(artifact=self.ecosystem.describe(path.name, data), data=data, draw=True)
        return next(self.read_all([work]))


def asked(session: Session, args: argparse.Namespace) -> Against | None:
    """Return what to compare names with; None for nothing. Raises `UsageError` for a word that means nothing."""
    from packaging.version import InvalidVersion, Version

    from pratique.releases import Against

    word = args.against or (NOTHING if args.requirement else AGAINST)
    if word == NOTHING:
        return None
    if word == AGAINST:
        return Against(history=args.history, popular=popular(args))
    if Path(word).is_file():
        return Against(portrait=session.drawn(Path(word)).portrait, history=args.history)
    try:
        return Against(version=str(Version(word)), history=args.history)
    except InvalidVersion as error:
        hint = "give a version (1.4.2), the path of a file, `base` or `none`"
        raise UsageError(f"--against {word} is neither a file nor a version", hint=hint) from error


def popular(args: argparse.Namespace) -> Popular | None:
    """Return the index of popular projects that was asked for. Raises `ConfigError`."""
    from pratique.releases.popular import load

    return load(Path(args.popular)) if args.popular else None


def portrait_of(against: Against | None) -> Portrait | None:
    """Return the base that was given as a file."""
    return against.portrait if against else None
