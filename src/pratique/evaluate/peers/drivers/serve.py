"""Runs in a peer's own environment: Python text from standard input, one JSON line per artifact on standard output.

Peers take paths, and look at names such as `setup.py`. So each text goes into an anonymous file (memfd_create(2)), and
a link in a temporary folder gives it a name; no text is ever written to a disk. The script named in the first argument
holds `judge(folder, links)`, which returns the artifact's score and how many files the peer would not read. Only the
time inside `judge` is counted.
"""

import contextlib
import importlib.util
import json
import os
import resource
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

Judge = Callable[[Path, list[Path]], tuple[float, int]]


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


def linked(folder: Path, number: int, setup: bool, text: bytes) -> tuple[int, Path]:
    """Put a text into memory; return its descriptor and the link to it. The first setup.py lies at the top."""
    memory = os.memfd_create("text")
    os.pwrite(memory, text, 0)
    name = "setup.py" if setup else "module.py"
    link = folder / name
    if not setup or os.path.lexists(link):
        link = folder / f"m{number}" / name
        link.parent.mkdir()
    link.symlink_to(f"/proc/self/fd/{memory}")
    return memory, link


def judge_of(script: str) -> Judge:
    """Load a peer's adapter by its path."""
    spec = importlib.util.spec_from_file_location("adapter", script)
    if spec is None or spec.loader is None:
        raise ImportError(script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Judge = module.judge
    return found


def say(text: str) -> None:
    """Answer one line."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def answer(judge: Judge) -> dict[str, float]:
    """Score the files of the next artifact. Raises EOFError when there is none."""
    memories: list[int] = []
    with tempfile.TemporaryDirectory(prefix="pratique-peer-") as name:
        folder, links = Path(name), []
        try:
            for number, (setup, text) in enumerate(files(sys.stdin.buffer)):
                memory, link = linked(folder, number, setup, text)
                memories.append(memory)
                links.append(link)
            started = time.process_time()
            score, errors = judge(folder, links)
            cpu = time.process_time() - started
        finally:
            for memory in memories:
                os.close(memory)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"score": score, "errors": errors, "cpu_s": round(cpu, 4), "peak_mb": round(peak, 1)}


def main() -> None:
    """Answer until there is nothing more to read."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    judge = judge_of(sys.argv[1])
    say("ready")
    with contextlib.suppress(EOFError):
        while True:
            say(json.dumps(answer(judge)))


if __name__ == "__main__":
    main()
