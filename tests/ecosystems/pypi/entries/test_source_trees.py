"""Source distributions and folders: build configuration of every back end, layouts, hostile variants."""

from __future__ import annotations

import pytest

from pratique.languages.python import FRONT_END

from .building import codes, facts, find, sdist, ways

ACME = {"acme/__init__.py": "", "acme/core.py": ""}
SYSTEM = '[build-system]\nrequires = ["x"]\nbuild-backend = "{}"\n'


def pyproject(text, backend="hatchling.build", **files):
    return sdist({"pyproject.toml": SYSTEM.format(backend) + text, **ACME, **files})


def test_modules_of_a_flat_tree():
    found = sdist(
        {
            **ACME, "setup.cfg": "", "tools/x.py": "", "noxfile.py": "", "extra.py": "", "acme/data/y.py": "",
            "docs/conf.py": "",
        }
    )  # fmt: skip

    assert {path for _, path, _ in ways(found, "import")} == {
        "acme/__init__.py", "acme/core.py", "acme/data/y.py", "extra.py",
    }  # fmt: skip
    assert {path for _, path, _ in ways(found, "test")} == {"docs/conf.py"}


def test_where_nothing_says_what_is_packaged_all_is_importable():
    found = sdist({"tools/x.py": "", "noxfile.py": "", "tests/test_x.py": ""})

    assert {path for _, path, _ in ways(found, "import")} == {"tools/x.py", "noxfile.py"}


def test_packages_below_a_folder_that_no_name_reaches():
    setup = "from setuptools import setup, find_packages\nsetup(packages=find_packages('the-source'))"

    found = sdist({"setup.py": setup, "the-source/acme/a.py": ""}, {"setup.py": FRONT_END.read(setup.encode())})

    assert {entry.via for entry in found.entries if entry.trigger == "import"} == {"import acme.a"}


def test_modules_below_src_need_no_init():
    found = sdist({"src/acme/core.py": "", "src/tests/test_x.py": ""})

    assert ("import", "src/acme/core.py", "") in ways(found)
    assert {entry.via for entry in found.entries if entry.trigger == "import"} == {
        "import acme.core",
        "import tests.test_x",
    }


def test_a_test_is_known_by_its_content_not_by_its_name():
    found = sdist(
        {**ACME, "setup.cfg": "", "checks/test_real.py": "import pytest\n", "checks/test_fake.py": "print('hello')\n"}
    )

    assert {path for _, path, _ in ways(found, "test")} == {"checks/test_real.py"}


def test_setup_script_through_a_link_and_in_any_case():
    assert ("install", "build/real.py", "") in ways(sdist({"build/real.py": ""}, links={"setup.py": "build/real.py"}))
    assert ("install", "Setup.PY", "") in ways(sdist({"Setup.PY": "", **ACME}))


def test_links_that_lead_in_circles_end():
    found = sdist({**ACME}, links={"setup.py": "other.py", "other.py": "setup.py"})

    assert {(entry.via, entry.symbol) for entry in found.entries if entry.trigger == "install"} == {("setup.py", "")}


def test_an_archive_with_several_roots_is_read_from_each():
    found = find({"setup.py": "", "acme-1.0/setup.py": "", "acme-1.0/PKG-INFO": "Name: acme\nVersion: 1.0\n"}, "sdist")

    assert {entry.segments for entry in found.entries if entry.trigger == "install"} == {
        ("setup.py",),
        ("acme-1.0/setup.py",),
    }
    assert "several-roots" in codes(found)


def test_unreadable_configuration_is_fatal():
    for name, code in (("pyproject.toml", "pyproject-unreadable"), ("setup.cfg", "setup-cfg-unreadable")):
        (problem,) = sdist({name: "= nothing [", **ACME}).problems

        assert (problem.code, problem.severity) == (code, "fatal")


def test_oversized_configuration_is_fatal():
    found = sdist({"pyproject.toml": "#" * (5 << 20), **ACME})

    assert {problem.code: problem.severity for problem in found.problems} == {"config-unread": "fatal"}


@pytest.mark.parametrize("text", ["a=" + "[" * 100_000, "a=" + "9" * 10_000, "x" * 100_000, "\ufeff[build-system]\n"])
def test_hostile_toml_never_raises(text):
    assert ways(sdist({"pyproject.toml": text, **ACME}), "import")


def test_in_tree_backend_and_its_hooks():
    backend = {"_build/backend.py": "", "_build/real.py": ""}
    text = 'backend-path = ["_build"]\n'
    unread = sdist({"pyproject.toml": SYSTEM.format("backend:api") + text, **backend})
    real = facts([], [("function", "build_wheel", 0, -1, (), ())])
    known = sdist(
        {"pyproject.toml": SYSTEM.format("backend") + text, **backend},
        {"_build/backend.py": facts([], imports=[("^real", "build_wheel")]), "_build/real.py": real},
    )

    assert ("build", "_build/backend.py", "api.build_wheel") in ways(unread)
    assert ways(known, "build") == {("build", "_build/backend.py", ""), ("build", "_build/real.py", "build_wheel")}


def test_a_missing_in_tree_backend_is_odd():
    assert "build-backend-missing" in codes(pyproject('backend-path = ["."]\n', backend="nowhere"))


def test_hatch_expressions_are_code():
    text = '[tool.hatch.version]\npath = "acme/core.py"\nexpression = "__import__(\'os\').getcwd()"\n'

    assert "build-expression" in codes(pyproject(text))
    assert codes(pyproject(text.replace("__import__('os').getcwd()", "VERSION"))) == set()


def test_hatch_custom_builder():
    found = pyproject('[tool.hatch.build.targets.custom]\npath = "tools/builder.py"\n', **{"tools/builder.py": ""})

    assert ("build", "tools/builder.py", "") in ways(found)


def test_older_poetry_and_pdm_scripts():
    poetry = pyproject(
        '[tool.poetry]\nname = "acme"\nbuild = "make.py"\n', "poetry.core.masonry.api", **{"make.py": ""}
    )
    pdm = pyproject('[tool.pdm]\nbuild = "make.py"\n', "pdm.pep517.api", **{"make.py": ""})

    assert ways(poetry, "build") == ways(pdm, "build") == {("build", "make.py", ""), ("build", "make.py", "build")}


def test_pdm_hooks_need_pdm_or_a_table_that_names_them():
    assert ways(pyproject("", **{"pdm_build.py": ""}), "build") == set()
    assert ("build", "pdm_build.py", "pdm_build_finalize") in ways(pyproject("", "pdm.backend", **{"pdm_build.py": ""}))
    named = pyproject('[tool.pdm.build]\ncustom-hook = "b.py"\n', **{"b.py": ""})
    assert ("build", "b.py", "pdm_build_initialize") in ways(named)


def test_flit_imports_what_it_cannot_read():
    text = '[project]\nname = "acme"\ndynamic = ["version"]\n'

    assert ways(pyproject(text, "flit_core.buildapi"), "build") == {("build", "acme/__init__.py", "")}


def test_setuptools_imports_every_parent_of_an_attribute():
    found = sdist({"setup.cfg": "[metadata]\nversion = attr: acme.core.VERSION\n", **ACME})

    assert ways(found, "build") == {("build", "acme/__init__.py", ""), ("build", "acme/core.py", "")}


def test_command_packages_and_setup_hooks_of_setup_cfg():
    text = "[global]\ncommand_packages = acme\n[build_ext]\npre_hook.x = acme.core.before\n"
    found = sdist({"setup.cfg": text, **ACME})

    assert {
        ("install", "acme/core.py", ""),
        ("install", "acme/core.py", "*"),
        ("build", "acme/core.py", "before"),
    } <= ways(found)


def test_an_index_of_its_own_in_setup_cfg():
    assert "easy-install-config" in codes(sdist({"setup.cfg": "[easy_install]\nindex-url = https://index.invalid\n"}))


def test_meson_names_scripts_through_variables():
    text = (
        "gen = 'tools/gen.py'\n# run_command('no.py')\nfoo = run_command(py, gen)\nrun_command(py, '-c', 'print(1)')\n"
    )
    found = sdist({"meson.build": text, "tools/gen.py": "", "tools/other.py": ""})

    assert {path for _, path, _ in ways(found, "build")} == {"meson.build", "tools/gen.py"}
    assert "inline-build-code" in codes(found)


def test_direct_requirements_of_a_build():
    found = sdist(
        {"pyproject.toml": '[build-system]\nrequires = ["x @ https://files.invalid/x.whl", "y>=1"]\n', **ACME}
    )

    assert [problem.detail for problem in found.problems] == ["x @ https://files.invalid/x.whl"]


def test_egg_info_of_the_tree_takes_part_in_its_own_build():
    """setuptools loads `distutils.commands` of the egg-info that lies beside setup.py."""
    text = "[distutils.commands]\nevil = acme.core:Evil\n"

    found = ways(sdist({"setup.py": "", "acme.egg-info/entry_points.txt": text, **ACME}))

    assert {("build", "acme/core.py", "Evil"), ("plugin", "acme/core.py", "Evil")} <= found


def test_a_pth_file_in_a_source_tree_counts_where_it_is_installed():
    pth = {"data/acme.pth": "import acme\n"}

    assert ways(sdist({**pth, **ACME}), "startup") == set()
    named = sdist({**pth, "setup.py": "setup(data_files=[('', ['data/acme.pth'])])", **ACME})
    assert ways(named, "startup") == {("startup", "data/acme.pth", "")}


def test_tasks_that_run_when_a_folder_opens():
    tasks = {".vscode/tasks.json": '{"tasks": [{"runOptions": {"runOn": "folder\\u004fpen"}}]}'}

    assert ways(sdist({**tasks, **ACME}), "agent") == {("agent", ".vscode/tasks.json", "")}


def test_declared_facts_of_a_folder():
    text = """[project]
name = "acme"
version = "1.0"
description = "Tools"
authors = [{name = "A. Cme", email = "a@acme.invalid"}]
dependencies = ["requests>=2", "idna"]
urls = {Home = "https://acme.invalid"}
"""
    found = find({"pyproject.toml": text, **ACME}, "folder")

    assert found.declared == (
        ("name", "acme"), ("version", "1.0"), ("summary", "Tools"), ("author", "A. Cme"),
        ("author_email", "a@acme.invalid"),
        ("url", "https://acme.invalid"), ("dependency", "requests>=2"), ("dependency", "idna"),
    )  # fmt: skip


def test_more_folders_than_are_followed_is_fatal():
    where = ", ".join(f'"d{number}"' for number in range(100))
    found = sdist({"pyproject.toml": f"[tool.setuptools.packages.find]\nwhere = [{where}]\n", **ACME})

    assert {problem.code: problem.severity for problem in found.problems} == {"module-folders-many": "fatal"}
