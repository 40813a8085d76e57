"""Instructions and settings that coding agents load by convention: texts that act through whoever obeys them."""

from __future__ import annotations

from pratique.model import Facts

LOWERING = "1"
"""Raise with every change of the facts."""


class AgentTextFrontEnd:
    """Reads `AGENTS.md`, `.cursorrules`, `mcp.json` and their like."""

    name = "agenttext"
    kinds = ("agent-text",)
    layers = ()
    version = LOWERING

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one file. Never raises."""
        from pratique.languages.agenttext.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = AgentTextFrontEnd()
