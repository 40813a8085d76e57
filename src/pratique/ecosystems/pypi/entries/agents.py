"""Files that coding agents and editors load or run by convention when they work in a folder that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.conventions import for_agents
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.model import Entry, Problem

_TASKS = re.compile(r"(?:^|/)\.vscode/tasks\.json$|\.code-workspace$", re.IGNORECASE)
_ON_OPEN = re.compile(r'"runOn"\s*:\s*"folderOpen"')
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield each such file, wherever it lies: agents read the one nearest to the file they work on."""
    for placed in project.view.placed:
        if _TASKS.search(placed.path):
            text = project.view.text_of(placed.file)
            if isinstance(text, Problem) or _ON_OPEN.search(_ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)):
                yield way("agent", placed.file, f"{placed.path.rpartition('/')[2]} (runs when the folder opens)")
        elif placed.file.kind == "agent-text" or for_agents(placed.path):
            yield way("agent", placed.file, placed.path.rpartition("/")[2])
