"""Signing up one person: what is asked, in which order, and who is shown another way."""

from __future__ import annotations

import re
from collections.abc import Mapping

from conversations.checks import AnotherOccupation, BornAsPrinted, SectorKnown, SexAsPrinted
from conversations.conditions import answered, flagged
from conversations.fields.area import Kelurahan
from conversations.fields.day import Day
from conversations.fields.email import Email
from conversations.fields.income import Income
from conversations.fields.national_id import NationalId
from conversations.fields.occupation import Occupation
from conversations.fields.one_of import OneOf, YesNo
from conversations.fields.phone import Phone
from conversations.fields.review import Review
from conversations.fields.rw import Rw
from conversations.fields.text import PersonName, fold
from conversations.form import Ask, Form, Stop
from conversations.pricing import OFFERED, SAID_FOR_SECTOR, Altogether, AMonth, Benefits, Together, sectors
from conversations.turn import Json


def _flags(answers: Mapping[str, Json]) -> tuple[str, ...]:
    """Name what an officer has to decide about the registration as a whole."""
    flags = {
        "two_sectors": len(sectors(answers)) > 1,
        "employee_elsewhere": answers.get("situation") == "employee",
    }
    return tuple(flag for flag, raised in flags.items() if raised)


# What people type for an option, beyond its label, number and slang for yes and no.
_SAID_FOR: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "path": {
        "helped": ("bantu", "dibantu", "dibantuin", "bantuin", "bantu dong", "dibantu petugas", "help me", "with help"),
        "self": ("sendiri", "sendiri aja", "daftar sendiri", "mandiri", "by myself", "myself", "alone"),
    },
    "consent": {
        "agree": (
            "insya allah setuju",
            "insyaallah setuju",
            "inshaallah setuju",
            "bismillah setuju",
            "saya setuju saja",
        ),
    },
    "situation": {
        "none": ("none of the above", "none of these", "none", "tidak satupun", "ga ada satupun"),
        "foreigner": ("wna", "bukan wni", "orang asing", "warga negara asing", "foreigner"),
        "employer": ("punya karyawan", "punya anak buah", "employer"),
        "paid_by_other": ("dibayari", "dibayarin", "dibayari pemerintah", "paid already"),
        "member": ("sudah terdaftar", "sudah ikut", "sudah punya kartu", "sudah peserta", "member"),
        "employee": ("karyawan", "juga karyawan", "employee"),
    },
    "sex": {
        "male": (
            "bapak",
            "bapak bapak",
            "bapak2",
            "suami",
            "l",
            "lk",
            "laki",
            "laki laki",
            "laki2",
            "cowok",
            "cowo",
            "pria",
            "male",
            "man",
        ),
        "female": (
            "ibu",
            "ibu ibu",
            "ibu2",
            "emak",
            "emak emak",
            "istri",
            "pr",
            "perempuan",
            "cewek",
            "cewe",
            "wanita",
            "female",
            "woman",
        ),
    },
    "programme": {
        "two": (
            *("2 program", "dua program", "dua", "2 programmes", "2 programs", "two programmes", "two"),
            *("murah", "yang murah", "yg murah", "paling murah", "yang paling murah", "yg paling murah"),
            *("lebih murah", "yang lebih murah", "tanpa tabungan", "the cheaper one", "cheaper", "the cheapest"),
        ),
        "three": (
            *("3 program", "tiga program", "tiga", "3 programmes", "3 programs", "three programmes", "three"),
            *("lengkap", "yang lengkap", "yg lengkap", "paling lengkap", "yang paling lengkap", "dengan tabungan"),
            *("pakai tabungan", "pake tabungan", "ada tabungannya", "with savings", "the complete one"),
        ),
    },
    "months": {
        "1": ("1 bulan", "satu bulan", "sebulan", "1 bln", "1 month", "one month"),
        "3": ("3 bulan", "tiga bulan", "3 bln", "3 months", "three months"),
        "6": ("6 bulan", "enam bulan", "setengah tahun", "6 bln", "6 months", "six months", "half a year"),
        "12": ("12 bulan", "dua belas bulan", "setahun", "1 tahun", "12 bln", "12 months", "a year", "one year"),
    },
}

_BY_US = re.compile(r"\b(?:di)?bantu(?:in|kan)?\b|\b(?:didaftar(?:kan|in)|assist(?:ed)?|help)\b")
_ALONE = re.compile(r"\b(?:sendiri|myself)\b")
_NO = r"(?:tidak|tdk|gak|ga|gk|nggak|ngga|enggak|engga|kagak|kaga|jangan|bukan|belum|not)"
_DENIED = re.compile(rf"\b{_NO} (?:\w+ )?(?:di)?(?:bantu|daftar|sendiri|help|myself)\w*\b|\b(?:atau|or)\b")


_MONTHS = {  # a number of months inside a sentence
    "1": re.compile(r"\b(?:sebulan|(?:1|satu) (?:bulan|bln)|one month)\b"),
    "3": re.compile(r"\b(?:3|tiga) (?:bulan|bln)\b|\bthree months\b"),
    "6": re.compile(r"\b(?:6|enam) (?:bulan|bln)\b|\bsetengah tahun\b|\bsix months\b"),
    "12": re.compile(r"\b(?:setahun|(?:1|satu) tahun|(?:12|dua belas) (?:bulan|bln)|one year)\b"),
}
_REMIND = re.compile(r"\b(?:di)?ingat(?:kan|in)\b|\bremind\b")
_PLEASE = re.compile(r"\b(?:ya|iya|boleh|mau|tolong|silakan|bantu|minta|yes|please)\b")
_REFUSED = re.compile(rf"\b{_NO}\b|\bno\b")


def _months(text: str) -> str:
    """Hear "sebulan dulu kalau boleh": the one number of months that is named."""
    said = fold(text)
    found = [value for value, named in _MONTHS.items() if named.search(said)]
    return found[0] if len(found) == 1 and "?" not in text and not _REFUSED.search(said) else ""


def _reminded(text: str) -> str:
    """Hear "boleh, ingatkan saya ya" as the yes it is."""
    said = fold(text)
    asked = _REMIND.search(said) and _PLEASE.search(said) and not _REFUSED.search(said)
    return "yes" if asked and "?" not in text else ""


def _path(text: str) -> str:
    """Hear "iya saya mau dibantu" and "saya daftar sendiri saja"; nothing where both are named, or one is denied."""
    said = fold(text)
    by_us, alone = _BY_US.search(said) is not None, _ALONE.search(said) is not None
    if by_us == alone or _DENIED.search(said) or "?" in text:
        return ""
    return "helped" if by_us else "self"


registration = Form(
    "registration",
    (
        Ask("path", OneOf("helped", "self", words=_SAID_FOR["path"], hears=_path), listed=False),
        Stop("self_service", when=answered("path", "self"), wipes=True),
        Ask(
            "consent",
            OneOf("agree", "decline", words=_SAID_FOR["consent"], yes="agree", no="decline"),
            consent="data",
            listed=False,
        ),
        Stop("declined", when=answered("consent", "decline"), wipes=True),
        Ask(
            "situation",
            OneOf(
                *("none", "foreigner", "employer", "paid_by_other", "member", "employee"),
                words=_SAID_FOR["situation"],
                no="none",
            ),
        ),
        Stop("foreigner", when=answered("situation", "foreigner")),
        Stop("employer", when=answered("situation", "employer")),
        Stop("paid_by_other", when=answered("situation", "paid_by_other")),
        Stop("member", when=answered("situation", "member")),
        Ask("full_name", PersonName()),
        Ask("nik", NationalId(), private=True, raises=NationalId().flags),
        Ask("born", Day(), check=BornAsPrinted()),
        # We may not keep a child's data without a parent, so what was said is dropped at once.
        Stop("minor", when=flagged("born", "minor"), wipes=True),
        Stop("too_old", when=flagged("born", "too_old")),
        Ask("sex", OneOf("male", "female", words=_SAID_FOR["sex"]), check=SexAsPrinted()),
        Ask("kelurahan", Kelurahan()),
        Ask("rw", Rw()),
        Ask("phone", Phone(), optional=True),
        Ask("email", Email(), optional=True),
        Ask("occupation", Occupation(), check=SectorKnown(), raises=Occupation().flags),
        Ask(
            "sector",
            OneOf("transport", "other", words=SAID_FOR_SECTOR),
            when=flagged("occupation", "sector_unknown"),
        ),
        Ask(
            "second_occupation",
            Occupation(optional=True),
            check=AnotherOccupation(),
            optional=True,
            raises=Occupation().flags,
        ),
        Ask("income", Income(), raises=Income().flags),
        Ask(
            "programme",
            OneOf("two", "three", words=_SAID_FOR["programme"], priced=AMonth()),
            facts=Benefits("registration.programme"),
        ),
        Ask(
            "months",
            OneOf(*OFFERED, words=_SAID_FOR["months"], hears=_months, priced=Together()),
            facts=Benefits("registration.months"),
        ),
        Ask("reminders", YesNo(hears=_reminded), consent="reminders"),
        Ask("confirm", Review(), listed=False, facts=Altogether()),
    ),
    flags=_flags,
    offers=("status", "print", "menu"),
)
