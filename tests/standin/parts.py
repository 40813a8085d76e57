"""Real PostgreSQL, Redis and RabbitMQ, started for one test in folders of their own, and killed without mercy."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name: str, *places: str) -> str:
    """Return where a program is, "" where it is not."""
    found = [path for place in places for path in sorted(Path("/").glob(f"{place[1:]}/{name}"), reverse=True)]
    return str(found[0]) if found else shutil.which(name) or ""


class Part:
    """A server that may die at any time. A context manager."""

    account = ""
    """Whose process it is, where we are root."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="pratique-part-"))
        self.process: subprocess.Popen[bytes] | None = None
        self.folder.chmod(0o755)
        if self.user:
            shutil.chown(self.folder, self.user)

    @property
    def user(self) -> str | None:
        if os.getuid() or not self.account:
            return None
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(self.account).pw_name
        return None

    def words(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.folder), "LC_ALL": "C"}

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            self.words(), env=self.environment(), cwd=self.folder, user=self.user, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        log.close()
        deadline = time.monotonic() + 90
        while not self.up():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text("utf-8", "replace")[-2000:])
            time.sleep(0.1)

    def up(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.5):
            return True
        return False

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End it and everything it started."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            self.process.wait(60)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis(Part):
    """Redis that keeps nothing on disk: killing it loses every message."""

    def words(self):
        return [program("redis-server"), "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @staticmethod
    def here() -> bool:
        return bool(program("redis-server"))


class Rabbit(Part):
    """RabbitMQ with its messages on disk."""

    account = "rabbitmq"
    places = ("/usr/lib/rabbitmq/bin",)

    def __init__(self) -> None:
        super().__init__()
        self._node = f"pratique{secrets.token_hex(3)}@localhost"
        self._dist = free_port()

    def words(self):
        return [program("rabbitmq-server", *self.places)]

    def environment(self):
        own = {
            "NODENAME": self._node, "NODE_PORT": self.port, "DIST_PORT": self._dist, "NODE_IP_ADDRESS": "127.0.0.1",
            "MNESIA_BASE": self.folder / "db", "LOG_BASE": self.folder / "logs", "PID_FILE": self.folder / "pid",
            "ENABLED_PLUGINS_FILE": self.folder / "plugins", "CONFIG_FILE": self.folder / "none.conf",
            "CONF_ENV_FILE": "/dev/null",
        }  # fmt: skip
        return super().environment() | {f"RABBITMQ_{name}": str(value) for name, value in own.items()}

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    @classmethod
    def here(cls) -> bool:
        return bool(program("rabbitmq-server", *cls.places))


class Postgres(Part):
    """PostgreSQL, trusting everybody on the loopback interface."""

    account = "postgres"
    places = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin")

    def start(self) -> None:
        if not (self.folder / "data").exists():
            words = [program("initdb", *self.places), "-D", str(self.folder / "data"), "-U", "pratique", "--auth=trust"]
            words += ["--encoding=UTF8", "--locale=C"]
            subprocess.run(
                words, check=True, capture_output=True, user=self.user, cwd=self.folder, env=self.environment()
            )
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        super().start()
        self._wait_for_queries()

    def _wait_for_queries(self) -> None:
        import psycopg

        for _ in range(300):
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return

    def words(self):
        settings = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": str(self.folder),
            "shared_buffers": "64MB", "max_connections": 60,
        }  # fmt: skip
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [program("postgres", *self.places), "-D", str(self.folder / "data"), *flags]

    @property
    def url(self) -> str:
        return f"postgresql://pratique@127.0.0.1:{self.port}/postgres"

    @classmethod
    def here(cls) -> bool:
        return bool(program("initdb", *cls.places))
