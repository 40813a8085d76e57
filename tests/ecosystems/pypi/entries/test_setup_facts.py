"""setup.py, known from hand-built facts only: however a command gets into cmdclass, its methods are entries."""

from __future__ import annotations

import pytest

from .building import codes, const, facts, node, sdist, ways

INSTALL = ("class", "Post", 0, -1, ("setuptools.command.install.install",), ())
RUN = ("function", "Post.run", 1, 1, (), ())
PLAIN = ("class", "Post", 0, -1, ("made.Base",), ())
FILES = {"setup.py": "", "acme/__init__.py": ""}
BODY = ("install", "setup.py", "")
METHOD = ("install", "setup.py", "Post.run")


def setup_with(nodes, scopes=(PLAIN, RUN), imports=()):
    return sdist(FILES, {"setup.py": facts(nodes, scopes, imports)})


def test_without_facts_only_the_body_is_known():
    assert ways(sdist(FILES), "install") == {BODY}


DIRECT = [node("func", key=1), const("install"), node("pack", "dict", [("k", 1), ("v", 0)])]
VARIABLE = [*DIRECT, node("store", ".commands", [("", 2)]), node("name", ".commands")]
ADDED = [
    node("pack", "dict"),
    node("store", ".commands", [("", 0)]),
    const("install"),
    node("func", key=1),
    node("store", ".commands[]", [("", 3), ("key", 2)]),
    node("name", ".commands"),
]
KEPT = [
    node("pack", "dict"),
    const("install"),
    node("func", key=1),
    node("store", "[]", [("", 2), ("self", 0), ("key", 1)]),
]
MADE = [node("func", key=1), node("call", "builtins.dict", [("install", 0)])]
UPDATED = [
    node("pack", "dict"),
    *[node("func", key=1)],
    node("call", "builtins.dict().update", [("self", 0), ("install", 1)]),
]
BRANCH = [*DIRECT, node("pack", "dict"), node("phi", "", [("", 3), ("", 2)])]
NAMED = [node("name", ".Post"), const("install"), node("pack", "dict", [("k", 1), ("v", 0)])]
UNPACKED = [*DIRECT, node("pack", "dict", [("**", 2)])]
COPIED = [*DIRECT, node("call", "builtins.dict().copy", [("self", 2)])]


@pytest.mark.parametrize(
    ("nodes", "value"),
    [
        (DIRECT, 2), (VARIABLE, 4), (ADDED, 5), (KEPT, 0), (MADE, 1), (UPDATED, 0), (BRANCH, 4), (NAMED, 2),
        (UNPACKED, 3), (COPIED, 3),
    ],
    ids=["direct", "variable", "item", "local item", "dict()", "update", "branch", "name", "unpacked", "copy"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["setuptools.setup", "distutils.core.setup", "skbuild.setup", "?.setup"])
def test_cmdclass_is_followed_to_its_classes(nodes, value, name):
    """The class derives from nothing known, so only cmdclass leads to it."""
    found = setup_with([*nodes, node("call", name, [("cmdclass", value)])])

    assert ways(found, "install") == {BODY, METHOD}
    assert [entry.via for entry in found.entries if entry.symbol == "Post.run"] == ["cmdclass install"]


def test_cmdclass_inside_unpacked_keywords():
    whole = [*DIRECT, const("cmdclass"), node("pack", "dict", [("k", 3), ("v", 2)])]

    assert METHOD in ways(setup_with([*whole, node("call", "setuptools.setup", [("**", 4)])]))


def test_cmdclass_returned_by_a_local_function():
    scopes = [PLAIN, RUN, ("function", "commands", 0, -1, (), [*DIRECT, node("return", "", [("", 2)])])]
    nodes = [node("call", ".commands"), node("call", "setuptools.setup", [("cmdclass", 0)])]

    assert METHOD in ways(setup_with(nodes, scopes))


def test_cmdclass_from_another_module_of_the_sdist():
    """The helper is imported; its class is named in the helper's file."""
    helper = facts([*DIRECT, node("store", ".COMMANDS", [("", 2)])], [PLAIN, RUN])
    script = facts([node("name", "helper.COMMANDS"), node("call", "setuptools.setup", [("cmdclass", 0)])])

    found = sdist({**FILES, "helper.py": ""}, {"setup.py": script, "helper.py": helper})

    assert ways(found, "install") == {BODY, ("install", "helper.py", "Post.run")}


def test_command_classes_count_even_when_nothing_hands_them_over():
    assert ways(setup_with([], [INSTALL, RUN]), "install") == {BODY, METHOD}


def test_command_classes_through_a_local_base():
    scopes = [
        INSTALL,
        RUN,
        ("class", "Mixin", 0, -1, (), ()),
        ("function", "Mixin.extra", 3, 3, (), ()),
        ("class", "Last", 0, -1, (".Post", ".Mixin"), ()),
        ("function", "Last.finalize_options", 5, 5, (), ()),
    ]

    found = ways(setup_with([], scopes), "install")

    assert {symbol for _, _, symbol in found} == {"", "Post.run", "Mixin.extra", "Last.finalize_options"}


def test_an_unresolved_cmdclass_brings_in_the_classes_of_imported_modules():
    script = facts(
        [node("call", "somewhere.commands"), node("call", "setuptools.setup", [("cmdclass", 0)])],
        imports=[("helper", "commands")],
    )

    found = sdist({**FILES, "helper.py": ""}, {"setup.py": script, "helper.py": facts([], [INSTALL, RUN])})

    assert ("install", "helper.py", "Post.run") in ways(found)
    assert "cmdclass-unresolved" in codes(found)


def test_functions_and_classes_in_other_arguments():
    scopes = [("function", "scheme", 0, -1, (), ()), ("class", "Dist", 0, -1, ("setuptools.Distribution",), ()),
              ("function", "Dist.parse", 2, 2, (), ())]  # fmt: skip
    nodes = [
        node("func", key=1), const("version_scheme"), node("pack", "dict", [("k", 1), ("v", 0)]), node("func", key=2),
        node("call", "setuptools.setup", [("use_scm_version", 2), ("distclass", 3)]),
    ]  # fmt: skip

    assert {("install", "setup.py", "scheme"), ("install", "setup.py", "Dist.parse")} <= ways(setup_with(nodes, scopes))


def test_entry_points_and_scripts_of_setup():
    nodes = [
        const("acme = acme:main"), node("pack", "list", [("", 0)]), const("console_scripts"),
        node("pack", "dict", [("k", 2), ("v", 1)]), const("bin/tool"), node("pack", "list", [("", 4)]),
        node("call", "setuptools.setup", [("entry_points", 3), ("scripts", 5)], line=7),
    ]  # fmt: skip

    found = sdist({**FILES, "bin/tool": "#!/bin/sh"}, {"setup.py": facts(nodes)})

    assert ways(found, "command") == {("command", "acme/__init__.py", "main"), ("command", "bin/tool", "")}
    assert {entry.where.line for entry in found.entries if entry.trigger == "command"} == {7}


def test_entry_points_as_one_string():
    nodes = [const("[pytest11]\nacme = acme.plugin\n"), node("call", "setuptools.setup", [("entry_points", 0)])]

    found = sdist({**FILES, "acme/plugin.py": ""}, {"setup.py": facts(nodes)})

    assert ways(found, "plugin") == {("plugin", "acme/__init__.py", ""), ("plugin", "acme/plugin.py", "")}


def test_build_requirements_of_setup():
    nodes = [
        const("evil @ git+https://git.invalid/evil"), node("pack", "list", [("", 0)]),
        node("call", "setuptools.setup", [("setup_requires", 1), ("dependency_links", 1), ("install_requires", 1)]),
    ]  # fmt: skip

    found = codes(setup_with(nodes))

    assert found >= {"setup-requires", "direct-url-build-requirement", "direct-url-dependency", "dependency-links"}


def test_a_knot_of_values_ends_and_says_so():
    """A dict that holds itself, and a name stored as itself, must not keep anything busy."""
    knot = [node("name", ".a"), node("store", ".a", [("", 0)]), node("pack", "dict", [("**", 2), ("", 0)])]

    found = setup_with([*knot, node("call", "setuptools.setup", [("cmdclass", 2), ("**", 2)])])

    assert BODY in ways(found)


def test_names_packaged_one_by_one_decide():
    """`tests` is importable when the script names it, or finds it; `tools` without __init__ when it names it."""
    files = {**FILES, "tests/__init__.py": "", "tools/run.py": ""}
    listed = [const("tests"), const("tools"), node("pack", "list", [("", 0), ("", 1)])]
    named = sdist(files, {"setup.py": facts([*listed, node("call", "setuptools.setup", [("packages", 2)])])})
    finding = [node("call", "setuptools.find_packages"), node("call", "setuptools.setup", [("packages", 0)])]
    found = sdist(files, {"setup.py": facts(finding)})
    excluding = [
        const("tests*"),
        node("pack", "list", [("", 0)]),
        node("call", "setuptools.find_packages", [("exclude", 1)]),
    ]
    excluded = sdist(files, {"setup.py": facts(excluding)})

    assert ways(named, "import") >= {("import", "tests/__init__.py", ""), ("import", "tools/run.py", "")}
    assert ("import", "tests/__init__.py", "") in ways(found)
    assert ways(found, "test") == set()
    assert ("test", "tests/__init__.py", "") in ways(excluded)
    assert ("test", "tests/__init__.py", "") in ways(sdist(files))
