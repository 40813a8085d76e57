"""Honest hook packages, reviewed end to end: none may worry anyone, and what is said of each is a golden.

`PRATIQUE_UPDATE_GOLDENS=1 pytest tests/goldens` rewrites reviews.json: read the difference before committing it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import msgspec
import pytest

from pratique.pipeline import Options, describe, review_artifact

from . import hook_goldens

GOLDEN = Path(__file__).with_name("reviews.json")
HOOKS = hook_goldens.load_all()
UPDATE = os.environ.get("PRATIQUE_UPDATE_GOLDENS") == "1"  # read before the environment is scrubbed


def _said(hook: hook_goldens.Hook) -> dict[str, object]:
    data = hook.archive()
    name = hook.filename if hook.kind != "folder" else "folder.zip"
    artifact = msgspec.structs.replace(describe(name, data), kind=hook.kind)
    found = review_artifact(artifact, data, Options(audience="everything"))
    findings = sorted(f"{one.rule} {one.trigger} {one.primary.shown}" for one in found.findings)
    return {"level": found.verdict.level, "complete": found.verdict.complete, "findings": findings}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.name)
def test_an_honest_hook_worries_nobody(hook):
    said = _said(hook)

    assert said["level"] in ("clear", "note"), said
    assert said["complete"], said


def test_the_reviews_are_as_committed():
    said = {hook.name: _said(hook) for hook in HOOKS}
    if UPDATE:
        GOLDEN.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")

    assert said == json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert len(said) >= 30
