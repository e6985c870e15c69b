"""The claims through the editions as an author tells it: what moved, when, and on which sources."""

from evidence.findings.editions import Course, Move, Standing, courses, edition_years
from evidence.model.evidence import Evidence, Quantities
from evidence.report.markup import Text, bullets, cite_most, escape, sentence_list
from evidence.rule_text import bound, noun
from evidence.words import change_word, count, label, number, verdict, within

MOST_CITED = 6
# What is said of a main number for which there are too few sources, first or last.
TOO_FEW = "cannot be compared"


def noun_of(course: Course) -> str:
    """Return what a claim's main number is: "share", "lowest count"."""
    numbers = course.claim.rule.numbers
    return noun(numbers[course.name], numbers)


def bound_of(course: Course) -> str:
    """Return what its main number has to be for the verdict `supported`: "50% or more"."""
    numbers = course.claim.rule.numbers
    return bound(course.claim.supported[course.name], numbers[course.name], numbers)


def moved_account(evidence: Evidence) -> Text:
    """Return what moved, as a list: each claim whose verdict changed, and the sources behind it."""
    items = [
        _moved_item(evidence.quantities, course)
        for course in courses(evidence).values()
        if course.verdict_moves
    ]
    if items:
        return bullets(items)
    one = len(edition_years(evidence)) < 2
    said = "There is but one edition" if one else "No verdict moved between these editions"
    return Text(f"{said}.\n")


def _moved_item(quantities: Quantities, course: Course) -> str:
    after = [move.after for move in course.verdict_moves]
    stands = ", then ".join(map(_stands, [course.standings[0], *after]))
    since = "" if after[-1].current else " and since"
    return " ".join(
        [
            f"**{_heading(course)}** The verdict was {stands}{since}.",
            _number_moved(quantities, course),
            *map(_grounds, course.verdict_moves),
        ]
    )


def _heading(course: Course) -> str:
    said = escape(label(course.claim.claim_id))
    return said if said.endswith("?") else f"{said}."


def _stands(standing: Standing) -> str:
    close = ", a close call," if standing.finding.close else ""
    edition = "all sources" if standing.current else f"the sources up to {standing.year}"
    return f"{_verdict(standing)}{close} on {edition}"


def _verdict(standing: Standing) -> str:
    return f"*{within(verdict(standing.finding))}*"


def _number_moved(quantities: Quantities, course: Course) -> str:
    first, last = (number(course.standings[at].value) for at in (0, -1))
    if not course.standings[-1].judged:
        return f"There are too few sources now to give its main number, the {noun_of(course)}."
    if not course.standings[0].judged:
        first_year = course.standings[0].year
        return (
            f"Its main number, the {noun_of(course)}, is {last}; the sources up to {first_year} "
            "are too few to give one."
        )
    if first.text == last.text:
        return f"Its main number, the {noun_of(course)}, was and is {last}."
    word = change_word(quantities, first, last)
    return (
        f"Over all editions its main number, the {noun_of(course)}, {word}, from {first} to {last}."
    )


def _grounds(move: Move) -> str:
    moved = f"It moved to {_verdict(move.after)}"
    if not move.sources:
        return (
            f"{moved} without a new source for or against it: "
            "only the sources among which they are counted changed."
        )
    supporting, contrary = len(move.supporting), len(move.contrary)
    sides = " for the statement" if supporting else " against the statement"
    if supporting and contrary:
        sides = f", {supporting:,} for the statement and {contrary:,} against it"
    new = f"{count(len(move.sources)):new source}"
    return f"{moved} with {new}{sides} {cite_most(move.sources, MOST_CITED)}."


def unmoved_account(evidence: Evidence) -> Text:
    """Return a sentence on the claims whose verdict is the same in every edition."""
    still = [course for course in courses(evidence).values() if not course.verdict_moves]
    if not still or len(still[0].standings) < 2:
        return Text("")
    words = (*evidence.quantities.changes, TOO_FEW)
    by_word: dict[str, list[str]] = {word: [] for word in words}
    for course in still:
        first, last = (number(course.standings[at].value) for at in (0, -1))
        judged = all(course.standings[at].judged for at in (0, -1))
        word = change_word(evidence.quantities, first, last) if judged else TOO_FEW
        by_word[word].append(f"*{escape(within(label(course.claim.claim_id)))}*")
    phrases = [f"{word} for {sentence_list(names)}" for word, names in by_word.items() if names]
    return Text(
        f"The verdict on {count(len(still)):statement} is the same in every edition; "
        f"the main number {'; it '.join(phrases)}."
    )
