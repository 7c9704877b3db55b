"""Lists of words are read whole: folding takes no more than 500 characters at once, and drops the rest silently."""

from __future__ import annotations

import ast
from pathlib import Path

import conversations
from conversations.rules.spelling import LONGEST


def test_no_list_of_words_is_longer_than_what_is_read_of_it() -> None:
    cut = []
    for path in Path(conversations.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("words", "split"):
                cut += [f"{path.name}:{node.lineno}" for arg in node.args if _is_long(arg)]
    assert not cut


def _is_long(arg: ast.expr) -> bool:
    return isinstance(arg, ast.Constant) and isinstance(arg.value, str) and len(arg.value) > LONGEST
