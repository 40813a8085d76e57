"""A peer's own virtual environment: made once, from the package index that pip is configured with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pratique.evaluate.peers.base import Peer, PeerError

MARK = "pratique-peer-ready"


def python(peer: Peer, place: Path | None) -> Path:
    """Return the interpreter of a peer's environment below `place`, and make it if it is not there.

    Only the peer itself is installed, a tool by its exact version; never a package under review. Raises PeerError.
    """
    if place is None:
        raise PeerError(f"{peer.name} needs a place for its environment", hint=f"--peer {peer.name}=PATH/TO/PYTHON")
    home = place / f"{peer.name}-{peer.version}"
    interpreter = home / "bin" / "python"
    if not (home / MARK).is_file():
        _call(peer, [sys.executable, "-m", "venv", "--clear", str(home)])
        _call(
            peer, [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer.requirement]
        )
        (home / MARK).touch()
    return interpreter


def _call(peer: Peer, command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise PeerError(f"{peer.name} cannot be installed: {last}")
