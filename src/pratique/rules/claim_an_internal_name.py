"""A version that outbids every other, and a call home: the shape of dependency confusion."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, context, flow, reaches, use

RULE = Rule(
    summary="has a version that outbids internal packages and reports who installs it",
    severity="high",
    confidence="high",
    audience="admin",
    line="context",
    category="dependency_confusion",
    attack=("T1195.001",),
    since="0.1",
    when=all_of(
        context("version", r"^(\d+!)?(99|9{2,}|[1-9]\d{2,})\."),
        reaches(
            UNATTENDED,
            any_of(
                flow("host.*|env.read", "network.*", arg="data|url|host"),
                use("network.*", "oast|raw-address|chat-webhook|tunnel|file-drop"),
            ),
        ),
        within="artifact",
    ),
)
