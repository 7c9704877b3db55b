"""The house as served: every form, the words of every language, and what Telegram shows before anybody writes."""

from __future__ import annotations

from bot.channels.telegram_profile import Profile
from conversations.commands import SLASHES
from conversations.conversation import House
from conversations.forms import FORMS
from conversations.organisation import introduced
from conversations.wording import Words
from locales import LANGUAGES, catalogue

SLASH_ORDER = {
    "id": (
        "daftar",
        "hitung",
        "tanya",
        "status",
        "bayar",
        "klaim",
        "lanjut",
        "batal",
        "dataku",
        "hapusdata",
        "bantuan",
        "aman",
        "lapor",
        "bahasa",
        "privasi",
    ),
    "en": (
        "register",
        "calculate",
        "ask",
        "status",
        "pay",
        "claim",
        "continue",
        "cancel",
        "mydata",
        "deletedata",
        "help",
        "safe",
        "report",
        "language",
        "privacy",
    ),
}


def build_house() -> House:
    """Read the catalogues and gather the forms."""
    texts = {name: introduced(catalogue(name), name) for name in LANGUAGES}
    return House(FORMS, {name: Words(name, texts[name], texts["id"]) for name in LANGUAGES})


def telegram_profiles(house: House) -> tuple[Profile, ...]:
    """The commands menu and the descriptions, a set a language; "" is everybody else's, in Bahasa Indonesia."""
    return tuple(
        Profile(
            language=code,
            commands=tuple((slash, words.text(f"telegram.command.{SLASHES[slash]}")) for slash in SLASH_ORDER[name]),
            about=words.text("telegram.about"),
            description=words.text("telegram.description"),
        )
        for name, words in house.words.items()
        for code in ((name, "") if name == "id" else (name,))
    )
