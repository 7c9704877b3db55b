"""Hearing thanks, and the "all right" that people end a talk with: neither asks for anything, neither is an answer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, TypeAlias

from conversations.rules.spelling import fold, unstretched, words
from conversations.talking import Decided, House, active_session, ask_shortly, at_rest, in_sight, take
from conversations.turn import Inbound, Reply, Said, Talk

Courtesy: TypeAlias = Literal["thanks", "fine", ""]
_TWO_WORDS = re.compile(r"\bte?rima ?kasih?\b|\bthank ?(?:you|u)\b|\bmatur (?:suwun|nuwun)\b|\bhatur nuhun\b")
_THANKS = frozenset(
    words(
        "makasih makasi makasihh mksh mksih mkasih mkasi maksih makacih macih maacih tks thx thanks thank tq trims"
        " nuhun suwun nuwun tengkyu tenkyu"
    )
)
_FINE = frozenset(
    words(
        "ok oke okey okay okeh okee oks okk sip siip sipp siap siapp baik baiklah noted mantap mantab mantul paham"
        " mengerti ngerti jelas alright fine great understood oh ooh gitu begitu hehe hihi haha wkwk"
        " alhamdulillah amin amiin aamiin"
    )
)
_TO_WHOM = frozenset(
    words(
        "kak ka kaka kakak min mimin admin bang mas mbak mba bu pak gan bro sis om tante bos boss lur nak ya yah yaa"
        " nih deh lho loh dong aja saja laksanakan 86"
    )
)
_FOR_WHAT = frozenset(
    (
        *words(
            "banyak bnyk byk bgt banget sekali sangat so much a lot very for the info infonya informasi informasinya"
            " bantuan bantuannya penjelasan penjelasannya ilmu ilmunya waktu waktunya jawaban jawabannya respon"
            " responnya balasannya atas untuk buat utk sudah udah udh diingatkan diingetin diingatin dikabari dikabarin"
            " dibantu dibantuin dijelaskan dijelasin membantu help your"
        ),
        *words(
            "sebelumnya semuanya semua saya aku sy"
            " semoga moga sehat selalu sukses berkah barokah lancar terus ditunggu kabarnya kabar allah tuhan membalas"
            " memberkati jasa baik"
        ),
    )
)
_FACES = frozenset("😊🙂😁😄😃😀☺❤💙💚🧡😍🥰🤝👍👌🙌😇🤗😉✅")


def courtesy(text: str) -> Courtesy:
    """Hear a message that is nothing but thanks, or nothing but "all right"."""
    said = words(_TWO_WORDS.sub("makasih", unstretched(fold(text))))
    if not said:
        marks = {c for c in text if not c.isspace() and c != "\ufe0f" and not "\U0001f3fb" <= c <= "\U0001f3ff"}
        return "thanks" if "🙏" in marks else "fine" if marks and marks <= _FACES else ""
    thanked = [word for word in said if word in _THANKS]
    if thanked and said[0] not in ("ya", "yah", "yaa") and set(said) <= _THANKS | _FINE | _TO_WHOM | _FOR_WHAT:
        return "thanks"
    return "fine" if set(said) <= _FINE | _TO_WHOM and set(said) & _FINE else ""


def answer(house: House, talk: Talk, inbound: Inbound, kind: Courtesy) -> Decided:
    """Say so kindly. An open question before their eyes is asked again in a few words; it has lost nothing."""
    if in_sight(house, talk):
        return ask_shortly(house, talk, inbound, Reply(f"thanks.{kind}.open"))
    return at_rest(talk, Reply(f"thanks.{kind}"))


def says_yes(house: House, talk: Talk, inbound: Inbound) -> bool:
    """Whether "all right" is a yes to the open question: only where a bare yes is one, at once and without a doubt."""
    session = active_session(talk)
    if session is None or session.done:
        return False
    if session.doubt:
        return True
    said = take(house, talk, replace(inbound, content=Said("ya")))
    after = active_session(said.talk)
    if after is None or after.done:
        return True
    return not after.doubt and (after.answers, after.partial) != (session.answers, session.partial)
