"""File names that mean something to programs of no particular registry."""

from __future__ import annotations

import re

_FOR_AGENTS = re.compile(
    r"(?:^|/)(?:"
    r"agents?(?:\.override)?\.md|claude(?:\.local)?\.md|gemini\.md|skill\.md"
    r"|\.cursorrules|\.windsurfrules|\.clinerules|\.goosehints|\.aider\.conf\.ya?ml"
    r"|\.(?:cursor|windsurf|clinerules|roo|augment|continue|kiro)/(?:rules|steering)/.+|\.clinerules/.+"
    r"|\.github/copilot-instructions\.md|\.github/(?:instructions|prompts|chatmodes|agents)/.+\.md|\.junie/guidelines\.md"
    r"|\.?mcp\.json|\.(?:cursor|vscode|kiro|roo|gemini|claude|codex)/(?:settings/)?mcp\.json"
    r"|\.claude/(?:commands|agents|skills|hooks|output-styles)/.+|\.claude/settings(?:\.local)?\.json"
    r"|\.gemini/settings\.json|\.codex/(?:config\.toml|prompts/.+)"
    r"|\.devcontainer(?:/[^/]+)?/devcontainer\.json|\.devcontainer\.json"
    r"|\.vscode/tasks\.json|[^/]+\.code-workspace"
    r")$",
    re.IGNORECASE,
)
"""What coding agents and editors load or run by convention when they work in a folder that holds it."""


def for_agents(path: str) -> bool:
    """Tell whether coding agents or editors load a file of this path by convention."""
    return _FOR_AGENTS.search(path) is not None
