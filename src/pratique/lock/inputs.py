"""Which releases a project depends on: requirements, pylock.toml (PEP 751), uv.lock, poetry.lock, an environment.

Files are read as data; nothing they name is installed, and no package of an environment is imported.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import msgspec

from pratique.ecosystems import Ecosystem, Target
from pratique.errors import ConfigError, TargetNotFound

NAMES = ("pylock.toml", "uv.lock", "poetry.lock", "requirements.txt")
"""What is looked for in a folder, in that order."""


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """One release."""

    name: str
    """Canonical."""
    version: str
    """"" where the input leaves it open."""
    hashes: tuple[str, ...] = ()
    """sha256 digests of the only files that may be meant, () where the input gives none."""
    specifier: str = ""


class Pins(msgspec.Struct, frozen=True, kw_only=True):
    """What an input asks for."""

    pins: tuple[Pin, ...]
    refused: tuple[tuple[str, str], ...] = ()
    """(what, why) of what comes from no index."""


def find(folder: Path) -> Path:
    """Return the first input that a folder holds. Raises `TargetNotFound`."""
    for name in NAMES:
        if (folder / name).is_file():
            return folder / name
    raise TargetNotFound(f"there is none of {', '.join(NAMES)} in {folder}", hint="name a file, or --installed FOLDER")


def pins(ecosystem: Ecosystem, path: Path) -> Pins:
    """Read an input, by its name: what ends in .toml or .lock is a lock file, anything else requirements.

    Raises:
        TargetNotFound: it cannot be read.
        ConfigError: it is no lock file that is known here.

    """
    if path.suffix not in {".toml", ".lock"}:
        wanted = ecosystem.requirements(path)
        return Pins(
            pins=tuple(_pin(target) for target in wanted.targets),
            refused=tuple((one.text, one.reason) for one in wanted.refused),
        )
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TargetNotFound(f"cannot read {path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    packages = content.get("packages") if "lock-version" in content else content.get("package")
    if not isinstance(packages, list):
        raise ConfigError(f"{path} is no pylock.toml, uv.lock or poetry.lock")
    return _locked([one for one in packages if isinstance(one, dict)])


def _pin(target: Target) -> Pin:
    return Pin(name=target.name, version=target.version, hashes=target.hashes, specifier=target.specifier)


def _locked(packages: list[dict[str, Any]]) -> Pins:
    """Read the packages of a lock file; the formats differ only in where their hashes stand."""
    from packaging.utils import canonicalize_name

    found: list[Pin] = []
    refused: list[tuple[str, str]] = []
    for one in packages:
        name, version = canonicalize_name(str(one.get("name", ""))), str(one.get("version", ""))
        source = one.get("source", {})
        elsewhere = {"vcs", "directory", "archive"} & one.keys() or (
            isinstance(source, dict) and {"git", "url", "path", "directory", "editable", "virtual"} & source.keys()
        )
        if elsewhere or not version:
            refused.append((name, "it comes from no index"))
        else:
            found.append(Pin(name=name, version=version, hashes=tuple(dict.fromkeys(_hashes(one)))))
    return Pins(pins=tuple(found), refused=tuple(refused))


def _hashes(package: dict[str, Any]) -> Iterator[str]:
    """Yield sha256 digests: `wheels[].hashes.sha256`, `sdist.hash = "sha256:…"`, `files[].hash = "sha256:…"`."""
    files = [*package.get("wheels", []), *package.get("files", []), package.get("sdist", {})]
    for file in files:
        if isinstance(file, dict):
            digest = file.get("hashes", {}).get("sha256", "") if isinstance(file.get("hashes"), dict) else ""
            digest = digest or str(file.get("hash", "")).removeprefix("sha256:")
            if len(digest) == 64:
                yield digest.lower()


def installed(folders: list[str]) -> Pins:
    """Return the distributions that lie in folders of an environment, by their metadata alone."""
    from packaging.utils import canonicalize_name

    found = {
        canonicalize_name(one.metadata["Name"]): Pin(name=canonicalize_name(one.metadata["Name"]), version=one.version)
        for one in distributions(path=folders)
        if one.metadata["Name"]
    }
    return Pins(pins=tuple(found[name] for name in sorted(found)))
