"""Runs in GuardDog's own environment: one JSON order per line in, one JSON answer per line out.

GuardDog reads folders, so it unpacks each wheel into a temporary one, with its own function, apart from the scan.
Only benign wheels are ever given to it.
"""

import json
import logging
import os
import resource
import sys
import tempfile


def cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    ours, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime


def main() -> None:
    """Answer until there is nothing more to read."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what GuardDog prints is no answer
    from guarddog.scanners import PypiPackageScanner
    from guarddog.utils.archives import safe_extract

    logging.disable(logging.CRITICAL)
    scanner = PypiPackageScanner()
    with tempfile.TemporaryDirectory() as folder:
        open(os.path.join(folder, "acme.py"), "w").close()  # noqa: PTH118, PTH123
        scanner.scan_local(folder)
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        with tempfile.TemporaryDirectory() as folder:
            start = cpu()
            try:
                safe_extract(order["path"], folder)
                unpacked = cpu()
                found = scanner.scan_local(folder)
            except Exception as error:  # noqa: BLE001  (what it refuses is a figure, not an end)
                print(json.dumps({"failure": f"{type(error).__name__}: {error}"[:200]}), file=answers, flush=True)
                continue
            done = cpu()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = {
            "unpack_s": unpacked - start,
            "total_s": done - start,
            "peak_mb": peak,
            "score": (found.get("risk_score") or {}).get("score"),
        }
        print(json.dumps(told), file=answers, flush=True)


if __name__ == "__main__":
    main()
