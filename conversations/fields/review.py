"""The page before the end: every answer listed, to be sent as it is or to be answered again one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conversations.fields.choice import Near, choose
from conversations.fields.field import Asking, Forget, Narrowed, Problem, Question, Reading, ReviewLine, Took, Unsure
from conversations.fields.numbers import figures
from conversations.fields.stance import NO, YES
from conversations.rules.spelling import fold, slips
from conversations.rules.spelling import words as split
from conversations.turn import Fact, Json, Option, Phrase

_SEND = (
    *("kirim", "kirimkan", "kirim aja", "kirim saja", "kirim sekarang", "ya kirim", "iya kirim", "ok kirim", "send"),
    *("oke kirim", "sip kirim", "langsung kirim", "sudah benar kirim", "submit", "kirim data", "kirimin", "krim"),
    *("kirim ya", "gas kirim", "boleh kirim", "silakan kirim", "silahkan kirim", "sudah kirim", "send it", "yes send"),
    *("lgtm", "all good", "looks good", "looks right"),
)
_CHANGE = (
    *("ubah", "ganti", "edit", "koreksi", "perbaiki", "betulkan", "betulin", "benerin", "change", "revisi", "ralat"),
    *("mau ubah", "mau ganti", "ada yang salah", "ada yg salah", "masih salah", "ada salah", "ada yang keliru"),
    *(
        "ubah jawaban",
        "ubah data",
        "ganti data",
        "ada yang mau diubah",
        "ada yang kurang",
        "jangan dulu",
        "jangan kirim",
    ),
    *("jangan kirim dulu", "belum benar", "tidak benar", "gak benar", "not yet", "dont send"),
)
_WORDS: Mapping[str, tuple[str, ...]] = {"send": (*YES, *_SEND), "change": (*NO, *_CHANGE)}
_NEVER_MIND = frozenset(
    (
        *("tidak jadi", "gak jadi", "ga jadi", "nggak jadi", "batal ubah", "tidak ada", "gak ada", "ga ada", "gajadi"),
        *("sudah benar", "udah bener", "sudah benar semua", "benar semua", "betul semua", "never mind", "nothing"),
    )
)
_CALLED: Mapping[str, tuple[str, ...]] = {
    "situation": ("keadaan", "situasi"),
    "full_name": ("nama lengkap", "nama", "namaku", "nama ktp", "name"),
    "nik": ("nik", "nomor nik", "no nik", "nomor ktp", "no ktp", "nomer ktp", "ktp"),
    "born": (
        *("tanggal lahir", "tgl lahir", "tgl lhr", "lahir", "ttl", "tanggal", "tgl", "kelahiran", "umur", "usia"),
        *("birth date", "date of birth", "birthday"),
    ),
    "sex": ("jenis kelamin", "kelamin", "jk", "jns kelamin", "gender", "sex"),
    "kelurahan": ("kelurahan", "kel", "alamat", "tempat tinggal", "domisili", "address", "kecamatan", "wilayah"),
    "rw": ("rw", "rt", "rt rw", "nomor rw", "no rw"),
    "phone": ("nomor hp", "no hp", "nomer hp", "hp", "telepon", "telpon", "telp", "wa", "no wa", "nomor wa", "phone"),
    "email": ("email", "e mail", "imel", "surel", "gmail"),
    "occupation": ("pekerjaan", "kerjaan", "kerja", "profesi", "usaha", "occupation", "job", "pekerjaan pertama"),
    "second_occupation": (
        *("pekerjaan kedua", "kerjaan kedua", "pekerjaan 2", "kerjaan 2", "kerja kedua", "sampingan"),
        *("pekerjaan sampingan", "kerja sampingan", "kerjaan sampingan", "second occupation", "second job"),
    ),
    "sector": ("bidang", "sektor", "sector"),
    "income": ("penghasilan", "gaji", "pendapatan", "income", "upah", "omzet"),
    "programme": ("program", "programnya", "paket", "programme", "package"),
    "months": ("jumlah bulan", "bulan", "berapa bulan", "lama", "months"),
    "reminders": ("pengingat", "reminder", "ingatkan", "reminders"),
}
_LAST_RESORT: Mapping[str, str] = {"nomor": "phone", "nomer": "phone", "no": "phone"}
_TOUCHED = frozenset(
    split(
        "ubah ganti edit koreksi perbaiki salah keliru change betulkan betulin benerin benahi revisi ralat update typo"
        " harusnya seharusnya kecuali tapi tp kurang diubah diganti diperbaiki mengubah mengganti wrong fix belum beda"
        " ketuker tertukar gantiin ubahin salahnya tambah nambah tambahin isi ngisi diisi hapus"
    )
)
# Words that ask for a change whatever stands around them; "tapi" and "kurang" need a name beside them.
_WISHES = _TOUCHED - frozenset(split("tapi tp kurang belum beda kecuali salah keliru wrong harusnya seharusnya update"))
_NOTHING_WRONG = re.compile(
    r"(?:(?:kak|ya|sudah|udah) )*(?:tidak|gak|ga|nggak|ngga|enggak|engga|tdk|jangan|tak|no|nothing) ?"
    r"(?:ada|usah|perlu|mau|ingin|to)? ?(?:yang|yg|lagi)? ?(?:mau|perlu)? ?"
    r"(?:salah|keliru|kurang|diubah|ubah|diganti|ganti|diperbaiki|wrong|change)(?: (?:kak|lagi|kok|ya|sih|min))*"
)
_AROUND = frozenset(
    split(
        "saya sy aku gue gw ku nya yang yg kak ka kakak min mau pengen ingin tolong dong ya aja saja deh di ke itu ini"
        " dan sama no nomor nomer nmr number data jawaban bagian soal my the please i punya kolom baris lagi bisa"
        " pilih opsi"
    )
)
_TOO_MANY_WORDS = 30
_NUMBER = re.compile(r"(?<![0-9a-z])[0-9]{1,3}(?![0-9a-z])")


@dataclass(frozen=True, slots=True)
class Review:
    """Answered with "send" alone; changing takes another answer back. Lists the lines it is given."""

    values: tuple[str, ...] = ("send",)
    options: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"send": {}, "change": {}})
    reads_back: bool = False
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {"unclear": {}, "several": {}, "no_such_number": {"n": 999, "total": 99}}
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=lambda: {"near": {"choice": "W" * 40}})
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}, "which": {}})

    def question(self, asking: Asking) -> Question:
        """List every answer; or offer each one's name, in the same order, to be answered again."""
        form = asking.step.partition(".")[0]
        if _changing(asking):
            names = (Option(asking.step, str(line.number), key=f"{form}.{line.step}.name") for line in asking.lines)
            return Question("which", options=tuple(names))
        lines = tuple((f"{form}.{line.step}.line", line.facts) for line in asking.lines)
        values = ("send", "change") if asking.lines else ("send",)
        return Question(options=tuple(Option(asking.step, value) for value in values), lines=lines)

    def read(self, text: str, asking: Asking) -> Reading:
        """Read "send", or which answer to change: by its number, or by its name as people call it."""
        said = figures(fold(text))
        tokens = said.split()
        if len(tokens) > _TOO_MANY_WORDS:
            return Problem("unclear")
        touched = any(token in _TOUCHED for token in tokens)
        if _changing(asking):
            if said in _NEVER_MIND:
                return Narrowed({})
            if said in _SEND:
                return Took("send")
        named = [] if ("?" in text and not touched) or said in (*YES, *NO) else _named(tokens, asking.lines, touched)
        if len(named) > 1:
            return Problem("several")
        if named:
            return Forget(named[0])
        if numbers := [int(number) for number in _NUMBER.findall(said)]:
            return _by_number(numbers, tokens, touched, asking)
        if _changing(asking):
            return Problem("unclear")
        label = next((option.label for option in asking.offered if option.value == "send"), "")
        if "," not in text and _NOTHING_WRONG.fullmatch(said):
            return Unsure("send", "near", {"choice": label[:40]}) if label else Problem("unclear")
        if _WISHES & set(tokens):
            return self.pick("change", asking)
        match choose(text, asking.offered, _WORDS) if asking.offered else (said if said in _SEND else None):
            case "send" | Near("send") as heard if isinstance(heard, Near) or "?" in text:
                return Unsure("send", "near", {"choice": label[:40]})
            case "change" | Near("change"):
                return self.pick("change", asking)
            case str(value) if value == "send" or value in _SEND:
                return Took("send")
            case _:
                return self.pick("change", asking) if touched and "?" not in text else Problem("unclear")

    def pick(self, value: str, asking: Asking) -> Reading:
        """Take a tapped option: send, change, or a line's number."""
        if value == "send":
            return Took("send")
        if value == "change" and asking.lines:
            return Narrowed({"change": True})
        step = next((line.step for line in asking.lines if str(line.number) == value), None)
        return Forget(step) if step else Problem("unclear")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show that it was sent."""
        return {"value": Phrase(".option.send")}

    def samples(self) -> tuple[Json, ...]:
        """The one answer."""
        return self.values


def _changing(asking: Asking) -> bool:
    return isinstance(asking.partial, dict) and asking.partial.get("change") is True and bool(asking.lines)


def _by_number(numbers: Sequence[int], tokens: Sequence[str], touched: bool, asking: Asking) -> Reading:
    """Numbers count the lines. Where "1" may as well mean the first button, sending is asked about first."""
    if len(set(numbers)) > 1:
        return Problem("several")
    if not all(token in _AROUND or token in _TOUCHED or token.isdigit() for token in tokens):
        return Problem("unclear")
    number = numbers[0]
    buttons = [option for option in asking.offered if option.value in ("send", "change")]
    if not touched and not _changing(asking) and 1 <= number <= len(buttons):
        button = buttons[number - 1]
        if button.value == "change":
            return Narrowed({"change": True}) if asking.lines else Problem("unclear")
        return Unsure("send", "near", {"choice": button.label[:40]})
    step = next((line.step for line in asking.lines if line.number == number), None)
    return Forget(step) if step else Problem("no_such_number", {"n": number, "total": len(asking.lines)})


def _named(tokens: Sequence[str], lines: Sequence[ReviewLine], touched: bool) -> list[str]:
    """Find the answers that are called by name. With other words around, only a wish for change makes it one."""
    bare = [token if token in _KNOWN or not token.endswith("nya") else token[:-3] for token in tokens]
    found: list[str] = []
    rest = list(bare)
    for phrase, step in _PHRASES:
        size = len(phrase)
        for at in range(len(rest) - size + 1):
            if tuple(rest[at : at + size]) == phrase and any(line.step == step for line in lines):
                found.append(step)
                rest[at : at + size] = [""] * size
    if not found:
        for at, token in enumerate(rest):
            close = [word for word in _KNOWN if len(token) >= 5 and slips(token, word) == 1]
            steps = {_KNOWN[word] for word in close}
            if len(steps) == 1 and token not in _TOUCHED | _AROUND and any(line.step in steps for line in lines):
                found.append(steps.pop())
                rest[at] = ""
    if not found and not any(token.isdigit() for token in rest):
        for token in rest:
            step = _LAST_RESORT.get(token, "")
            if (touched or len(rest) == 1) and any(line.step == step for line in lines):
                return [step]
    alone = all(not token or token in _AROUND for token in rest)
    return list(dict.fromkeys(found)) if touched or alone else []


_PHRASES: tuple[tuple[tuple[str, ...], str], ...] = tuple(
    sorted(
        ((tuple(phrase.split()), step) for step, phrases in _CALLED.items() for phrase in phrases),
        key=lambda entry: -len(entry[0]),
    )
)
_KNOWN: Mapping[str, str] = {phrase[0]: step for phrase, step in _PHRASES if len(phrase) == 1}
