"""A package registry for tests: serves PyPI's interfaces from files, and misbehaves on request.

Simple API (JSON, PEP 691/700/792, `meta._last-serial`), PEP 658 metadata, the XML-RPC journal, RSS, the integrity API.
`python tests/standin FOLDER [--port N]` serves a folder of wheels and sdists, each as uploaded when the server starts.
"""

from standin.faults import Fault
from standin.registry import Registry
from standin.server import serving

__all__ = ["Fault", "Registry", "serving"]
