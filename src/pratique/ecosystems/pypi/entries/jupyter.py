"""Jupyter: extensions that a package's own configuration file turns on for every server that starts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import dig, table
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.model import Entry, File, Problem

_CONFIG = re.compile(r"(?:^|/)(?:etc|share)/jupyter/jupyter_(?:server|notebook|lab)?_?config(?:\.d/[^/]+)?\.json$")
_TABLES = (("ServerApp", "jpserver_extensions"), ("NotebookApp", "nbserver_extensions"))
_LOADERS = ("_load_jupyter_server_extension", "load_jupyter_server_extension")
"""The functions that a server calls (Jupyter Server, Extension Authors' Guide)."""


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield the modules that such files turn on, and the functions in them that a server calls."""
    for placed in project.view.placed:
        if placed.nested or not _CONFIG.search(placed.path):
            continue
        text = project.view.text_of(placed.file)
        if isinstance(text, Problem):
            yield text
        else:
            yield from _extensions(project, placed.file, text)


def _extensions(project: Project, file: File, text: str) -> Iterator[Entry]:
    try:
        config = json.loads(text)
    except (ValueError, RecursionError):
        return
    for keys in _TABLES:
        for name, on in table(dig(config, *keys)).items():
            if on is not False:
                via = f"Jupyter server extension {name}"
                for loaded in project.importing(name):
                    yield way("plugin", loaded, via, "", file)
                for loader in _LOADERS:
                    for target, symbol in project.targets(name, loader):
                        yield way("plugin", target, via, symbol, file)
