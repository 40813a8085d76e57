"""Logs: one JSON object a line on standard error, or nothing where a terminal view is shown."""

from __future__ import annotations

import logging
import sys

import structlog


def to_stderr() -> None:
    """Write logs as JSON lines."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def to_nowhere() -> None:
    """Write only what is critical: a view is on the terminal."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
