"""A PDF as it is read: the words of its first page, one space between them."""

from __future__ import annotations

import pypdfium2


def words_of(file: bytes) -> str:
    pdf = pypdfium2.PdfDocument(file)
    page = pdf[0]
    text = page.get_textpage()
    found = text.get_text_bounded()
    text.close()
    page.close()
    pdf.close()
    return " ".join(found.split())
