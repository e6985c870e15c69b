"""The themes of this review, as its chapter goes through them."""

from evidence.model.evidence import Evidence
from evidence.report.chapter import sources_say
from evidence.report.codes import ChapterError
from evidence.report.markup import Text, bullets, sentence_list
from evidence.words import count, label

SIDES = ("barrier", "facilitator")
# Themes of the baseline review; roles and purpose count as one.
OF_THE_REVIEW = ("funding", "culture", "roles", "purpose", "leadership", "climate")


def theme_account(evidence: Evidence, theme: str) -> Text:
    """Return how many sources name a theme as barrier and facilitator, and what they say."""
    barrier, facilitator = (evidence.holding("theme", [theme], [side]) for side in SIDES)
    both = barrier & facilitator
    if not barrier | facilitator:
        return Text("No source names it.\n")
    lines = [
        f"Named by {count(len(barrier | facilitator)):source}: by {len(barrier) or 'none'} as "
        f"a barrier and by {len(facilitator) or 'none'} as a facilitator"
        + (f", {len(both)} of them as both." if both else ".")
    ]
    for side, holders in zip(SIDES, (barrier, facilitator), strict=True):
        if holders:
            said = sources_say(evidence, "theme", theme, side)
            more = len(holders) > len(said)
            tail = f" ({len(said)} of {len(holders)}, by weight and then by year)" if more else ""
            lines += [f"As a {side}{tail}:", bullets(said).markdown]
    return Text("\n\n".join(lines) + "\n")


def themes_named_one_way(evidence: Evidence) -> Text:
    """Return a sentence on the themes that sources name only as barrier, or only as facilitator."""
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


def sections_complete(evidence: Evidence, *others: str) -> None:
    """Stop the build where another theme as frequent as the rarest of the review has no section.

    Parameters
    ----------
    *others
        The themes that have a section beside those of the review.

    Raises
    ------
    ChapterError
        Where a section is missing or there is one too many; it names the themes.
    """
    own = OF_THE_REVIEW
    groups = {("roles", "purpose") if code in ("roles", "purpose") else (code,) for code in own}
    least = min(len(evidence.holding("theme", group)) for group in groups)
    frequent = {
        code
        for code in evidence.codebook.facets["theme"].codes
        if code not in own and len(evidence.holding("theme", [code])) >= max(least, 1)
    }
    if missing := sorted(frequent.difference(others)):
        message = f"as frequent as the review's rarest, and without a section: {', '.join(missing)}"
        raise ChapterError(f"{message}; write one, and name it in `sections_complete`")
    if spare := sorted({*others} - frequent):
        message = f"no longer as frequent as the review's rarest: {', '.join(spare)}"
        raise ChapterError(f"{message}; take its section out, and out of `sections_complete`")
