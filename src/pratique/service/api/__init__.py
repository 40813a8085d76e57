"""The HTTP API, version 1: read the store by package URL, hash or release; nothing here changes a verdict."""

from __future__ import annotations

from pratique.service.api.app import make_api

__all__ = ["make_api"]
