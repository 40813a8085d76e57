# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Honest packages with frightening ingredients: what popular tools really do, written small."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib

from scenario_kit import Scenario, module, sdist, wheel


def zipped(files: dict[str, str]) -> bytes:
    """Return a zip of text files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, source in files.items():
            archive.writestr(name, source)
    return packed.getvalue()


MODULES = {
    "certificate-upload-to-cloud-api": """
        import requests
        BASE = "https://api.acme.invalid/v2"
        class Certificates:
            def __init__(self, token):
                self.headers = {"Authorization": "Bearer " + token}
            def create(self, name, private_key, leaf_certificate, chain=None):
                body = {"name": name, "private_key": private_key, "leaf_certificate": leaf_certificate, "certificate_chain": chain}
                return requests.post(BASE + "/certificates", json=body, headers=self.headers).json()
        """,
    "identity-service-sign-in": """
        import requests
        URL = "https://identity.acme.invalid/v1/accounts:signInWithPassword?key={0}"
        class Auth:
            def __init__(self, api_key):
                self.api_key = api_key
            def sign_in_with_email_and_password(self, email, password):
                reply = requests.post(URL.format(self.api_key), json={"email": email, "password": password, "returnSecureToken": True})
                reply.raise_for_status()
                return reply.json()
        """,
    "bot-framework-token-in-address": """
        import asyncio, json
        import aiohttp
        class Bot:
            def __init__(self, token):
                self.base = "https://api.telegram.org/bot%s/" % token
                self.handlers = {}
            def command(self, name):
                def register(function):
                    self.handlers[name] = function
                    return function
                return register
            async def call(self, method, **params):
                async with aiohttp.ClientSession() as session:
                    async with session.post(self.base + method, json=params) as reply:
                        return await reply.json()
            async def poll(self):
                offset = 0
                while True:
                    for update in (await self.call("getUpdates", offset=offset))["result"]:
                        offset = update["update_id"] + 1
                        word = update["message"]["text"].split()[0].lstrip("/")
                        if word in self.handlers:
                            await self.call("sendMessage", chat_id=update["message"]["chat"]["id"], text=self.handlers[word](update))
        """,
    "version-check-at-import": """
        import json, os, warnings
        from urllib.request import urlopen
        __version__ = "1.2.0"
        if not os.environ.get("NO_ACME_CHECK_VERSION"):
            try:
                latest = json.load(urlopen("https://index.invalid/pypi/acme/json", timeout=1))["info"]["version"]
                if latest != __version__:
                    warnings.warn(f"acme {latest} is available")
            except Exception:
                pass
        """,
    "usage-ping-at-import-with-opt-out": """
        import os, platform, sys, threading, urllib.parse, urllib.request
        def _ping():
            query = urllib.parse.urlencode({"v": "1.2.0", "py": platform.python_version(), "os": sys.platform, "arch": platform.machine()})
            try:
                urllib.request.urlopen("https://usage.acme.invalid/ping?" + query, timeout=2).close()
            except OSError:
                pass
        if os.environ.get("DO_NOT_TRACK", "").lower() not in ("1", "true") and not os.environ.get("CI"):
            threading.Thread(target=_ping, daemon=True).start()
        """,
    "auto-install-of-a-missing-dependency": """
        import importlib, subprocess, sys
        def require(name, package=None):
            try:
                return importlib.import_module(name)
            except ImportError:
                subprocess.check_call([sys.executable, "-m", "pip", "install", package or name])
                return importlib.import_module(name)
        np = require("numpy")
        """,
    "console-setup-at-import": """
        import ctypes, os, platform, shutil, subprocess, sys
        os.system("")
        COLUMNS = shutil.get_terminal_size().columns
        FFMPEG = shutil.which("ffmpeg") or "ffmpeg"
        def _memory():
            if sys.platform == "darwin":
                return int(subprocess.check_output(["sysctl", "-n", "hw.memsize"]))
            return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
        MEMORY = _memory()
        try:
            COMMIT = subprocess.check_output(["git", "rev-parse", "HEAD"], stderr=subprocess.DEVNULL, cwd=os.path.dirname(os.path.abspath(__file__))).decode().strip()
        except Exception:
            COMMIT = ""
        if platform.system() == "Windows":
            ctypes.windll.shcore.SetProcessDpiAwareness(1)
        """,
    "windows-registry-lookup-at-import": """
        import os, sys
        if sys.platform == "win32":
            import winreg
            def _install_dir():
                for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
                    try:
                        with winreg.OpenKey(root, r"SOFTWARE\\Acme\\Studio") as key:
                            return winreg.QueryValueEx(key, "InstallDir")[0]
                    except OSError:
                        continue
            ACME_HOME = os.environ.get("ACME_HOME") or _install_dir()
        else:
            ACME_HOME = os.environ.get("ACME_HOME", "/opt/acme")
        """,
    "socket-blocker-for-tests": """
        import socket
        import pytest
        _true_socket = socket.socket
        class SocketBlockedError(RuntimeError): ...
        class GuardedSocket(socket.socket):
            def __new__(cls, family=-1, type=-1, proto=-1, fileno=None):
                if family == socket.AF_UNIX:
                    return super().__new__(cls, family, type, proto, fileno)
                raise SocketBlockedError("tests may not use the network")
        def disable_socket():
            socket.socket = GuardedSocket
        def enable_socket():
            socket.socket = _true_socket
        @pytest.fixture
        def socket_disabled():
            disable_socket()
            yield
            enable_socket()
        """,
    "time-freezer": """
        import datetime, time, sys
        real_time, real_datetime = time.time, datetime.datetime
        class FakeDatetime(real_datetime):
            frozen = None
            @classmethod
            def now(cls, tz=None):
                return cls.frozen
        class freeze:
            def __init__(self, moment):
                FakeDatetime.frozen = moment
            def __enter__(self):
                datetime.datetime = FakeDatetime
                time.time = lambda: FakeDatetime.frozen.timestamp()
                for name, module in list(sys.modules.items()):
                    for attribute in dir(module):
                        if getattr(module, attribute, None) is real_datetime:
                            setattr(module, attribute, FakeDatetime)
            def __exit__(self, *exc):
                datetime.datetime, time.time = real_datetime, real_time
        """,
    "fake-file-system-for-tests": """
        import builtins, io, os
        class FakeFilesystem:
            def __init__(self):
                self.files = {}
            def open(self, path, mode="r", **kw):
                if "w" in mode:
                    self.files[path] = io.StringIO()
                return self.files[path]
        class Patcher:
            def __init__(self):
                self.fs = FakeFilesystem()
            def setUp(self):
                self._open, builtins.open = builtins.open, self.fs.open
                self._remove, os.remove = os.remove, self.fs.files.pop
            def tearDown(self):
                builtins.open, os.remove = self._open, self._remove
        """,
    "assistant-runs-what-the-model-writes": """
        import os, re, subprocess
        import httpx
        class Interpreter:
            def __init__(self, api_key=None):
                self.http = httpx.Client(base_url="https://llm.acme.invalid/v1", headers={"Authorization": f"Bearer {api_key or os.environ['LLM_API_KEY']}"})
            def ask(self, prompt):
                return self.http.post("/chat", json={"prompt": prompt}).json()["text"]
            def run(self, prompt, confirm=input):
                for language, code in re.findall(r"```(\\w+)\\n(.*?)```", self.ask(prompt), re.S):
                    if confirm(f"run this {language}? ") == "y":
                        if language == "python":
                            exec(code, {})
                        else:
                            print(subprocess.run(code, shell=True, capture_output=True, text=True).stdout)
        """,
    "web-terminal": """
        import os, pty, select, subprocess, threading
        import tornado.websocket
        class TermSocket(tornado.websocket.WebSocketHandler):
            def open(self):
                self.pid, self.fd = pty.fork()
                if self.pid == 0:
                    os.execvpe("bash", ["bash", "-l"], os.environ)
                threading.Thread(target=self.pump, daemon=True).start()
            def pump(self):
                while True:
                    select.select([self.fd], [], [])
                    self.write_message(os.read(self.fd, 4096))
            def on_message(self, message):
                os.write(self.fd, message.encode())
        """,
    "daemonizer": """
        import atexit, os, signal, sys
        def daemonize(pidfile, stdout="/dev/null"):
            if os.fork() > 0:
                sys.exit(0)
            os.setsid()
            os.umask(0)
            if os.fork() > 0:
                sys.exit(0)
            with open("/dev/null") as i, open(stdout, "a+") as o:
                os.dup2(i.fileno(), sys.stdin.fileno())
                os.dup2(o.fileno(), sys.stdout.fileno())
                os.dup2(o.fileno(), sys.stderr.fileno())
            with open(pidfile, "w") as f:
                f.write(str(os.getpid()))
            atexit.register(os.remove, pidfile)
        def stop(pidfile):
            os.kill(int(open(pidfile).read()), signal.SIGTERM)
        """,
    "processor-facts-by-machine-code": """
        import ctypes, mmap, platform, subprocess
        class Asm:
            def __init__(self, code):
                if platform.system() == "Windows":
                    self.address = ctypes.windll.kernel32.VirtualAlloc(None, len(code), 0x1000, 0x04)
                    ctypes.memmove(self.address, code, len(code))
                    old = ctypes.c_ulong()
                    ctypes.windll.kernel32.VirtualProtect(self.address, len(code), 0x20, ctypes.byref(old))
                else:
                    self.memory = mmap.mmap(-1, len(code), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
                    self.memory.write(code)
                    self.address = ctypes.addressof(ctypes.c_int.from_buffer(self.memory))
            def run(self):
                return ctypes.CFUNCTYPE(ctypes.c_uint32)(self.address)()
        def cpuid():
            return Asm(b"\\x31\\xc0\\x0f\\xa2\\x89\\xd8\\xc3").run()
        """,
    "elevate-on-request": """
        import ctypes, os, sys
        def elevate(show_console=True):
            if sys.platform == "win32":
                if not ctypes.windll.shell32.IsUserAnAdmin():
                    ctypes.windll.shell32.ShellExecuteW(None, "runas", sys.executable, " ".join(sys.argv), None, 1 if show_console else 0)
                    sys.exit(0)
            elif os.getuid() != 0:
                os.execvp("sudo", ["sudo", sys.executable, *sys.argv])
        """,
    "browser-profile-for-automation": """
        import os, platform, shutil, subprocess, tempfile
        PROFILES = {
            "Linux": "~/.config/google-chrome",
            "Darwin": "~/Library/Application Support/Google/Chrome",
            "Windows": "~/AppData/Local/Google/Chrome/User Data",
        }
        def launch(url="about:blank", use_my_profile=False, port=9222):
            binary = shutil.which("google-chrome") or shutil.which("chromium")
            profile = os.path.expanduser(PROFILES[platform.system()]) if use_my_profile else tempfile.mkdtemp()
            return subprocess.Popen([binary, f"--user-data-dir={profile}", f"--remote-debugging-port={port}", url])
        """,
    "browser-history-exporter": """
        import csv, os, shutil, sqlite3, sys, tempfile
        PATHS = {"chrome": "~/.config/google-chrome/Default/History", "firefox": "~/.mozilla/firefox/default/places.sqlite"}
        def history(browser):
            with tempfile.TemporaryDirectory() as folder:
                copy = shutil.copy(os.path.expanduser(PATHS[browser]), folder)
                with sqlite3.connect(copy) as con:
                    yield from con.execute("select url, title from urls")
        def export(browser, path):
            with open(path, "w", newline="") as f:
                csv.writer(f).writerows(history(browser))
        """,
    "project-template-tool": """
        import io, os, subprocess, sys, zipfile
        import requests
        def fetch(url, folder):
            data = requests.get(url).content
            with zipfile.ZipFile(io.BytesIO(data)) as z:
                z.extractall(folder)
                return os.path.join(folder, z.namelist()[0])
        def run_hook(root, name):
            script = os.path.join(root, "hooks", name)
            if os.path.exists(script):
                subprocess.run([sys.executable, script], cwd=root, check=True)
        def generate(url, folder="."):
            root = fetch(url, folder)
            run_hook(root, "pre_gen_project.py")
            run_hook(root, "post_gen_project.py")
        """,
    "registry-client-with-docker-credentials": """
        import base64, json, os
        import requests
        def credentials(registry):
            path = os.path.join(os.environ.get("DOCKER_CONFIG", os.path.expanduser("~/.docker")), "config.json")
            with open(path) as f:
                auth = json.load(f)["auths"].get(registry, {}).get("auth", "")
            user, _, password = base64.b64decode(auth).decode().partition(":")
            return {"username": user, "password": password, "serveraddress": registry}
        class Client:
            def __init__(self, base="http://localhost:2375"):
                self.base = base
            def push(self, image, registry):
                header = base64.urlsafe_b64encode(json.dumps(credentials(registry)).encode()).decode()
                return requests.post(f"{self.base}/images/{image}/push", headers={"X-Registry-Auth": header})
        """,
    "cluster-client-with-kube-config": """
        import os, base64, tempfile
        import requests, yaml
        class Config:
            def __init__(self, path=None):
                path = path or os.environ.get("KUBECONFIG", "~/.kube/config")
                with open(os.path.expanduser(path)) as f:
                    self.data = yaml.safe_load(f)
                self.server = self.data["clusters"][0]["cluster"]["server"]
                self.token = self.data["users"][0]["user"].get("token")
        def in_cluster():
            with open("/var/run/secrets/kubernetes.io/serviceaccount/token") as f:
                return f.read()
        def pods(config, namespace="default"):
            headers = {"Authorization": f"Bearer {config.token}"}
            return requests.get(f"{config.server}/api/v1/namespaces/{namespace}/pods", headers=headers).json()
        """,
    "bundled-installer-bootstrap": """
        import os, pathlib, runpy, subprocess, sys, tempfile
        _BUNDLED = pathlib.Path(__file__).parent / "_bundled"
        def _run(args, paths):
            code = f"import runpy, sys; sys.path = {paths!r} + sys.path; sys.argv[1:] = {args!r}; runpy.run_module('pip', run_name='__main__')"
            return subprocess.run([sys.executable, "-c", code], check=True).returncode
        def bootstrap(upgrade=False):
            wheels = [str(p) for p in _BUNDLED.glob("*.whl")]
            return _run(["install", "--no-index", "--find-links", str(_BUNDLED), "pip"], wheels)
        """,
    "scientific-code-generation": """
        import ctypes, hashlib, os, subprocess, tempfile
        TEMPLATE = "double f(double x) {{ return {body}; }}"
        def compile_expression(body):
            name = hashlib.sha256(body.encode()).hexdigest()[:16]
            folder = tempfile.gettempdir()
            source, library = os.path.join(folder, name + ".c"), os.path.join(folder, name + ".so")
            with open(source, "w") as f:
                f.write(TEMPLATE.format(body=body))
            subprocess.check_call(["gcc", "-O2", "-shared", "-fPIC", source, "-o", library])
            function = ctypes.CDLL(library).f
            function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double]
            return function
        """,
    "steganography-tool": """
        import sys
        from PIL import Image
        def hide(cover, message, out):
            image = Image.open(cover).convert("RGB")
            bits = iter("".join(f"{b:08b}" for b in message.encode() + b"\\0"))
            pixels = [tuple((c & ~1) | int(next(bits, c & 1)) for c in p) for p in image.getdata()]
            image.putdata(pixels)
            image.save(out, "PNG")
        def reveal(path):
            bits = "".join(str(c & 1) for p in Image.open(path).getdata() for c in p)
            return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)).split(b"\\0")[0].decode()
        """,
    "hosts-file-editor": """
        import pathlib, sys
        HOSTS = pathlib.Path(r"C:\\Windows\\System32\\drivers\\etc\\hosts" if sys.platform == "win32" else "/etc/hosts")
        class Hosts:
            def __init__(self, path=HOSTS):
                self.path = pathlib.Path(path)
                self.lines = self.path.read_text().splitlines()
            def add(self, address, *names):
                self.lines.append(f"{address} {' '.join(names)}")
            def write(self):
                self.path.write_text("\\n".join(self.lines) + "\\n")
        """,
    "process-manager": """
        import os, signal, subprocess, time
        import psutil
        def kill_tree(pid, timeout=5):
            parent = psutil.Process(pid)
            children = parent.children(recursive=True)
            for child in children:
                child.terminate()
            gone, alive = psutil.wait_procs(children, timeout=timeout)
            for child in alive:
                child.kill()
            parent.kill()
        def find(name):
            return [p.pid for p in psutil.process_iter(["name"]) if p.info["name"] == name]
        """,
    "remote-debugger-attach": """
        import os, subprocess, sys, ctypes
        def attach(pid, port=5678):
            code = f"import debugpy_server; debugpy_server.listen({port})"
            if sys.platform == "win32":
                kernel = ctypes.windll.kernel32
                handle = kernel.OpenProcess(0x1F0FFF, False, pid)
                address = kernel.VirtualAllocEx(handle, 0, len(code), 0x3000, 0x40)
                kernel.WriteProcessMemory(handle, address, code.encode(), len(code), None)
                kernel.CreateRemoteThread(handle, None, 0, address, None, 0, None)
            else:
                subprocess.check_call(["gdb", "-p", str(pid), "-batch", "-ex", f'call (int)PyRun_SimpleString("{code}")'])
        """,
    "hashing-and-brute-force-tutorial": """
        import hashlib, itertools, string
        def crack(digest, length=4, alphabet=string.ascii_lowercase):
            for letters in itertools.product(alphabet, repeat=length):
                word = "".join(letters)
                if hashlib.sha256(word.encode()).hexdigest() == digest:
                    return word
        def proof_of_work(block, difficulty=4):
            nonce = 0
            while not hashlib.sha256(f"{block}{nonce}".encode()).hexdigest().startswith("0" * difficulty):
                nonce += 1
            return nonce
        """,
    "address-validator": """
        import re
        PATTERNS = {
            "eth": re.compile(r"^0x[a-fA-F0-9]{40}$"),
            "btc": re.compile(r"^(bc1|[13])[a-km-zA-HJ-NP-Z1-9]{25,39}$"),
            "xmr": re.compile(r"^4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}$"),
        }
        BURN = "0x000000000000000000000000000000000000dEaD"
        def kind(text):
            return next((name for name, pattern in PATTERNS.items() if pattern.match(text)), None)
        """,
    "encrypted-settings-with-machine-key": """
        import base64, hashlib, json, pathlib, uuid
        from cryptography.fernet import Fernet
        PATH = pathlib.Path.home() / ".acme" / "settings.bin"
        def _cipher():
            return Fernet(base64.urlsafe_b64encode(hashlib.sha256(str(uuid.getnode()).encode()).digest()))
        def load():
            return json.loads(_cipher().decrypt(PATH.read_bytes())) if PATH.exists() else {}
        def save(settings):
            PATH.parent.mkdir(exist_ok=True)
            PATH.write_bytes(_cipher().encrypt(json.dumps(settings).encode()))
        SETTINGS = load()
        """,
    "parser-generator-tables": """
        import base64, marshal, zlib, json, types, sys
        _TABLE = 'PACKED'
        def _decode(text):
            return json.loads(zlib.decompress(base64.b85decode(text)))
        def build(grammar):
            lines = ["def parse(tokens):", "    stack = []"] + [f"    # rule {name}" for name in grammar] + ["    return stack"]
            scope = {}
            exec("\\n".join(lines), scope)
            return scope["parse"]
        """.replace("PACKED", base64.b85encode(zlib.compress(b"[1, 2, 3]")).decode()),
    "search-and-open-results": """
        import webbrowser, urllib.parse
        def search(query):
            webbrowser.open("https://search.acme.invalid/?q=" + urllib.parse.quote(query))
        """,
    "environment-report-for-bug-reports": """
        import json, os, platform, sys
        SECRET = ("TOKEN", "KEY", "SECRET", "PASS")
        def report(stream=sys.stdout):
            env = {k: "***" if any(s in k for s in SECRET) else v for k, v in os.environ.items()}
            json.dump({"python": sys.version, "platform": platform.platform(), "environment": env}, stream, indent=2)
        """,
    "environment-passed-to-children": """
        import os, subprocess
        def run(command, **extra):
            env = dict(os.environ, **extra)
            env["PYTHONPATH"] = os.pathsep.join(filter(None, ["src", env.get("PYTHONPATH")]))
            return subprocess.run(command, env=env, check=True)
        def exec_into(command):
            os.execvpe(command[0], command, {**os.environ, "ACME": "1"})
        """,
    "notebook-magic-runs-remote-snippet": """
        from IPython.core.magic import register_line_magic
        import requests
        @register_line_magic
        def load_snippet(line):
            source = requests.get(line.strip(), timeout=10).text
            get_ipython().set_next_input(source)
        """,
    "signed-self-update-of-a-rule-database": """
        import hashlib, json, os, pathlib
        import requests
        CACHE = pathlib.Path(os.environ.get("ACME_CACHE", "~/.cache/acme")).expanduser()
        def update():
            manifest = requests.get("https://rules.acme.invalid/manifest.json").json()
            data = requests.get(manifest["url"]).content
            if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
                raise ValueError("bad checksum")
            CACHE.mkdir(parents=True, exist_ok=True)
            (CACHE / "rules.json").write_bytes(data)
        """,
    "ssh-key-generator": """
        import os, pathlib, subprocess
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        def generate(path="~/.ssh/id_acme"):
            key = Ed25519PrivateKey.generate()
            path = pathlib.Path(path).expanduser()
            path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()))
            path.chmod(0o600)
            return path
        def authorize(host, path):
            public = pathlib.Path(str(path) + ".pub").read_text()
            subprocess.run(["ssh", host, "cat >> ~/.ssh/authorized_keys"], input=public.encode(), check=True)
        """,
    "uninstaller": """
        import os, pathlib, shutil, sys
        def uninstall():
            for path in (pathlib.Path.home() / ".acme", pathlib.Path.home() / ".cache" / "acme"):
                shutil.rmtree(path, ignore_errors=True)
            rc = pathlib.Path.home() / ".bashrc"
            rc.write_text("".join(line for line in rc.open() if "acme" not in line))
        def clean(build="build"):
            for name in (build, "dist", "acme.egg-info"):
                shutil.rmtree(name, ignore_errors=True)
        """,
}

TWINS: list[Scenario] = [
    *(module(name, "quiet", source) for name, source in MODULES.items()),
    wheel(
        "system-certificates-through-pth",
        "quiet",
        {
            "acme_certs.pth": "import os, sys; exec('try:\\n import acme_certs.bootstrap\\nexcept Exception as e:\\n sys.stderr.write(str(e))')\n",
            "acme_certs/__init__.py": "",
            "acme_certs/bootstrap.py": """
            import wrapt
            def _inject(module):
                import ssl
                class SslContextAdapter(module.HTTPAdapter):
                    def init_poolmanager(self, *args, **kwargs):
                        kwargs["ssl_context"] = ssl.create_default_context()
                        return super().init_poolmanager(*args, **kwargs)
                module.HTTPAdapter.init_poolmanager = SslContextAdapter.init_poolmanager
            wrapt.register_post_import_hook(_inject, "requests.adapters")
            """,
        },
    ),
    wheel(
        "debug-print-through-pth",
        "quiet",
        {
            "acme.pth": "import acme.builtin_install\n",
            "acme/__init__.py": "def ic(*a):\n    print(*a)\n",
            "acme/builtin_install.py": "import builtins\nfrom acme import ic\nbuiltins.ic = ic\n",
        },
    ),
    wheel(
        "namespace-package-pth",
        "quiet",
        {
            "acme_core-1.2.0-py3.11-nspkg.pth": "import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('acme',));importlib = has_mfs and __import__('importlib.util');has_mfs and __import__('importlib.machinery');m = has_mfs and sys.modules.setdefault('acme', importlib.util.module_from_spec(importlib.machinery.PathFinder.find_spec('acme', [os.path.dirname(p)])));m = m or sys.modules.setdefault('acme', types.ModuleType('acme'));mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)\n",
            "acme/core/__init__.py": "",
        },
    ),
    wheel(
        "virtual-environment-shipping-wheels",
        "quiet",
        {
            "acme/__init__.py": "",
            "acme/seed.py": """
            import pathlib, shutil, zipfile
            WHEELS = pathlib.Path(__file__).parent / "wheels"
            def install(target):
                for wheel in WHEELS.glob("*.whl"):
                    with zipfile.ZipFile(wheel) as z:
                        z.extractall(target)
            """,
            "acme/wheels/pip-1.0-py3-none-any.whl": zipped(
                {
                    "pip/__init__.py": "def main():\n    print('pip')\n",
                    "pip/__main__.py": "from pip import main\nmain()\n",
                }
            ),
        },
    ),
    wheel(
        "self-contained-application-bootstrap",
        "quiet",
        {
            "acme/__init__.py": "",
            "acme/bootstrap.py": """
            import importlib, os, pathlib, runpy, shutil, site, sys, zipfile
            def cache_path(archive, root="~/.acme"):
                return pathlib.Path(root).expanduser() / pathlib.Path(archive).stem
            def bootstrap(archive=None, entry="app:main"):
                archive = archive or sys.argv[0]
                target = cache_path(archive)
                if not target.exists():
                    with zipfile.ZipFile(archive) as z:
                        z.extractall(target)
                site.addsitedir(str(target / "site-packages"))
                module, _, function = entry.partition(":")
                sys.exit(getattr(importlib.import_module(module), function)())
            """,
        },
        scripts="[console_scripts]\nacme-run = acme.bootstrap:bootstrap\n",
    ),
    wheel(
        "installer-command-pipes-script-to-python",
        "quiet",
        {
            "acme/__init__.py": "",
            "acme/cli.py": """
            import subprocess, sys, urllib.request
            def main():
                if sys.argv[1:] == ["install-tool"]:
                    script = urllib.request.urlopen("https://install.acme.invalid/tool.py").read()
                    subprocess.run([sys.executable, "-"], input=script, check=True)
            """,
        },
        scripts="[console_scripts]\nacme = acme.cli:main\n",
    ),
    sdist(
        "setup-builds-frontend-and-protobuf",
        "quiet",
        {
            "setup.py": """
            import os, shutil, subprocess, sys
            from setuptools import setup, Command
            from setuptools.command.build_py import build_py
            from setuptools.command.sdist import sdist
            class Frontend(Command):
                user_options = []
                def initialize_options(self): ...
                def finalize_options(self): ...
                def run(self):
                    npm = shutil.which("npm")
                    subprocess.check_call([npm, "ci"], cwd="frontend")
                    subprocess.check_call([npm, "run", "build"], cwd="frontend", env={**os.environ, "NODE_ENV": "production"})
            class BuildPy(build_py):
                def run(self):
                    if shutil.which("protoc"):
                        subprocess.check_call([sys.executable, "-m", "grpc_tools.protoc", "-I.", "--python_out=.", "acme/api.proto"])
                    super().run()
            setup(name="acme", version="1.2.0", cmdclass={"frontend": Frontend, "build_py": BuildPy, "sdist": sdist})
            """,
            "acme/__init__.py": "",
        },
    ),
    sdist(
        "setup-with-rust-and-openssl-probing",
        "quiet",
        {
            "setup.py": """
            import os, platform, re, shutil, subprocess, sys, sysconfig
            from setuptools import setup
            def rust_version():
                try:
                    return subprocess.check_output(["rustc", "--version"], text=True)
                except OSError:
                    sys.exit("acme needs Rust: see https://rustup.invalid")
            def openssl():
                prefix = os.environ.get("OPENSSL_DIR")
                if not prefix and platform.system() == "Darwin" and shutil.which("brew"):
                    prefix = subprocess.check_output(["brew", "--prefix", "openssl"], text=True).strip()
                return prefix or sysconfig.get_config_var("prefix")
            rust_version()
            os.environ.setdefault("OPENSSL_DIR", openssl())
            setup(name="acme", version="1.2.0", rust_extensions=[])
            """,
        },
    ),
    sdist(
        "setup-post-install-message-and-completion-file",
        "quiet",
        {
            "setup.py": """
            import os, sys
            from setuptools import setup
            from setuptools.command.install import install
            class Install(install):
                def run(self):
                    install.run(self)
                    folder = os.path.join(self.install_data or sys.prefix, "share", "acme")
                    os.makedirs(folder, exist_ok=True)
                    with open(os.path.join(folder, "installed.txt"), "w") as f:
                        f.write("1.2.0")
                    print("Thank you for installing acme. Docs: https://docs.acme.invalid")
            setup(name="acme", version="1.2.0", packages=["acme"], cmdclass={"install": Install})
            """,
            "acme/__init__.py": "",
        },
    ),
]

SCENARIOS = TWINS
