r"""Which arguments of well-known programs play which part, wherever they stand on the command line.

One line a program, after its manual page: `OPTION[,OPTION…]:ROLE` for options with a value, `OPTION[,…]!ROLE` for
options without one, `_` for a value that plays no part, and last the operands in order (`ROLE*` any number of one role,
`>ROLE` the last of several). Options that are not named here take no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

# ruff: noqa: E501 - one line a program
_SPECS = """
curl -d,--data,--data-raw,--data-binary,--data-ascii,--data-urlencode,--json,-F,--form,--form-string:data -T,--upload-file:upload -o,--output:out -O,-J,--remote-name!remote -H,--header,-u,--user,-b,--cookie,--oauth2-bearer:auth -k,--insecure!insecure --url:url -X,--request,-A,--user-agent,-e,--referer,-m,--max-time,--connect-timeout,--retry,-w,--write-out,-c,--cookie-jar,-D,--dump-header,--cacert,-E,--cert,--key,--resolve,-r,--range,--retry-delay,-K,--config,--interface,--limit-rate,-Y,-y,-z,-C,--proto,--ciphers,--connect-to,--max-redirs,-P,-Q,--stderr,-t:_ -x,--proxy,--socks5,--socks5-hostname:proxy url*
wget -O,--output-document:out -o,--output-file,-a,-P,--directory-prefix,-t,--tries,-T,--timeout,-U,--user-agent,-e,-w,--wait,--limit-rate,-Q,-l,-A,-R,-D,--ca-certificate,--method,--referer,--certificate:_ --post-data,--body-data:data --post-file,--body-file:upload --header,--user,--password,--http-password:auth --no-check-certificate!insecure -i:path url*
fetch -o:out url*
aria2c -o,--out:out -d,--dir,-x,-s,-j,-k:_ --check-certificate!insecure url*
axel -o,--output:out -n:_ url*
lwp-download url >out
http -o,--output:out --auth,-a:auth --verify:_ _method url data*
https -o,--output:out --auth,-a:auth --verify:_ _method url data*
nc -e,-c,--exec,--sh-exec:command -p,-s,-w,-i,-x,-X,-q,-g,-G,-m,-T:_ -l,--listen!listen host port
socat address address
ssh -i,-F:path -p,-l,-o,-b,-c,-E,-J,-m,-S,-w,-Q,-O:_ -L,-R,-D:tunnel host remote*
scp -i,-F:path -P,-o,-l,-c,-J,-S:_ transfer*
sftp -i,-F,-b:path -P,-o:_ host
rsync -e,--exclude,--include,--rsh,--password-file,--log-file,--bwlimit:_ transfer*
ftp host port
tftp host
telnet host port
dig -t,-p,-c,-b,-k,-q:_ name*
nslookup name host
host -t,-c,-N,-R,-W:_ name host
ping -c,-i,-s,-t,-W,-w,-I,-p,-n:_ host
cat path*
head -n,-c,--lines,--bytes:_ path*
tail -n,-c,--lines,--bytes:_ path*
less path*
more path*
tac path*
strings -n:_ path*
od -A,-t,-N,-j:_ path*
hexdump -n,-s,-e,-C:_ path*
xxd -l,-s,-c:_ path >out
base64 -w,--wrap,-b:_ -i:path -o:out path
base32 path
rev path*
cut -d,-f,-c,-b,--delimiter,--fields:_ path*
sort -k,-t,-o:_ path*
uniq path
wc path*
awk -F,-v:_ -f:path _program path*
sed -e,--expression:_ -f:path -i!inplace _program path*
jq _program path*
grep -e,-m,-A,-B,-C,--include,--exclude,-f:_ _pattern path*
egrep -e,-m,-A,-B,-C:_ _pattern path*
fgrep _pattern path*
rg -g,-t,-e:_ _pattern path*
find list
ls list*
tree list*
locate name
stat path*
file path*
tee out*
cp -t,--target-directory:out -S:_ path* >out
mv -t,--target-directory:out path* >out
install -m,-o,-g:_ path* >out
ln path* >out
touch out*
mkdir -m:_ list*
rm path*
rmdir path*
unlink path*
shred -n,-s:_ path*
truncate -s:_ path*
mkfs path*
wipefs path*
chmod mode path*
chown _owner path*
chgrp _owner path*
chattr mode path*
xattr -p,-w:_ path*
tar -f,--file:archive -C,--directory,-T,--exclude,-X:_ path*
zip -x,-i,-P:_ archive path*
unzip -d,-P:_ archive
7z _verb archive path*
gzip path*
gunzip path*
zcat path*
bzip2 path*
xz path*
gpg -o,--output:out -r,--recipient,--passphrase:_ path
openssl -in:path -out:out -k,-pass,-K,-iv,-connect,-e,-a:_ _verb
crontab -u:_ path
at -f:path _when
systemctl verb unit*
launchctl verb path*
service unit verb
update-rc.d unit verb
useradd -G,-g,-s,-d,-u,-p,-c:_ user
usermod -G,-g,-s,-a:_ user
passwd user
chpasswd
kill -s,-n:_ process*
pkill process*
killall process*
env
printenv env*
export env*
unset env*
pip -i,--index-url,--extra-index-url,-f,--find-links:url -r,--requirement,-t,--target,-c:path verb package*
pipx verb package*
uv --index,--index-url,--extra-index-url:url -r:path verb package*
npm --registry:url -C,--prefix:_ verb package*
npx -p:_ package code*
yarn verb package*
pnpm verb package*
gem -s,--source:url verb package*
cargo verb package*
go verb package*
apt verb package*
apt-get verb package*
yum verb package*
dnf verb package*
apk verb package*
brew verb package*
twine -r,--repository,-u,-p:_ --repository-url:url verb path*
git -C,-c,--git-dir:_ verb url*
gh verb url*
docker verb url*
podman verb url*
kubectl -n,--namespace,-f:_ verb url*
aws --profile,--region:_ --endpoint-url:url service verb transfer*
gcloud service verb url*
az service verb url*
gsutil service transfer*
rclone service transfer*
gcc -o:out -I,-L,-D:_ path*
make -f,--file,--makefile:path -C,--directory:folder -j,-l,-o,-W:_ target*
open -a,-b:_ url*
xdg-open url*
osascript -e:code path
screencapture -t,-R:_ out
xclip -i,-o,-t,-d,-selection,-sel:_ path
dd
claude -p,--print:code --permission-mode:mode code
gemini -p,--prompt:code code
codex code*
python -c:code -m:module -W,-X:_ script argument*
perl -e,-E:code -I,-M:_ script argument*
ruby -e:code -I,-r:_ script argument*
node -e,--eval,-p,--print:code -r,--require:path script argument*
php -r:code -f:script -d:_ script argument*
lua -e:code -l:_ script argument*
sh -o,+o,-O:_ script argument*
powershell -command,-c,-encodedcommand,-e,-ec,-en,-enc,-enco,-encod:code -file,-f:script -windowstyle,-w,-win,-executionpolicy,-ep,-ex,-exec,-version,-inputformat,-outputformat:_ code*
cmd code*
certutil path*
schtasks verb
reg verb
insmod path
modprobe name
mount path*
docker-compose verb
date
sleep time
useradd user
"""
_ALIKE = {
    "bash": "sh", "zsh": "sh", "dash": "sh", "ash": "sh", "ksh": "sh", "fish": "sh", "csh": "sh", "tcsh": "sh",
    "ncat": "nc", "netcat": "nc", "pwsh": "powershell", "bunzip2": "gunzip", "unxz": "gunzip", "xzcat": "zcat",
    "bzcat": "zcat", "zgrep": "grep", "nodejs": "node", "bun": "node", "deno": "node", "pypy": "python",
    "pythonw": "python", "py": "python", "pip3": "pip", "ping6": "ping", "kdig": "dig", "xmllint": "cat", "bat": "cat",
    "nl": "cat", "srm": "rm", "source": "sh", ".": "sh", "7za": "7z", "vi": "cat", "gsed": "sed", "gtar": "tar",
    "bsdtar": "tar", "adduser": "useradd", "declare": "export", "scp2": "scp", "mkfs.ext4": "mkfs", "httpie": "http",
    "xsel": "xclip", "oc": "kubectl", "nerdctl": "docker", "clang": "gcc", "cc": "gcc", "g++": "gcc", "gawk": "awk",
    "luajit": "lua", "readlink": "stat", "md5sum": "stat", "sha256sum": "stat", "more": "less", "gdd": "dd",
}  # fmt: skip


@dataclass(slots=True)
class Spec:
    """How one program reads its command line."""

    valued: dict[str, str] = field(default_factory=dict)
    flags: dict[str, str] = field(default_factory=dict)
    operands: list[str] = field(default_factory=list)
    every: str = ""
    """The role of all further operands."""
    last: str = ""
    """The role of the last of several operands."""


@dataclass(frozen=True, slots=True)
class Part:
    """One argument that plays a part: its role, which word, and where in it the value starts."""

    role: str
    word: int
    start: int = 0


@cache
def specs() -> dict[str, Spec]:
    """Return the programs that are known."""
    found = {}
    for line in _SPECS.strip().splitlines():
        name, *items = line.split()
        spec = found[name] = Spec()
        for item in items:
            _add(spec, item)
    return found | {name: found[other] for name, other in _ALIKE.items() if other in found}


def _add(spec: Spec, item: str) -> None:
    for mark, table in ((":", spec.valued), ("!", spec.flags)):
        if item[0] in "-+" and mark in item:
            options, _, role = item.rpartition(mark)
            table.update(dict.fromkeys(options.split(","), role))
            return
    if item[-1] == "*":
        spec.every = item[:-1]
    elif item[0] == ">":
        spec.last = item[1:]
    else:
        spec.operands.append(item)


def parts(name: str, words: Sequence[str | None]) -> list[Part]:
    """Return which words play which part; `words` are the arguments' texts, None for unknown ones."""
    spec = specs().get(name)
    if spec is None:
        return []
    found: list[Part] = []
    operands: list[int] = []
    at = 0
    single = any(len(option) > 2 and option[1] != "-" for option in spec.valued)
    while at < len(words):
        word = words[at]
        if word is None or len(word) < 2 or word[0] not in "-+" or (word[0] == "+" and word[:2] not in spec.valued):
            operands.append(at)
        elif word == "--":
            operands += range(at + 1, len(words))
            break
        else:
            at = _option(spec, word, at, len(words), found, single=single)
        at += 1
    return found + _operands(spec, operands, {part.role for part in found})


def _option(spec: Spec, word: str, at: int, count: int, found: list[Part], *, single: bool) -> int:
    """Note what an option at `at` means; return the index of the last word that belongs to it."""
    name, equals, _ = word.partition("=")
    if word in spec.flags or name in spec.flags:
        found.append(Part(spec.flags.get(word) or spec.flags[name], at))
        return at
    key = (word.lower() if single else word) if not equals else name
    if key in spec.valued:
        role = spec.valued[key]
        if equals and key == name and word not in spec.valued:
            found.append(Part(role, at, len(name) + 1))
            return at
        if at + 1 < count:
            found.append(Part(role, at + 1))
        return at + 1
    if word[:2] == "--" or single:
        return at
    for index in range(1, len(word)):
        letter = f"-{word[index]}"
        if letter in spec.flags:
            found.append(Part(spec.flags[letter], at))
        elif letter in spec.valued:
            if index + 1 < len(word):
                found.append(Part(spec.valued[letter], at, index + 1))
                return at
            if at + 1 < count:
                found.append(Part(spec.valued[letter], at + 1))
            return at + 1
    return at


def _operands(spec: Spec, operands: list[int], given: Iterable[str]) -> list[Part]:
    roles = [role for role in spec.operands if not (role == "script" and "code" in given)]
    roles = [role for role in roles if not (role in ("_program", "_pattern") and "_" in given)]
    found = []
    if spec.last and len(operands) > 1:
        found.append(Part(spec.last, operands.pop()))
    for index, word in enumerate(operands):
        role = roles[index] if index < len(roles) else spec.every
        if role and role[0] != "_":
            found.append(Part(role, word))
    return found


Reader = Callable[[str, Sequence[str | None]], list[Part]]
