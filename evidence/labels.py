"""What codes, verdicts and tables of the data are called in the report."""

from evidence.findings.verdicts import NO_DATA, NOT_SUPPORTED, PARTLY, SUPPORTED, Finding

_VERDICTS = {
    SUPPORTED: "Supported",
    PARTLY: "Partly supported",
    NOT_SUPPORTED: "Not supported",
    NO_DATA: "Too few sources to judge",
}
# Codes that name two things, which a reader wants joined by a word.
_JOINED = {
    "health-social-care": "Health and social care",
    "barriers-facilitators": "Barriers and facilitators",
    "children-families": "Children and families",
}


def label(code: str) -> str:
    """Return a code as a reader sees it: ``information-sharing`` as "Information sharing"."""
    if code in _JOINED:
        return _JOINED[code]
    if code.startswith(("inter-", "multi-", "co-", "one-")):
        return code.capitalize()
    return code.replace("-", " ").capitalize()


def verdict(finding: Finding) -> str:
    """Return the verdict in words; silence of the texts is called so and never denial."""
    if finding.silent:
        return "Not shown (most texts are silent)"
    return _VERDICTS[finding.verdict]
