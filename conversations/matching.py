"""Finding the question somebody means, offline, without guessing: by the telling words shared with ways of asking."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA

from conversations.rules.spelling import allowance, unstretched, words
from conversations.rules.tables import rows

SURE = ((0.63, 0.10), (0.57, 0.13), (0.50, 0.18))  # from here on it is answered, if it is so clear of the others
PLAIN = 0.63  # from here on it is answered even if it does not look like a question
MAYBE = 0.40  # from here on it is offered among the nearest
LEAST = 0.28  # nothing below this is offered
LIKELY = 0.55  # from here on the nearest are offered even if it does not look like a question
STRONG = 0.90  # as good as one of our own ways of asking: a question without any sign of one
NEAREST = 3
MOST_WORDS = 24  # of a long text the rest is not looked at: every unknown word is compared with all of ours
_SLIP = 0.85  # a misspelt word counts for less
_STRANGE = 1.0  # a word nobody asks with speaks against as one of two questions would


@dataclass(frozen=True, slots=True)
class Topic:
    """One question. offers: the command under its answer, "" for none."""

    name: str
    offers: str
    phrases: tuple[str, ...]


TOPICS: tuple[Topic, ...] = tuple(
    Topic(row["name"], row["offers"], tuple(phrase.strip() for phrase in row["phrases"].split(";")))
    for row in rows("questions")
)
NAMES = tuple(topic.name for topic in TOPICS)


@dataclass(frozen=True, slots=True)
class Found:
    """What a text may ask, the likeliest first, with scores from 0 to 1. elsewhere: it names another's matter."""

    topics: tuple[tuple[str, float], ...]
    elsewhere: bool = False

    @property
    def best(self) -> float:
        """The score of the likeliest."""
        return self.topics[0][1] if self.topics else 0.0

    @property
    def sure(self) -> bool:
        """Whether the likeliest is near enough; the farther the next one is, the less near it need be."""
        ahead = self.best - (self.topics[1][1] if len(self.topics) > 1 else 0.0)
        return not self.elsewhere and any(self.best >= near and ahead >= clear for near, clear in SURE)

    @property
    def nearest(self) -> tuple[str, ...]:
        """What to offer where it is not sure."""
        return tuple(name for name, _ in self.topics[:NEAREST]) if self.best >= MAYBE and not self.elsewhere else ()


# ---- words as we compare them -------------------------------------------------------------------------------------

_SAME: Mapping[str, str] = {word: row["word"] for row in rows("slang") for word in row["said"].split()}
# Around a question, but nothing of it. Words that tell two questions apart are not here.
_AROUND = frozenset(
    words(
        "kak kakak ka nak min admin bang mas mbak bu pak bro sis gan dong sih ya yah nih deh lah tuh kan ini itu yg"
        " yang saya aku gue gw gua sy ku i my a the is it do does to of for with am are in me mau tanya nanya bertanya"
        " mo tolong halo hai permisi selamat pagi siang sore malam di ke dari dan atau nya apakah apa aja saja jadi"
        " terus trus kira maaf misal misalnya kalo emang emangnya memang what how be this that would will please hi"
        " hello"
    )
    + words(
        "and or u you your s t ada makasih terimakasih thanks bpjs gitu loh loch lho sm pun lagi"
        " ane gua aye kite kita lu lo elu elo ente abang dah teh yak ye yee nyang kek bae gini ginian begini beginian"
        " begitu begituan gituan pengen pingin pgn kepengen kepingin banget bgt nah eh oh woi cuy bray cing"
        " mpok gaes guys pakde bude om tante misi punten atuh mah euy"
    )
)
_BARE = frozenset(words("gimana bagaimana gmn bgmn kapan tidak"))  # alone they name nothing: no answer may be guessed
# Matters of others: a question that names one may sound like ours, and is not.
_ELSEWHERE = frozenset(
    words(
        "prakerja bansos pkh blt bpnt kjp kip sim stnk bpkb samsat pajak tilang paspor visa gajian thr umr ump"
        " cpns pppk kurs dolar saham kripto cuaca lowongan loker faskes rujukan suspend pinjam pinjaman"
        " kredit cicilan paylater token listrik pulsa kuota bensin presiden gubernur telepon telpon kelurahan vaksin"
        " gempa banjir weather loan visa tax"
    )
)
# The other scheme: where it is named, only questions that are asked about it are meant.
_OTHER_SCHEME = frozenset(("kesehatan", "kis"))
_BESIDE_IT = 0.7
_ENDINGS = re.compile(r"(?<=[a-z]{4})(?:nya|kah|lah|ku)$")


def _spoken(text: str) -> tuple[str, ...]:
    """Split a text into the words that say something, each once."""
    said = [_plain(word) for word in words(unstretched(text.casefold())) if word not in _AROUND]
    return tuple(dict.fromkeys(word for word in said if word and word not in _AROUND))[:MOST_WORDS]


def _plain(word: str) -> str:
    """Bring one word to the form we compare: slang to its plain word, endings and beginnings off."""
    if word in _SAME:
        return _SAME[word]
    if word in _TYPED:
        bare = _ENDINGS.sub("", word)
        return _SAME.get(bare, bare)
    known = next((form for form in _forms(word) if form in _SAME or form in _TYPED or form in _AROUND), "")
    bare = _ENDINGS.sub("", known or word)
    return _SAME.get(known, _SAME.get(bare, bare))


def _forms(word: str) -> Iterator[str]:
    """A word we do not use, as it may be meant: Jakarta's final e for a, colloquial endings and beginnings off."""
    said = [word]
    if word.endswith("e") and len(word) > 2:
        said.append(word[:-1] + "a")
    said += [bare for one in said[:2] if (bare := _ENDINGS.sub("", one)) != one]
    yield from said[1:]
    for one in said:
        for ending in _COLLOQUIAL:
            stem = one.removesuffix(ending)
            if stem != one and len(stem) >= _STEM:
                yield stem
                yield from _rootless(stem)
        yield from _rootless(one)


def _rootless(word: str) -> Iterator[str]:
    """Beginnings off, with the sound the nasal ones took from the root put back: nagih is tagih, ngambil is ambil."""
    for beginning, sounds in _BEGINNINGS:
        root = word.removeprefix(beginning)
        if root != word:
            yield from (sound + root for sound in sounds if len(sound + root) >= _STEM)


_STEM = 4  # letters: of shorter rests too many words are made
_COLLOQUIAL = ("in", "kan", "an", "i")
_BEGINNINGS = (
    *(("di", ("",)), ("nge", ("",)), ("meny", ("s",)), ("ny", ("s", "c")), ("meng", ("", "k")), ("ng", ("", "k"))),
    *(("mem", ("", "p")), ("men", ("", "t")), ("me", ("",)), ("m", ("p",)), ("n", ("t",)), ("ber", ("",))),
    *(("ter", ("",)), ("ke", ("",)), ("se", ("",)), ("pe", ("",))),
)
_TYPED = frozenset(word for topic in TOPICS for phrase in topic.phrases for word in words(phrase.casefold()))

_ASKED: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    dict.fromkeys((topic.name, _spoken(phrase)) for topic in TOPICS for phrase in topic.phrases if _spoken(phrase))
)
_TOPICS_OF: dict[str, set[str]] = defaultdict(set)
for _name, _phrase in _ASKED:
    for _word in _phrase:
        _TOPICS_OF[_word].add(_name)
_WEIGHTS: Mapping[str, float] = {word: log(1 + len(TOPICS) / len(names)) for word, names in _TOPICS_OF.items()}
_UNKNOWN = _STRANGE * log(1 + len(TOPICS) / 2)
_WEIGHED: tuple[float, ...] = tuple(sum(_WEIGHTS[word] for word in phrase) for _, phrase in _ASKED)
_HOLDING: dict[str, list[int]] = defaultdict(list)  # word: the ways of asking that hold it
for _place, (_, _phrase) in enumerate(_ASKED):
    for _word in _phrase:
        _HOLDING[_word].append(_place)
_OURS = tuple(word for word in _WEIGHTS if not word.isdigit())
_MOST_SLIPS = 2


def find(text: str) -> Found:
    """Find the questions a text may mean, the likeliest first."""
    said = {word: _known(word) for word in _spoken(text)}
    if said.keys() <= _BARE:
        return Found(())
    typed = sum(_WEIGHTS[known] if known else _UNKNOWN for known, _ in said.values())
    best: dict[str, float] = {}
    heard: dict[str, float] = {}
    for known, sureness in said.values():
        if known:
            heard[known] = max(heard.get(known, 0.0), sureness)
    other = _OTHER_SCHEME & set(heard)
    for place in {place for word in heard for place in _HOLDING[word]}:
        name, phrase = _ASKED[place]
        shared = sum(_WEIGHTS[word] * heard[word] for word in phrase if word in heard)
        score = 2 * shared / (typed + _WEIGHED[place])
        score *= _BESIDE_IT if other and not other & set(phrase) else 1
        best[name] = max(best.get(name, 0.0), score)
    likely = sorted(((score, name) for name, score in best.items() if score >= LEAST), reverse=True)
    return Found(tuple((name, score) for score, name in likely), bool(_ELSEWHERE & set(words(text))))


def _known(word: str) -> tuple[str, float]:
    """Find the word of ours that this is, or nearly is: ("", 0) for none."""
    if word in _WEIGHTS:
        return word, 1.0
    near = sorted(_near(word))
    return (near[0][1], _SLIP) if near and (len(near) == 1 or near[0][0] < near[1][0]) else ("", 0.0)


def _near(word: str) -> Iterator[tuple[int, str]]:
    if word.isdigit():
        return
    for known, count, _ in process.extract(word, _OURS, scorer=OSA.distance, score_cutoff=_MOST_SLIPS, limit=None):
        if count <= allowance(min(len(word), len(known))):
            yield int(count), known


# ---- does it look like one ----------------------------------------------------------------------------------------

_ASKING = frozenset(
    words(
        "apa apakah berapa brp kenapa knp mengapa napa gimana gmn bagaimana bgmn kapan kpn siapa dimana mana kemana"
        " kok emang emangnya bukannya bisakah bolehkah haruskah ngapain apaan what why how when who where which"
        " does do can is are should will"
    )
)
_ASKING_PAIRS = re.compile(
    r"\b(?:bisa|boleh|harus|perlu|aman|resmi|ada|dapat|dapet|jadi|bayar) ?(?:\w+ ){0,3}(?:gak|ga|nggak|tidak|tdk|kah)\b"
    r"|\b(?:buat|untuk) apa\b|\bkalo\b|\bkalau\b|\bwhat if\b"
)


def asks(text: str, found: Found) -> bool:
    """Say whether a text looks like a question: by a sign, a word that asks, or one of our own ways of asking."""
    if sum(c.isdigit() for c in text) >= 6:
        return False  # a number that was asked for, never a question
    said = words(text)
    if len(said) < 2:
        return False
    if found.best >= STRONG and len(_spoken(text)) >= 2:  # one word alone is a label rather than a question
        return True
    plain = [_SAME.get(word, word) for word in said]  # slang asks too: "brape", "kagak"
    return "?" in text or bool(_ASKING & {*said, *plain}) or bool(_ASKING_PAIRS.search(" ".join(plain)))
