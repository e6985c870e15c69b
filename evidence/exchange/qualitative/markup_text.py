"""The words of HTML in which tools keep notes and passages."""

from html.parser import HTMLParser

_BLOCKS = {"p", "div", "br", "li", "td", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _BLOCKS:
            self.words.append(" ")


def text_of(snippet: str) -> str:
    """Return the words of HTML."""
    words = _Words()
    words.feed(snippet)
    words.close()
    return "".join(words.words)
