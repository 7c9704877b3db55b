"""Signing up one person: what is asked, in which order, and who is shown another way."""

from __future__ import annotations

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
from conversations.fields.text import PersonName
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
    "situation": {
        "foreigner": ("wna", "bukan wni", "orang asing", "warga negara asing", "foreigner"),
        "employer": ("punya karyawan", "punya anak buah", "employer"),
        "paid_by_other": ("dibayari", "dibayarin", "dibayari pemerintah", "paid already"),
        "member": ("sudah terdaftar", "sudah ikut", "sudah punya kartu", "sudah peserta", "member"),
        "employee": ("karyawan", "juga karyawan", "employee"),
    },
    "sex": {
        "male": ("l", "lk", "laki", "laki laki", "laki2", "cowok", "cowo", "pria", "male", "man"),
        "female": ("pr", "perempuan", "cewek", "cewe", "wanita", "female", "woman"),
    },
    "programme": {
        "two": ("2 program", "dua program", "dua", "2 programmes", "2 programs", "two programmes", "two"),
        "three": ("3 program", "tiga program", "tiga", "3 programmes", "3 programs", "three programmes", "three"),
    },
    "months": {
        "1": ("1 bulan", "satu bulan", "sebulan", "1 bln", "1 month", "one month"),
        "3": ("3 bulan", "tiga bulan", "3 bln", "3 months", "three months"),
        "6": ("6 bulan", "enam bulan", "setengah tahun", "6 bln", "6 months", "six months", "half a year"),
        "12": ("12 bulan", "dua belas bulan", "setahun", "1 tahun", "12 bln", "12 months", "a year", "one year"),
    },
}

registration = Form(
    "registration",
    (
        Ask("path", OneOf("helped", "self", words=_SAID_FOR["path"]), listed=False),
        Stop("self_service", when=answered("path", "self"), wipes=True),
        Ask("consent", OneOf("agree", "decline", yes="agree", no="decline"), consent="data", listed=False),
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
            OneOf(*OFFERED, words=_SAID_FOR["months"], priced=Together()),
            facts=Benefits("registration.months"),
        ),
        Ask("reminders", YesNo(), consent="reminders"),
        Ask("confirm", Review(), listed=False, facts=Altogether()),
    ),
    flags=_flags,
)
