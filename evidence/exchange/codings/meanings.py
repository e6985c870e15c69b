"""Names as readers see them, "Early start", taken for the data's own, `early-start`."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from evidence.model.codebook import LABELS

_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Meanings:
    """What texts mean among names; which looks names have is found out once."""

    known: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def of(self, text: str, names: Collection[str]) -> str:
        """Return the name that a text means, or the text if that is none, or not one alone."""
        if not text or text in names:
            return text
        found = self.known.get(id(names))
        if found is None:
            found = self.known[id(names)] = _by_look(names)
        return found.get(_look(text)) or text


def _by_look(names: Collection[str]) -> Mapping[str, str]:
    rows = {(_look(said), name) for name in names for said in (name, LABELS.get(name, name))}
    times = Counter(look for look, _ in rows)
    return {look: name for look, name in rows if times[look] == 1}


def _look(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))
