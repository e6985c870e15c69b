from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from evidence.engine import pandoc
from evidence.engine.formats.docx import finish, finish_section
from evidence.engine.formats.typeface import Typeface
from evidence.engine.formats.word import package
from evidence.engine.formats.word.joined import MARKER, join
from evidence.engine.formats.word.package import NAMES, Element, find, parse, text_of, w
from evidence.engine.own import OWN_EXTENSION

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path d="M0 0h9"/></svg>'
META = """\
---
title: A title^[Of the title.]
abstract: |
  An abstract with [a link](https://example.org/one), which says enough to be marked.

  3. a list
  4. of its own
---

"""
LEAD = "Words before any heading, which say [enough](https://example.org/two) to be marked.\n"
LISTS = """\
# Lists {#sec-lists}

- a bullet

  and its second paragraph

    - below it
    - and again
- another

3. third
4. fourth
    a) nested
    b) twice

#. counted

- [x] done
- [ ] not done

(@first) An example.

Between them.

(@) Another.
"""
NOTES = """\
# Notes

A note[^a] and [a link](https://example.org/one?a=1&b=2) and [the same](https://example.org/one).

[^a]: Says [something else](https://example.org/note) to be marked, which is long enough.

    - with a list

## Below {#sec-below}

Another^[In **bold**.] and a formula $x^2$ and

$$\\sum_i x_i$$

A sentence that stands in two sections of the document.
"""
PICTURES = """\
# Pictures

![One](a.png){#fig-one} ![The same](a.png) ![Drawn](c.svg) ![In colour](b.png "Its title")

![A figure](a.png){#fig-two}

| A | B |
|---|--:|
| 1[^b] | [x](https://example.org/one) |

: A caption {#tbl-a}

[^b]: A note of a table.

A sentence that stands in two sections of the document.

[now]{.insertion author="A"} [before]{.deletion author="A"}
[Asked.]{.comment-start id="7" author="A"}about[]{.comment-end id="7"}
"""
WIDE = """\
# Wide

::: {.landscape}
On a page that lies, see [above](#sec-below).

- a bullet
:::

(@) A third example.
"""
# Each once more, with identities of its own.
WIDE_AGAIN = WIDE.replace("Wide", "Wide again")
NOTES_AGAIN = NOTES.replace("[^a]", "[^c]").replace("sec-below", "sec-far-below")
LISTS_AGAIN = LISTS.replace("sec-lists", "sec-other-lists").replace("@first", "@second")

Parts = dict[str, bytes]


@pytest.fixture
def written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Parts, list[Parts], Parts]]:
    """Write a text without its sections, each of these, and the whole."""
    for name, mode in (("a", "1"), ("b", "RGB"), ("c.svg", "L")):
        Image.new(mode, (20, 10)).save(tmp_path / f"{name}.png")
    (tmp_path / "c.svg").write_text(SVG)
    # Pandoc has an SVG drawn for readers that can't; the machine may have nothing that draws.
    drawing = tmp_path / "bin/rsvg-convert"
    drawing.parent.mkdir()
    drawing.write_text("#!/bin/sh\nexec /bin/cat c.svg.png\n")
    drawing.chmod(0o755)
    monkeypatch.setenv("PATH", str(drawing.parent))

    def write(document: dict[str, Any], name: str) -> Parts:
        command = [
            "--from=json", "--to=docx", "--standalone", f"--output={name}",
            f"--template={OWN_EXTENSION / 'body.openxml'}",
            f"--lua-filter={OWN_EXTENSION / 'docx.lua'}",
        ]  # fmt: skip
        pandoc.run(command, folder=tmp_path, text=json.dumps(document).encode(), epoch=0)
        return package.read((tmp_path / name).read_bytes())

    def parted(*texts: str, is_cut: bool = True) -> tuple[Parts, list[Parts], Parts]:
        text = "\n".join((META, *texts)).encode()
        read = pandoc.run(["--from=markdown", "--to=json"], folder=tmp_path, text=text)
        document = json.loads(read)
        sections: list[list[Any]] = []
        for block in document["blocks"]:
            if not sections or (is_cut and (block["t"], block["c"][0]) == ("Header", 1)):
                sections.append([])
            sections[-1].append(block)
        marker = {"t": "Para", "c": [{"t": "Str", "c": MARKER}]}
        frame = write({**document, "blocks": [marker]}, "frame.docx")
        alone = [
            write({**document, "meta": {}, "blocks": blocks}, f"{number}.docx")
            for number, blocks in enumerate(sections)
        ]
        return frame, alone, write(document, "whole.docx")

    return parted


@pytest.fixture
def joined(
    written: Callable[..., tuple[Parts, list[Parts], Parts]],
) -> Callable[..., tuple[Parts, Parts]]:
    """Join the sections of a text, and give the whole beside it."""

    def both(*texts: str) -> tuple[Parts, Parts]:
        frame, sections, whole = written(*texts)
        return join(frame, sections), whole

    return both


def names(part: bytes, parts: Parts) -> dict[str, str]:
    """Name the relations of a part by what they lead to."""
    found = {}
    for relation in parse(part):
        target = relation.get("Target")
        content = parts.get(f"word/{target}", b"") if "/media/" in f"/{target}" else b""
        found[relation.get("Id")] = hashlib.sha1(content).hexdigest() if content else target
    return found


def numbered(element: Element, attribute: str) -> str | None:
    """Tell what the number in an attribute counts; nothing where there is no number."""
    tag, name = (name.rpartition("}")[2] for name in (element.tag, attribute))
    if name in {"embed", "id"} and attribute.startswith(f"{{{NAMES['r']}}}"):
        return "relation"
    if name == "id":
        kind = tag.removesuffix("Start").removesuffix("End").removesuffix("Reference")
        return None if kind.startswith("comment") else kind
    return "list" if (tag, name) == ("numId", "val") else None


def canonical(parts: Parts) -> dict[str, object]:
    """Give text, notes, lists, pictures and links with numbers by their first appearance."""
    relations = names(parts["word/_rels/document.xml.rels"], parts)
    lists = parse(parts["word/numbering.xml"])
    numbers: defaultdict[str, dict[str, str]] = defaultdict(dict)
    found: dict[str, object] = {}
    for name in ("word/document.xml", "word/footnotes.xml", "word/comments.xml"):
        tree = parse(parts[name])
        for element in tree.iter():
            for attribute, value in element.attrib.items():
                kind = numbered(element, attribute)
                if kind == "relation":
                    element.set(attribute, relations.get(value, value))
                elif kind:
                    known = numbers[kind]
                    element.set(attribute, known.setdefault(value, str(len(known))))
        found[name] = package.serialise(tree)
    found["lists"] = [
        [package.serialise(child) for child in find(lists, f"w:num[@w:numId='{number}']")[0]]
        for number in numbers["list"]
    ]
    found["list count"] = len(find(lists, "w:num"))
    found["kinds"] = sorted(map(package.serialise, find(lists, "w:abstractNum")))
    found["order"] = [child.tag for child in lists]
    found["relations"] = sorted(set(relations.values()))
    by_notes = names(parts["word/_rels/footnotes.xml.rels"], parts)
    found["by notes"] = sorted(by_notes.values())
    types = {kind.get("PartName"): kind.get("ContentType") for kind in parse(parts[TYPES])}
    found["media"] = sorted({(sha(parts[name[1:]]), types[name]) for name in media(types)})
    found["other types"] = sorted(str(name) for name in types.keys() - media(types))
    return found


TYPES = "[Content_Types].xml"


def media(types: dict[str, str]) -> set[str]:
    return {name for name in types if name and name.startswith("/word/media/")}


def sha(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


@pytest.mark.parametrize(
    "texts",
    [
        (LEAD, LISTS, NOTES, PICTURES, WIDE, WIDE_AGAIN, NOTES_AGAIN),
        (LISTS,),
        (LEAD, LISTS, LISTS_AGAIN),
        (WIDE, PICTURES),
    ],
    ids=["all", "one", "lists-twice", "wide-first"],
)
def test_joined_sections_are_what_pandoc_writes_of_the_whole(
    joined: Callable[..., tuple[Parts, Parts]], texts: Sequence[str]
) -> None:
    made, whole = (canonical(parts) for parts in joined(*texts))
    for name, part in whole.items():
        assert made[name] == part


def test_a_text_makes_the_same_file_however_it_is_cut(
    written: Callable[..., tuple[Parts, list[Parts], Parts]],
) -> None:
    texts = (LEAD, LISTS, NOTES, PICTURES, WIDE, WIDE_AGAIN, NOTES_AGAIN)
    frame, sections, _ = written(*texts)
    _, alone, _ = written(*texts, is_cut=False)
    assert (len(sections), len(alone)) == (7, 1)
    assert join(frame, sections) == join(frame, alone)


LANDSCAPE = "::: {.landscape}\n\nOn a page that lies.\n\n:::\n"
COLUMNS = "::: {.two-columns}\n\n![One](b.png)\n\n:::\n"
TABLE = "| A | B |\n|---|---|\n| 1 | 2 |\n"


@pytest.mark.parametrize(
    "texts",
    [
        (LEAD, LISTS, NOTES, PICTURES, WIDE, WIDE_AGAIN, NOTES_AGAIN),
        ("# A\n\nWords.\n", f"# B\n\n{LANDSCAPE}", f"# C\n\n## D\n\n{LANDSCAPE}"),
        ("# A\n\nWords.\n", "# B\n", f"# C\n\n{LANDSCAPE}\n{LANDSCAPE}", "# D\n"),
        (LANDSCAPE, f"# B\n\n{COLUMNS}", "# C\n", f"# D\n\n{COLUMNS}"),
        (COLUMNS, f"# B\n\n{LANDSCAPE}\n{COLUMNS}\n{LANDSCAPE}", "# C\n\nWords.\n"),
        (f"# A\n\n{TABLE}", f"# B\n\n{LANDSCAPE}", f"# C\n\n{LANDSCAPE}\n{TABLE}\nAfter.\n"),
        (f"# A\n\nAsked.\n\n{TABLE}\n\n: C\n\n::: pagebreak\n:::\n", "# B\n\n::: pagebreak\n:::\n"),
        ("# A\n\n::: landscape\n:::\n", f"# B\n\n::: landscape\n{TABLE}\n:::\n", LANDSCAPE),
    ],
)  # fmt: skip
def test_finished_sections_make_the_finished_whole(
    written: Callable[..., tuple[Parts, list[Parts], Parts]], texts: Sequence[str]
) -> None:
    frame, sections, whole = written(*texts)
    face = Typeface()
    done = [finish_section(parts, face) for parts in (frame, *sections, whole)]
    joined = join(done[0], done[1:-1])
    made, wanted = (canonical(finish(parts, face, "en")) for parts in (joined, done[-1]))
    for name, part in wanted.items():
        assert made[name] == part


def test_a_frame_without_sections_loses_its_marker(
    joined: Callable[..., tuple[Parts, Parts]],
) -> None:
    made, whole = joined()
    texts = [text_of(parse(parts["word/document.xml"])) for parts in (made, whole)]
    assert texts[0] == texts[1] != ""


def test_no_number_is_given_twice(joined: Callable[..., tuple[Parts, Parts]]) -> None:
    made, _ = joined(LEAD, LISTS, NOTES, PICTURES, WIDE, WIDE_AGAIN)
    trees = [parse(made[f"word/{name}.xml"]) for name in ("document", "footnotes")]
    for path in (".//w:bookmarkStart/@w:id", ".//w:bookmarkStart/@w:name", ".//w:footnote/@w:id"):
        given = [value for tree in trees for value in find(tree, path)]
        assert len(given) == len(set(given)) > 0
    assert len(find(trees[0], ".//w:titlePg")) == 1


def test_a_picture_of_two_sections_is_kept_once(joined: Callable[..., tuple[Parts, Parts]]) -> None:
    made, _ = joined("# A\n\n![x](a.png)\n", "# B\n\n![y](a.png)\n\n![z](b.png)\n")
    pictures = [name for name in made if name.startswith("word/media/")]
    assert len(pictures) == 2
    shown = find(parse(made["word/document.xml"]), ".//a:blip/@r:embed")
    assert shown[0] == shown[1] != shown[2]


def test_a_drawn_picture_keeps_its_picture_of_dots(
    joined: Callable[..., tuple[Parts, Parts]],
) -> None:
    made, _ = joined("# A\n\nWords.\n", "# B\n\n![x](c.svg)\n")
    relations = parse(made["word/_rels/document.xml.rels"])
    targets = {relation.get("Id"): relation.get("Target") for relation in relations}
    (blip,) = find(parse(made["word/document.xml"]), ".//a:blip")
    (dots,) = blip.xpath("@r:embed", namespaces=NAMES)
    (drawn,) = blip.xpath(".//*[local-name() = 'svgBlip']/@r:embed", namespaces=NAMES)
    assert made[f"word/{targets[drawn]}"] == SVG.encode()
    assert made[f"word/{targets[dots]}"].startswith(b"\x89PNG")


def test_text_is_not_touched(joined: Callable[..., tuple[Parts, Parts]]) -> None:
    made, whole = joined("# A\n\n`a  b` \u00e9\u4e2d&lt;\n", f"# B\n\n{MARKER}\n")
    bodies = [parse(parts["word/document.xml"]).find(w("body")) for parts in (made, whole)]
    assert text_of(bodies[0]) == text_of(bodies[1])
    assert MARKER in text_of(bodies[0])
