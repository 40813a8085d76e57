"""A command line that fetches or resolves carries secrets, files or the environment with it, unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="sends data out by a command line",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1048", "T1059.004"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            flow(
                "env.read|fs.read|host.identity|host.network|input.*",
                "process.spawn",
                sink_operand="downloader|network-tool",
                sink_target=r"(?i)\w\.[a-z]{2,}\b|\d{1,3}(\.\d{1,3}){3}",
                source_text=r"^(?!(HOME|PATH|TMP|TEMP|TMPDIR|USERPROFILE|APPDATA|LOCALAPPDATA|XDG_\w+|CC|CFLAGS|LDFLAGS"
                r"|\w*VERSION\w*|\w*_(URL|DIR|PATH|ROOT|HOME|MIRROR|PROXY))$)",
                arg="command|data",
                certainty="transitive",
            ),
            # The words are put together elsewhere: what is known of them is a secret and an address.
            flow(
                "env.read",
                "process.spawn",
                source_operand="env-secret",
                sink_target=r"(?is)^(?!.*\b(git|pip|uv|npm|cargo|docker|twine)\b).*https?://",
                arg="command|data",
                certainty="transitive",
            ),
            use(
                "process.spawn",
                target=r"(?is)\b(curl|wget|nc|ncat)\b[^\n]{0,300}(\s-d|--data\S*|--post-data|-F|--form)[\s=]*[\\\n]*\s*[\"']?[\w=@]*"
                r"(\$\(|`)",
                certainty="transitive",
            ),
            use(
                "process.spawn",
                target=r"(?is)\b(curl|wget|nc|ncat|nslookup|dig|host|ping|iwr|irm|invoke-webrequest|invoke-restmethod)\b[^\n]{0,300}"
                r"(\$\(\s*(env|printenv|cat|tar|base64|find|aws|gcloud|security)\b|`\s*(env|printenv|cat|tar|base64)\b"
                r"|\$\{?\w*(TOKEN|SECRET|PASSWORD|API_?KEY|ACCESS_KEY)\w*|\$\{?env:|(-d|--data\S*|-F|--form|-T|--upload-file|--post-file)"
                r"[\s=]+\S{0,40}(@|~/|/etc/|/home/|\.ssh|\.aws|\.env\b))"
                r"|\b(env|printenv|cat\s+\S*(\.ssh|\.aws|\.env|passwd|\.pypirc|\.npmrc)\S*|tar\s[^|\n]{1,200})\s*\|"
                r"[^\n]{0,120}\b(curl|wget|nc|ncat)\b",
                certainty="transitive",
            ),
        ),
    ),
)
