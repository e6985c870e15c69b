"""Numbers and words for quantities that count nothing, by kind: names, labels, dates, idioms.

What these patterns match is blanked before anything is looked for, so a kind is told here once.
"""

import re
from collections.abc import Iterable

YEAR = r"(?:1[6-9]|20)\d\d"
_UNIT = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_TEN = "(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
_WORD = rf"(?:(?:thir|four|fif|six|seven|eigh|nine)teen|{_TEN}(?:[-\s](?:{_UNIT}))?|{_UNIT})"
_N = rf"(?:\d+(?:\.\d+)*|{_WORD})"
_RANGE = rf"{_N}(?:(?:\s?[,–—/-]\s?| (?:and|or|to|until|of) (?:the )?){_N})*"
_DECIMAL = r"\d+(?:\.\d+)*"
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_TIME = (
    "years?|months?|weeks?|fortnights?|days?|nights?|hours?|minutes?|seconds?|terms?|decades?|"
    "generations?|centuries|century|times|occasions|o'clock|afternoons?|mornings?|evenings?"
)
# What a number names after it, as it names a person: "tier 3", "question 10a".
_LABEL = (
    "section|sect|chapter|part|article|paragraph|para|annex|appendix|regulation|rule|clause|"
    "schedule|order|directive|figure|fig|table|box|equation|plate|map|chart|page|pp|footnote|note|"
    "vol|volume|issue|no|nos|number|step|question|item|claim|statement|recommendation|objective|"
    "outcome(?!s)|aim|goal|principle|standard|criterion|hypothesis|option|example|exhibit|version|"
    "edition|release|key stage|stage|phase|tier|level|year|grade|band|class|category|type|form|"
    "group|cohort|wave|round|cycle|series|quarter|week|day|unit|module|session|room|floor|ward|"
    "zone|area|line|row|column|point|scale|model|scenario|priority|strand|theme|domain|channel|term|"
    "platform|route|bus|junction|studio|title|protocol|primary|secondary"
)
_PERSON = (
    r"child(?:ren)?|pupils?|people|person|young|boys?|girls?|infants?|bab(?:y|ies)|adolescents?|"
    r"leavers|learners|students|adults"
)
# A capital letter begins these too, at the beginning of a sentence.
_NO_NAME = (
    "the|a|an|of|in|on|at|by|for|from|with|to|and|or|but|as|if|all|some|only|just|about|around|"
    "between|over|under|above|below|nearly|almost|more|most|less|fewer|exactly|roughly|another|"
    "these|those|their|its|our|we|they|he|she|it|i|you|there|then|than|that|this|which|who|when|"
    "where|since|until|after|before|during|among|through|within|without|up|any|no|not|both|is|are|"
    "was|were|has|have|had|be|been|said|says|read|found|did|do|does|what|how|so|yet|also|now|still|"
    "altogether|total|approximately|circa|barely|hardly|today|instead|here|finally"
)
_FUNCTION = "and|or|is|was|the|in|on|at|of|for|to|with|has|were|are|as|by|its|this"
_MEASURED = (
    rf"%|per\s?cent|(?:(?!(?:{_FUNCTION})\b)[\w’'-]+ ){{0,2}}"
    rf"(?!(?:{_FUNCTION})\b)[\w’'-]+s\b(?! Act)"
)

_DATES = (
    rf"\b{_DAY}(?: (?:of )?|\s?[–-]\s?{_DAY} ){_MONTH}(?: {YEAR})?\b",
    rf"\b{_MONTH} {_DAY}(?:,? {YEAR})?\b(?!\s*%)",
    rf"\b{YEAR}-\d\d-\d\d\b|\b\d{{1,2}}/\d{{1,2}}/(?:{YEAR}|\d\d)\b",
    r"\b\d{1,2}(?:[.:][0-5]\d)?\s?(?:[ap]\.?m\b\.?|o['’]clock|noon|hrs)",
    r"\b(?:at|by|until|till|from|to|before|after|and) \d{1,2}[.:][0-5]\d\b"
    r"(?!\s*(?:%|per|to\b|of\b|standard|point))",
    r"\b(?:[01]?\d|2[0-3]):[0-5]\d\b",
    r"\b\d{1,2}(?:st|nd|rd|th)[-\s]centur(?:y|ies)\b",
    r"\b24/7\b|\b24[-\s]hours?\b|\b(?:9|nine)(?:-to-| to )(?:5|five)\b",
    rf"(?i:\b(?:between|from|at) {_N} (?:and|to|until) {_N}(?= in the | at night| o['’]clock))",
    r"\bQ[1-4](?=\s)",
    r"\b(?i:AY|FY|SY|CY)\s?\d{2,4}(?:[-/–]\d{2,4})?",
    r"(?i:\bhalf[-\s]past \w+|\ba?\s?quarter (?:past|to) \w+)",
    r"(?i:\b(?:(?:nineteen|twenty|eighteen)[-\s])?"
    r"(?:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties|noughties)\b)",
    # Durations and repetition.
    rf"(?i:\b(?:{_WORD}|several|many|a few|some|most|half an|a quarter of an|a dozen|a couple of)"
    r"(?:[-\s](?:hundred|thousand))?"
    r"(?:[-\s](?:school|calendar|academic|financial|whole|full|more|further|consecutive|different|"
    rf"separate))?[-\s](?:{_TIME})\b)",
)
_LABELS = (
    # A postcode, before what looks like a part of it.
    r"\b[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}\b",
    r"(?:\b(?:ss?|c|ch|para|paras|pp?|art|reg|regs|cl|sch|vol|no|nos|fig|tab|eq|fn|app|col|cols|ll?)\.|§+)\s?\d[\w.]*"
    r"(?:\(\w+\))*(?:\s?(?:[,–-]|and|to)\s?\d[\w.]*(?:\(\w+\))*)*",
    r"\bss? \d+[A-Z]*(?= (?:of|and|to)\b)",
    rf"(?i:\b(?:{_LABEL})(?:e?s)?\.?[-\s]){_RANGE}(?:[a-zA-Z]\b)?(?:\(\w+\))*"
    r"(?![\d%\w]|\s*%| (?:per\s?cent|percentage)\b)",
    r"\b(?i:annex|appendix|part|schedule) [A-Z]+\.?\d[\d.]*",
    r"\b(?:SI|SSI|WSI|SR|Cmn?d?|HC|HL|ISO|BS|EN|IEC|DIN|RFC)\s?\d[\d./–:-]*(?:\s\d{3})*\b",
    r"\b[A-Z]{2,}[A-Za-z]*(?:[\s/-][A-Z]{2,}[A-Za-z]*)*[-\s]?\d[\d./:-]*\d?\b"
    rf"(?!\s*(?:{_MEASURED}))",
    rf"(?<![.!?]\s)(?<!^)(?<!\|\s)\b(?!(?i:{_NO_NAME}|{_MONTH})\b)[A-Z][a-z]+(?<!s)\s{_DECIMAL}\b"
    rf"(?!\s*(?:{_MEASURED}|of\b|[.,]?\d))",
    rf"(?:^|[.!?]\s)\b(?!(?i:{_NO_NAME})\b)[A-Z][a-z]+(?<!s)\s\d+(?=\s(?:was|is|has|had)\b)",
    r"\b[A-Za-z]{0,3}\d+[A-Za-z]\b(?<![0-9][kmKM])(?![\d%])",
    r"(?<![\w.,])(?:\+\d{1,3}[-\s]?)?\(?0\d{2,4}\)?[-\s]\d{3,4}(?:[-\s]?\d{3,4})?\b",
    r"(?i:\b(?:dial(?:s|led)?|call(?:s|ed)?|ring|phoned?) )\d{3}\b",
    r"\b\d+[a-z]? (?:[A-Z][\w’'-]+ ){1,3}"
    r"(?:Street|Road|Lane|Avenue|Place|Square|Terrace|Row|Way|Court|House|Gardens|Crescent)\b",
    r"\b\d+ ?(?:mph|km/h)\b",
    r"\b(?i:isbn|issn|orcid|pmid|doi|urn)(?:-1[03])?:?\s*[\dX][\dX./-]*(?:[-\s][\dX]+)*",
    rf"\b(?:v|CC BY(?:-\w+)*)\s?{_DECIMAL}",
)
_AGES = (
    r"(?i:\b(?:aged?|ages|aged? of|ages? of|age of) "
    rf"(?:(?:about|over|under|up to|between|from|of) )*{_RANGE})"
    r"(?: (?:or|and) (?:over|under|above|below|older|younger|more)|\+)?(?: years?)?",
    rf"(?i:\b(?:under|over)[-\s]?{_N}s\b|\b(?:under|over)-{_N}\b)",
    rf"(?i:\b(?:{_PERSON})(?: [\w-]+)? (?:(?:aged|under|over|above|below|from|between|of|up to) )+"
    rf"{_RANGE})(?!\s*(?:%|per\s?cent|\d))",
    r"\b\d{1,2}\s?[-–]\s?\d{1,2} "
    r"(?:curricul\w+|service|provision|agenda|funding|nursing|education)",
    rf"(?i:\b{_RANGE}[-\s]years?[-\s]olds?\b)",
    rf"(?i:\b(?:they|he|she|who) (?:are|is|were|was|turn(?:s|ed)?) {_N}\b)(?!\s*(?:%|per|\w+s\b))",
    rf"(?i:\breviews?\b[^.;]* at {_N} (?:to|and|or) {_N} (?:weeks|months|years)\b)",
    r"(?i:\b(?:turn(?:s|ed|ing)?|until|before|after|reach(?:es|ed|ing)?|at|post|pre)[-\s]"
    r"(?:1[6-9]|2[15]|(?:six|seven|eigh|nine)teen)\b)(?!\s*(?:%|per|\w+s\b))",
)
# What is asked of a method, and not found by it.
_METHODS = (
    r"\d+(?:\.\d+)?\s?(?:%|per\s?cent) "
    r"(?:confidence|credible|credibility|prediction|uncertainty|CIs?\b|power|significance)",
    r"(?i:\b(?:p|α|alpha|I²|I2|I\^2\^|β)\s*"
    r"(?:[<>=≤≥]|exceed(?:s|ed)|was|is|of|above|below|over|under)\s*)\d*\.?\d+\s?%?",
    r"\bratio of \d+:\d+|\b\d+:\d+(?= (?:design|allocation|randomi[sz]|match|ratio))",
    r"\b\d+\s?[×x]\s?\d+\b",
)
# "One of the reasons", and others in which a number or a word for a quantity counts nothing.
_REPORTED = (
    "common|cited|named|mentioned|reported|raised|used|discussed|found|studied|measured|shared"
)
_IDIOMS = (
    r"one another|no one|the one\b|(?:on|from) the one hand",
    r"(?<!every\s)one of (?:the|these|those|its|our|their|many)",
    r"one (?:day|way or another|size fits all|thing)|one-(?:off|stop|sided|to-one|way)",
    r"at (?:one|two|three|first|most|least)\b|once or twice|two by two|(?:in|into) two\b",
    r"(?:two|both) sides of|both (?:and|may|ways)\b|each other|either way",
    r"half[-\s](?:way|hearted\w*|term|day|time|sister|brother|siblings?)|halfway|by half",
    r"quarter(?:ly| days?)|\w+ty-(?:first|second|third|\w+th)\b|(?:11|eleven)-plus",
    r"the (?:third|voluntary) sector|(?:an?|one)? ?(?:third|fourth|fifth) (?:party|parties|place)",
    r"a second (?:reading|opinion|chance)|second[-\s]hand|third reading",
    r"first and foremost|in the first place|last but not least|zero[-\s](?:tolerance|hours?)",
    r"(?:for|on) the most part|most of all|(?:most|many) of the time|some of what",
    rf"most[-\s](?!(?:early|elderly|family|costly)\b)\w+ly(?! (?:{_REPORTED}))",
    r"(?:in|for) (?:most|many|some|all|several|no|both|a few|few) (?:cases?|ways?|respects?|"
    r"areas? of|senses?|circumstances|instances|parts? of|places|form|sense|time)",
    r"to (?:some|a large|a great|a certain) (?:extent|degree)",
    r"(?:for )?some (?:time|day|kind|sort|of what|way)",
    r"(?:too|so|how|that) (?:many|few|much|little)\b|few and far between",
    r"many (?:a|an|happy|hands|thanks)\b|many-\w+|(?:the|those|these|its|their|our) (?:few|many)\b",
    r"no (?:longer|doubt|matter|wonder|single|reason|other|such|way|fewer|less|more)\b(?: than)?",
    r"more (?:or less|than (?:ever|just|words|once|that|anything|an?|one)\b)",
    r"(?:a )?little (?:by little|patience|time|more|less|later|child\w*)|\w+ little to do with",
    r"all (?:the same|in all|along|over|too|sorts?|that|else|at once|right)\b",
    r"(?:after|above|not at|once and for|first of|at) all\b",
    r"(?:on|of|in|to|by|at|from|with|for) all of (?:them|these|those)",
    r"every (?:so often|now and then|child|other)",
    r"majority (?:vote|rule|decision|government)s?",
    r"minority (?:ethnic|group|language|government)s?",
    r"common (?:sense|assessment|language|ground|law|goals?|purpose)",
    r"doubl(?:e|ed|ing)[-\s](?:back|down|check\w*|up|blind|burden|count\w*|cod\w*)",
    # What may be says nothing of how often it is.
    r"(?:may|can|could|might|must|should|would) (?:be )?\w+ (?:in |to |from |for |with |by )?"
    r"(?:several|many|a few|some|most)",
    r"hardly any(?= (?:may|can|could|might)\b)",
)


def _compiled(patterns: Iterable[str], flags: re.RegexFlag) -> re.Pattern[str]:
    """Return what matches any of them; a space is any run of spaces."""
    return re.compile(
        "|".join(f"(?:{pattern})" for pattern in patterns).replace(" ", r"\s+"), flags
    )


NO_COUNTS = (
    *(
        _compiled([pattern], re.M)
        for kind in (_DATES, _LABELS, _AGES, _METHODS)
        for pattern in kind
    ),
    re.compile(rf"(?<![\w-]){_compiled(_IDIOMS, re.I).pattern.join(('(?:', ')'))}", re.IGNORECASE),
)
