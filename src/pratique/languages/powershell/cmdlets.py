"""Cmdlets: their aliases, and which parameter plays which part. Names are in lower case, as PowerShell ignores it.

After the reference of Windows PowerShell 5.1's modules. One line a cmdlet: `PARAMETER:ROLE`, `PARAMETER!` for switches,
then the roles of positional arguments in order (`ROLE*` for all further ones, `_` for none).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

ALIASES = {
    "iex": "invoke-expression", "iwr": "invoke-webrequest", "irm": "invoke-restmethod", "curl": "invoke-webrequest",
    "wget": "invoke-webrequest", "icm": "invoke-command", "saps": "start-process", "start": "start-process",
    "gc": "get-content", "cat": "get-content", "type": "get-content", "sc": "set-content", "ac": "add-content",
    "ni": "new-item", "md": "new-item", "mkdir": "new-item", "ri": "remove-item", "rm": "remove-item",
    "del": "remove-item", "erase": "remove-item", "rd": "remove-item", "rmdir": "remove-item", "gci": "get-childitem",
    "ls": "get-childitem", "dir": "get-childitem", "cp": "copy-item", "copy": "copy-item", "cpi": "copy-item",
    "mv": "move-item", "move": "move-item", "mi": "move-item", "ren": "rename-item", "gp": "get-itemproperty",
    "sp": "set-itemproperty", "gps": "get-process", "ps": "get-process", "spps": "stop-process", "kill": "stop-process",
    "gwmi": "get-wmiobject", "gcim": "get-ciminstance", "iwmi": "invoke-wmimethod", "icim": "invoke-cimmethod",
    "sleep": "start-sleep", "echo": "write-output", "write": "write-output", "gcb": "get-clipboard",
    "scb": "set-clipboard", "sal": "set-alias", "nal": "new-alias", "gcm": "get-command", "gm": "get-member",
    "gv": "get-variable", "sv": "set-variable", "set": "set-variable", "sajb": "start-job", "ii": "invoke-item",
    "foreach": "foreach-object", "%": "foreach-object", "where": "where-object", "?": "where-object",
    "select": "select-object", "tee": "tee-object", "gi": "get-item", "si": "set-item", "gal": "get-alias",
    "ipmo": "import-module", "measure": "measure-object", "sort": "sort-object", "clhy": "clear-history",
    "gsv": "get-service", "sasv": "start-service", "spsv": "stop-service", "out-null": "out-null", "oh": "out-host",
    "nsn": "new-pssession", "etsn": "enter-pssession", "cd": "set-location", "pwd": "get-location", "clc": "clear-content",
    "fhx": "format-hex", "sls": "select-string", "gtz": "get-timezone", "gin": "get-computerinfo",
}  # fmt: skip
# ruff: noqa: E501 - one line a cmdlet
_SPECS = """
invoke-webrequest uri:url outfile:out body:data infile:upload headers:auth credential:auth proxy:proxy method:_ useragent:_ timeoutsec:_ contenttype:_ usebasicparsing! disablekeepalive! skipcertificatecheck! url
invoke-restmethod uri:url outfile:out body:data infile:upload headers:auth credential:auth proxy:proxy method:_ useragent:_ timeoutsec:_ contenttype:_ usebasicparsing! skipcertificatecheck! url
start-bitstransfer source:url destination:out asynchronous! url out
invoke-expression command:code code
invoke-command scriptblock:code computername:host session:_ filepath:path argumentlist:_ asjob! code
start-process filepath:path argumentlist:arguments windowstyle:windowstyle verb:verb workingdirectory:_ credential:_ redirectstandardoutput:_ nonewwindow! wait! passthru! path arguments
start-job scriptblock:code filepath:path name:_ code
start-threadjob scriptblock:code code
register-scheduledjob scriptblock:code filepath:path name:name code
new-object typename:type argumentlist:arguments comobject:com type arguments
add-type typedefinition:code memberdefinition:code assemblyname:name path:path name:_ namespace:_ language:_ passthru! code
import-module name:path force! path
get-content path:path literalpath:path encoding:_ totalcount:_ tail:_ delimiter:_ raw! force! path
set-content path:path literalpath:path value:data encoding:_ force! nonewline! path data
add-content path:path literalpath:path value:data encoding:_ force! nonewline! path data
out-file filepath:path literalpath:path inputobject:data encoding:_ append! force! nonewline! path
tee-object filepath:path path
export-csv path:path inputobject:data notypeinformation! path
new-item path:path name:name itemtype:_ value:data force! path
remove-item path:path literalpath:path include:_ exclude:_ filter:_ recurse! force! path*
clear-content path:path path
copy-item path:path literalpath:path destination:out recurse! force! path out
move-item path:path literalpath:path destination:out force! path out
rename-item path:path newname:out path out
get-childitem path:path literalpath:path filter:_ include:_ exclude:_ depth:_ recurse! force! hidden! file! directory! name! path
get-item path:path path
get-itemproperty path:path name:name path name
get-itempropertyvalue path:path name:name path name
set-item path:path value:data path data
set-itemproperty path:path name:name value:data type:_ force! path name data
new-itemproperty path:path name:name value:data propertytype:_ force! path name data
get-acl path:path path
set-acl path:path path
compress-archive path:path literalpath:path destinationpath:out force! update! path out
expand-archive path:path destinationpath:out force! path out
convertto-securestring string:data key:_ asplaintext! force! data
convertfrom-securestring
send-mailmessage to:host from:_ subject:data body:data smtpserver:host attachments:path
test-netconnection computername:host port:_ host
test-connection computername:host host
resolve-dnsname name:name type:_ server:_ name
new-pssession computername:host
enter-pssession computername:host host
get-wmiobject class:name namespace:_ computername:_ filter:_ query:name name
get-ciminstance classname:name namespace:_ query:name name
invoke-wmimethod class:name name:_ argumentlist:data path:name name
invoke-cimmethod classname:name methodname:_ arguments:data
set-wmiinstance class:name arguments:data
register-scheduledtask taskname:name action:data trigger:_ xml:data force! name
new-scheduledtaskaction execute:path argument:arguments path
set-scheduledtask taskname:name action:data
new-service name:name binarypathname:path startuptype:_ name path
start-service name:name name
stop-service name:name force! name
set-service name:name startuptype:_ status:_ name
stop-process name:name id:name force! name
get-process name:name name
set-executionpolicy executionpolicy:mode scope:_ force! mode
set-mppreference disablerealtimemonitoring:data exclusionpath:path exclusionprocess:path exclusionextension:path
add-mppreference exclusionpath:path exclusionprocess:path exclusionextension:path
set-clipboard value:data text:data data
get-clipboard format:_ raw!
set-variable name:name value:data option:_ scope:_ force! name data
new-variable name:name value:data name data
get-variable name:name valueonly! name
set-alias name:name value:data option:_ name data
new-alias name:name value:data name data
get-command name:name type:_ name
unblock-file path:path path
invoke-item path:path path
write-output inputobject:data noenumerate! data*
write-host object:data foregroundcolor:_ nonewline! data*
select-string pattern:_ path:path _ path
get-credential username:_ message:_
read-host prompt:_ assecurestring!
set-location path:path path
foreach-object process:code begin:code end:code membername:name code
where-object filterscript:code property:name code
register-objectevent inputobject:data eventname:name action:code
register-wmievent class:name query:name action:code
new-netfirewallrule displayname:name action:_
set-netfirewallprofile enabled:data profile:_
disable-windowsoptionalfeature featurename:name online! norestart!
get-eventlog logname:name
clear-eventlog logname:name name
clear-history
remove-eventlog logname:name
enable-psremoting
get-localuser
new-localuser name:name password:_
add-localgroupmember group:name member:_
split-path path:path leaf! parent!
join-path path:data childpath:data data*
restart-computer force!
stop-computer force!
out-string inputobject:data stream!
out-null inputobject:data
sort-object property:_
select-object property:_ first:_ last:_ skip:_ expandproperty:_ unique!
get-random minimum:_ maximum:_ count:_
start-sleep seconds:time milliseconds:time time
install-module name:name force! name
install-package name:name force! name
install-packageprovider name:name force! name
get-date format:_
"""


@dataclass(slots=True)
class Cmdlet:
    """The parameters of one cmdlet."""

    parameters: dict[str, str] = field(default_factory=dict)
    switches: set[str] = field(default_factory=set)
    positional: list[str] = field(default_factory=list)
    every: str = ""

    def parameter(self, spelled: str) -> str:
        """Return the parameter that a name, maybe a shortened one, stands for; the name itself when unknown."""
        if spelled in self.parameters or spelled in self.switches:
            return spelled
        return next((one for one in (*self.parameters, *self.switches) if one.startswith(spelled)), spelled)


@functools.cache
def cmdlets() -> dict[str, Cmdlet]:
    """Return the cmdlets that are known, by name."""
    found = {}
    for line in _SPECS.strip().splitlines():
        name, *items = line.split()
        known = found[name] = Cmdlet()
        for item in items:
            if ":" in item:
                parameter, _, role = item.partition(":")
                known.parameters[parameter] = role
            elif item[-1] == "!":
                known.switches.add(item[:-1])
            elif item[-1] == "*":
                known.every = item[:-1]
            else:
                known.positional.append(item)
    return found


def canonical(name: str) -> str:
    """Return a command's name in lower case, without module, back ticks and alias."""
    plain = (
        name.replace("`", "").lower().rpartition("\\")[2]
        if "-" in name and "\\" in name
        else name.replace("`", "").lower()
    )
    return ALIASES.get(plain, plain)
