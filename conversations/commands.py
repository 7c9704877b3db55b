"""Commands: words that count only as the whole message, in both languages and as people type them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from conversations.fields.text import fold
from conversations.rules.codes import VOLUNTEER

_NOT_NOW = (
    *(
        "ntar",
        "ntar dulu",
        "ntar aja",
        "ntar ya",
        "nanti",
        "nanti ya",
        "nanti lagi",
        "nanti lanjut",
        "nanti lanjut lagi",
    ),
    *("besok aja", "besok lagi", "besok lanjut", "lanjut nanti", "lanjut besok", "istirahat dulu", "brb"),
)
_A_PERSON = (
    *("operator", "cs", "customer service", "bicara sama orang", "mau bicara sama orang", "ngomong sama orang"),
    *("mau ngomong sama orang", "orang asli", "mau sama orang", "human", "talk to a human", "talk to someone"),
)
_JOINING = (
    *(
        "mau ikut",
        "saya mau ikut",
        "mau gabung",
        "mau mendaftar",
        "saya mau mendaftar",
        "daftarkan saya",
        "daftarin saya",
    ),
    *("mau didaftarkan", "saya mau didaftarkan", "minta didaftarkan", "mau daftar jadi peserta", "i want to join"),
)
_ON = ("lanjut lagi", "lanjut kak", "lanjut bang", "lanjut min", "lanjut dong", "lanjut ya", "gw lanjut", "saya lanjut")
WORDS: Mapping[str, tuple[str, ...]] = {
    "menu": ("menu", "menu utama", "ke menu", "main menu", "home"),
    "back": ("kembali", "balik", "mundur", "sebelumnya", "back", "go back"),
    "restart": ("ulang", "ulangi", "mulai ulang", "dari awal", "mulai dari awal", "restart", "start over"),
    "cancel": ("batal", "batalkan", "nanti saja", "nanti aja", "nanti dulu", "cancel", "later", *_NOT_NOW),
    "resume": ("lanjut", "lanjutkan", "lanjutin", "terusin", "teruskan", "continue", "resume", *_ON),
    "open": ("buka", "balas buka", "open"),
    "skip": ("lewati", "lewatin", "lewat", "skip", "lewatkan"),
    "status": (
        *("status", "cek status", "status saya", "my status", "status pendaftaran", "status pendaftaran saya"),
        *(
            "bagaimana status pendaftaran saya",
            "gimana status pendaftaran saya",
            "gimana status saya",
            "cek pendaftaran",
        ),
        *("gimana pendaftaran saya", "bagaimana pendaftaran saya", "pendaftaran saya sampai mana", "sudah sampai mana"),
        *("udah sampai mana", "udah sampe mana", "sampai mana pendaftaran saya", "where is my registration"),
    ),
    "pay": (
        *(
            "bayar",
            "cara bayar",
            "cara bayarnya",
            "cara bayar iuran",
            "cara membayar",
            "bayar iuran",
            "mau bayar iuran",
        ),
        *(
            "gimana bayarnya",
            "bayarnya gimana",
            "bayarnya gmn",
            "bayar gimana",
            "bayar gmn",
            "gmn bayarnya",
            "cara byr",
            "gimana cara bayar",
            "gimana cara bayarnya",
            "gmn cara bayar",
        ),
        *("bayar dimana", "bayar di mana", "bayarnya dimana", "bayarnya di mana", "bayar kemana", "how to pay", "pay"),
        *("how do i pay", "where do i pay"),
    ),
    "paid": (
        *(
            "sudah bayar",
            "saya sudah bayar",
            "sdh bayar",
            "sudah byr",
            "sdh byr",
            "udah bayar",
            "udh bayar",
            "udah byr",
        ),
        *("udh byr", "dah bayar", "barusan bayar", "baru bayar", "sudah saya bayar", "udah saya bayar", "lapor bayar"),
        *("sudah bayar iuran", "udah bayar iuran", "lapor pembayaran", "i paid", "i have paid", "already paid"),
    ),
    "help": (
        "bantuan",
        "bantu",
        "tolong",
        "petugas",
        "minta bantuan",
        "bicara dengan petugas",
        "help",
        "officer",
        *_A_PERSON,
    ),
    "my_data": ("data saya", "dataku", "data ku", "lihat data saya", "my data", "mydata"),
    "correct": (
        *(
            "perbaiki",
            "perbaiki data",
            "perbaiki data saya",
            "koreksi",
            "koreksi data",
            "data saya salah",
            "salah data",
        ),
        *("betulkan data", "ubah data", "correct my data", "correct data"),
    ),
    "restrict": ("batasi", "batasi data", "batasi data saya", "restrict", "restrict my data"),
    "erase": ("hapus data", "hapus data saya", "hapusdata", "delete my data", "erase my data"),
    "language": ("bahasa", "ganti bahasa", "language"),
    "language:id": ("indonesia", "bahasa indonesia", "indonesian"),
    "language:en": ("english", "inggris", "bahasa inggris"),
    "stop": ("berhenti", "stop", "unreg", "berhenti langganan", "unsubscribe"),
    "start": ("mulai", "start", "mulai lagi"),
    "register": (
        "daftar",
        "mau daftar",
        "saya mau daftar",
        "pengen daftar",
        "daftar bpjs",
        "register",
        "sign up",
        *_JOINING,
    ),
    "calculate": (
        *("hitung", "hitung iuran", "hitungan", "kalkulator", "kalkulator iuran", "simulasi iuran", "cek iuran"),
        *("berapa iurannya", "iurannya berapa", "berapa iuran", "iuran berapa", "berapa iuran saya", "brp iurannya"),
        *(
            "berapa sebulan",
            "brp sebulan",
            "sebulan berapa",
            "sebulan brp",
            "bayar berapa sebulan",
            "bayar brp sebulan",
        ),
        *("perbulan berapa", "berapa perbulan", "per bulan berapa", "berapa per bulan", "bayar berapa", "bayar brp"),
        *("iurannya brp", "bayarnya berapa", "berapa bayarnya", "calculate", "calculator", "how much is it"),
        *("how much do i pay", "how much would i pay"),
    ),
    "questions": (
        *("tanya", "tanya jawab", "tanya tanya", "mau tanya", "mau nanya", "nanya", "pertanyaan", "faq", "tanya dong"),
        *("ask", "questions", "question", "i have a question"),
    ),
    "claims": (
        *("klaim", "cara klaim", "mau klaim", "ajukan klaim", "urus klaim", "klem", "panduan klaim", "claim", "claims"),
        *("how to claim", "make a claim"),
    ),
    "accident": (
        *("kecelakaan", "saya kecelakaan", "aku kecelakaan", "gue kecelakaan", "gw kecelakaan", "habis kecelakaan"),
        *("abis kecelakaan", "saya habis kecelakaan", "saya abis kecelakaan", "kecelakaan kerja", "klaim kecelakaan"),
        *("saya jatuh dari motor", "saya ditabrak", "saya tabrakan", "tabrakan", "klaim jkk", "darurat", "accident"),
        *("i had an accident", "work accident", "emergency"),
    ),
    "death": (
        *("meninggal", "meninggal dunia", "klaim kematian", "klaim jkm", "klaim meninggal", "santunan kematian"),
        *("suami saya meninggal", "istri saya meninggal", "ayah saya meninggal", "ibu saya meninggal"),
        *("bapak saya meninggal", "peserta meninggal", "somebody died", "a member died", "death claim"),
    ),
    "savings": (
        *("cairkan jht", "cairin jht", "klaim jht", "ambil jht", "pencairan jht", "tarik jht", "mau cairkan jht"),
        *("cairkan tabungan", "cairkan saldo", "savings claim", "old age savings"),
    ),
    "scholarship": ("beasiswa", "beasiswa anak", "klaim beasiswa", "minta beasiswa", "scholarship"),
    "checklist": (
        *("kembali ke daftar", "balik ke daftar", "daftar surat", "daftar klaim", "surat klaim", "ceklis", "checklist"),
        *("cek list", "centang", "lihat daftar surat", "back to the list", "my checklist"),
    ),
    "card": ("kartu", "kartu saya", "kartu relawan", "kartu relawan saya", "kode saya", "card", "my card"),
    "poster": (
        *("poster", "poster saya", "minta poster", "poster relawan", "bikin poster", "cetak poster", "my poster"),
        *("kode qr", "qr", "qr code", "qr saya"),
    ),
    "resign": (
        *("berhenti relawan", "berhenti jadi relawan", "berhenti menjadi relawan", "keluar relawan"),
        *("stop volunteering", "resign as volunteer"),
    ),
    "help_other": (
        *("daftarkan orang lain", "daftarin orang lain", "bantu orang lain", "mau bantu orang lain", "bantu daftar"),
        *(
            "daftarkan teman",
            "daftarkan tetangga",
            "daftarkan ibu",
            "daftarkan bapak",
            "daftarkan ibu saya",
            "daftarkan suami saya",
        ),
        *("daftarkan istri saya", "daftarin ibu saya", "daftarin bapak saya", "sign up another", "help someone"),
        *("register someone else", "sign up someone else"),
    ),
    "training": ("latihan", "mode latihan", "coba latihan", "training", "practice"),
    "my_people": ("orang saya", "warga saya", "daftar orang saya", "yang saya bantu", "my people"),
    "blank": ("formulir", "form", "format", "format daftar", "isi formulir", "formulir kosong", "blank form"),
    "switch": ("ganti", "ganti orang", "pindah", "pindah orang", "switch", "change person"),
    "take_over": (
        *("data ini milik saya", "ini data saya", "punya saya", "ambil data saya", "pindahkan data saya"),
        *("this data is mine", "take over my data"),
    ),
    "print": (
        *("cetak", "cetak tanda terima", "cetak resi", "cetak bukti", "cetak nomor", "minta tanda terima"),
        *("tanda terima", "tanda terima saya", "kirim tanda terima", "print", "print receipt", "print my receipt"),
        *("receipt", "my receipt"),
    ),
    "aloud": (
        *("bacakan", "bacakan nomor", "bacakan nomornya", "bacakan tanda terima", "baca nomor", "bacain nomornya"),
        *("read aloud", "read it out", "read out", "read the number"),
    ),
    "privacy": ("privasi", "privacy", "data pribadi"),
    "safe": (
        *("aman", "tips aman", "apa yang tidak pernah kami minta", "apa yang tidak pernah diminta", "awas penipuan"),
        *("yang tidak pernah diminta", "safe", "safety", "what you never ask"),
    ),
    "report": (
        *("lapor", "laporkan", "mau lapor", "laporan", "lapor penipuan", "lapor penipu", "lapor bot palsu", "report"),
        *("report a scam", "report fraud"),
    ),
    "check_erasure": ("cek hapus", "cek bukti hapus", "bukti hapus", "check deletion"),
    "check_volunteer": ("cek relawan", "cek kode relawan", "kode relawan", "check volunteer", "check a volunteer"),
    "more": ("menu lain", "pilihan lain", "menu lainnya", "more"),
    "hello": (
        *("halo", "hallo", "hai", "hi", "hello", "helo", "hey", "p", "tes", "test", "permisi", "misi", "kak", "min"),
        *("assalamualaikum", "assalamu alaikum", "ass", "salam", "selamat pagi", "selamat siang", "selamat sore"),
        *("selamat malam", "pagi", "siang", "sore", "malam", "good morning", "halo kak", "hai kak", "halo min"),
    ),
}
SLASHES: Mapping[str, str] = {
    "daftar": "register",
    "status": "status",
    "bayar": "pay",
    "pay": "pay",
    "sudahbayar": "paid",
    "lanjut": "resume",
    "batal": "cancel",
    "cancel": "cancel",
    "dataku": "my_data",
    "mydata": "my_data",
    "hapusdata": "erase",
    "deletedata": "erase",
    "bantuan": "help",
    "help": "help",
    "bahasa": "language",
    "language": "language",
    "privasi": "privacy",
    "privacy": "privacy",
    "tanya": "questions",
    "ask": "questions",
    "hitung": "calculate",
    "kartu": "card",
    "poster": "poster",
    "klaim": "claims",
    "aman": "safe",
    "safe": "safe",
    "lapor": "report",
    "report": "report",
    "claim": "claims",
    "calculate": "calculate",
    "menu": "menu",
    "start": "hello",
    "register": "register",
    "continue": "resume",
}
TAKING: Mapping[str, tuple[str, ...]] = {  # words that count with something behind them: name → its first words
    "check_volunteer": ("cek relawan", "cek kode relawan", "cek kode", "kode relawan", "check volunteer"),
    "check_erasure": ("cek hapus", "cek bukti hapus", "check deletion"),
    "report": ("lapor", "mau lapor", "laporkan", "report"),
}
_POLITE = frozenset(
    (
        *("halo", "hallo", "hai", "hi", "hello", "kak", "kaka", "kakak", "min", "mimin", "bang", "mas", "mbak", "pak"),
        *(
            "bu",
            "gan",
            "dong",
            "ya",
            "yah",
            "nih",
            "deh",
            "yuk",
            "tolong",
            "minta",
            "bisa",
            "mau",
            "saya",
            "aku",
            "gue",
        ),
        *("gw", "ingin", "pengen", "pengin", "pingin", "jadi", "bpjs", "bpjstk", "ketenagakerjaan", "please", "pls"),
        *(
            "i",
            "want",
            "would",
            "like",
            "to",
            "the",
            "taruna",
            "bro",
            "sis",
            "gas",
            "lah",
            "dah",
            "skrg",
            "sekarang",
            "aja",
            "kuy",
            "nak",
            "mba",
        ),
    )
)
_POLITELY = (
    *("register", "status", "pay", "paid", "calculate", "my_data", "erase", "report"),
    *("claims", "accident", "death", "savings", "scholarship"),
)  # what may be asked for with polite words around it
_BY_WORD = {word: name for name, words in WORDS.items() for word in words}
_CHECK = re.compile(r"(?:(?:cek|check|status) +)?(tk[- ]?[0-9a-z]{4}[- ]?[0-9a-z]{4}[- ]?[0-9a-z])", re.IGNORECASE)
_MISTYPED = re.compile(r"trn[- ]?[0-9a-z][0-9a-z -]{0,15}", re.IGNORECASE)  # nearly a volunteer's code
_CHANGE = re.compile(r"(?:ubah|ganti|change|edit|koreksi|perbaiki)(?: (?:no|nomor|nomer|number))?\.? ?([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Command:
    """A command with what follows it: the number of UBAH 4, the language of ENGLISH."""

    name: str
    argument: str = ""


def parse(text: str) -> Command | None:
    """Read a whole message as a command, or None. UBAH 4 carries its number."""
    if text.startswith("/"):
        word = text[1:].split("@", 1)[0].split(" ", 1)[0].casefold()
        return named(SLASHES[word]) if word in SLASHES else None
    folded = fold(text)
    if folded in _BY_WORD:
        return named(_BY_WORD[folded])
    if change := _CHANGE.fullmatch(folded):
        return Command("change", change[1])
    if check := _CHECK.fullmatch(text.strip()):
        return Command("check", check[1])
    if folded.startswith("trn") and (code := VOLUNTEER.read(text)):
        return Command("check_volunteer", code)
    if _MISTYPED.fullmatch(text.strip()):
        return Command("check_volunteer", text.strip())
    return _taking(text) or _politely(folded)


def _taking(text: str) -> Command | None:
    """A command with something behind it, kept as it was typed."""
    words = text.split()
    for name, heads in TAKING.items():
        for head in heads:
            length = len(head.split())
            if len(words) > length and fold(" ".join(words[:length])) == head:
                return Command(name, " ".join(words[length:]))
    return None


def _politely(folded: str) -> Command | None:
    """Take the politeness off: "halo kak mau daftar bpjs dong" is DAFTAR."""
    bare = " ".join(word for word in folded.split() if word not in _POLITE)
    name = _BY_WORD.get(bare, "")
    return named(name) if name in _POLITELY and bare != folded else None


def named(name: str) -> Command:
    """Read a command's own name, as buttons carry it: "language:en"."""
    head, _, argument = name.partition(":")
    return Command(head, argument)
