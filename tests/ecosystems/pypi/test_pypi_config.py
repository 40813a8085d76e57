"""Where the index is: pip's configuration, else pip's default."""

from __future__ import annotations

import logging
import subprocess

import pytest

from pratique.ecosystems.pypi import config
from pratique.errors import ConfigError


def test_nothing_configured():
    """Without configuration the index is the one pip itself asks."""
    from pip._internal.models.index import PyPI

    assert config.read().bases == (PyPI.simple_url,)


def test_environment(monkeypatch):
    """PIP_INDEX_URL is the index; its credentials are kept apart from it."""
    monkeypatch.setenv("PIP_INDEX_URL", "https://us%40er:s3cret@index.invalid:8443/root/simple/")
    monkeypatch.setenv("PIP_CERT", "/ca.pem")
    monkeypatch.setenv("PIP_TIMEOUT", "90")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "Files.Invalid index.invalid:8443")

    registry = config.read()

    assert registry.bases == ("https://index.invalid:8443/root/simple",)
    assert registry.network.credentials == (("https://index.invalid:8443", "us@er:s3cret"),)
    assert registry.network.ca_bundle == "/ca.pem"
    assert registry.network.timeout == 90.0
    assert registry.network.trusted_hosts == ("files.invalid", "index.invalid:8443")
    assert "s3cret" not in repr(registry)


def test_file(monkeypatch, tmp_path):
    """A pip.conf is read as pip reads it."""
    conf = tmp_path / "pip.conf"
    conf.write_text("[global]\nindex-url = https://index.invalid/simple\nproxy = proxy.invalid:8080\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(conf))

    registry = config.read()

    assert (registry.bases, registry.network.proxy) == (("https://index.invalid/simple",), "proxy.invalid:8080")


def test_broken_file(monkeypatch, tmp_path):
    """A pip.conf that pip cannot read is an error that says so."""
    conf = tmp_path / "pip.conf"
    conf.write_text("index-url = no section\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(conf))

    with pytest.raises(ConfigError, match="pip cannot read its configuration"):
        config.read()


def test_precedence():
    """The environment beats the section for installing, which beats the global one."""
    settings = {
        "global.index-url": "https://global.invalid/simple",
        "install.index-url": "https://install.invalid/simple",
        ":env:.index-url": "https://env.invalid/simple",
    }
    found = []
    for key in (":env:.index-url", "install.index-url", "global.index-url"):
        found += config.interpret(settings).bases
        del settings[key]

    assert found == ["https://env.invalid/simple", "https://install.invalid/simple", "https://global.invalid/simple"]


def test_extra_indexes(caplog):
    """Further indexes count when they are on the network; others are noted, without credentials."""
    settings = {
        "global.index-url": "https://index.invalid/simple",
        "global.extra-index-url": "file:///opt/simple https://u:s3cret@more.invalid/simple/\nhttps://index.invalid/simple/",
    }

    with caplog.at_level(logging.DEBUG, logger="pratique"):
        registry = config.interpret(settings)

    assert registry.bases == ("https://index.invalid/simple", "https://more.invalid/simple")
    assert registry.network.credentials == (("https://more.invalid", "u:s3cret"),)
    assert "file:///opt/simple" in caplog.text
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("flag", ["1", "true", "Yes", "on"])
def test_no_index(flag):
    """Where pip may not ask an index, neither may we."""
    with pytest.raises(ConfigError, match="no-index"):
        config.interpret({"global.no-index": flag})


@pytest.mark.parametrize("url", ["file:///opt/simple", "/opt/simple", "https://[broken", "ftp://index.invalid/simple"])
def test_unusable_index(url):
    """An index that is not on the network is said so."""
    with pytest.raises(ConfigError, match="not on the network"):
        config.interpret({"global.index-url": url})


@pytest.mark.parametrize(("text", "seconds"), [("", 30.0), ("soon", 30.0), ("0", 1.0), ("2.5", 2.5)])
def test_timeout(text, seconds):
    """A timeout that is no number is pip's business; ours stays usable."""
    settings = {"global.index-url": "https://index.invalid/simple", ":env:.default-timeout": text}

    assert config.interpret(settings).network.timeout == seconds


def test_listed():
    """The lines of `pip config list` are read without evaluating anything."""
    text = "global.index-url='https://index.invalid/simple'\n:env:.cert=\"/it's.pem\"\nodd\nbad=__import__('os')\n"

    assert config.listed(text) == {
        "global.index-url": "https://index.invalid/simple",
        ":env:.cert": "/it's.pem",
        "odd": "",
    }


@pytest.mark.parametrize(
    "items",
    [
        [("global.index-url", "https://index.invalid/simple"), (":env:.timeout", "9")],
        [
            ("/etc/pip.conf", {"global.index-url": "https://weaker.invalid/simple"}),
            ("/home/pip.conf", {"global.index-url": "https://index.invalid/simple"}),
            (":env:", {":env:.timeout": "9"}),
        ],
    ],
)
def test_both_shapes_of_pip(monkeypatch, items):
    """Old pips give settings, new ones give them by file."""

    class Configuration:
        def __init__(self, *, isolated):
            assert not isolated

        def load(self):
            """Do nothing."""

        def items(self):
            return items

    monkeypatch.setattr("pip._internal.configuration.Configuration", Configuration)

    registry = config.read()

    assert (registry.bases, registry.network.timeout) == (("https://index.invalid/simple",), 9.0)


def test_changed_pip(monkeypatch):
    """Where pip's reader has changed, the pip on PATH is asked for its list."""
    monkeypatch.setattr("pip._internal.configuration.Configuration", lambda: None)
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    done = subprocess.CompletedProcess([], 0, stdout="global.index-url='https://index.invalid/simple'\n")
    asked = []
    monkeypatch.setattr("subprocess.run", lambda words, **_: asked.append(words) or done)

    assert config.read().bases == ("https://index.invalid/simple",)
    assert asked == [["/bin/pip", "config", "list"]]


def test_no_default(monkeypatch):
    """Without a default to be had from pip, the person is told how to name an index."""
    monkeypatch.setattr("pip._internal.models.index.PyPI", object())

    with pytest.raises(ConfigError, match="no package index is configured") as caught:
        config.read()
    assert "PIP_INDEX_URL" in caught.value.hint
