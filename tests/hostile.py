"""Texts that would be something else than text, if anybody let them."""

from hypothesis import strategies as st

from evidence.model.faults import CONTROL

SNIPPETS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><b onclick='alert(1)'>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "<https://example.org/a>",
    "https://example.org/?a=1&b=2",
    "![x](https://example.org/x.png)",
    "[x]: https://example.org",
    "[@baxter2018] @baxter2018 -@x",
    "@fig-themes @sec-works @tbl-map",
    "^[note] [^1] x^2^ H~2~O ~~a~~",
    "*a* **b** _c_ __d__ `e`",
    "`{python} open('/etc/passwd').read()`",
    "`{r} 1`",
    "`<b>`{=html}",
    "```{=html} <script>alert(1)</script> ```",
    "```{python}",
    "~~~ {.python}",
    "::: {.content-hidden}",
    ":::",
    "{{< include /etc/passwd >}}",
    "{{< env HOME >}}",
    "{{{< meta title >}}}",
    "{{<pagebreak>}}",
    "{#id .class onclick=alert(1)}",
    "]{.x}",
    "$x^2$ $$y$$ \\(z\\) \\[z\\]",
    "\\begin{x} \\input{/etc/passwd} \\n \\",
    '#eval("1") #include "/etc/passwd" #[x] $ x $',
    "= heading == heading",
    "/* comment */ // comment",
    "# heading",
    "> quote",
    "- item + item * item",
    "1. one (iv) four a) letter",
    "| a | b |",
    "|---|---|",
    ": caption {#tbl-x}",
    "--- -- ... :smile: (c)",
    "<!-- comment -->",
    "<!-- literal: why -->",
    "&lt;b&gt; &#60; &nbsp;",
    '=HYPERLINK("https://example.org","x")',
    "+1 -1 @SUM(A1)",
    "%s %(x)s {0} {x!r}",
    "]]> <![CDATA[ <?xml?> <!DOCTYPE x>",
    "العربية עברית \u200f 北京 🎉 e\u0301 \u200b\u2060",
)


def texts(without: str = "") -> st.SearchStrategy[str]:
    """Return snippets and any characters that data may hold, mixed, without some of them."""
    characters = st.characters(codec="utf-8").filter(
        lambda one: not CONTROL.match(one) and one not in without
    )
    snippets = [snippet for snippet in SNIPPETS if not set(snippet) & set(without)]
    part = st.sampled_from(snippets) | st.text(characters, max_size=12)
    glued = st.tuples(st.lists(part, min_size=1, max_size=3), st.sampled_from(["", " "]))
    return glued.map(lambda drawn: drawn[1].join(drawn[0]).strip()).filter(bool)
