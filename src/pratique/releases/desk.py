"""Fetching and reading the files of releases, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from pratique.batch import Work
from pratique.compare import Context, Installed
from pratique.ecosystems import Ecosystem
from pratique.errors import PratiqueError
from pratique.model import Artifact, Budget
from pratique.pipeline import Read

ReadAll = Callable[[Iterable[Work]], Iterator[Read]]
"""Reads artifacts in order, with the options of the caller."""
Say = Callable[[str], None]


class Desk:
    """Fetches and reads the files of releases, each once."""

    def __init__(self, ecosystem: Ecosystem, read_all: ReadAll, budget: Budget, say: Say) -> None:
        """`say` is told what is being done."""
        self.ecosystem = ecosystem
        self._read_all = read_all
        self._budget = budget
        self._say = say
        self._drawn: dict[str, Read] = {}

    def work(self, artifact: Artifact, context: Context, *, draw: bool) -> Work:
        """Fetch a file. Raises what `Ecosystem.fetch` raises."""
        self._say(f"fetching {artifact.filename}")
        data = self.ecosystem.fetch(artifact, self._budget)
        self._say(f"reviewing {artifact.filename}")
        return Work(artifact=msgspec.structs.replace(artifact, size=len(data)), data=data, context=context, draw=draw)

    def read(self, works: Iterable[Work]) -> Iterator[Read]:
        """Read files in order."""
        return self._read_all(works)

    def draw(self, artifacts: Sequence[Artifact]) -> dict[str, Read]:
        """Return the drawn files by name; one that cannot be had is left out."""
        wanted = [file for file in artifacts if file.filename not in self._drawn]
        works = [work for file in wanted if (work := self._try(file))]
        for work, read in zip(works, self.read(works), strict=True):
            self._drawn[work.artifact.filename] = read
        names = {file.filename for file in artifacts}
        return {name: read for name, read in self._drawn.items() if name in names}

    def installed(self, artifact: Artifact, most: int) -> Installed | None:
        """Return a file with its bytes; None where it cannot be had, or has more than `most` bytes."""
        work = self._try(artifact) if artifact.size <= most else None
        return Installed(artifact=work.artifact, data=work.data) if work and len(work.data) <= most else None

    def _try(self, artifact: Artifact) -> Work | None:
        try:
            return self.work(artifact, Context(), draw=True)
        except PratiqueError as error:
            self._say(f"{artifact.filename}: {error.message}")
            return None
