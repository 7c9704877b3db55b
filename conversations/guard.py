"""What people must not send us: seen, refused, taken out of the chat and never stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from conversations.rules.region_codes import province

Refused: TypeAlias = Literal["otp", "pin", "password", "card", "bank", "mother", "ktp", "money", ""]
REFUSED: tuple[Refused, ...] = ("otp", "pin", "password", "card", "bank", "mother", "ktp", "money")
HARMLESS = frozenset(("ktp", "money", ""))  # said about, but nothing in the text itself that has to go

_DIGITS = re.compile(r"[0-9](?:[ .\-]{0,2}[0-9])*")
_NOT_SECRET = re.compile(r"\bkode ?(?:iuran|bayar|pembayaran|billing|pos|referral|relawan|wilayah)\b|\btk-")

_OTP = re.compile(
    r"\botp\b|\botp ?(?:nya|ku)\b|\bkode ?(?:verifikasi|rahasia|aktivasi|konfirmasi)|\b(?:verification|one[ -]?time)\b"
    r"|\b(?:kode|code)(?:nya|ku)?\b.{0,30}\b(?:sms|masuk|dikirim|kirim|texted)\b|\bsms\b.{0,30}\b(?:kode|code)(?:nya)?\b"
    r"|\b(?:dikirimin|dikirim|dikirimi|texted|sent me)\b.{0,15}\b(?:kode|code)(?:nya)?\b"
)
_PIN = re.compile(r"\bpin(?:nya|ku)?\b[^0-9]{0,25}?(?<![0-9])([0-9](?:[ .\-]?[0-9]){3,5})(?![ .\-]?[0-9])")
_PASSWORD = re.compile(
    r"\b(?:password|passwd|pass|kata ?sandi|kata ?kunci|sandi(?=nya|ku))(?:nya|ku)?\b(?P<said>.{1,60})", re.DOTALL
)
_SAID_AS = re.compile(r"(?:\b(?:adalah|is|yaitu)|[:=]) *(\S{4,})")
_CARD = re.compile(r"\b(?:kartu|card|debit|kredit|credit|visa|mastercard|gpn)\b")
_HEALTH = re.compile(r"\b(?:bpjs|kis|kpj|peserta|keluarga|kk|ktp|nik)\b")
_CVV = re.compile(r"\b(?:cvv2?|cvc)(?:nya)?\b[^0-9]{0,10}[0-9]{3,4}\b")
_BANK = re.compile(
    r"\b(?:rekening|norek|rek|bca|bri|bni|btn|mandiri|bsi|cimb|niaga|permata|danamon|jago|seabank|blu|jenius|dki|va"
    r"|virtual account|account number|bank account)(?:nya|ku)?\b"
)
_MOTHER = re.compile(
    r"(?:\bibu kandung\w*|\bgadis ibu\b(?: saya| ku)?|\bmaiden name\b)(?: (?:saya|aku|ku|nya|is|adalah|namanya))*[ :=]+"
    r"(?!apa|untuk|buat|perlu|harus|wajib|gak|ga|tidak|ditanya|what|why)([a-z']{3,})"
)
_KTP = r"(?:ktp|e-?ktp|kk|kartu keluarga|id card|identity card)"
_ASKS_WHETHER = re.compile(  # asked about, or somebody's trade
    r"\b(?:perlu|harus|wajib|butuh|need|ngapain|kenapa|why)\b|\bjangan\b|\b(?:tanpa|without)\b"
    r"|\b(?:tukang|jasa|usaha|percetakan|jualan|buka|toko)\b",
    re.IGNORECASE,
)
_KTP_PHOTO = re.compile(
    rf"\b(?:foto|poto|photo|scan|selfie|swafoto|gambar|kirim|send|upload|unggah|difoto|fotoin)\w*\b.{{0,25}}\b{_KTP}\b"
    rf"|\b{_KTP}\b.{{0,25}}\b(?:foto|poto|photo|scan|fotoin|difoto|picture)\w*\b"
)
_US = r"(?:kakak|kak|ka|sini|situ|relawan\w*|petugas\w*|admin|min|kamu|anda|you|rekening|volunteer)"
_MONEY = re.compile(
    rf"\b(?:transfer|tf|trf|setor|kirim uang|kirim duit)\b.{{0,25}}(?:\b{_US}\b|\bke ?mana\b|\bdimana\b|\bwhere\b)"
    rf"|\bwhere\b.{{0,20}}\btransfer\b"
    rf"|\b(?:titip|kasih|serahkan|kirim|send|give)\b.{{0,20}}\b(?:uang|duit|money)\b.{{0,25}}\b{_US}\b"
    rf"|\b(?:uang|duit)\w*\b.{{0,20}}\b(?:kasih|titip|serahkan|kirim)\w*\b.{{0,15}}\b{_US}\b"
    rf"|\b(?:send|give|pay)\b.{{0,6}}\byou\b.{{0,15}}\b(?:money|cash)\b"
    rf"|\bbayar\w*\b.{{0,12}}\b(?:tunai|cash)\b.{{0,15}}\b{_US}\b"
    r"|\b(?:bayar\w*)\b.{0,20}\brekening\b.{0,12}\b(?:mana|kakak|siapa|berapa)\b"
    r"|\b(?:minta|kirim|bagi|mana|give me|send me)\b.{0,15}\b(?:norek|no rek|nomor rekening|account number)\b"
    rf"|\b(?:norek|no rek|rekening)(?:nya)?\b.{{0,12}}\b{_US}\b.{{0,12}}\b(?:berapa|brp|mana)\b"
    r"|\bminta\b.{0,8}\brekening(?:nya)?\b"
    r"|\b(?:gopay|dana|ovo|shopeepay)\b (?:kakak|kak)\b.{0,30}\b(?:kirim|transfer|tf|bayar)\b"
)


def refuse(text: str) -> Refused:
    """Name what a text holds that we never take, or "" for nothing.

    A NIK is not refused here: the question decides where it may be written.
    """
    folded = text.casefold()[:500]
    runs = [re.sub(r"[^0-9]", "", run) for run in _DIGITS.findall(folded)]
    if _OTP.search(folded) and any(4 <= len(run) <= 8 for run in runs) and not _NOT_SECRET.search(folded):
        return "otp"
    if _PIN.search(folded):
        return "pin"
    if _tells_password(text):
        return "password"
    if _CVV.search(folded) or any(_is_card(run, folded) for run in runs):
        return "card"
    if _BANK.search(folded) and not _NOT_SECRET.search(folded) and any(map(_is_account, runs)):
        return "bank"
    if _MOTHER.search(folded):
        return "mother"
    if _KTP_PHOTO.search(folded) and not _ASKS_WHETHER.search(folded):
        return "ktp"
    return "money" if _MONEY.search(folded) else ""


def holds_nik(text: str) -> bool:
    """Say whether a text holds a number as long as a NIK, however it is spaced."""
    digits = "".join(c for c in text if c not in " .-")
    return any(len(run) == 16 for run in "".join(c if c in "0123456789" else " " for c in digits).split())


def mask(text: str) -> str:
    """Blank what should not have been sent, for transcripts: a secret wholly, another long number but for its end."""
    match refuse(text):
        case "password" | "mother":
            return "••••••••"
        case "otp" | "pin" | "card" | "bank":
            return re.sub(r"[0-9]", "•", text)
        case _:
            return _DIGITS.sub(lambda run: _masked(run[0]) if sum(c.isdigit() for c in run[0]) >= 6 else run[0], text)


def _masked(run: str) -> str:
    digits = re.sub(r"[^0-9]", "", run)
    return "•" * (len(digits) - 4) + digits[-4:]


def _tells_password(text: str) -> bool:
    """A password told, not asked about: said to be something, or a word in which letters and figures are mixed."""
    found = _PASSWORD.search(text.casefold()[:500])
    if found is None:
        return False
    return bool(_SAID_AS.search(found["said"])) or any(map(_is_mixed, _tokens(found["said"])))


def _tokens(said: str) -> Iterator[str]:
    return (token.strip(".,?!\"'") for token in said.split())


def _is_mixed(token: str) -> bool:
    return len(token) >= 5 and any(c.isalpha() for c in token) and any(c.isdigit() for c in token)


def _is_card(digits: str, text: str) -> bool:
    """A payment card: a right Luhn sum where cards begin, or a number called one; never one that may be a NIK."""
    if _could_be_nik(digits) or not 15 <= len(digits) <= 19:
        return False
    if _CARD.search(text) and not _HEALTH.search(text):
        return True
    return len(digits) == 16 and digits[0] in "2345" and _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _is_account(digits: str) -> bool:
    """A bank account beside a bank's name: neither a phone number, nor a NIK, nor a round amount."""
    phone = re.fullmatch(r"(?:0|62)8[0-9]{7,11}", digits)
    return 9 <= len(digits) <= 16 and not phone and not _could_be_nik(digits) and not digits.endswith("000")


def _could_be_nik(digits: str) -> bool:
    if len(digits) != 16:
        return False
    day, month = int(digits[6:8]) % 40, int(digits[8:10])
    return 1 <= day <= 31 and 1 <= month <= 12 and province(digits[:2]) != "never_used"
