# ruff: noqa: E501 - one program a line
"""More ways to hide a constant, those of today's packed packages: each leads to the text, which is read as a layer."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import io
import itertools
import lzma
import struct
import zipfile
import zlib

import pytest

from pratique.pipeline import review_files

TEXT = "print(1+2)"
RAW = TEXT.encode()
CODES = list(RAW)
KEY = b"key7"
XORED = bytes(c ^ KEY[i % len(KEY)] for i, c in enumerate(RAW))
BACK = TEXT[::-1]
B64 = base64.b64encode(RAW).decode()
HEX = RAW.hex()
NUMBER = int.from_bytes(RAW, "big")
B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
B45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
B62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6}]


def digits(number: int, alphabet: str) -> str:
    """Write a number with the digits of an alphabet."""
    out = ""
    while number:
        number, rest = divmod(number, len(alphabet))
        out = alphabet[rest] + out
    return out


def in_pairs() -> str:
    """Write the text in base 45."""
    out = ""
    for i in range(0, len(RAW), 2):
        n = int.from_bytes(RAW[i : i + 2], "big")
        out += B45[n % 45] + B45[n // 45 % 45] + B45[n // 2025]
    return out


def in_fives(raw: bytes) -> str:
    """Write bytes, a multiple of four, in Z85."""
    return "".join(Z85[n // 85**k % 85] for (n,) in struct.iter_unpack(">I", raw) for k in (4, 3, 2, 1, 0))


def xxtea(raw: bytes, key: tuple[int, ...]) -> bytes:
    """Encrypt with XXTEA."""
    v = list(struct.unpack(f"<{len(raw) // 4}I", raw))
    n, total, z = len(v), 0, v[-1]
    for _ in range(6 + 52 // n):
        total = (total + 0x9E3779B9) & 0xFFFFFFFF
        e = total >> 2 & 3
        for p in range(n):
            y = v[(p + 1) % n]
            mixed = ((z >> 5 ^ y << 2) + (y >> 3 ^ z << 4)) ^ ((total ^ y) + (key[p & 3 ^ e] ^ z))
            z = v[p] = (v[p] + mixed) & 0xFFFFFFFF
    return struct.pack(f"<{n}I", *v)


def zipped(name: str) -> bytes:
    """Pack the text as a member of a zip archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(zipfile.ZipInfo(name), TEXT)
    return held.getvalue()


def with_dictionary() -> bytes:
    """Compress the text with a preset dictionary."""
    one = zlib.compressobj(zdict=b"print(")
    return one.compress(RAW) + one.flush()


def brained() -> str:
    """Write the text as a program that counts up and prints."""
    out, at = "", 0
    for code in CODES:
        out += ("+" if code >= at else "-") * abs(code - at) + "."
        at = code
    return out


HIDDEN = {
    "class-static": f"class D:\n @staticmethod\n def d(s): return s[::-1]\nx=D.d({BACK!r})",
    "class-call": f"class D:\n def __call__(self,s): return s[::-1]\nx=D()({BACK!r})",
    "class-iter": f"class D:\n def __init__(self,s): self.s=s\n def __iter__(self): return iter(self.s[::-1])\nx=''.join(D({BACK!r}))",
    "class-next": "class D:\n def __init__(self,s): self.s=s; self.i=len(s)\n def __iter__(self): return self\n def __next__(self):\n  if self.i==0: raise StopIteration\n  self.i-=1\n  return self.s[self.i]\nx=''.join(D(" + repr(BACK) + "))",
    "class-iter-yield": f"class D:\n s={BACK!r}\n def __iter__(self):\n  for c in reversed(self.s): yield c\nx=''.join(c for c in D())",
    "class-len-contains": f"class D:\n s={BACK!r}\n def __len__(self): return len(self.s)\n def __getitem__(self,i): return self.s[-1-i]\nd=D()\nx=''.join(d[i] for i in range(len(d)))",
    "class-operator": f"class D:\n def __init__(self,s): self.s=s\n def __xor__(self,k): return ''.join(chr(ord(c)^k) for c in self.s)\nx=D({''.join(chr(c ^ 9) for c in CODES)!r})^9",
    "class-add-chain": "class D:\n def __init__(self,s=''): self.s=s\n def __add__(self,o): return D(self.s+chr(o-1))\n def __str__(self): return self.s\nx=str(D()" + "".join(f"+{c + 1}" for c in CODES) + ")",
    "class-state": f"class D:\n def __init__(self): self.out=[]\n def put(self,c):\n  self.out.append(c)\n  return self\n def get(self): return ''.join(self.out[::-1])\nd=D()\nfor c in {BACK!r}:\n d.put(c)\nx=d.get()",
    "class-fluent": "class D:\n def __init__(self): self.out=''\n def p(self,n):\n  self.out+=chr(n-3)\n  return self\nx=D()" + "".join(f".p({c + 3})" for c in CODES) + ".out",
    "class-inherits": f"class A:\n k=2\n def d(self,s): return ''.join(chr(ord(c)-self.k) for c in s)\nclass B(A):\n k=5\nx=B().d({''.join(chr(c + 5) for c in CODES)!r})",
    "class-super": f"class A:\n def __init__(self,k): self.k=k\n def d(self,s): return ''.join(chr(ord(c)^self.k) for c in s)\nclass B(A):\n def __init__(self): super().__init__(7)\n def go(self): return super().d({''.join(chr(c ^ 7) for c in CODES)!r})\nx=B().go()",
    "class-getattr": "class D:\n def __getattr__(self,n): return n[::-1]\nd=D()\nx=d.tnirp+'(1+2)'",
    "class-setattr-later": f"class D: pass\nd=D()\nd.s={BACK!r}\nd.f=lambda v:v[::-1]\nx=d.f(d.s)",
    "class-setname": "class F:\n def __set_name__(self,o,n): self.n=n\n def __get__(self,i,o): return self.n[::-1]\nclass D:\n tnirp=F()\nx=D().tnirp+'(1+2)'",
    "class-property-call": f"class D:\n def __init__(self,s): self._s=s\n @property\n def v(self): return self._d(self._s)\n def _d(self,s): return s[::-1]\nx=D({BACK!r}).v",
    "class-cached-const": f"class C:\n TABLE={{i:chr(i) for i in range(128)}}\n @classmethod\n def of(cls,l): return ''.join(cls.TABLE[i] for i in l)\nx=C.of({CODES})",
    "class-dict": "class D:\n a='pri'\n b='nt('\n c='1+2)'\nx=''.join(v for k,v in D.__dict__.items() if not k.startswith('_'))",
    "class-vars": "class D:\n def __init__(self):\n  self.a='print'\n  self.b='(1+2)'\nx=''.join(vars(D()).values())",
    "class-getattr-names": "class D:\n x0='print'\n x1='(1+2)'\nx=''.join(getattr(D,'x%d'%i) for i in range(2))",
    "class-names": "class prin: pass\nclass t: pass\nx=prin.__name__+t.__qualname__+'(1+2)'",
    "class-format": "class D:\n def __format__(self,s): return s[::-1]\nx=f'{D():tnirp}(1+2)'",
    "class-with": f"class D:\n def __enter__(self): return {BACK!r}[::-1]\n def __exit__(self,*a): pass\nwith D() as x: pass",
    "class-of-str": f"class S(str):\n def go(self): return self[::-1]\nx=S({BACK!r}).go()",
    "class-of-dict": "class S(dict):\n def __missing__(self,k): return chr(k-1)\ns=S()\nx=''.join(s[c] for c in " + str([c + 1 for c in CODES]) + ")",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass D:\n a: str\n b: str='(1+2)'\nd=D('print')\nx=d.a+d.b",
    "dataclass-field": f"import dataclasses\n@dataclasses.dataclass\nclass D:\n a: list=dataclasses.field(default_factory=lambda:{list(BACK)})\nx=''.join(D().a[::-1])",
    "namedtuple": "from collections import namedtuple\nP=namedtuple('P','a b')\np=P('print','(1+2)')\nx=p.a+p.b",
    "namedtuple-class": "from typing import NamedTuple\nclass P(NamedTuple):\n a: str\n b: str='(1+2)'\np=P('print')\nx=p.a+p.b",
    "enum-members": "from enum import Enum\nclass E(Enum):\n A='print'\n B='(1+2)'\nx=''.join(e.value for e in E)",
    "enum-int": "import enum\nclass E(enum.IntEnum):\n A=112\n B=114\nx=chr(E.A)+chr(E.B)+'int(1+2)'",
    "enum-names": "import enum\nclass E(enum.Enum):\n prin=1\n t=2\nx=''.join(e.name for e in E)+'(1+2)'",
    "simple-namespace": "import types\nn=types.SimpleNamespace(a='print',b='(1+2)')\nx=n.a+n.b",
    "type-made": f"D=type('D',(),{{'s':{BACK!r},'d':lambda self:self.s[::-1]}})\nx=D().d()",
    "closure-counter": "def mk():\n n=0\n def g(c):\n  nonlocal n\n  n+=1\n  return chr(c-n)\n return g\ng=mk()\nx=''" + "".join(f"+g({c + i + 1})" for i, c in enumerate(CODES)),
    "closure-key": f"def mk(k):\n def d(b): return bytes(c^k[i%len(k)] for i,c in enumerate(b)).decode()\n return d\nx=mk({KEY!r})({XORED!r})",
    "decorator": f"def rev(f):\n def g(*a): return f(*a)[::-1]\n return g\n@rev\ndef s(): return {BACK!r}\nx=s()",
    "decorator-wraps": f"import functools\ndef rev(f):\n @functools.wraps(f)\n def g(*a,**k): return f(*a,**k)[::-1]\n return g\n@rev\ndef s(t): return t\nx=s({BACK!r})",
    "lru-cache": f"import functools\n@functools.lru_cache(maxsize=None)\ndef s(t): return t[::-1]\nx=s({BACK!r})",
    "curried": "f=lambda a:lambda b:lambda c:a+b+c\nx=f('pri')('nt(1')('+2)')",
    "y-combinator": f"Y=lambda f:(lambda x:x(x))(lambda y:f(lambda v:y(y)(v)))\nx=Y(lambda r:lambda s:'' if not s else r(s[1:])+s[0])({BACK!r})",
    "pipeline": f"import functools\nx=functools.reduce(lambda v,f:f(v),[lambda s:s[::-1],lambda s:s.replace('~','')],{'~'.join(BACK)!r})",
    "func-table": f"T={{0:lambda s:s[::-1],1:str.swapcase}}\nx={BACK.swapcase()!r}\nfor i in (0,1):\n x=T[i](x)",
    "kwdefaults": f"def f(*,a={BACK!r}): pass\nx=f.__kwdefaults__['a'][::-1]",
    "code-consts": f"def f():\n return {BACK!r}\nx=f.__code__.co_consts[-1][::-1]",
    "code-name": "def prin(): pass\nx=prin.__code__.co_name+'t(1+2)'",
    "code-varnames": "def f(pri,nt): pass\nx=''.join(f.__code__.co_varnames)+'(1+2)'",
    "class-annotations": f"class D:\n a: {BACK!r}\nx=D.__annotations__['a'][::-1]",
    "func-attr": f"def f(): pass\nf.s={BACK!r}\nx=f.s[::-1]",
    "generator-send": "def g():\n out=''\n while True:\n  c=yield out\n  out+=chr(c^5)\ng=g()\nnext(g)\nfor c in " + str([c ^ 5 for c in CODES]) + ":\n x=g.send(c)",
    "generator-send-within": "def g():\n out=''\n while True:\n  c=yield out\n  out+=chr(c^5)\ndef go(d):\n h=g()\n next(h)\n for c in d:\n  r=h.send(c)\n return r\nx=go(" + str([c ^ 5 for c in CODES]) + ")",
    "next-iter": "i=iter(['(1+2)','print'])\ny=next(i)\nx=next(i)+y",
    "yield-from": "def a():\n yield from 'print'\ndef b():\n yield from a()\n yield '(1+2)'\nx=''.join(b())",
    "state-machine": "s=0\nx=''\nwhile s!=9:\n if s==0:\n  x='pri';s=4\n elif s==4:\n  x+='nt(';s=7\n else:\n  x+='1+2)';s=9",
    "match": "x=''\nfor t in 'acb':\n match t:\n  case 'a': x+='pri'\n  case 'c': x+='nt(1'\n  case _: x+='+2)'",
    "match-classes": "def f(v):\n match v:\n  case [a,b]: return f(a)+f(b)\n  case {'c':c}: return chr(c)\n  case int(n): return chr(n)\n  case str() as s if s: return s[::-1]\n  case _: return ''\nx=f([[{'c':112},114],'tni'])+'(1+2)'",
    "exception-flow": f"def f():\n try:\n  raise ValueError({BACK!r})\n except ValueError as e:\n  return e.args[0][::-1]\nx=f()",
    "exception-taken": f"def f(s):\n try:\n  int(s)\n except ValueError:\n  return s[::-1]\n return ''\nx=f({BACK!r})",
    "for-else": "def f():\n for c in 'ab':\n  if c=='z': break\n else:\n  return 'print(1+2)'\nx=f()",
    "brainfuck": "def bf(p):\n t=[0]*30;a=0;i=0;o=''\n while i<len(p):\n  c=p[i]\n  if c=='+': t[a]=(t[a]+1)%256\n  elif c=='-': t[a]=(t[a]-1)%256\n  elif c=='>': a+=1\n  elif c=='<': a-=1\n  elif c=='.': o+=chr(t[a])\n  i+=1\n return o\nx=bf(" + repr(brained()) + ")",
    "brainfuck-loops": "def bf(p):\n st=[];m={}\n for i,c in enumerate(p):\n  if c=='[': st.append(i)\n  elif c==']':\n   j=st.pop();m[i]=j;m[j]=i\n t=[0]*8;a=0;i=0;o=[]\n while i<len(p):\n  c=p[i]\n  if c=='+': t[a]+=1\n  elif c=='-': t[a]-=1\n  elif c=='>': a+=1\n  elif c=='<': a-=1\n  elif c=='.': o.append(chr(t[a]))\n  elif c=='[' and not t[a]: i=m[i]\n  elif c==']' and t[a]: i=m[i]\n  i+=1\n return ''.join(o)\nx=bf('++++++++++[>+++++++++++>+++<<-]>++.')+'rint(1+2)'",
    "vm": "P=[" + ",".join(f"('push',{c ^ 3}),('xor',3),('out',0)" for c in CODES) + "]\nclass VM:\n def __init__(self): self.st=[]; self.o=''\n def push(self,a): self.st.append(a)\n def xor(self,a): self.st.append(self.st.pop()^a)\n def out(self,a): self.o+=chr(self.st.pop())\n def run(self,p):\n  for op,a in p: getattr(self,op)(a)\n  return self.o\nx=VM().run(P)",
    "base58": f"A={B58!r}\nn=0\nfor c in {digits(NUMBER, B58)!r}:\n n=n*58+A.index(c)\nx=n.to_bytes((n.bit_length()+7)//8,'big').decode()",
    "base62": f"A={B62!r}\ndef d(s):\n n=0\n for c in s: n=n*62+A.find(c)\n return bytes.fromhex('%x'%n).decode()\nx=d({digits(NUMBER, B62)!r})",
    "base45": f"A={B45!r}\ndef d(s):\n o=bytearray()\n for i in range(0,len(s),3):\n  a,b,c=(A.index(k) for k in s[i:i+3])\n  o+=(a+b*45+c*2025).to_bytes(2,'big')\n return o.decode()\nx=d({in_pairs()!r})",
    "z85": f"import struct\nA={Z85!r}\ndef d(s):\n o=b''\n for i in range(0,len(s),5):\n  n=0\n  for c in s[i:i+5]: n=n*85+A.index(c)\n  o+=struct.pack('>I',n)\n return o\nx=d({in_fives(RAW + bytes(2))!r})[:10].decode()",
    "b64-own": f"A='ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'\ndef d(s):\n b=''.join(format(A.index(c),'06b') for c in s.rstrip('='))\n return ''.join(chr(int(b[i:i+8],2)) for i in range(0,len(b)-7,8))\nx=d({B64!r})",
    "b64-shuffled": f"import base64\nx=base64.b64decode({B64!r}.translate(str.maketrans('abc','abc'))[::-1][::-1]).decode()",
    "xor-iter": f"import itertools,operator\nx=bytes(map(operator.xor,{XORED!r},itertools.cycle({KEY!r}))).decode()",
    "xor-int": f"x=({NUMBER ^ 0x1234567890ABCDEF}^0x1234567890abcdef).to_bytes(10,'big').decode()",
    "xxtea": f"import struct\ndef d(b,k):\n v=list(struct.unpack('<%dI'%(len(b)//4),b));n=len(v)\n q=6+52//n;s=(q*0x9E3779B9)&0xffffffff;y=v[0]\n while s:\n  e=(s>>2)&3\n  for p in range(n-1,-1,-1):\n   z=v[(p-1)%n]\n   v[p]=(v[p]-(((z>>5^y<<2)+(y>>3^z<<4))^((s^y)+(k[p&3^e]^z))))&0xffffffff\n   y=v[p]\n  s=(s-0x9E3779B9)&0xffffffff\n return struct.pack('<%dI'%n,*v)\nx=d({xxtea(RAW + bytes(2), (1, 2, 3, 4))!r},(1,2,3,4)).rstrip(b'\\0').decode()",
    "template-class": "import string\nclass T(string.Template):\n delimiter='%'\nx=T('%{a}(1+2)').substitute({'a':'print'})",
    "html-entities": "import html\nx=html.unescape('print&lpar;1&plus;2&rpar;')",
    "unquote-plus": f"from urllib.parse import unquote_plus as u\nx=u({''.join(f'%{c:02X}' for c in CODES)!r})",
    "parse-qs": "from urllib.parse import parse_qs\nx=parse_qs('a=%70rint%281%2B2%29')['a'][0]",
    "iter-unpack": f"import struct\nx=''.join(chr(a) for a,_ in struct.iter_unpack('BB',{bytes(v for c in CODES for v in (c, 0))!r}))",
    "unpack-from": f"import struct\nx=struct.unpack_from('10s',{b'zz' + RAW!r},2)[0].decode()",
    "struct-object": f"import struct\nx=struct.Struct('>10B').pack(*{CODES}).decode()",
    "array-frombytes": f"import array\na=array.array('B')\na.frombytes({RAW[::-1]!r})\na.reverse()\nx=a.tobytes().decode()",
    "array-words": f"import array\nx=array.array('H',{list(struct.unpack('<5H', RAW))}).tobytes().decode()",
    "memoryview-cast": f"x=bytes(memoryview({bytes(v for c in CODES for v in (c, 0, 0, 0))!r}).cast('I').tolist()).decode()",
    "charmap": f"import codecs\nx=codecs.charmap_decode({bytes(range(10))!r},'strict',{TEXT!r})[0]",
    "utf16-pairs": f"x={RAW.decode('utf-16-le')!r}.encode('utf-16-le').decode()",
    "utf16-bom": f"x={RAW.decode('utf-16-le')!r}.encode('utf-16')[2:].decode()",
    "utf32": f"x={TEXT.encode('utf-32-be')!r}.decode('utf-32-be')",
    "surrogates": f"x={bytes(RAW).decode()!r}.encode('ascii','surrogateescape').decode()",
    "zlib-wbits": f"import zlib\nx=zlib.decompress({gzip.compress(RAW, mtime=0)!r},16+zlib.MAX_WBITS).decode()",
    "zlib-zdict": f"import zlib\nx=zlib.decompressobj(zdict=b'print(').decompress({with_dictionary()!r}).decode()",
    "lzma-raw": f"import lzma\nx=lzma.decompress({lzma.compress(RAW, lzma.FORMAT_RAW, filters=FILTERS)!r},format=lzma.FORMAT_RAW,filters=[{{'id':lzma.FILTER_LZMA2,'preset':6}}]).decode()",
    "bz2-pieces": f"import bz2\nd=bz2.BZ2Decompressor()\no=b''\np={bz2.compress(RAW)!r}\nfor i in range(0,len(p),7):\n o+=d.decompress(p[i:i+7])\nx=o.decode()",
    "zlib-pieces": f"import zlib\nd=zlib.decompressobj()\np={zlib.compress(RAW)!r}\nx=(d.decompress(p[:5])+d.decompress(p[5:])+d.flush()).decode()",
    "gzip-with": f"import gzip,io\nwith gzip.GzipFile(fileobj=io.BytesIO({gzip.compress(RAW, mtime=0)!r})) as f:\n x=f.read().decode()",
    "zip-with": f"import zipfile,io\nwith zipfile.ZipFile(io.BytesIO({zipped('a.py')!r})) as z:\n x=z.read(z.namelist()[0]).decode()",
    "zip-open": f"import zipfile,io\nz=zipfile.ZipFile(io.BytesIO({zipped('a.py')!r}),'r')\nwith z.open('a.py') as f:\n x=f.read().decode()",
    "bytesio-seek": f"import io\nb=io.BytesIO({b'zzz' + RAW!r})\nb.seek(3)\nx=(b.read(4)+b.read()).decode()",
    "stringio-write": "import io\ns=io.StringIO()\ns.write('print')\ns.write('(1+2)')\nx=s.getvalue()",
    "stringio-lines": "import io\nx=''.join(l.strip() for l in io.StringIO('print\\n(1+2)\\n'))",
    "json-nested": "import json\nd=json.loads('{\"b\": {\"k\": [112,114]}, \"t\": \"int(1+2)\"}')\nx=''.join(map(chr,d['b']['k']))+d['t']",
    "csv": "import csv,io\nx=''.join(r[1] for r in csv.reader(io.StringIO('a,print\\nb,(1+2)')))",
    "csv-dicts": "import csv\nx=''.join(r['v'] for r in csv.DictReader('k,v\\na,print\\nb,(1+2)'.splitlines()))",
    "ini": "import configparser\nc=configparser.ConfigParser()\nc.read_string('[s]\\na=print\\nb=(1+2)')\nx=c['s']['a']+c.get('s','b')",
    "toml": "import tomllib\nx=tomllib.loads('[a]\\nb=[\"print\",\"(1+2)\"]')['a']['b']\nx=''.join(x)",
    "xml": "import xml.etree.ElementTree as E\nr=E.fromstring('<a><b v=\"print\"/><c>(1+2)</c></a>')\nx=r.find('b').get('v')+r.find('c').text",
    "shlex": "import shlex\nx=''.join(shlex.split('pri\"nt(1\" +2)'))",
    "deque": f"from collections import deque\nd=deque({BACK!r})\nx=''\nwhile d: x+=d.pop()",
    "deque-left": f"from collections import deque\nd=deque()\nfor c in {BACK!r}: d.appendleft(c)\nx=''.join(d)",
    "ordered-dict": "from collections import OrderedDict\nd=OrderedDict([('a','print'),('b','(1+2)')])\nx=''.join(d.values())",
    "chainmap": "from collections import ChainMap\nc=ChainMap({'a':'print'},{'b':'(1+2)'})\nx=c['a']+c['b']",
    "defaultdict": "from collections import defaultdict\nd=defaultdict(list)\nfor k,v in [(1,'b'),(0,'print'),(1,'(1+2)')]: d[k].append(v)\nx=d[0][0]+d[1][1]",
    "heapq": f"import heapq\nh=[]\nfor i,c in {sorted(enumerate(TEXT), key=lambda p: p[1])!r}: heapq.heappush(h,(i,c))\nx=''.join(heapq.heappop(h)[1] for _ in range(len(h)))",
    "batched": f"x=''.join(chr(int(''.join(p),16)) for p in zip(*[iter({HEX!r})]*2))",
    "zip-longest": "import itertools\nx=''.join(a+b for a,b in itertools.zip_longest('pit(+)','rn12',fillvalue=''))".replace("'pit(+)','rn12'", "'pit12','rn(+)'"),
    "compress": "import itertools\nx=''.join(itertools.compress('pzrzizntz(1+2)',[1,0,1,0,1,0,1,1,0,1,1,1,1,1]))",
    "takewhile": "import itertools\nx=''.join(itertools.takewhile(lambda c:c!='#','print(1+2)#zz'))",
    "groupby": "import itertools\nx=''.join(k for k,_ in itertools.groupby('ppprrriiinttt((1+2))'.replace('ttt','t')))",
    "accumulate": f"import itertools\nx=''.join(map(chr,itertools.accumulate({[CODES[0]] + [b - a for a, b in itertools.pairwise(CODES)]})))",
    "accumulate-func": f"import itertools\nx=''.join(map(chr,itertools.accumulate({[CODES[0]] + [a ^ b for a, b in itertools.pairwise(CODES)]},lambda a,b:a^b)))",
    "permuted-args": "x='{2}{0}{1}'.format('nt(1','+2)','pri')",
    "format-attr": "class D:\n a='print'\nx='{0.a}(1+2)'.format(D)",
    "str-mod-dict": "x='%(a)s%(b)s' % {'a':'print','b':'(1+2)'}",
    "dict-merge": "a={'x':'pri'}\nb={**a,'y':'nt(1+2)'}\nx=(b|{'z':1})['x']+b['y']",
    "dict-fromkeys": "x=''.join(dict.fromkeys('priintt(1+2)'.replace('ii','i').replace('tt','t')))",
    "set-sorted": f"x=''.join(c for _,c in sorted({{{', '.join(map(repr, enumerate(TEXT)))}}}))",
    "slice-object": f"s=slice(None,None,-1)\nx={BACK!r}[s]",
    "slice-delete": "l=list('zzprint(1+2)')\ndel l[:2]\nx=''.join(l)",
    "slice-step-set": "l=[None]*10\nl[::2]=list('pit12')\nl[1::2]=list('rn(+)')\nx=''.join(l)",
    "bytearray-slices": "b=bytearray(10)\nb[0:5]=b'print'\nb[5:]=b'(1+2)'\nx=bytes(b).decode()",
    "bytearray-reverse": f"b=bytearray({RAW[::-1]!r})\nb.reverse()\nx=b.decode()",
    "bytearray-pop": f"b=bytearray({RAW[::-1]!r})\no=bytearray()\nwhile b: o.append(b.pop())\nx=str(o,'ascii')",
    "nested-functions": f"def a(s):\n def b(t):\n  def c(u): return u[::-1]\n  return c(t)\n return b(s)\nx=a({BACK!r})",
    "global-table": f"K=3\ndef d(s): return ''.join(chr(ord(c)-K) for c in s)\ndef go(): return d({''.join(chr(c + 3) for c in CODES)!r})\nx=go()",
    "mutual-recursion": f"def a(s): return '' if not s else b(s[1:])+s[0]\ndef b(s): return '' if not s else a(s[1:])+s[0]\nx=a({BACK!r})",
    "star-args": "def f(*a,**k): return ''.join(a)+k['z']\nx=f(*'print',**{'z':'(1+2)'})",
    "int-base36": f"x=''.join(chr(int(p,36)) for p in {' '.join(digits(c, '0123456789abcdefghijklmnopqrstuvwxyz') for c in CODES)!r}.split())",
    "fromhex-spaces": f"x=bytearray.fromhex({RAW.hex(' ')!r}).decode()",
    "hex-method": f"x=bytes.fromhex({RAW!r}.hex()).decode()",
    "ord-tables": f"A=[chr(i) for i in range(32,127)]\nx=''.join(A[i-32] for i in {CODES})",
    "unicode-names": "import unicodedata\nx=unicodedata.lookup('LATIN SMALL LETTER P')+'rint(1+2)'",
    "tags": f"x=''.join(chr(ord(c)-0xE0000) for c in {''.join(chr(0xE0000 + c) for c in CODES)!r})",
    "variation-selectors": f"x=bytes(ord(c)-0xFE00 if ord(c)<0xFE10 else ord(c)-0xE0100+16 for c in {''.join(chr(0xE0100 + c - 16) for c in CODES)!r}).decode()",
    "trailing-spaces": f"s={chr(10).join('x' + ' ' * c for c in CODES)!r}\nx=''.join(chr(len(l)-len(l.rstrip())) for l in s.splitlines())",
    "mac": "x=bytes.fromhex(''.join(m.replace('-','') for m in ['70-72-69-6E-74-28','31-2B-32-29-00-00'])).rstrip(b'\\0').decode()",
    "uuid-list": "import uuid\nx=b''.join(uuid.UUID(u).bytes_le for u in ['6e697270-2874-2b31-3229-000000000000']).rstrip(b'\\0').decode()",
    "uuid-int": f"import uuid\nx=uuid.UUID(int={NUMBER << 48}).bytes.rstrip(b'\\0').decode()",
    "ipv6": "import ipaddress\nx=ipaddress.IPv6Address('7072:696e:7428:312b:3229::').packed.rstrip(b'\\0').decode()",
    "ipv4-int": "import ipaddress\nx=int(ipaddress.ip_address('112.114.105.110')).to_bytes(4,'big').decode()+'t(1+2)'",
    "inet-pton": "import socket\nx=socket.inet_pton(socket.AF_INET6,'7072:696e:7428:312b:3229::').rstrip(b'\\0').decode()",
    "hash-stretch": f"import hashlib\nk=b'p'\nfor _ in range(50): k=hashlib.md5(k).digest()\nx=bytes(a^b for a,b in zip({bytes(a ^ b for a, b in zip(RAW, __import__('functools').reduce(lambda k, _: hashlib.md5(k).digest(), range(50), b'p'), strict=False))!r},k)).decode()",
    "hash-update": f"import hashlib\nh=hashlib.sha1()\nh.update(b'a')\nh.update(b'b')\nx=bytes(a^b for a,b in zip({bytes(a ^ b for a, b in zip(RAW, hashlib.sha1(b'ab').digest(), strict=False))!r},h.digest())).decode()",
    "hmac-key": f"import hmac,hashlib\nk=hmac.new(b'a',b'b',hashlib.sha256).digest()\nx=bytes(a^b for a,b in zip({bytes(a ^ b for a, b in zip(RAW, __import__('hmac').digest(b'a', b'b', 'sha256'), strict=False))!r},k)).decode()",
    "random-seeded-own": "class R:\n def __init__(self,s): self.s=s\n def next(self):\n  self.s=(self.s*1103515245+12345)&0x7fffffff\n  return self.s>>16&255\nr=R(7)\nx=''.join(chr(c^r.next()) for c in [28, 60, 29, 252, 103, 13, 19, 5, 3, 136])",
    "re-compiled": f"import re\np=re.compile('[#@]')\nx=p.sub('',{'#'.join(TEXT)!r})",
    "re-groups": r"import re" + f"\nx=re.sub(r'(\\d+),?',lambda m:chr(int(m.group(1))),{','.join(map(str, CODES))!r})",
    "re-backrefs": "import re\nx=re.sub(r'(\\w+)-(\\w+)',r'\\2\\1','nt-pri')+'(1+2)'",
    "re-match": "import re\nx=re.match(r'<(.+)>','<print(1+2)>').group(1)",
    "re-search": "import re\nx=re.search('b=([^;]*)','a=1;b=print(1+2);c=3').group(1)",
    "re-finditer": f"import re\nx=''.join(chr(int(m[0],16)) for m in re.finditer('..',{HEX!r}))",
    "ast-joined": "x='pri' 'nt' '(1+2)'",
    "walrus": "x=(a:='pri')+(b:='nt(1+2)')",
    "chained-compare": "x='print(1+2)' if 1<2<3 and not 0 else ''",
    "globals-name": "globals()['zz']='print(1+2)'\nx=zz",
    "exec-none": "a,b=('print','(1+2)')\nx='%s%s'%(a,b)",
    "textwrap-fill": "import textwrap\nx=''.join(textwrap.wrap('print(1+2)',3))",
    "copy": f"import copy\nx=''.join(copy.copy(list({BACK!r}))[::-1])",
    "str-partition": "x=''.join('nt(1+2)|pri'.partition('|')[::-2])",
    "decimal-digits": f"import decimal\nx=int(decimal.Decimal('{NUMBER}')).to_bytes(10,'big').decode()",
    "fractions": "x=chr(int(112.0))+chr(round(113.7))+'int(1+2)'",
    "complex-parts": "x=chr(int((112+114j).real))+chr(int((112+114j).imag))+'int(1+2)'",
    "datetime": "import datetime\nx=chr((datetime.date(2020,1,1)+datetime.timedelta(days=112)-datetime.date(2020,1,1)).days)+'rint(1+2)'",
}  # fmt: skip
MISSED = frozenset({"datetime", "format-attr", "generator-send"})
"""What the evaluator cannot follow yet: dates, attributes within format strings, generators of the module's own body."""


def _cases():
    for name, source in HIDDEN.items():
        marks = [pytest.mark.xfail(strict=True, reason="not followed yet")] if name in MISSED else []
        yield pytest.param(source, id=name, marks=marks)


@pytest.mark.parametrize("source", list(_cases()))
def test_a_constant_hidden_otherwise_becomes_a_layer(source):
    found = review_files({"acme/__init__.py": f"{source}\nexec(x)\n".encode()}, "wheel")

    assert TEXT in "".join(layer.preview for layer in found.layers)
