"""A command line fetches a script and feeds it to an interpreter, unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="pipes a download into an interpreter without being asked",
    severity="critical",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1059.004", "T1105"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("process.spawn", traits="download-and-run", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?is)\b(curl|wget|fetch)\b[^\n]{0,400}\|\s*(sudo\s+(-\S+\s+)*)?(/\S*/)?"
                r"(env\s+)?(sh|bash|zsh|dash|ksh|python[\d.]*|perl|node|ruby|php)\b"
                r"|\b(ba|z|da|k)?sh\s+(-c\s+)?[\"']?\s*(<\(|\$\(|`)\s*(curl|wget)\b"
                r"|\b(iwr|irm|wget|curl|invoke-webrequest|invoke-restmethod)\b[^\n]{0,400}\|\s*(iex|invoke-expression)\b"
                r"|\b(iex|invoke-expression)\b.{0,200}(downloadstring|iwr|irm|invoke-webrequest|invoke-restmethod)"
                r"|\b(npx|bunx|uvx|pnpx|(npm|pnpm)\s+(exec|dlx)|pipx\s+run|(deno|bun|go)\s+run)\s[^\n|;&]{0,80}\b(git\+)?https?://"
                r"|downloadstring.{0,400}\b(iex|invoke-expression)\b",
                certainty="transitive",
            ),
        ),
    ),
)
