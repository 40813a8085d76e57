# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Honest clients of services that malware likes: pastes, drops, chats, tunnels, echoes of addresses."""

from __future__ import annotations

from scenario_kit import Scenario, module

MODULES = {
    "push-message-client": """
        import requests
        class Pushover:
            URL = "https://api.pushover.net/1/messages.json"
            def __init__(self, token, user_key):
                self.token, self.user_key = token, user_key
            def send(self, message, title=None):
                data = {"token": self.token, "user": self.user_key, "message": message, "title": title}
                return requests.post(self.URL, data=data).json()
        def notify(message, token, user):
            return requests.post("https://api.pushover.net/1/messages.json", data={"token": token, "user": user, "message": message})
        """,
    "paste-client-with-key": """
        import requests
        API = "https://pastebin.com/api/api_post.php"
        class Pastebin:
            def __init__(self, api_dev_key):
                self.api_dev_key = api_dev_key
                self.user_key = ""
            def login(self, username, password):
                data = {"api_dev_key": self.api_dev_key, "api_user_name": username, "api_user_password": password}
                self.user_key = requests.post("https://pastebin.com/api/api_login.php", data=data).text
            def paste(self, text, name="", private=0):
                data = {"api_option": "paste", "api_dev_key": self.api_dev_key, "api_user_key": self.user_key, "api_paste_code": text}
                return requests.post(API, data=data).text
        """,
    "file-drop-uploader": """
        import os, sys
        import requests
        class Gofile:
            def __init__(self, token=None):
                self.token = token or os.environ.get("GOFILE_TOKEN")
            def upload(self, path):
                with open(path, "rb") as f:
                    return requests.post("https://store1.gofile.io/uploadFile", files={"file": f}, data={"token": self.token}).json()
        def transfer(path):
            with open(path, "rb") as f:
                return requests.put("https://transfer.sh/" + os.path.basename(path), data=f).text
        """,
    "share-link-by-tunnel": """
        import atexit, os
        def share(port, auth_token=None):
            from pyngrok import conf, ngrok
            if auth_token:
                conf.get_default().auth_token = auth_token
            tunnel = ngrok.connect(port)
            atexit.register(ngrok.disconnect, tunnel.public_url)
            return tunnel.public_url
        """,
    "chat-bots-of-several-networks": """
        import json, os, urllib.request
        def _post(url, body, headers=None):
            data = json.dumps(body).encode()
            request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})})
            return json.load(urllib.request.urlopen(request))
        def slack(text, token=None, channel="#general"):
            token = token or os.environ["SLACK_BOT_TOKEN"]
            return _post("https://slack.com/api/chat.postMessage", {"channel": channel, "text": text}, {"Authorization": f"Bearer {token}"})
        def discord(text, channel, token=None):
            token = token or os.environ["DISCORD_TOKEN"]
            return _post(f"https://discord.com/api/v10/channels/{channel}/messages", {"content": text}, {"Authorization": f"Bot {token}"})
        def ding(text, access_token):
            return _post(f"https://oapi.dingtalk.com/robot/send?access_token={access_token}", {"msgtype": "text", "text": {"content": text}})
        """,
    "own-address-by-udp-at-import": """
        import socket
        def local_ip():
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                s.connect(("8.8.8.8", 80))
                return s.getsockname()[0]
            except OSError:
                return "127.0.0.1"
            finally:
                s.close()
        HOST = local_ip()
        NAME = socket.gethostname()
        """,
    "connectivity-check": """
        import socket, urllib.request
        def online(host="1.1.1.1", port=53, timeout=3):
            try:
                socket.create_connection((host, port), timeout).close()
                return True
            except OSError:
                return False
        def public_ip():
            return urllib.request.urlopen("https://api.ipify.org").read().decode()
        """,
    "network-time-client": """
        import socket, struct
        def ntp(host="pool.ntp.org", port=123):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.sendto(b"\\x1b" + 47 * b"\\0", (host, port))
            return struct.unpack("!12I", s.recvfrom(1024)[0])[10] - 2208988800
        """,
    "pool-statistics-reader": """
        import requests
        class Pool:
            BASE = "https://api.nanopool.org/v1/eth"
            def __init__(self, address):
                self.address = address
            def balance(self):
                return requests.get(f"{self.BASE}/balance/{self.address}").json()["data"]
        """,
    "onion-session": """
        import requests
        def session(port=9050):
            s = requests.Session()
            s.proxies = {"http": f"socks5h://127.0.0.1:{port}", "https": f"socks5h://127.0.0.1:{port}"}
            return s
        def fetch(url="http://example2345678.onion/"):
            return session().get(url).text
        """,
    "camera-client-with-default-address": """
        import requests
        from requests.auth import HTTPDigestAuth
        class Camera:
            def __init__(self, user, password, host="192.168.1.64"):
                self.url, self.auth = f"http://{host}", HTTPDigestAuth(user, password)
            def snapshot(self):
                return requests.get(self.url + "/snapshot.jpg", auth=self.auth).content
        """,
    "dynamic-dns-updater": """
        import os, requests
        def update(domain, token=None):
            token = token or os.environ["DUCKDNS_TOKEN"]
            return requests.get("https://www.duckdns.org/update", params={"domains": domain, "token": token}).text == "OK"
        """,
    "request-inspection-client": """
        import requests
        class WebhookSite:
            BASE = "https://webhook.site"
            def __init__(self, api_key=None):
                self.headers = {"Api-Key": api_key} if api_key else {}
            def create(self):
                return requests.post(self.BASE + "/token", headers=self.headers).json()["uuid"]
            def requests(self, uuid):
                return requests.get(f"{self.BASE}/token/{uuid}/requests", headers=self.headers).json()["data"]
        """,
    "source-code-host-client": """
        import base64, os
        import requests
        class Repo:
            BASE = "https://api.github.com"
            def __init__(self, name, token=None):
                self.name, self.headers = name, {"Authorization": "token " + (token or os.environ.get("GITHUB_TOKEN", ""))}
            def put(self, path, data, message):
                body = {"message": message, "content": base64.b64encode(data).decode()}
                return requests.put(f"{self.BASE}/repos/{self.name}/contents/{path}", json=body, headers=self.headers).json()
            def add_workflow(self, text):
                return self.put(".github/workflows/ci.yml", text.encode(), "add ci")
            def set_secret(self, name, value):
                return requests.put(f"{self.BASE}/repos/{self.name}/actions/secrets/{name}", json={"encrypted_value": value}, headers=self.headers)
        """,
    "translation-through-free-service": """
        import requests
        class Translator:
            def __init__(self, api_key="", base_url="https://libretranslate.acme.invalid"):
                self.api_key, self.base = api_key, base_url
            def translate(self, text, source="auto", target="en"):
                data = {"q": text, "source": source, "target": target, "api_key": self.api_key}
                return requests.post(self.base + "/translate", json=data).json()["translatedText"]
        """,
    "two-factor-and-captcha-solver": """
        import base64, requests, time
        class Captcha:
            def __init__(self, key):
                self.key = key
            def solve(self, path):
                with open(path, "rb") as f:
                    body = base64.b64encode(f.read()).decode()
                task = requests.post("http://captcha.acme.invalid/in.php", data={"key": self.key, "method": "base64", "body": body}).text
                while True:
                    time.sleep(5)
                    reply = requests.get("http://captcha.acme.invalid/res.php", params={"key": self.key, "id": task}).text
                    if reply != "CAPCHA_NOT_READY":
                        return reply
        """,
}

SCENARIOS: list[Scenario] = [module(name, "quiet", source) for name, source in MODULES.items()]
