"""Serve a folder: `python tests/standin FOLDER --port 8765`; with --every SECONDS a file is uploaded at a time."""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from standin import Registry, serving

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", type=Path)
parser.add_argument("--port", type=int, default=8765)
parser.add_argument("--every", type=float, default=0.0)
args = parser.parse_args()
registry = Registry()
with serving(registry, args.port) as url:
    print(f"PIP_INDEX_URL={url}/simple", flush=True)
    for path in sorted(path for path in args.folder.iterdir() if path.name.endswith((".whl", ".tar.gz", ".zip"))):
        registry.upload(path.name, path)
        time.sleep(args.every)
    while True:
        time.sleep(3600)
