"""What the chapters call: the evidence, the findings, and figures, tables and words about them.

Each chapter begins by importing from here what it uses, so that it also runs when it is opened
alone in an editor, from whichever folder.
"""

from functools import cache, partial
from pathlib import Path
from typing import cast

from analysis.tables import inquiries, terms
from analysis.themes import frequent_themes, one_sided, theme_account
from evidence.findings.agreement import code_agreements
from evidence.findings.variants import leave_one_out, under_variants
from evidence.findings.verdicts import judge_editions
from evidence.model.claims import Held
from evidence.model.load import load
from evidence.report import chapter, checklists, explorer, figures, ledger, tables
from evidence.report.chapter import paragraph
from evidence.report.figures.files import place
from evidence.report.ledger import Statements
from evidence.report.markup import definition_list, escape, sentence_list, table
from evidence.report.tables import robustness
from evidence.report.tables.overflow import long_table
from evidence.words import decimal, headline, label, numbers

DATA = Path(__file__).parents[1] / "data"

evidence = load(DATA)
editions = judge_editions(evidence)
year = evidence.first_year()
# The codes of outcomes for children.
child = cast("Held", evidence.claims.selections["child-outcome"]).codes
earlier, later = evidence.up_to(year), evidence.since(year)
# The columns of the table of sources.
columns = {
    "design": "Design",
    "sector": "Field",
    "weight": "Weight",
    "groups": "Groups",
    "basis": "Text read",
}

statements = Statements(partial(chapter.state, editions), editions.now, "B")
say = statements.say
moved = partial(chapter.change, editions)
n = partial(chapter.count_sources, evidence)
n_then = partial(chapter.count_sources, earlier)
cites = partial(chapter.cited, evidence)
screened = partial(chapter.screened, evidence)
quantity = partial(chapter.quantity, evidence.quantities)
judged = partial(chapter.claims_judged, editions)
# What takes time is worked out when the first chapter asks for it.
under = cache(partial(under_variants, evidence))
decisive = cache(partial(leave_one_out, evidence))
codes_agreed = cache(partial(code_agreements, evidence))
