"""The description sells what no package is: films, gift cards, phone numbers of false help desks."""

from pratique.rules.dsl import Rule, any_of, context

RULE = Rule(
    summary="advertises something that is not software",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="policy",
    category="spam",
    since="0.1",
    block=False,
    when=any_of(
        context(
            "summary",
            r"(?i)\b(watch|download|stream)\b.{0,60}\b(full movie|720p|1080p|online free|hd free)\b"
            r"|\bfree\s+(robux|v-?bucks|gift ?cards?|followers|spins)\b"
            r"|\b(customer (service|support|care)|help ?line|toll[- ]free)\b.{0,40}"
            r"\+?1?[-\s(]*8\d\d[-\s)]*\d{3}[-\s]*\d{4}"
            r"|\b(keto gummies|male enhancement|escort service|slot gacor|judi online|situs slot)\b",
        ),
        context(
            "description",
            r"(?i)\bwatch\b.{0,60}\bfull movie\b.{0,80}\b(online|free|hd)\b"
            r"|\bfree\s+(robux|v-?bucks)\s+(generator|hack|codes?)\b"
            r"|\b(slot gacor|judi online|situs slot)\b",
        ),
    ),
)
