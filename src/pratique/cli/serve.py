"""Serve the HTTP API over the store: reviews by package URL, file hash or release; a feed; health; metrics.

It listens on the loopback interface unless told otherwise; put a proxy that speaks TLS in front of it.
"""

from __future__ import annotations

import argparse

from pratique.cli._service import NEEDED, add_store_options, need, opened

HELP = "serve the HTTP API"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique serve`."""
    group = parser.add_argument_group("server")
    group.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="where to listen (default: 127.0.0.1)")
    group.add_argument("--port", type=int, default=8300, metavar="N", help="port (default: 8300)")
    group.add_argument(
        "--behind-proxy", action="store_true", help="believe X-Forwarded-For and -Proto of a proxy on this machine"
    )
    group = parser.add_argument_group("limits")
    group.add_argument(
        "--anonymous-rate", type=int, default=120, metavar="N", help="requests a minute, per address without a token"
    )
    group.add_argument("--token-rate", type=int, default=3000, metavar="N", help="requests a minute, per token")
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    need(*NEEDED, "fastapi", "uvicorn", "prometheus_client")
    import uvicorn

    from pratique.service.api import make_api

    with opened(args) as store:
        uvicorn.run(
            make_api(store, anonymous=args.anonymous_rate, known=args.token_rate),
            host=args.host,
            port=args.port,
            proxy_headers=args.behind_proxy,
            server_header=False,
            log_level="warning",
        )
    return 0
