"""The themes of this review, as its chapter goes through them."""

from evidence.model.evidence import Evidence
from evidence.report.markup import Text, sentence_list
from evidence.words import label

SIDES = ("barrier", "facilitator")


def themes_named_one_way(evidence: Evidence) -> Text:
    """Return a sentence on the themes that studies name only as barrier, or only as facilitator."""
    phrases = []
    for side, other in (SIDES, SIDES[::-1]):
        only = [
            label(code).lower()
            for code in evidence.codebook.facets["theme"].codes
            if evidence.holding("theme", [code], [side])
            and not evidence.holding("theme", [code], [other])
        ]
        if only:
            phrases.append(f"{sentence_list(only)} as a {side}")
    return Text(f"Named in one way only: {'; '.join(phrases)}." if phrases else "")
