"""What the Python map says about names that matter: one row a name."""

import pytest

from pratique.capabilities.mapfile import load

CALLS = """
builtins.open fs.read fs.write
io.open fs.read fs.write
codecs.open().write fs.write
_io.open fs.read fs.write
builtins.exec code.eval
builtins.eval code.eval
__builtin__.execfile code.eval
__builtins__.eval code.eval
six.exec_ code.eval
builtins.compile code.compile
builtins.__import__ code.import
importlib.__import__ code.import
builtins.input input.prompt
builtins.raw_input input.prompt
builtins.getattr code.remote-directed reflect
os.system process.spawn
posix.system process.spawn
nt.system process.spawn
os.popen process.spawn
os.popen2 process.spawn
popen2.popen3 process.spawn
commands.getoutput process.spawn
os.execvp process.spawn
os.spawnl process.spawn
os.posix_spawn process.spawn
os.startfile process.spawn
os.fork process.fork
os.setsid process.detach
os.kill process.kill
os.setuid process.elevate
os.getenv env.read
os.environ.get env.read
os.environ.copy env.read
os.putenv env.write
os.environ.update env.write
os.getlogin host.identity
os.uname host.identity
os.listdir fs.list
os.walk fs.list
os.remove fs.delete
os.chmod fs.permissions
os.symlink fs.link
os.makedirs fs.write
os.rename fs.write
os.dup2 process.redirect-stdio
posixpath.exists fs.stat
sys.settrace runtime.trace
sys.gettrace host.debugger
sys.meta_path.insert runtime.hook-import
sys._getframe reflect
sys.path.insert runtime.path
subprocess.run code.eval process.detach process.hide-output process.hide-window process.spawn
subprocess.Popen process.detach process.hide-output process.hide-window process.spawn
subprocess.Popen().communicate process.spawn code.eval
subprocess32.check_output process.spawn code.eval
subprocess.getoutput process.spawn
platform.os.system process.spawn
webbrowser.subprocess.Popen process.detach process.hide-output process.hide-window process.spawn
shutil.os.remove fs.delete
pty.os.dup2 process.redirect-stdio
gevent.subprocess.Popen process.detach process.hide-output process.hide-window process.spawn
asyncio.create_subprocess_shell process.spawn
asyncio.subprocess.create_subprocess_exec process.spawn
pty.spawn process.spawn
multiprocessing.Process process.fork
socket.socket().connect network.connect
_socket.socket().connect network.connect
socket.create_connection network.connect
socket.create_connection().sendall network.connect
socket.socket().sendto network.connect
socket.socket().bind network.listen
socket.socket().accept network.listen
ssl.SSLContext().wrap_socket().send network.connect
socket.gethostbyname network.dns
socket.getaddrinfo network.dns
socket.gethostname host.identity
ssl._create_unverified_context network.tls-off
urllib.request.urlopen network.http
urllib2.urlopen network.http
urllib.urlopen network.http
six.moves.urllib.request.urlopen network.http
urllib.request.urlopen().read network.http
urllib.request.urlretrieve network.http fs.write
urllib.request.Request network.http
urllib.request.build_opener().open network.http
http.client.HTTPSConnection().request network.http
httplib.HTTPConnection().getresponse network.http
http.server.HTTPServer network.listen
ftplib.FTP_TLS().storbinary network.connect network.transfer
smtplib.SMTP_SSL().sendmail network.connect network.mail
imaplib.IMAP4_SSL().fetch network.connect network.mail
telnetlib.Telnet network.connect network.remote-shell
xmlrpc.client.ServerProxy().anything network.http
asyncio.open_connection network.connect
logging.handlers.HTTPHandler network.http
webbrowser.open network.browser
importlib.import_module code.import
importlib.machinery.SourceFileLoader().load_module code.eval
importlib.util.spec_from_file_location().loader.exec_module code.eval
runpy.run_path code.eval
imp.load_source code.eval
imp.load_dynamic code.load-native
code.InteractiveConsole().push code.eval
types.FunctionType code.eval
types.CodeType code.eval
marshal.loads code.unmarshal
pickle.loads code.unpickle
_pickle.loads code.unpickle
cPickle.load code.unpickle
shelve.open code.unpickle fs.read
zipimport.zipimporter().load_module code.eval code.import
pkgutil.get_data fs.read
importlib.resources.files().read_text fs.read
importlib_resources.files().joinpath().read_bytes fs.read
sqlite3.connect fs.read
sqlite3.dbapi2.connect fs.read
timeit.timeit code.eval
cProfile.run code.eval
pip.main package.install
pip._internal.cli.main.main package.install
ensurepip.bootstrap package.install
venv.create package.install
ctypes.CDLL code.load-native
ctypes.CDLL().system process.spawn
ctypes.cdll.LoadLibrary().mprotect memory.raw process.inject
ctypes.windll.kernel32.VirtualAlloc memory.raw process.inject
ctypes.windll.kernel32.CreateRemoteThread process.inject
ctypes.windll.user32.GetAsyncKeyState input.keyboard
ctypes.windll.user32.SetClipboardData input.clipboard output.clipboard
ctypes.windll.kernel32.SomethingElse code.load-native
ctypes.WinDLL().IsDebuggerPresent host.debugger
cffi.FFI().dlopen code.load-native
mmap.mmap memory.raw
winreg.SetValueEx registry.write
_winreg.OpenKey registry.read
msvcrt.getch input.keyboard
platform.node host.identity
platform.system host.platform
uuid.getnode host.identity
getpass.getuser host.identity
getpass.getpass input.password
pwd.getpwall host.identity
locale.getdefaultlocale host.locale
netrc.netrc fs.read
readline.get_history_item fs.read
shutil.copy fs.read fs.write
shutil.move fs.write fs.delete
shutil.rmtree fs.delete
shutil.make_archive fs.archive
tempfile.NamedTemporaryFile fs.write
glob.glob fs.list
pathlib.Path().read_text fs.read
pathlib.Path.home().joinpath().write_text fs.write
pathlib.Path().parent.parent.unlink fs.delete
pathlib.Path().open().read fs.read
zipfile.ZipFile().extractall fs.write fs.archive
tarfile.TarFile().extractall fs.write fs.archive
gzip.open fs.read fs.write
time.sleep time.wait
tkinter.Tk().clipboard_get input.clipboard
Tkinter.Tk().clipboard_get input.clipboard
requests.get network.http network.tls-off
requests.api.post network.http network.tls-off
requests.Session().post network.http network.tls-off
requests.sessions.Session().get network.http network.tls-off
pip._vendor.requests.post network.http network.tls-off
httpx.post network.http network.tls-off
httpx.AsyncClient().post network.http
aiohttp.ClientSession().post network.http
urllib3.PoolManager().request network.http
pycurl.Curl().perform network.http
websocket.create_connection().send network.connect
websockets.connect network.connect
socketio.Client().emit network.connect
paramiko.SSHClient().exec_command network.remote-shell
fabric.Connection().run network.remote-shell
pexpect.spawn process.spawn
sh.curl process.spawn
invoke.run process.spawn
psutil.process_iter host.processes
psutil.Process().kill process.kill
pyperclip.paste input.clipboard
pyperclip.copy input.clipboard output.clipboard
pynput.keyboard.Listener input.keyboard
keyboard.on_press input.keyboard
mss.mss().grab input.screen
PIL.ImageGrab.grab input.screen
pyautogui.screenshot input.screen
cv2.VideoCapture().read input.camera
sounddevice.rec input.microphone
pyaudio.PyAudio().open input.microphone
win32crypt.CryptUnprotectData crypto.decrypt
win32clipboard.GetClipboardData input.clipboard
win32com.client.Dispatch().RegWrite registry.write
wmi.WMI().Win32_BIOS host.identity
cryptography.fernet.Fernet().decrypt crypto.decrypt
Cryptodome.Cipher.AES.new().encrypt crypto.encrypt
Crypto.Cipher.ARC4.new().decrypt crypto.decrypt
dns.resolver.resolve network.dns
scapy.all.sniff network.intercept
telebot.TeleBot().send_document network.http network.chat
discord_webhook.DiscordWebhook().execute network.http network.chat
dhooks.Webhook().send network.http network.chat
slack_sdk.WebClient().chat_postMessage network.http network.chat
boto3.client cloud.client
boto3.client().get_secret_value network.http cloud.client
boto3.Session().client().put_object network.http network.transfer
google.cloud.secretmanager.SecretManagerServiceClient().access_secret_version network.http
azure.keyvault.secrets.SecretClient().get_secret network.http
kubernetes.client.CoreV1Api().list_namespaced_secret network.http host.container
docker.from_env().containers.run process.spawn host.container
hvac.Client().read network.http
keyring.get_password fs.read
browser_cookie3.chrome fs.read
selenium.webdriver.Chrome().execute_script code.remote-directed
git.Repo().remotes.origin.push repo.push
github.Github().get_repo().create_file network.http repo.push
twine.commands.upload.upload package.publish network.http
pymongo.MongoClient database.connect
pyngrok.ngrok.connect network.listen network.tunnel
yaml.load code.unpickle
ruamel.yaml.load code.unpickle
dill.loads code.unpickle
joblib.load code.unpickle fs.read
torch.load code.unpickle fs.read
numpy.load fs.read code.unpickle
pandas.read_pickle code.unpickle fs.read network.http
jinja2.Template code.template
execnet.makegateway().remote_exec code.eval
rpyc.classic.connect network.connect code.remote-directed
frida.attach process.inject
pymem.Pymem process.inject memory.raw
pynvml.nvmlInit host.hardware
getmac.get_mac_address host.identity
wget.download network.http fs.write
eth_account.Account.from_key crypto.wallet-key
crontab.CronTab().new persist.schedule
anthropic.Anthropic().messages.create network.http agent.invoke
?.write_bytes fs.write
?.exec_command network.remote-shell
?.extractall fs.write fs.archive
"""
SILENT = """
json.dumps json.loads base64.b64decode len builtins.len builtins.isinstance re.compile hashlib.sha256
os.path.join struct.pack requests.exceptions.ConnectionError uuid.uuid4 random.choice itertools.chain
.os.system .helper ?.append ?.get ?.join ?.format socket.socket().settimeout builtins.print logging.getLogger
datetime.datetime.now zlib.decompress numpy.array urllib.parse.quote copy.deepcopy requests.get().json
yaml.safe_load bs4.BeautifulSoup collections.OrderedDict builtins.super
"""


def rows():
    return [pytest.param(name, words, id=name) for name, *words in map(str.split, CALLS.strip().splitlines())]


@pytest.mark.parametrize(("name", "expected"), rows())
def test_calling(name, expected):
    found = [capability for line in load("python").lookup_call(name) for capability in line.capabilities]

    assert set(found) == set(expected)


@pytest.mark.parametrize("name", SILENT.split())
def test_calling_what_is_harmless(name):
    assert load("python").lookup_call(name) == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("os.environ", "env.read"),
        ("os.environ[]", "env.read"),
        ("platform.os.environ", "env.read"),
        ("sys.argv", "input.arguments"),
        ("sys.stdin", "input.prompt"),
        ("sys.modules", "reflect"),
        ("ssl.CERT_NONE", "network.tls-off"),
        ("site.USER_SITE", "host.software"),
    ],
)
def test_loading(name, expected):
    assert [line.capabilities for line in load("python").lookup_load(name)] == [(expected,)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("os.environ[]", "env.write"),
        ("sys.meta_path", "runtime.hook-import"),
        ("sys.path", "runtime.path"),
        ("sys.stdout", "process.redirect-stdio"),
        ("builtins.open", "runtime.patch"),
        ("requests.Session.send", "runtime.patch"),
        ("ssl._create_default_https_context", "network.tls-off"),
    ],
)
def test_storing(name, expected):
    assert [line.capabilities for line in load("python").lookup_store(name)] == [(expected,)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("threading.Thread", ("target", "1")),
        ("atexit.register", ("0",)),
        ("signal.signal", ("1",)),
        ("concurrent.futures.ThreadPoolExecutor().submit", ("0",)),
        ("concurrent.futures.thread.ThreadPoolExecutor().map", ("0",)),
        ("builtins.map", ("0",)),
        ("functools.partial", ("0",)),
        ("asyncio.run", ("0",)),
        ("sys.settrace", ("0",)),
        ("_thread.start_new_thread", ("0",)),
        ("multiprocessing.Process", ("target", "1")),
        ("os.getcwd", ()),
    ],
)
def test_what_is_called_later(name, expected):
    assert load("python").lookup_callback(name) == expected


@pytest.mark.parametrize(
    ("name", "role", "expected"),
    [
        ("requests.post", "url", ("0", "url")),
        ("requests.post", "data", ("1", "data", "2", "json", "files", "params", "**")),
        ("requests.post", "auth", ("headers", "cookies", "auth")),
        ("builtins.exec", "code", ("0",)),
        ("os.environ.get", "env", ("0",)),
        ("shutil.rmtree", "path", ("0", "path")),
        ("socket.socket().connect", "host", ("0",)),
        ("socket.socket().send", "data", ("0",)),
        ("marshal.loads", "code", ("0",)),
        ("smtplib.SMTP().sendmail", "data", ("2", "msg")),
        ("winreg.SetValueEx", "data", ("4",)),
    ],
)
def test_the_parts_that_arguments_play(name, role, expected):
    assert load("python").lookup_call(name)[0].role(role) == expected


@pytest.mark.parametrize(
    ("name", "language"),
    [("builtins.exec", "python"), ("os.system", "shell"), ("pickle.loads", "pickle"), ("marshal.loads", "marshal")],
)
def test_constants_that_are_code(name, language):
    assert [role.language for line in load("python").lookup_call(name) for role in line.layers] == [language]


@pytest.mark.parametrize(
    ("name", "operand"),
    [
        ("browser_cookie3.chrome", "browser-store"),
        ("keyring.get_password", "password-store"),
        ("pkgutil.get_data", "package-data"),
        ("telebot.TeleBot().send_message", "chat-webhook"),
        ("eth_account.Account.from_key", "wallet"),
        ("dotenv.dotenv_values", "env-secret"),
    ],
)
def test_operands_that_the_api_implies(name, operand):
    assert {line.operand for line in load("python").lookup_call(name)} == {operand}


def test_a_shell_is_seen_only_where_one_is_asked_for():
    """`subprocess.run` reads a string as shell code with `shell=True` alone, or with a value nobody knows."""

    def layers(shell):
        lines = load("python").lookup_call("subprocess.run")
        applied = [line for line in lines if line.may_apply(lambda arg: shell if arg == "shell" else None)]
        return [len(line.layers) for line in applied]

    assert layers(None) == [0]
    assert layers("False") == [0]
    assert layers("True") == [1]
    assert layers("\ufffc") == [0, 1]


def test_the_map_is_large_and_loads_fast_enough_to_be_read_at_every_start():
    assert len(load("python").lines) > 2_000
    assert len({name.partition(".")[0] for name in load("python").names()}) > 250
