"""What a command line starts, and what it shows besides. Total, bounded, no shell is consulted."""

from __future__ import annotations

import re
from functools import lru_cache

from pratique.capabilities.paths import path
from pratique.model import HOLE

MAX_COMMAND = 8_192
MAX_WORDS = 400
_SEPARATOR = re.compile(r"&&|\|\||[;|&\n\r()`]|\$\(|<\(")
_INLINE = re.compile(r"""(?:^|\s)(?:-[a-z]*c|/[ck]|-command|-c:)\s+["']?""")
_ASSIGNMENT = re.compile(r"[a-z_]\w*=")
_EXTENSIONS = {
    "sh": "shell", "bash": "shell", "bat": "shell", "cmd": "shell", "command": "shell", "ps1": "powershell", "py": "python",
    "pyw": "python", "pyc": "python", "js": "node", "mjs": "node", "cjs": "node", "vbs": "script", "vbe": "script", "wsf": "script",
    "hta": "script", "pl": "script", "rb": "script", "php": "script", "jar": "script", "scpt": "script",
}  # fmt: skip
_WRAPPERS = frozenset({
    "env", "nohup", "setsid", "time", "nice", "ionice", "exec", "command", "builtin", "stdbuf", "xargs", "timeout", "then", "do",
    "else", "if", "while", "start", "call", "@echo", "watch", "chroot", "busybox", "unbuffer", "caffeinate", "daemonize", "eval",
})  # fmt: skip
_ELEVATE = frozenset(
    {"sudo", "su", "runas", "doas", "pkexec", "gsudo", "psexec", "gksudo", "kdesudo", "osascript-admin"}
)
_PROGRAMS = {
    "shell": "sh bash zsh dash ash ksh csh tcsh fish cmd command.com wsl source .",
    "powershell": "powershell pwsh powershell_ise",
    "python": "python pythonw py pypy ipython",
    "node": "node nodejs bun deno npx bunx ts-node",
    "script": "perl ruby php lua tclsh osascript wscript cscript mshta rundll32 regsvr32 msiexec installutil java rscript "
    "forfiles pcalua odbcconf cmstp control regasm msbuild wmiexec awk gawk expect",
    "downloader": "curl wget certutil bitsadmin aria2c fetch lwp-download axel invoke-webrequest iwr invoke-restmethod irm "
    "start-bitstransfer httpie http xh",
    "registry-edit": "reg regedit regini",
    "scheduler": "schtasks crontab at batch systemctl launchctl sc systemd-run update-rc.d chkconfig service nssm "
    "register-scheduledtask new-service rc-update",
    "miner": "xmrig xmr-stak cpuminer minerd ethminer t-rex nbminer phoenixminer lolminer gminer nanominer ccminer cgminer "
    "bfgminer teamredminer srbminer-multi wildrig rigel xmrigdaemon",
    "credential-dump": "mimikatz lazagne cmdkey trufflehog gitleaks secretsdump procdump keychain-dumper",
    "discovery": "whoami hostname ipconfig ifconfig ip systeminfo wmic uname id net netstat tasklist ps lscpu lspci lsusb "
    "nvidia-smi sw_vers system_profiler arp getmac dmidecode ioreg printenv w who last lsb_release ver tree ss df lsblk "
    "getent groups users nltest qwinsta query route hostnamectl sysctl get-process get-computerinfo get-wmiobject",
    "network-tool": "nc ncat netcat socat telnet ssh scp sftp ftp rsync nslookup dig host ping traceroute tracert tcpdump "
    "nmap sshpass autossh chisel frpc proxychains iodine dnscat plink pscp resolve-dnsname test-netconnection openssl",
    "tunnel": "ngrok cloudflared bore localtunnel lt pagekite tailscale zrok",
    "git": "git gh hub svn hg glab",
    "docker": "docker podman kubectl helm nerdctl crictl docker-compose k3s oc",
    "agent": "claude gemini codex cursor-agent aider opencode goose amp copilot",
    "compiler": "gcc cc clang g++ c++ make cmake ninja cl rustc javac swig cython nvcc meson ld ar gfortran msvc nasm go "
    "cargo csc autoconf automake configure",
    "opener": "open xdg-open explorer gnome-open gio kde-open invoke-item ii start-process",
}
_PROGRAM_OF = {name: kind for kind, names in _PROGRAMS.items() for name in names.split()}
_VERSIONED = re.compile(r"^(python|pypy|pip|perl|ruby|php|lua|node|gcc|g\+\+|clang)[\d.]+w?$")
_INSTALLERS = {
    "pip": "install download wheel", "pipx": "install run", "npm": "install i add ci exec", "yarn": "add install dlx",
    "pnpm": "install i add dlx", "apt": "install", "apt-get": "install", "yum": "install", "dnf": "install", "brew": "install",
    "conda": "install create", "mamba": "install", "choco": "install", "winget": "install", "scoop": "install", "snap": "install",
    "apk": "add", "gem": "install", "cargo": "install", "go": "install get", "uv": "pip add tool run", "poetry": "add install",
    "pacman": "-s -sy -syu", "easy_install": "", "npx": "", "bunx": "", "uvx": "", "zypper": "install", "dpkg": "-i", "rpm": "-i -u",
    "composer": "require install", "install-module": "", "bun": "add install", "pdm": "add install", "pipenv": "install",
    "ensurepip": "", "nuget": "install", "installer": "-pkg", "get-pip.py": "",
}  # fmt: skip
_PUBLISHERS = {
    "twine": "upload", "npm": "publish", "yarn": "publish", "pnpm": "publish", "flit": "publish", "poetry": "publish",
    "hatch": "publish", "uv": "publish", "cargo": "publish", "gem": "push", "setup.py": "upload", "pdm": "publish", "nuget": "push",
}  # fmt: skip
_WHOLE = (
    ("miner", r"stratum\+(?:tcp|ssl)|--donate-level|--coin[ =]monero|-o\s+\S*pool\S*:\d+\s+-u|randomx"),
    ("destroy", r"\brm\s(?:-\S+\s+)*(?:--no-preserve-root|-\S*r\S*(?:\s+-\S+)*\s+[\"']?(?:/|~|\$\{?home\}?|/\*|~/\*|/home|/users|/etc|/usr|/var|\*)[\"']?/?\*?(?=\s|$))"),
    ("destroy", r"\b(?:rd|rmdir|del|erase)\b[^|&;\n]{0,80}/s[^|&;\n]{0,80}(?:[a-z]:[\\/]*\*?(?=\s|$)|%userprofile%|%systemroot%|c:[\\/]+(?:windows|users))"),
    ("destroy", r"\bformat(?:\.com)?\s+[a-z]:|\bcipher\s+/w|\bshred\s+-|\bmkfs\b|\bdd\s[^|&;\n]{0,80}\bof=/dev/(?:sd|nvme|hd|vd|disk)|\bdiskpart\b"),
    ("destroy", r"\bvssadmin\s+delete|\bwbadmin\s+delete|\bwmic\s+shadowcopy\s+delete|\bbcdedit\b[^|&;\n]{0,80}recoveryenabled|:\(\)\s*\{\s*:|\bremove-item\b[^|;\n]{0,80}-recurse[^|;\n]{0,60}[a-z]:[\\/]+(?:\s|$|\*|users|windows)"),
    ("credential-dump", r"\bsecurity\s+(?:find-(?:generic|internet)-password|dump-keychain|export)|\breg(?:\.exe)?\s+save\s+hklm|\bnetsh\s+wlan\s+show\s+profiles?"),
    ("credential-dump", r"\bgcloud\s+auth\s+(?:print-|application-default\s+print)|\baws\s+configure\s+(?:get|export)|\bgh\s+auth\s+token|\bgit\s+credential\s+fill|\bsecret-tool\s+(?:lookup|search)|\baz\s+account\s+get-access-token|\bkubectl\s+get\s+secrets?|\bcomsvcs\.dll"),
    ("defence-off", r"\b(?:set|add)-mppreference\b|\bnetsh\s+(?:advfirewall|firewall)\b[^|&;\n]{0,120}\b(?:off|disable|add)\b|\b(?:sc|net)\s+(?:stop|delete|config)\s+(?:windefend|wscsvc|mpssvc|sense)"),
    ("defence-off", r"\bsetenforce\s+0|\bufw\s+disable|\biptables\s+-f|\bhistory\s+-c|\bunset\s+histfile|histfile=/dev/null|\bwevtutil\s+cl|\bclear-eventlog|\bcsrutil\s+disable|\bspctl\s+--(?:master|global)-disable|\bxattr\s+-[a-z]*[dc][a-z]*\s+(?:com\.apple\.quarantine|\S+)|\battrib\s[^|&;\n]{0,40}\+[hs]|\bchattr\s+[+-]i"),
)  # fmt: skip
_WHOLE_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _WHOLE)
_PRIORITY = (
    "miner", "destroy", "credential-dump", "defence-off", "package-publish", "package-install", "downloader", "tunnel", "scheduler",
    "registry-edit", "agent", "powershell", "node", "python", "docker", "git", "network-tool", "script", "shell", "discovery",
    "compiler", "opener", "embedded", "elevate", "computed",
)  # fmt: skip
"""Of several programs on one line, the one that says most."""
_SECRET_PATHS = frozenset({
    "ssh-key", "cloud-credential", "browser-store", "wallet", "registry-token", "messenger-token", "password-store", "env-secret",
})  # fmt: skip
_FETCHERS = r"(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring|downloadfile|bitsadmin|certutil|fetch|aria2c)"
_RUNNERS = r"(?:ba|z|da|k|a|c)?sh|python[\d.]*|node|bun|perl|ruby|php|iex|invoke-expression|powershell|pwsh|cmd"
_FLAGS = (
    ("encoded-command", r"(?:^|\s)[-/]e(?:n(?:c(?:o(?:d(?:e(?:d(?:c\w*)?)?)?)?)?)?)?[\s:]+[\"']?(?:[a-z0-9+/=]{16}|" + HOLE + ")|frombase64string"),
    ("hidden-window", r"[-/]w(?:in(?:dowstyle)?|indow)?[\s:]+[\"']?(?:hidden|hid|1)\b|\bstart\s+(?:\"[^\"]{0,80}\"\s+)?/(?:b|min)\b|[-/]noni\w*\s[^|;\n]{0,40}hidden"),
    ("exec-policy-bypass", r"[-/]e(?:p|x(?:ec(?:utionpolicy)?)?)[\s:]+[\"']?(?:bypass|unrestricted)\b|set-executionpolicy\s[^|;\n]{0,60}(?:bypass|unrestricted)"),
    ("pipe-to-shell", rf"\|\s*(?:sudo\s+(?:-\S+\s+)?)?(?:/(?:usr/)?bin/(?:env\s+)?)?(?:{_RUNNERS})(?:\.exe)?(?:\s|$|[\"'])"),
    ("pipe-to-shell", rf"\b(?:ba|z|da|k)?sh\s+(?:-c\s+)?[\"']?(?:<\(|\$\(|`)\s*{_FETCHERS}|\b(?:iex|invoke-expression)\s*[\(\"'&$][^\n]{{0,200}}{_FETCHERS}|\bsource\s+<\("),
    ("base64-decode-pipe", r"\bbase64\s+(?:-\w*d\w*|--decode)|\bopenssl\s+(?:base64|enc)\s[^|;\n]{0,80}-d\b|\bcertutil\s+-f?\s*-?decode|frombase64string|\bxxd\s+-r"),
    ("dev-tcp", r"/dev/(?:tcp|udp)/"),
    ("netcat-exec", r"\b(?:nc|ncat|netcat)(?:\.exe)?\s[^|;&\n]{0,200}-\w*[ec]\w*\s|\bmkfifo\b[^\n]{0,200}\bnc\b|\bsocat\b[^\n]{0,200}\bexec:"),
    ("detached", r"\b(?:nohup|setsid|disown|daemonize|systemd-run)\b|&\s*[\"']?$|\bstart\s+/b\b|\bscreen\s+-\w*dm|\btmux\s+new\S*\s[^|;\n]{0,40}-d\b"),
    ("silenced", r">\s*/dev/null|>\s*nul\b|&>\s*/dev/null|2>&-|\|\s*out-null"),
    ("inline-code", r"\bpython[\d.]*(?:w|\.exe)?\s+(?:-\w+\s+){0,4}-\w*c\b|\b(?:node|bun|perl|ruby)\s+(?:-\w+\s+){0,4}-e\b|\bphp\s+-r\b|\b(?:ba|z|da|k)?sh\s+-\w*c\b|\bcmd(?:\.exe)?\s+/[ck]\b|\b(?:powershell|pwsh)(?:\.exe)?\s[^|;\n]{0,120}-c(?:ommand)?\b"),
)  # fmt: skip
_FLAGS_COMPILED = tuple((flag, re.compile(pattern)) for flag, pattern in _FLAGS)
_FETCH = re.compile(rf"\b{_FETCHERS}\b")
_RUN_AFTER = re.compile(
    rf"(?:&&|;|\||&|\n|\))\s*(?:sudo\s+)?(?:chmod\s|\./|(?:{_RUNNERS})\b|start\b|start-process\b|open\s|call\s|[a-z]:\\|%te?mp%|/tmp/)"
)
_FETCH_AND_RUN = re.compile(
    r"\bmshta(?:\.exe)?\s+[\"']?(?:https?|javascript|vbscript):|\bregsvr32\b[^\n]{0,80}/i:https?:|\bmsiexec\b[^\n]{0,80}\s/(?:i|package)\s+[\"']?https?:|"
    r"\bpip[\d.]*\s+install\s[^|;\n]{0,120}(?:https?://|git\+)|\brundll32\b[^\n]{0,80}javascript:"
)


def command(text: str) -> str:
    """Return the class of a command line or program name; "" for nothing special, `computed` for an unknown program."""
    return _command(text[:MAX_COMMAND])


@lru_cache(maxsize=4_096)
def _command(text: str) -> str:
    lower = text.strip().lower()
    found = {kind for kind, pattern in _WHOLE_COMPILED if pattern.search(lower)}
    for segment in _segments(lower):
        found.update(_program(segment))
    if any(
        path(word.strip("\"'")) in _SECRET_PATHS
        for word in lower.split()[1:64]
        if "/" in word or "\\" in word or "." in word
    ):
        found.add("credential-dump")
    return next((kind for kind in _PRIORITY if kind in found), "")


def command_flags(text: str) -> tuple[str, ...]:
    """Return what a command line shows besides its program, in the vocabulary's words."""
    return _command_flags(text[:MAX_COMMAND])


@lru_cache(maxsize=4_096)
def _command_flags(text: str) -> tuple[str, ...]:
    lower = text.strip().lower()
    found = {flag: True for flag, pattern in _FLAGS_COMPILED if pattern.search(lower)}
    fetched = _FETCH.search(lower)
    runs = bool(fetched) and ("pipe-to-shell" in found or _RUN_AFTER.search(lower, fetched.end() if fetched else 0))
    if runs or _FETCH_AND_RUN.search(lower):
        found["download-and-run"] = True
    return tuple(found)


def _segments(lower: str) -> list[list[str]]:
    """Split a line into simple commands, each a list of words; what a shell is handed with `-c` counts too."""
    opened = _INLINE.sub(" ; ", lower)
    rows = [
        row.replace('"', " ").replace("'", " ").split() for row in _SEPARATOR.split(lower) + _SEPARATOR.split(opened)
    ]
    return [row[:MAX_WORDS] for row in rows if row][:64]


def _program(words: list[str]) -> set[str]:
    """Return the classes of one simple command: of its wrappers, and of the program itself."""
    found: set[str] = set()
    for index, word in enumerate(words[:16]):
        name = _base_name(word)
        if name in _ELEVATE:
            found.add("elevate")
        elif not (
            name in _WRAPPERS or _ASSIGNMENT.match(word) or (index and word.startswith(("-", "/")) and len(word) < 3)
        ):
            return found | _own_class(name, word, words[index + 1 :])
        elif name == "start" and len(words) > index + 1:
            found.add("opener")
    return found


def _own_class(name: str, word: str, rest: list[str]) -> set[str]:
    if HOLE in name and not name.strip(HOLE + "./\\"):
        return _module_of(rest) or {"computed"}
    if (kind := _subcommand(name, rest)) or (kind := _PROGRAM_OF.get(name, "")):
        return {kind} | (_module_of(rest) if kind == "python" else set())
    if word.startswith(("./", ".\\", "%temp%", "%tmp%", "/tmp/", "%appdata%", "%localappdata%")):
        return {_EXTENSIONS.get(word.rpartition(".")[2], "embedded")}
    kind = _EXTENSIONS.get(word.rpartition(".")[2], "") if "." in word else ""
    return {kind} if kind else set()


def _module_of(rest: list[str]) -> set[str]:
    """Return what `python -m MODULE …` or `python setup.py …` amounts to."""
    for index, word in enumerate(rest[:8]):
        if word == "-m" and index + 1 < len(rest):
            kind = _subcommand(rest[index + 1], rest[index + 2 :])
            return {kind} if kind else {"python"}
        if word.endswith("setup.py") and {"upload", "install", "develop"} & set(rest[index:]):
            return {"package-publish" if "upload" in rest else "package-install"}
        if word in {"-c", "-"} or word.endswith((".py", ".pyc")):
            return {"python"}
    return set()


def _subcommand(name: str, rest: list[str]) -> str:
    for table, kind in ((_PUBLISHERS, "package-publish"), (_INSTALLERS, "package-install")):
        if name in table and (not table[name] or set(table[name].split()) & set(rest[:6])):
            return kind
    return ""


def _base_name(word: str) -> str:
    base = word.replace("\\", "/").rstrip("/").rpartition("/")[2] or word
    base = base.removesuffix(".exe").removesuffix(".cmd") if base not in {".exe", ".cmd"} else base
    versioned = _VERSIONED.match(base)
    return versioned[1] if versioned else base
