"""KLAIM: what to do now, where, and a checklist to tick and come back to. A guide only: no paper is ever taken here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from conversations.questions import buttons, facts
from conversations.talking import Decided, House, menu, way_on
from conversations.turn import Fact, Inbound, Json, Offered, Option, Phrase, Reply, Talk


@dataclass(frozen=True, slots=True)
class Claim:
    """One kind of claim. steps: its checklist, in the order it is shown; papers, or things to do."""

    name: str
    steps: tuple[str, ...]


CLAIMS: Mapping[str, Claim] = {
    claim.name: claim
    for claim in (
        Claim("accident", ("card", "ktp", "story", "orders", "forms", "doctor", "police", "receipts")),
        Claim("death", ("card", "ktps", "certificate", "family", "heirs", "marriage", "book")),
        Claim("savings", ("when", "app", "papers", "site")),
        Claim("scholarship", ("cause", "years", "children", "papers", "death")),
    )
}
URGENT = ("claims.accident.now", "claims.death.now")
_IN_BETWEEN = ("claims.ticked", "claims.unticked", "claims.whole", "claims.no_papers")  # how it works was said before
_SEVERAL = re.compile(r"[0-9]{1,2}(?:(?: *[,.&+] *| +dan +| +and +| +)[0-9]{1,2})+")


_WHO = (
    r"\b(?:saya|aku|gue|gw|gua|ane|suami\w*|istri\w*|bini|laki|anak|teman|temen|kawan|bapak|ayah|ibu|kakak|abang|adik|adek"
    r"|mertua|i|my \w+)\b.{0,25}"
)
_HURT = re.compile(
    _WHO + r"\b(?:kecelakaan|kclakaan|kecelakan|ditabrak|ketabrak|tertabrak|nabrak|tabrakan"
    r"|keserempet|kesrempet|terserempet|accident|got hit"
    r"|kesetrum|ketiban|tertimpa|(?:jatuh|jatoh|terjatuh) dari (?:motor|tangga|atap|pohon)"
    r"|(?:kaki|tangan|tulang)\w* (?:saya |aku |gue |gw |gua )?patah|patah (?:kaki|tangan|tulang))\b"
)
_DIED = re.compile(_WHO + r"\b(?:meninggal|wafat|berpulang|passed away|died)\b")
_ONLY_ASKED = re.compile(
    r"\b(?:kalau|kalo|klo|kl|misal\w*|jika|apakah|syarat\w*|klaim\w*|surat\w*|dokumen\w*|berkas\w*|santunan\w*|asuransi"
    r"|pernah|dulu|takut|biaya|berapa|brp|dapat|dapet|dpt|cuma|cuman|cm|kok|juta|beasiswa|if|would|papers|claim\w*"
    r"|how much)\b|\?"
)


def happened(text: str) -> str:
    """Hear that it has happened to somebody, as against a question about it: "accident", "death" or ""."""
    said = text.casefold()
    if _ONLY_ASKED.search(said):
        return ""
    return "death" if _DIED.search(said) else "accident" if _HURT.search(said) else ""


def open_claims(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """KLAIM: which kind?"""
    return Decided(talk, (Reply("claims.ask", options=(*buttons(*CLAIMS), *_ways_on(talk))),))


def accident(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """After an accident: the next hour first, papers later."""
    return _now(talk, CLAIMS["accident"], inbound.today)


def death(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """After a death: warm words first."""
    return _now(talk, CLAIMS["death"], inbound.today)


def savings(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """Taking out the old-age savings."""
    return _now(talk, CLAIMS["savings"], inbound.today)


def scholarship(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """School money for the children."""
    return _now(talk, CLAIMS["scholarship"], inbound.today)


def checklist(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """Come back to a checklist: the one named, else the one last looked at."""
    claim = CLAIMS.get(argument or str(talk.facts.get("claim", "")))
    if claim is None:
        return open_claims(house, talk, inbound, "")
    return _listed(talk, claim, inbound.today, "claims.again" if _ticked(talk, claim) else "")


def tick(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """Tick steps, or take their ticks off again: "accident.card", or several as "accident.card+ktp"."""
    name, _, steps = argument.partition(".")
    claim = CLAIMS.get(name)
    if claim is None or not steps or not set(steps.split("+")) <= set(claim.steps):
        return menu(talk, Reply("menu.old_button"))
    had = _ticked(talk, claim)
    has = had ^ set(steps.split("+"))
    kept = cast("dict[str, Json]", dict(cast("Mapping[str, Json]", talk.facts.get("ticked", {}))))
    kept[claim.name] = [step for step in claim.steps if step in has]
    said = "claims.whole" if len(has) == len(claim.steps) else "claims.ticked" if has > had else "claims.unticked"
    return _listed(replace(talk, facts={**talk.facts, "ticked": kept}), claim, inbound.today, said)


def several(text: str, offered: Sequence[Offered]) -> str:
    """Hear "1, 3 dan 5" under a checklist as these steps, "" for anything else."""
    if not _SEVERAL.fullmatch(text.strip()):
        return ""
    places = list(dict.fromkeys(int(number) for number in re.findall("[0-9]+", text)))
    ticks = [offered[place - 1].value if 1 <= place <= len(offered) else "" for place in places]
    if not all(value.startswith("tick:") for value in ticks):
        return ""
    return ticks[0].removeprefix("tick:") + "".join("+" + value.partition(".")[2] for value in ticks[1:])


def declined(house: House, talk: Talk, inbound: Inbound) -> Decided | None:
    """Papers sent while a claim is on the screen are not taken, and the checklist stands again."""
    on_screen = any(o.step == "!" and o.value.startswith(("tick:", "checklist:")) for o in talk.offered)
    claim = CLAIMS.get(str(talk.facts.get("claim", ""))) if on_screen else None
    return _listed(talk, claim, inbound.today, "claims.no_papers") if claim else None


# ---- saying it ----------------------------------------------------------------------------------------------------


def _now(talk: Talk, claim: Claim, today: date) -> Decided:
    """What to do now. The checklist is one tap away, so that the first message stays short."""
    remembered = replace(talk, facts={**talk.facts, "claim": claim.name})
    papers = Option("!", f"checklist:{claim.name}", key="claims.checklist")
    reply = Reply(f"claims.{claim.name}.now", facts(today), (papers, *buttons("help"), *way_on(talk)[:1]))
    return Decided(remembered, (reply,))


def _listed(talk: Talk, claim: Claim, today: date, said: str) -> Decided:
    ticked = _ticked(talk, claim)
    known = facts(today)
    lines = tuple(
        (f"claims.{claim.name}.{step}", {**known, "n": n, "mark": _mark(step in ticked)})
        for n, step in enumerate(claim.steps, 1)
    )
    options = tuple(
        Option("!", f"tick:{claim.name}.{step}", f"claims.{claim.name}.{step}.name", {"mark": _mark(step in ticked)})
        for step in claim.steps
    )
    remembered = replace(talk, facts={**talk.facts, "claim": claim.name})
    counted: Mapping[str, Fact] = {"done": len(ticked), "total": len(claim.steps)}
    whole = Reply(f"claims.{claim.name}.list", counted, (*options, *_ways_on(talk)), lines)
    before = (Reply(said),) if said else ()
    after = () if said in _IN_BETWEEN else (Reply("claims.where"),)
    return Decided(remembered, (*before, whole, *after))


def _ways_on(talk: Talk) -> tuple[Option, ...]:
    """A person, and back to the open question or the menu: with eight steps these are the ten rows of a list."""
    return (*buttons("help"), *way_on(talk)[:1])


def _mark(done: bool) -> Phrase:
    return Phrase("claims.done" if done else "claims.open")


def _ticked(talk: Talk, claim: Claim) -> set[str]:
    kept = cast("Mapping[str, Json]", talk.facts.get("ticked", {}))
    return set(cast("list[str]", kept.get(claim.name, []))) & set(claim.steps)
