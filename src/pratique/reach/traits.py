"""What hides a use: decoded operands, dynamic names, layers, gates, swallowed errors, text that a viewer hides."""

from __future__ import annotations

import re

from pratique.link import Program, Ref, Values
from pratique.model import Node
from pratique.reach.operands import Operand
from pratique.reach.started import COMMAND_LANGUAGES
from pratique.reach.traverse import Traversal

DECODERS = frozenset({
    "base64", "base32", "base16", "base85", "hex", "zlib", "gzip", "bz2", "lzma", "rot13", "uu", "quopri", "punycode",
    "unicode-escape", "reverse", "chr-table", "xor", "fernet", "aes", "arc4", "chacha20", "marshal", "computed",
})  # fmt: skip
"""Codec labels that make a constant unreadable to a person; joining or formatting pieces is not among them."""
_GATES = {
    "gated-time": ("time.time", "time.localtime", "time.gmtime", "time.strftime", "datetime."),
    "gated-locale": ("locale.",),
    "gated-host": ("socket.gethostname", "socket.getfqdn", "platform.node", "platform.uname", "os.uname",
                   "getpass.getuser",
                   "os.getlogin", "uuid.getnode", "psutil."),
}  # fmt: skip
_GATE_PROGRAMS = {
    "gated-time": frozenset({"date", "get-date", "datetime.now", "datetime.utcnow", "datetime.today"}),
    "gated-locale": frozenset({"locale", "get-culture", "get-uiculture", "get-winsystemlocale", "get-winhomelocation"}),
    "gated-host": frozenset({
        "hostname", "hostnamectl", "whoami", "uname", "id", "logname", "groups", "sw_vers", "ioreg", "system_profiler",
        "wmic", "systeminfo", "dmidecode", "get-computerinfo", "get-wmiobject", "get-ciminstance", "dsregcmd",
        "environment.machinename", "environment.username", "environment.userdomainname",
    }),
}  # fmt: skip
"""The same for programs and cmdlets."""
_HOST_VARIABLES = frozenset({"COMPUTERNAME", "HOSTNAME", "USERDOMAIN", "USERDNSDOMAIN", "LOGONSERVER"})
_ENVIRONMENTS = (
    "os.environ", "os.getenv", "shell.env", "powershell.env", "batch.env", "environment.getenvironmentvariable",
    "printenv",
)  # fmt: skip
_CI = ("CI", "GITHUB_", "GITLAB_", "JENKINS", "TRAVIS", "CIRCLE", "BUILDKITE", "TEAMCITY", "RUNNER_", "CODEBUILD")
_HIDDEN = ("hidden-column", "bidi-control", "form-feed-hidden", "carriage-return-hidden", "invisible-text")
_DEBUGGERS = ("sys.gettrace", "ctypes.windll.kernel32.IsDebuggerPresent")
_ANALYSTS = re.compile(
    r"(?i)vmware\w*|virtualbox|vbox\w*|qemu\w*|xen|sandboxie|sbiedll|wireshark|procmon\w*|processhacker|fiddler|ollydbg"
    r"|x(64|32)dbg|ida(64|q)?|joebox\w*|cuckoo|080027|000c29|005056|00:0c:29|08:00:27|00:50:56",
)
"""Virtual machines, their network cards, and programs of those who watch others run; `.exe` is cut off."""
_GATE_FUEL = 200
_FORKS = frozenset({"os.fork", "os.forkpty"})


class Traits:
    """Finds the traits of one use. Gates are kept per guard."""

    def __init__(self, program: Program, values: Values, traversal: Traversal) -> None:
        self._program = program
        self._values = values
        self._traversal = traversal
        self._gates: dict[tuple[int, int], tuple[str, ...]] = {}
        self._heeded: dict[int, frozenset[int]] = {}

    def of(self, ref: Ref, node: Node, operand: Operand, *, asks: bool = False) -> tuple[str, ...]:
        """Return the traits of a use at this node, sorted; `asks`: it has an answer that one may look at."""
        scope, ordinal = ref
        unit = self._program.units[self._program.unit_of[scope]]
        found = set(operand.flags)
        decoders = [codec for codec in (*operand.codecs, *node.codecs) if codec in DECODERS]
        if decoders:
            found.add("encoded")
        if len(decoders) > 1 or any(codec in DECODERS for codec in unit.codecs):
            found.add("layered")
        if "dynamic-name" in node.codecs and len(node.codecs) > 1:
            found.add("dynamic-name")  # a name looked up by a plain literal hides nothing
        if unit.facts.traits:
            found |= _of_text(unit.facts.traits, node.line)
        if node.op == "call" and node.name in _FORKS and self._unbounded(scope, ordinal, node.guard):
            found.add("unbounded")
        for guard in self._traversal.guards(scope, node.guard):
            if guard.kind == "try" and guard.swallows:
                found.add("silenced")
            elif guard.cond >= 0:
                found.update(self._gate(scope, guard.cond))
        if asks and node.op == "call" and ordinal not in self._taken_up(scope):
            found.add("unheeded")
        return tuple(sorted(found))

    def _unbounded(self, scope: int, ordinal: int, guard: int) -> bool:
        """Return whether an endless loop makes processes that it takes no notice of."""
        nodes = self._program.scopes[scope].nodes
        loops = (one for one in self._traversal.guards(scope, guard) if one.kind == "while" and one.cond >= 0)
        endless = any(nodes[one.cond].known and nodes[one.cond].value for one in loops)
        return endless and ordinal not in self._taken_up(scope)

    def _taken_up(self, scope: int) -> frozenset[int]:
        """Return the values of a scope that something is done with."""
        if scope not in self._heeded:
            local = self._program.scopes[scope]
            given = (arg.node for node in local.nodes for arg in node.args)
            self._heeded[scope] = frozenset((*given, *(guard.cond for guard in local.guards)))
        return self._heeded[scope]

    def _gate(self, scope: int, cond: int) -> tuple[str, ...]:
        key = (scope, cond)
        if key not in self._gates:
            self._gates[key] = ()
            found: set[str] = set()
            for at, ordinal in self._values.walk(key, fuel=_GATE_FUEL).visited():
                made = self._program.scopes[at].nodes[ordinal]
                name = self._values.outside(at, made.name) if made.op in ("call", "name") else ""
                if self._program.language_of(at) in COMMAND_LANGUAGES:
                    found.update(trait for trait, names in _GATE_PROGRAMS.items() if name in names)
                else:
                    found.update(trait for trait, names in _GATES.items() if name.startswith(names))
                if name in _DEBUGGERS or (isinstance(made.value, str) and _watches(made.value)):
                    found.add("evades-analysis")
                found.update(self._variables(at, made, name))
            self._gates[key] = tuple(sorted(found))
        return self._gates[key]

    def _variables(self, scope: int, node: Node, name: str) -> set[str]:
        """Return what the environment variables that a condition reads tell: a build machine, or which host it is."""
        if not name.startswith(_ENVIRONMENTS) and node.op != "item":
            return set()
        values = [self._program.scopes[scope].nodes[arg.node].value for arg in node.args]
        asked = [value.upper() for value in values if isinstance(value, str)]
        found = {"gated-ci" for value in asked if value.startswith(_CI)}
        return found | {"gated-host" for value in asked if value in _HOST_VARIABLES}


def _watches(text: str) -> bool:
    """Tell whether a text that a condition asks for is the mark of a sandbox or of an analyst's tool."""
    return len(text) < 40 and _ANALYSTS.fullmatch(text.removesuffix(".exe")) is not None


def _of_text(traits: tuple[tuple[str, int], ...], line: int) -> set[str]:
    found = set()
    for trait, at in traits:
        if trait in _HIDDEN and at in (0, line):
            found.add("hidden-from-view")
        elif trait.startswith(("odd-encoding", "homoglyph", "very-long-line")) and at in (0, 1, line):
            found.add("obfuscated")
        elif trait.startswith("protector"):
            found.add("protected")
    return found
