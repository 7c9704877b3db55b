"""What is said where nothing is asked and nothing was understood: never the same page again, and soon a person. Pure.

And what is heard there, and beside an open question, that is no answer: a yes to what we offered last, a "not now".
"""

from __future__ import annotations

import re
from dataclasses import replace

from conversations.fields.stance import stance
from conversations.questions import buttons
from conversations.rules.spelling import fold, words
from conversations.standing import SUBMITTED
from conversations.talking import FEW, Decided, active_session, at_rest, menu
from conversations.turn import Reply, Talk

OFTEN = 3  # texts in a row that we could not make out
_LOST = "lost"
_STARTS = ("register", "resume", "calculate", "claims", "accident", "death", "savings", "scholarship", "safe", "help")
_LATER = re.compile(
    r"\b(?:nanti|ntar|entar|besok|bsk|lain kali)\b.*\b(?:lanjut\w*|lagi|isi|kirim|kabar\w*|aja|saja|dulu|ya|deh|malam"
    r"|sore|pagi|siang|rumah|ktp\w*)\b"
    r"|\b(?:lagi|lg|masih|msh) (?:di ?(?:jalan|jln)|kerja|narik|nyetir|sibuk|repot|masak|ngantar\w*|rapat|meeting)\b"
    r"|\b(?:sibuk|brb|gajian|istirahat dulu|later|tomorrow)\b"
    r"|\bktp\w* (?:\w+ ){0,2}(?:di ?rumah|di majikan|dibawa|ketinggalan|tertinggal)\b"
    r"|\b(?:gak|ga|nggak|ngga|tidak|tdk|kaga|kagak) (?:bawa|pegang|megang) ktp\b"
    r"|^(?:ga|gak|gk|nggak|ngga|tidak|tdk|kaga|kagak) ?jadi\b"
)


_THINKS = re.compile(
    r"\b(?:pikir|mikir|pikirkan|pikirin|pertimbangkan|think)\b.*\b(?:dulu|dl|first|about it)\b|\bpikir pikir\b"
    r"|\b(?:tanya|nanya|izin|ijin|bilang|ngomong|diskusi|rembukan)\b.*\b(?:majikan|suami|istri|bapak|ibu|keluarga|anak|ortu"
    r"|orang tua|bos)\b.*\b(?:dulu|dl)\b"
)
_CALLS_OFF = re.compile(
    r"(?:ga|gak|gk|nggak|ngga|tidak|tdk|kaga|kagak) ?jadi(?: (?:deh|ah|kak|mba|mbak|bang|min|daftar))*"
)
_JOIN = re.compile(
    r"\b(?:mau|ingin|pengen|pingin|minta|tolong|mohon|want)\b.*"
    r"\b(?:didaftar(?:kan|in)|daftar(?:in)?|mendaftar|ndaftar|ikutan|gabung|bergabung|join|register)\b"
)
_BESIDE_IT = re.compile(
    r"\b(?:orang|teman|tetangga|ibu saya|bapak saya|ayah|suami|istri|anak|adik|mertua|apa|apakah|berapa|brp|gimana|gmn"
    r"|bagaimana|kenapa|kapan|siapa|kalau|kalo|tapi|tp|belum|blm|sudah|udah|tidak|gak|ga|nggak|jangan|syarat\w*|bayar\w*"
    r"|biaya\w*|iuran\w*|relawan|what|how|why|when|if|not)\b"
)
_NO_MORE = re.compile(
    r"\b(?:jangan|jgn|stop|berhenti|setop|(?:ga|gak|nggak|tidak|tak) (?:usah|perlu|mau)) (?!lupa)"
    r"(?:\w+ ){0,2}(?:di|meng|ng)?"
    r"(?:ingat|inget|remind)(?:kan|in|i|an)?\b|\b(?:dont|do not|stop) remind"
)
_PAID = re.compile(
    r"^(?:kak |min |bang |pak |bu )?(?:sudah|udah|udh|sdh|dah|tadi|barusan)\b.*\b(?:di)?(?:bayar|byr|transfer|tf)\b"
)
_NOT_PAID = re.compile(r"\b(?:belum|blm|kok|tapi|tp|gak|ga|tidak|tdk|salah|gagal|dibayarin|dibayari)\b")
_ANSWERS = (
    r"\b(?:nama|nik|tanggal lahir|tgl lahir|alamat|r[tw]|kelurahan|nomor|no|hp|e ?mail|pekerjaan|penghasilan|data)\w*\b"
)
_WRONG = (
    r"\b(?:salah|keliru|(?:se)?harusnya|(?:di|meng)?ubah|(?:di|meng)?ganti|(?:di)?perbaiki|betulkan"
    r"|wrong|change|correct)\b"
)
_CORRECT = re.compile(rf"{_ANSWERS}.*{_WRONG}|{_WRONG}.*{_ANSWERS}")
_A_FEW_WORDS = 14


def wishes(text: str) -> str:
    """Hear a whole sentence that wants what a command does: "stop", "paid", "correct" or "register"; "" for none."""
    said = fold(text)
    if "?" in text or len(said.split()) > _A_FEW_WORDS:
        return ""
    if _NO_MORE.search(said):
        return "stop"
    if _PAID.search(said) and not _NOT_PAID.search(said):
        return "paid"
    if _CORRECT.search(said):
        return "correct"
    return "register" if _JOIN.search(said) and not _BESIDE_IT.search(said) else ""


def puts_off(text: str) -> bool:
    """Hear that somebody wants to go on another time: "lagi di jalan nih, ntar lanjut", "KTP-nya di rumah"."""
    return _LATER.search(fold(text)) is not None


def wants_time(text: str) -> bool:
    """Hear that somebody wants to think first: never a yes, whatever stands around it."""
    return _THINKS.search(fold(text)) is not None


def calls_off(text: str) -> bool:
    """Hear "ga jadi deh" at the end of a form: nothing is sent, nothing is lost."""
    return _CALLS_OFF.fullmatch(fold(text)) is not None


def accepted(talk: Talk, text: str) -> str:
    """The command that a plain yes accepts: what the few buttons under our last words began with; "" for none."""
    if not 0 < len(talk.offered) <= FEW or any(o.step != "!" for o in talk.offered):
        return ""
    first = talk.offered[0].value
    willing = stance(text) == "yes" and (first in _STARTS or first.startswith("question:"))
    return first if willing else ""


def nothing_asked(talk: Talk) -> Decided:
    """Nothing is open: say so, with the menu; the third time in a row offer a person instead."""
    if not talk.facts.get("met"):
        return menu(talk)
    before = talk.facts.get(_LOST)
    times = (before if isinstance(before, int) else 0) + 1
    if times < OFTEN:
        return menu(replace(talk, facts={**talk.facts, _LOST: times}), Reply("menu.not_understood"))
    return Decided(talk, (Reply("menu.lost", options=buttons("help", "questions", "menu")),))


def sends_again(talk: Talk, text: str) -> bool:
    """Hear "kirim" from somebody whose form is sent already: they are told so."""
    session = active_session(talk)
    return session is not None and session.done == SUBMITTED and fold(text) in ("kirim", "krim", "kirim lagi", "send")


def still_done(talk: Talk, said: Decided, text: str) -> Decided:
    """A form that has ended and still stands where it stood: what it said is not said again as if it were an answer."""
    before, after = active_session(talk), active_session(said.talk)
    if before is None or after is None or not before.done or after.done != before.done:
        return said
    if stance(text) is None:
        return replace(at_rest(said.talk, Reply("menu.not_understood_here")), effects=said.effects)
    elsewhere = before.done == SUBMITTED and not {o.value for o in talk.offered} <= {"status", "menu"}
    return at_rest(said.talk, Reply("thanks.fine")) if elsewhere else said


def found_again(before: Talk, after: Talk) -> Talk:
    """Whoever was understood is lost no more."""
    if _LOST not in after.facts or after.facts[_LOST] != before.facts.get(_LOST):
        return after
    return replace(after, facts={name: fact for name, fact in after.facts.items() if name != _LOST})


def is_ready(text: str) -> bool:
    """Say whether somebody says they are ready, beyond "all right"."""
    return "siap" in words(text)
