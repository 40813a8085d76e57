"""What the registry holds: projects, files, and the journal of everything that happened."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import time
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

from standin.faults import Fault, Faults


@dataclass(slots=True, kw_only=True)
class Hosted:
    """One file."""

    filename: str
    version: str
    source: bytes | Path
    sha256: str
    size: int
    uploaded: float
    serial: int
    metadata: bytes = b""
    yanked: bool | str = False
    hidden: int = 0
    """Times that the project's page is served without it: a page that lags behind the journal."""
    provenance: bytes = b""

    def read(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()


@dataclass(slots=True, kw_only=True)
class Project:
    """One project."""

    name: str
    files: dict[str, Hosted] = field(default_factory=dict)
    status: str = "active"
    serial: int = 0


class Registry:
    """The state; safe to change while it is served."""

    def __init__(self, first_serial: int = 1000) -> None:
        self.projects: dict[str, Project] = {}
        self.journal: list[tuple[str, str | None, int, str, int]] = []
        self.unlisted: list[tuple[str, str | None, int, str, int]] = []
        """Entries that the journal will only show later, although newer ones are shown."""
        self.faults = Faults()
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.page_size = 50_000
        self.lock = threading.RLock()
        self._serial = first_serial

    def fault(self, path: str, **what: object) -> Fault:
        """Let something go wrong with requests for `path`."""
        made = Fault(path=path, **what)
        self.faults.waiting.append(made)
        return made

    def upload(self, filename: str, source: bytes | Path, **more: object) -> Hosted:
        """Add a file, as an uploader does."""
        data = source if isinstance(source, bytes) else source.read_bytes()
        name, version = _names(filename)
        with self.lock:
            project = self.projects.get(name)
            if project is None:
                project = self.projects[name] = Project(name=name)
                self._write(project, None, "create")
            if all(file.version != version for file in project.files.values()):
                self._write(project, version, "new release")
            kind = "py3" if filename.endswith(".whl") else "source"
            made = Hosted(
                filename=filename, version=version, source=source, sha256=hashlib.sha256(data).hexdigest(),
                size=len(data), uploaded=time.time(), serial=0, metadata=_metadata(filename, data), **more,
            )  # fmt: skip
            project.files[filename] = made
            made.serial = self._write(project, version, f"add {kind} file {filename}")
        return made

    def remove_file(self, name: str, filename: str) -> None:
        with self.lock:
            project = self.projects[name]
            gone = project.files.pop(filename)
            self._write(project, gone.version, f"remove file {filename}")

    def remove_release(self, name: str, version: str) -> None:
        with self.lock:
            project = self.projects[name]
            project.files = {key: file for key, file in project.files.items() if file.version != version}
            self._write(project, version, "remove release")

    def remove_project(self, name: str) -> None:
        with self.lock:
            project = self.projects.pop(name)
            self._write(project, None, "remove project")

    def quarantine(self, name: str) -> None:
        with self.lock:
            self.projects[name].status = "quarantined"
            self._write(self.projects[name], None, "project quarantined")

    def clear(self, name: str) -> None:
        with self.lock:
            self.projects[name].status = "active"
            self._write(self.projects[name], None, "project quarantine cleared")

    def yank(self, name: str, version: str) -> None:
        with self.lock:
            for file in self.projects[name].files.values():
                if file.version == version:
                    file.yanked = True
            self._write(self.projects[name], version, "yank release")

    def hold_back(self, count: int) -> None:
        """Take the last entries out of the journal for now: transactions that commit late."""
        with self.lock:
            self.unlisted = self.journal[-count:]
            del self.journal[-count:]

    def let_go(self) -> None:
        """Show what was held back."""
        with self.lock:
            self.journal = sorted([*self.journal, *self.unlisted], key=lambda row: row[4])
            self.unlisted = []

    @property
    def serial(self) -> int:
        return self._serial

    def since(self, serial: int) -> list[tuple[str, str | None, int, str, int]]:
        with self.lock:
            return [row for row in self.journal if row[4] > serial][: self.page_size]

    def page(self, name: str) -> dict[str, object] | None:
        """Return a project's page of the Simple API."""
        with self.lock:
            project = self.projects.get(name)
            if project is None:
                return None
            files = []
            for file in project.files.values():
                if file.hidden:
                    file.hidden -= 1
                else:
                    files.append(_listed(file, name))
            if project.status == "quarantined":
                files = []
            return {
                "meta": {"api-version": "1.4", "_last-serial": project.serial},
                "name": name,
                "project-status": {"status": project.status},
                "versions": sorted({file.version for file in project.files.values()}),
                "files": files,
            }

    def _write(self, project: Project, version: str | None, action: str) -> int:
        self._serial += 1
        project.serial = self._serial
        self.journal.append((project.name, version, int(time.time()), action, self._serial))
        return self._serial


def _names(filename: str) -> tuple[str, str]:
    name, version = parse_wheel_filename(filename)[:2] if filename.endswith(".whl") else parse_sdist_filename(filename)
    return canonicalize_name(name), str(version)


def _listed(file: Hosted, name: str) -> dict[str, object]:
    found: dict[str, object] = {
        "filename": file.filename,
        "url": f"/files/{file.sha256[:2]}/{file.sha256[2:]}/{file.filename}",
        "hashes": {"sha256": file.sha256},
        "size": file.size,
        "upload-time": datetime.fromtimestamp(file.uploaded, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "yanked": file.yanked,
        "provenance": f"/integrity/{name}/{file.version}/{file.filename}/provenance" if file.provenance else None,
    }
    if file.metadata:
        found["core-metadata"] = {"sha256": hashlib.sha256(file.metadata).hexdigest()}
    return found


def _metadata(filename: str, data: bytes) -> bytes:
    """Return a wheel's METADATA, which the index serves beside it."""
    if not filename.endswith(".whl"):
        return b""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = next((name for name in archive.namelist() if name.endswith(".dist-info/METADATA")), "")
            return archive.read(member) if member else b""
    except (zipfile.BadZipFile, RuntimeError):
        return b""


def wheel(name: str, version: str, files: dict[str, bytes]) -> tuple[str, bytes]:
    """Return a wheel that pip installs."""
    stem = f"{name}-{version}"
    info = {
        f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{stem}.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    listed = {**files, **info}
    record = "".join(f"{path},,\n" for path in listed) + f"{stem}.dist-info/RECORD,,\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in {**listed, f"{stem}.dist-info/RECORD": record.encode()}.items():
            archive.writestr(path, data)
    return f"{stem}-py3-none-any.whl", packed.getvalue()


def sdist(name: str, version: str, files: dict[str, bytes]) -> tuple[str, bytes]:
    """Return a source distribution."""
    packed = io.BytesIO()
    listed = {"PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(), **files}
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, data in listed.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return f"{name}-{version}.tar.gz", packed.getvalue()
