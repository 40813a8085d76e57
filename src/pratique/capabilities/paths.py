"""What a path is about: whose secrets lie there, and what running or reading it does. Total and bounded."""

from __future__ import annotations

import re
from functools import lru_cache

from pratique.model import HOLE

MAX_PATH = 4_096
_SLASHES = re.compile(r"/{2,}")
_HOME = rf"(?:~[^/]*|%userprofile%|%homepath%|%homedrive%%homepath%|%onedrive%|\$\{{?home\}}?|\$env:userprofile|[^/]*{HOLE})"
_BROWSERS = (
    r"google/chrome(?: beta| dev| sxs)?|google-chrome(?:-beta|-unstable)?|chromium|bravesoftware(?:/brave-browser)?|"
    r"microsoft/edge(?: beta| dev)?|microsoft-edge|microsoft edge|opera software(?:/[^/]+)?|com\.operasoftware\.\w+|"
    r"vivaldi|yandex/yandexbrowser|arc|epic privacy browser|comodo/dragon|torch|centbrowser|iridium|7star/7star|"
    r"kometa|orbitum|amigo|coccoc/browser|thorium|mozilla/firefox|firefox|librewolf|waterfox|zen"
)
_WALLET_EXTENSIONS = (
    "nkbihfbeogaeaoehlefnkodbefgpgknn|bfnaelmomeimhlpmgjnjophhpkkoljpa|hnfanknocfeofbddgcijnmhnfnkdnaad|"
    "fhbohimaelbohpjbbldcngcnapndodjp|ibnejdfjmmkpcnlpebklmnkoeoihofec|fnjhmkhhmkbjkkabndcnnogagogbneec|"
    "egjidjbpglichdcondbcbdnbeeppgdph|aholpfdialjgjfhomihkjbmgjidlcdno|dmkamcknogkgcdfhhbddcghachkejeap"
)
"""Identifiers of wallet extensions in the browsers' public stores (MetaMask, Phantom, Coinbase, Binance, TronLink,
Ronin, Trust, Exodus, Keplr)."""
_SHARES = (
    "application support|appdata/(?:local|roaming)|%localappdata%|%appdata%|\\.config|\\.var/app|"
    rf"[^/]*{HOLE}/(?:local|roaming)|\\$env:(?:local)?appdata"
)
_TABLE = (
    ("python-startup", r"/(?:site|user)customize\.pyc?$|/(?:site|dist)-packages/[^/]*\.(?:pth|start|egg-link)$"),
    ("git-hook", r"/\.git/hooks(?:/|$)|/\.git-templates?/|/\.gitconfig$|/\.config/git/config$|/etc/gitconfig$"),
    ("cloud-credential", r"/\.claude/\.credentials\.json$|/\.codex/auth\.json$|/\.gemini/oauth_creds\.json$"),
    ("agent-config", r"/(?:claude|agents|gemini|skill)\.md$|/\.claude(?:/|\.json$|$)|/\.cursor(?:/|$)|/\.(?:cursor|windsurf|cline)rules(?:/|$)"),
    ("agent-config", r"/copilot-instructions\.md$|/\.?mcp\.json$|/claude_desktop_config\.json$|/\.vscode/(?:mcp|settings|tasks)\.json$"),
    ("agent-config", r"/\.(?:windsurf|continue|codex|gemini|roo|cline|kiro|amazonq|junie|opencode|codeium)(?:/|$)|/\.aider[^/]*$"),
    ("ci-config", r"/\.github/(?:workflows|actions)(?:/|$)|/\.gitlab-ci\.ya?ml$|/\.circleci(?:/|$)|/\.travis\.ya?ml$|/jenkinsfile$"),
    ("ci-config", r"/azure-pipelines\.ya?ml$|/\.drone\.ya?ml$|/bitbucket-pipelines\.ya?ml$|/\.(?:buildkite|woodpecker)(?:/|$)|/actions-runner(?:/|$)"),
    ("registry-token", r"/\.?pypirc$|/\.npmrc$|/\.yarnrc(?:\.yml)?$|/\.cargo/credentials(?:\.toml)?$|/\.gem/credentials$|/\.m2/settings"),
    ("registry-token", r"/nuget\.config$|/\.composer/auth\.json$|/pypoetry/auth\.toml$|/\.hex/hex\.config$|/uv/credentials(?:/|$)"),
    ("pip-config", r"/pip\.(?:conf|ini)$|/\.pip(?:/|$)|/\.config/pip(?:/|$)|/uv/uv\.toml$|/\.condarc$|/\.pydistutils\.cfg$"),
    ("ssh-key", r"/\.ssh(?:/|$)|/id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:\.pub)?$|/ssh_host_\w+_key$|\.ppk$|/simontatham/putty/"),
    ("ssh-key", r"/\.gnupg(?:/|$)|/secring\.gpg$|/private-keys-v1\.d|/priv(?:ate)?[_-]?key\.(?:pem|key)$|/private\.(?:pem|key)$|/etc/ssh/"),
    ("cloud-credential", r"/\.aws(?:/|$)|/\.azure(?:/|$)|/gcloud(?:/|$)|/application_default_credentials\.json$|/\.kube(?:/|$)|/etc/kubernetes(?:/|$)"),
    ("cloud-credential", r"/secrets/kubernetes\.io(?:/|$)|^/run/secrets(?:/|$)|/\.docker/config\.json$|/\.terraform(?:rc|\.d/)|\.tfstate$|/\.oci/"),
    ("cloud-credential", r"/\.(?:s3cfg|boto|vault-token|databrickscfg|git-credentials|snowsql|bluemix|aliyun|tccli|linode-cli|kaggle|wandb)(?:/|$)"),
    ("cloud-credential", r"/\.?config/(?:gh/hosts\.yml|hub|doctl|hcloud|rclone|openstack|helm|heroku|netlify|vercel|fly|configstore)(?:/|$)"),
    ("cloud-credential", r"/service[-_]?account[^/]*\.json$|/huggingface/token$|/\.huggingface(?:/|$)|/rancher/k3s/k3s\.yaml$|/\.fly/config\.yml$"),
    ("wallet", rf"/wallet\.dat$|/exodus(?:/|$)|/electrum(?:-\w+)?/wallets|/\.electrum(?:/|$)|/atomic/local storage|/coinomi(?:/|$)|/(?:{_WALLET_EXTENSIONS})"),
    ("wallet", r"/\.(?:bitcoin|ethereum|litecoin|dogecoin|zcash|monero|bitmonero|sparrow|walletwasabi|multibit)(?:/|$)|/ethereum/keystore|/keystore/utc--"),
    ("wallet", r"/solana/(?:id\.json|cli)|/ledger live(?:/|$)|/@?trezor[ /]?suite|/com\.liberty\.jaxx|/guarda(?:/|$)|/metamask|/armory(?:/|$)|/daedalus"),
    ("wallet", r"/(?:bitcoin|litecoin|dogecoin|dash|zcash|bytecoin|monero)(?:core)?/wallets?(?:/|$)|/phantom(?:/|\.json)|/keypair\.json$|/mymonero"),
    ("messenger-token", r"/(?:discord(?:canary|ptb|development)?|lightcord)(?:/|$)|/local storage/leveldb|/tdata(?:/|$)|/telegram desktop(?:/|$)"),
    ("messenger-token", r"/slack/(?:local storage|storage|cookies)|/signal/(?:sql|config\.json)|/whatsapp(?: desktop)?/|/skype(?: for desktop)?/|/viberpc/"),
    ("messenger-token", r"/\.purple/|/element/(?:local|indexeddb)|/steam/(?:config|ssfn|loginusers)|/loginusers\.vdf$|/\.minecraft/launcher_|/epicgameslauncher/"),
    ("messenger-token", r"/robloxcookies\.dat$|/growtopia/save\.dat$|/battle\.net/|/\.minecraft(?:/|$)"),
    ("browser-store", r"/login data(?: for account)?$|/(?:default|network|profile \d+|profile|user data)/cookies(?:-journal)?$|/web data$|/local state$"),
    ("browser-store", r"/cookies\.(?:sqlite|binarycookies)$|/(?:logins|signons)\.(?:json|sqlite)$|/key[34]\.db$|/places\.sqlite$|/formhistory\.sqlite$"),
    ("browser-store", r"/user data(?:/|$)|/local extension settings|/\.mozilla(?:/|$)|/firefox/profiles|/safari/(?:history|cookies|bookmarks)"),
    ("browser-store", rf"/(?:{_SHARES})/(?:{_BROWSERS})(?:/|$)|^/{_HOME}/(?:appdata/)?(?:google/chrome|bravesoftware|opera software|mozilla/firefox)(?:/|$)"),
    ("password-store", r"^/etc/(?:shadow|gshadow|passwd|master\.passwd|sudoers|security/opasswd)-?$|\.kdbx?$|/keepass\w*/|/\.password-store(?:/|$)"),
    ("password-store", r"/(?:1password|bitwarden|lastpass|dashlane|nordpass|roboform)(?: desktop)?(?:/|$)|/keychains(?:/|$)|login\.keychain|/keyrings(?:/|$)"),
    ("password-store", r"/kwalletd?(?:/|$)|/microsoft/(?:credentials|protect|vault)(?:/|$)|/system32/config/(?:sam|security|system)$|/[._]netrc$|/\.pgpass$"),
    ("password-store", r"/\.my(?:login)?\.cnf$|/filezilla/|/\.htpasswd$|/wp-config\.php$|/winscp\.ini$|/system-connections(?:/|$)|/\.authinfo|/ntds\.dit$|\.ovpn$"),
    ("shell-history", r"/\.(?:bash|zsh|sh|ash|ksh|fish|python|node_repl|mysql|psql|sqlite|rediscli|irb|php|mongo)_history$|/\.histfile$|/consolehost_history"),
    ("shell-history", r"/fish_history$|/\.(?:lesshst|viminfo|zhistory|wget-hsts)$|/\.zsh_sessions"),
    ("env-secret", r"/\.env(?:\.(?!example|sample|template|dist|defaults?|schema)[\w-]+)?$|/\.envrc$|/secrets?\.(?:json|ya?ml|toml|env|ini)$|^/proc/[^/]+/environ$"),
    ("env-secret", r"^/etc/environment$|/credentials?\.(?:json|ya?ml|txt|csv|xml|ini)$|/(?:passwords?|logins?)\.(?:txt|csv|xlsx?|docx?)$"),
    ("shell-rc", r"/\.(?:bashrc|bash_profile|bash_login|bash_aliases|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|kshrc|cshrc|tcshrc)$"),
    ("shell-rc", r"/fish/(?:config\.fish|conf\.d)|^/etc/(?:profile(?:\.d)?|bash\.bashrc|bashrc|zshrc|zsh|zprofile)(?:/|$)|/(?:microsoft\.\w+_)?profile\.ps1$"),
    ("schedule", r"^/etc/(?:cron|anacron)|/spool/cron|/crontabs?(?:/|$)|/windows/(?:system32/)?tasks(?:/|$)|/systemd/.*\.timer$|/var/at/"),
    ("autostart", r"/programs/startup(?:/|$)|/launch(?:agents|daemons)(?:/|$)|/autostart(?:/|$)|/systemd/(?:system|user)(?:/|$)|^/etc/(?:init\.d|rc\.local|rc\d?\.d|init|xdg)"),
    ("autostart", r"/startupitems(?:/|$)|/currentversion/(?:policies/explorer/)?run(?:once|services)?(?:/|$)|/winlogon(?:/|$)|/image file execution options"),
    ("autostart", r"/currentcontrolset/services(?:/|$)|/ld\.so\.preload$|/\.x(?:profile|initrc|session)$|/active setup/installed components"),
    ("hosts-file", r"/etc/(?:hosts|resolv\.conf|hosts\.allow|nsswitch\.conf)$"),
    ("site-packages", r"/(?:site|dist)-packages(?:/|$)"),
    ("log", r"^/var/log(?:/|$)|/winevt(?:/|$)|\.evtx$|^/var/run/utmp$|/wtmp$|/lastlog$"),
    ("source-tree", r"/\.(?:git|hg|svn)(?:/|$)"),
    ("user-documents", rf"/(?:home|users)/[^/]+/(?:documents|desktop|downloads|pictures|videos|music|onedrive|dropbox)(?:/|$)|\.(?:pst|ost|mbox)$"),
    ("user-documents", rf"^/(?:~[^/]*|%userprofile%|\$home|\$env:userprofile)/(?:documents|desktop|downloads|pictures|videos|onedrive|dropbox)(?:/|$)"),
    ("user-documents", r"/thunderbird/profiles|/messages/chat\.db|/notestore\.sqlite|/addressbook(?:/|$)|/my documents(?:/|$)|/library/mail(?:/|$)"),
    ("user-documents", r"^/(?:~|\$\{?home\}?|%userprofile%|home|users|c:/users|root)(?:/\*)?/?$"),
    ("process-info", rf"^/proc/(?:self|\d+|[^/]*{HOLE}[^/]*)/(?:mem|maps|cmdline|status|fd|exe|task)"),
    ("host", r"^/etc/(?:machine-id|hostname|os-release|lsb-release|issue|debian_version)$|/dbus/machine-id$|^/sys/(?:class/(?:dmi|net)|devices/virtual/dmi|hypervisor)"),
    ("host", r"^/proc/(?:cpuinfo|meminfo|version|uptime|net|mounts|modules)|^/proc/(?:self|1)/cgroup$|^/\.dockerenv$"),
    ("temporary", r"^/tmp(?:/|$)|^/var/tmp(?:/|$)|/%te?mp%(?:/|$)|\$env:te?mp|/appdata/local/temp(?:/|$)|/windows/temp(?:/|$)|^/dev/shm(?:/|$)|^/private/tmp/"),
    ("device", r"^/dev/(?:input|video|snd|k?mem|sd[a-z]|nvme|disk|tcp|udp|hd[a-z]|vd[a-z]|mapper)|^/physicaldrive\d|^/\./physicaldrive"),
    ("system", r"^/(?:[a-z]:)?/?\*?$|^/(?:etc|bin|sbin|boot|lib|lib64|usr/(?:s?bin|lib))(?:/|$)|/windows/(?:system32|syswow64|system)(?:/|$)|^/system/library"),
    ("system", r"^/[a-z]:/windows(?:/|$)|^/%(?:windir|systemroot)%"),
)  # fmt: skip
"""Classes by what the documentation of each program says it keeps where. The first that fits wins."""
_CAPITAL_FOLDERS = re.compile(HOLE + r"[\\/]+(?:Documents|Desktop|Downloads|Pictures|OneDrive)(?:[\\/]|$)")
"""Behind an unknown start only the capitalised names of a home folder count."""
_PROGRAM = re.compile(
    r"/program files|/applications/[^/]+\.app/|/usr/(?:local/)?bin/|/opt/|\.(?:exe|app)$|/contents/macos/"
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _TABLE)


def path(text: str) -> str:
    """Return the class of a path of any system's spelling, also partial ones with a HOLE; "" for nothing special."""
    return _path(text[:MAX_PATH])


@lru_cache(maxsize=8_192)
def _path(text: str) -> str:
    plain = normalised(text)
    if plain == "/" and not text.strip():
        return ""
    program = _PROGRAM.search(plain)
    for kind, pattern in _COMPILED:
        if pattern.search(plain) and not (program and kind in {"browser-store", "messenger-token", "wallet"}):
            return kind
    return "user-documents" if _CAPITAL_FOLDERS.search(text) else ""


def normalised(text: str) -> str:
    """Return the path in lower case with single forward slashes and one in front; `file://` and quotes are dropped."""
    plain = text.strip().strip("\"'").replace("\\", "/").lower().removeprefix("file://").removeprefix("//?/")
    return _SLASHES.sub("/", "/" + plain)
