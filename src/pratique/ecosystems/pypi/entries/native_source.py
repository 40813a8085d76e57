"""Native code that building a source archive compiles: Cargo runs build.rs, and what is compiled runs when imported."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.model import Entry, Problem


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield build scripts of crates, and each source of native code: which of them are compiled is not worked out."""
    if project.view.installed:
        return
    for placed in project.view.placed:
        if placed.nested or placed.file.kind not in ("native-source", "cython"):
            continue
        folder, _, base = placed.path.rpartition("/")
        if base == "build.rs" and project.view.at(posixpath.join(folder, "Cargo.toml")):
            yield way("build", placed.file, "build.rs")
        else:
            yield way("import", placed.file, "compiled when it is built")
