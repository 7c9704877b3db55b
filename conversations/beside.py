"""Beside an open question: a fear, "wait", "I forgot", "what is the difference": no answers, no mistakes. Pure."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from conversations import questions
from conversations.rules.spelling import fold
from conversations.talking import Decided, House, active_session, ask_on, ask_shortly
from conversations.turn import Inbound, Reply, Session, Talk

Beside: TypeAlias = Literal["fears", "waits", "compares", "cross", ""]
_FEARS = re.compile(
    r"\b(?:takut|tkut|khawatir|kuatir|was was|curiga|waswas|ketipu|ditipu|penipu\w*|penipuan|nipu|disalahgunakan|bocor"
    r"|scam\w*|afraid|worried)\b"
)
_OF_DATA = re.compile(r"\b(?:data\w*|nik\w*|ktp\w*|disalahgunakan|bocor|privasi|pinjol)\b")
_OF_PRICE = re.compile(r"\b(?:mahal|kemahalan|biaya\w*|iuran\w*|expensive)\b")
_WAITS = re.compile(
    r"\b(?:sebentar|sbentar|sbntr|bentar|bntr|bentaran|tunggu|wait|hold on"
    r"|(?:ambil|cari|lihat|liat|cek) (?:\w+ ){0,2}dulu)\b"
)
_FORGOT = re.compile(
    r"\b(?:lupa|(?:tidak|gak|ga|kaga|nggak) (?:hafal|apal)"
    r"|(?:tidak|tdk|gak|ga|gk|nggak|ngga|kaga|kagak|kurang|engga|enggak)"
    r" ?(?:tahu|tau|ngerti|mengerti|paham|inget|ingat|terbaca|kebaca)"
    r"|gatau|bingung|apa itu|apaan (?:itu|tuh)|maksudnya (?:apa|gimana)?|apa maksud\w*|panjang (?:sekali|banget|amat)"
    r"|kepanjangan|forgot|idk|confused|what do you mean|dont understand|do not understand)\b"
)
_COMPARES = re.compile(r"\b(?:apa )?(?:beda|bedanya|perbedaan\w*|difference)\b")
_ELSEWHERE = re.compile(r"\b(?:kesehatan|kis|bpjs|asuransi|health)\b")


_WHY = re.compile(
    r"\b(?:kenapa|knp|mengapa|ngapain|(?:buat|untuk|untk|utk) apa|why)\b.*"
    r"\b(?:ditanya\w*|nanya\w*|tanya\w*|diminta|minta|perlu|harus|hrs|asked?|need)\b"
)
_NAMED = re.compile(r"\b(?:nik|ktp|kk|uang|bayar\w*|iuran\w*|rekening|otp|pin|foto|data\w*|selfie|money|pay)\b")
_CROSS = re.compile(
    r"\b(?:tolol|goblok|goblog|bego|bodoh|dongo|anjing|anjir|anjay|kampret|bangsat|kesel|kesal|jengkel|emosi|ribet"
    r"|nyebelin|nyusahin|stupid|annoying|useless)\b"
)


def beside(text: str) -> Beside:
    """Hear what somebody says instead of an answer; "" for none of these."""
    said = fold(text)
    if _FEARS.search(said):
        return "fears"
    if _COMPARES.search(said) and not _ELSEWHERE.search(said):
        return "compares"
    if _CROSS.search(said):
        return "cross"
    if _WAITS.search(said):
        return "waits"
    return ""


def is_lost(text: str) -> bool:
    """Hear "lupa", "gak ngerti", "apa itu": help with the question is wanted rather than its retry."""
    return _FORGOT.search(fold(text)) is not None


def asks_why(text: str) -> bool:
    """Hear "kenapa harus ditanya gini": the question in full says what it is for. What names a matter is a question."""
    said = fold(text)
    return _WHY.search(said) is not None and not _NAMED.search(said)


def met(house: House, talk: Talk, inbound: Inbound, text: str) -> Decided | None:
    """Meet it, and ask on without having counted it; None where it is none of these."""
    session = active_session(talk)
    match beside(text):
        case "fears":
            if _OF_PRICE.search(fold(text)):
                return ask_shortly(house, talk, inbound, questions.answer("cheapest", inbound.today))
            about = "data_safe" if _OF_DATA.search(fold(text)) else "official"
            return ask_shortly(house, talk, inbound, questions.answer(about, inbound.today))
        case "compares" if session and session.asked == "programme":
            return ask_shortly(house, talk, inbound, questions.answer("which_package", inbound.today))
        case "compares" if session and _chooses(house, session):
            return ask_on(house, talk, inbound)
        case "cross":
            return ask_shortly(house, talk, inbound, Reply("thanks.sorry"))
        case "waits":
            return ask_shortly(house, talk, inbound, Reply("thanks.wait"))
    return None


def _chooses(house: House, session: Session) -> bool:
    ask = house.forms[session.form].asks.get(session.asked)
    return ask is not None and bool(getattr(ask.field, "values", ()))
