"""Runs in hexora's own environment: Python text from standard input, one JSON line per artifact on standard output.

hexora's Python API takes paths only, and looks at the name `setup.py`. So each text goes into one anonymous file
(memfd_create(2)), and two links in a temporary folder give it the two names; no text is ever written to a disk.
Only the time inside hexora's own call is counted.
"""

import contextlib
import json
import os
import resource
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import hexora  # type: ignore[import-not-found]


def take(stream: BinaryIO, size: int) -> bytes:
    """Read exactly `size` bytes."""
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data


def files(stream: BinaryIO) -> Iterator[tuple[bool, bytes]]:
    """Yield the files of the next artifact: whether it is a setup.py, and its text."""
    (count,) = struct.unpack(">I", take(stream, 4))
    for _ in range(count):
        setup, size = struct.unpack(">BI", take(stream, 5))
        yield bool(setup), take(stream, size)


def audit(path: Path) -> float:
    """Return hexora's score of one file."""
    return max((float(result.get("score") or 0.0) for result in hexora.audit_file(path)), default=0.0)


def say(text: str) -> None:
    """Answer one line."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def answer(memory: int, links: dict[bool, Path]) -> dict[str, float]:
    """Score the files of the next artifact. Raises EOFError when there is none."""
    score, errors, cpu = 0.0, 0, 0.0
    for setup, text in files(sys.stdin.buffer):
        os.ftruncate(memory, 0)
        os.pwrite(memory, text, 0)
        started = time.process_time()
        try:
            score = max(score, audit(links[setup]))
        except BaseException:  # noqa: BLE001  (a panic of its native code is no Exception)
            errors += 1
        cpu += time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"score": score, "errors": errors, "cpu_s": round(cpu, 4), "peak_mb": round(peak, 1)}


def main() -> None:
    """Answer until there is nothing more to read."""
    memory = os.memfd_create("text")
    with tempfile.TemporaryDirectory(prefix="pratique-peer-") as folder:
        links = {True: Path(folder, "setup.py"), False: Path(folder, "module.py")}
        for link in links.values():
            link.symlink_to(f"/proc/self/fd/{memory}")
        say("ready")
        with contextlib.suppress(EOFError):
            while True:
                say(json.dumps(answer(memory, links)))


if __name__ == "__main__":
    main()
