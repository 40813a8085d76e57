"""Runs in Pratique's environment: one JSON order per line in, one JSON answer per line out.

An order names a wheel, a share of its Python files to change in memory (0: none), and whether to keep the cache.
"""

import gc
import io
import json
import os
import resource
import sys
import zipfile
from typing import Any

from pratique.batch import Work, review_all
from pratique.ecosystems.pypi.filenames import describe
from pratique.model import Review
from pratique.pipeline import Options, review_artifact
from pratique.unpack import open_artifact


def cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    ours, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime


def load(path: str, changed: float) -> bytes:
    """Read a wheel; with `changed`, as if that share of its Python files had a new last line."""
    with open(path, "rb") as file:  # noqa: PTH123
        data = file.read()
    if not changed:
        return data
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        names = sorted(name for name in old.namelist() if name.endswith(".py"))
        step = max(1, round(1 / changed))
        for info in old.infolist():
            text = old.read(info)
            new.writestr(info, text + b"\nCHANGED = True\n" if info.filename in names[::step] else text)
    return packed.getvalue()


def look(name: str, data: bytes) -> Review:
    """Review in this process; by way of the cache unless PRATIQUE_CACHE is off."""
    if os.environ.get("PRATIQUE_CACHE") == "off":
        return review_artifact(describe(name, data), data, Options())
    (found,) = review_all([Work(artifact=describe(name, data), data=data)], Options(), jobs=0)
    return found


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Review one wheel: CPU of unpacking alone, and of the whole review."""
    data, name = load(order["path"], order.get("changed", 0.0)), os.path.basename(order["path"])  # noqa: PTH119
    gc.collect()
    start = cpu()
    open_artifact(data, name)
    unpacked = cpu()
    result = look(name, data)
    done = cpu()
    return {
        "unpack_s": unpacked - start,
        "total_s": done - unpacked,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "cached": result.cost.cached_files,
        "level": result.verdict.level,
    }


def main() -> None:
    """Answer until there is nothing more to read."""
    warm = io.BytesIO()
    with zipfile.ZipFile(warm, "w") as archive:
        archive.writestr("acme/__init__.py", "import os\n")
    look("acme-1-py3-none-any.whl", warm.getvalue())
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
