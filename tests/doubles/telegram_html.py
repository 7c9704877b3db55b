"""Telegram's HTML, read as strictly as Telegram reads it: the plain text and its entities, or the refusal."""

from __future__ import annotations

import html
import re
from typing import Any

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler",
}  # fmt: skip
TOKEN = re.compile(r"</?([a-zA-Z0-9-]*)([^<>]*)>|<")
KNOWN = re.compile(r"&(lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


class Refused(Exception):
    """400 with this description."""


def length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The text after entities parsing.

    Raises:
        Refused: as Telegram words it.
    """
    plain, entities, last = "", [], 0
    stack: list[tuple[str, int, dict[str, Any]]] = []
    for token in TOKEN.finditer(source):
        plain += KNOWN.sub(lambda found: html.unescape(found.group()), source[last : token.start()])
        last, place = token.end(), len(source[: token.start()].encode())
        tag = (token.group(1) or "").lower()
        if tag not in TAGS:
            raise Refused(f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}" at byte offset {place}')
        if not token.group().startswith("</"):
            href = re.search(r'href="([^"]*)"', token.group(2))
            stack.append((tag, length(plain), {"url": html.unescape(href.group(1))} if href else {}))
            continue
        if not stack:
            raise Refused(f"Bad Request: can't parse entities: Unexpected end tag at byte offset {place}")
        opened, start, extra = stack.pop()
        if opened != tag:
            raise Refused(
                f"Bad Request: can't parse entities: Unmatched end tag at byte offset {place}, "
                f'expected "</{opened}>", found "</{tag}>"'
            )
        if length(plain) > start:
            entities.append({"type": TAGS[tag], "offset": start, "length": length(plain) - start, **extra})
    if stack:
        raise Refused(
            f"Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"{stack[-1][0]}\""
        )
    plain += KNOWN.sub(lambda found: html.unescape(found.group()), source[last:])
    return plain, entities
