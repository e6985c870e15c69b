"""The themes of this review, as its chapter goes through them."""

from collections.abc import Iterable

from evidence.model.evidence import Evidence
from evidence.report.chapter import sources_say
from evidence.report.markup import Text, bullets, sentence_list
from evidence.words import count, label

SIDES = ("barrier", "facilitator")


def theme_account(evidence: Evidence, theme: str) -> Text:
    """Return how many sources name a theme as barrier and facilitator, and what they say."""
    barrier, facilitator = (evidence.holding("theme", [theme], [side]) for side in SIDES)
    both = barrier & facilitator
    lines = [
        f"Named by {count(len(barrier | facilitator)):source}: by {len(barrier) or 'none'} as "
        f"a barrier and by {len(facilitator) or 'none'} as a facilitator"
        + (f", {len(both)} of them as both." if both else ".")
    ]
    for side, holders in zip(SIDES, (barrier, facilitator), strict=True):
        if holders:
            said = sources_say(evidence, "theme", theme, side)
            more = len(holders) > len(said)
            tail = f" (the weightiest and newest {len(said)} of {len(holders)})" if more else ""
            lines += [f"As a {side}{tail}:", bullets(said).markdown]
    return Text("\n\n".join(lines) + "\n")


def one_sided(evidence: Evidence) -> Text:
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


def frequent_themes(evidence: Evidence, placed: Iterable[str]) -> tuple[str, ...]:
    """Return the themes not yet placed that are at least as frequent as the rarest of them.

    Parameters
    ----------
    placed
        Theme codes with a section of their own; ``roles`` and ``purpose`` count as one.
    """
    placed = set(placed)
    groups = {("roles", "purpose") if code in ("roles", "purpose") else (code,) for code in placed}
    least = min(len(evidence.holding("theme", group)) for group in groups)
    named = {
        code: len(evidence.holding("theme", [code]))
        for code in evidence.codebook.facets["theme"].codes
        if code not in placed
    }
    frequent = [code for code, number in named.items() if number >= least]
    return tuple(sorted(frequent, key=lambda code: -named[code]))
