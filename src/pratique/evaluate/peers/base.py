"""What a peer is, and its process: text in, a score out, killed and begun again when it hangs or dies."""

from __future__ import annotations

import contextlib
import os
import selectors
import struct
import subprocess
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from pratique.errors import PratiqueError
from pratique.evaluate.shapes import PeerOutcome
from pratique.evaluate.work import SourceFile

CHUNK = 1 << 16
ANSWER = 1 << 16
"""Bytes that one answer may have."""
START_S = 60.0
END_S = 5.0


class PeerError(PratiqueError):
    """A peer cannot be run."""

    hint = "leave --peer out to measure without it, or name its interpreter: --peer NAME=PYTHON"


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """Another detector."""

    name: str
    requirement: str
    """What pip installs into its environment, with an exact version: figures name it."""
    threshold: float
    """The score at which it counts as an alarm."""
    why: str
    """Where the threshold comes from."""

    @property
    def version(self) -> str:
        """The exact version."""
        return self.requirement.partition("==")[2]

    @property
    def driver(self) -> Path:
        """The adapter that `drivers/serve.py` loads in the peer's own Python."""
        return Path(str(files(__package__).joinpath("drivers", f"{self.name}.py")))


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a driver says, as one JSON line."""

    score: float
    errors: int
    cpu_s: float
    peak_mb: float


_ANSWERS = msgspec.json.Decoder(_Answer)


class Process:
    """A running peer. A context manager. Raises PeerError when it does not start."""

    def __init__(self, peer: Peer, python: Path) -> None:
        self._peer, self._python = peer, python
        self._child = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()
        self._stop()

    @property
    def pid(self) -> int:
        """The running process."""
        return self._child.pid

    def score(self, sha256: str, sources: Sequence[SourceFile], limit_s: float) -> PeerOutcome:
        """Return the highest score over the files; none when the peer hangs or dies, which begins it again."""
        size = sum(len(one.text) for one in sources)
        try:
            line = self._ask(_frame(sources), limit_s)
            answer = _ANSWERS.decode(line)
        except (TimeoutError, OSError, msgspec.DecodeError) as error:
            why = f"took longer than {limit_s:g} s" if isinstance(error, TimeoutError) else "it died"
            self._stop()
            self._child = self._start()
            return PeerOutcome(sha256=sha256, files=len(sources), code_bytes=size, failure=why)
        blind = bool(sources) and answer.errors == len(sources)
        return PeerOutcome(
            sha256=sha256, score=None if blind else round(answer.score, 4), files=len(sources), code_bytes=size,
            errors=answer.errors, cpu_s=answer.cpu_s, peak_mb=answer.peak_mb,
            failure="it read none of the files" if blind else "",
        )  # fmt: skip

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            child = subprocess.Popen(
                [self._python, "-I", self._peer.driver.with_name("serve.py"), self._peer.driver],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env={"LC_ALL": "C.UTF-8"},
            )
        except OSError as error:
            raise PeerError(f"{self._peer.name} cannot be started: {error.strerror}") from error
        assert child.stdin
        assert child.stdout
        os.set_blocking(child.stdin.fileno(), False)
        os.set_blocking(child.stdout.fileno(), False)
        self._child = child
        try:
            ready = self._ask(b"", START_S)
        except (TimeoutError, OSError) as error:
            self._stop()
            raise PeerError(f"{self._peer.name} does not start in {self._python}") from error
        if ready != b"ready":
            self._stop()
            raise PeerError(f"{self._peer.name} does not start in {self._python}")
        return child

    def finish(self) -> None:
        """Let it end by itself and clean up after itself; kill it when it does not."""
        assert self._child.stdin
        self._child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(END_S)

    def _stop(self) -> None:
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                pipe.close()

    def _ask(self, data: bytes, limit_s: float) -> bytes:
        """Write `data` and return the line that answers. Raises TimeoutError, or OSError when the peer died."""
        assert self._child.stdin
        assert self._child.stdout
        writing, reading = self._child.stdin.fileno(), self._child.stdout.fileno()
        left, got, end = memoryview(data), bytearray(), time.monotonic() + limit_s
        with selectors.DefaultSelector() as selector:
            selector.register(reading, selectors.EVENT_READ)
            if left:
                selector.register(writing, selectors.EVENT_WRITE)
            while not got.endswith(b"\n"):
                if time.monotonic() > end:
                    raise TimeoutError
                for key, _ in selector.select(1.0):
                    if key.fd == reading:
                        got += _read(reading)
                        continue
                    with contextlib.suppress(BlockingIOError):
                        left = left[os.write(writing, left[:CHUNK]) :]
                    if not left:
                        selector.unregister(writing)
        return bytes(got[:-1])


def _read(descriptor: int) -> bytes:
    data = os.read(descriptor, ANSWER)
    if not data:
        raise BrokenPipeError
    return data


def _frame(sources: Sequence[SourceFile]) -> bytes:
    """Return the files as the drivers read them: a count, then flag, length and text of each; big-endian."""
    parts = [struct.pack(">I", len(sources))]
    for one in sources:
        parts += (struct.pack(">BI", one.setup, len(one.text)), one.text)
    return b"".join(parts)
