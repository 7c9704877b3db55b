"""A file of outlines is taken in to be looked at, corrected by hand, and applied whole or not at all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.coverage import levels, mapping, naming, outline, shaping
from bot.coverage.geojson import Feature, read_features
from bot.coverage.naming import Named, Told
from bot.inert import inert
from conversations.rules import areas
from storage import audit, outlines
from storage.database import Database
from storage.outlines import Kind, OutlineFile

if TYPE_CHECKING:
    from shapely import MultiPolygon

WELL = ("matched", "respelled", "picked")
TO_PICK = ("unknown", "ambiguous", "contradiction", "nameless")
SKETCHED = 60 * shaping.A_METRE  # how fine the drawing is that is looked at
SKETCH_POINTS = 4_000


@dataclass(frozen=True, slots=True)
class By:
    """Who does it: a member of staff, or somebody on the command line. area: the one they are kept to, "" for none."""

    login: str
    staff_id: int | None
    area: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    lines: list[dict[str, Any]]
    shapes: str
    sketch: Mapping[str, Any]
    apart: int


async def take_in(db: Database, file: Path, name: str, by: By, now: datetime) -> int:
    """Read a file and keep what it holds to be looked at; its number.

    Raises:
        NotOutlines: what is the matter with it. Nothing of it is kept.
    """
    found = await asyncio.to_thread(_read, file, by.area)
    async with db.writing() as tx:
        file_id = await outlines.add_file(
            tx, file_name=inert(name)[:100], area=by.area, lines=found.lines, shapes=found.shapes,
            sketch=found.sketch, apart=found.apart, by=by.login, now=now,
        )  # fmt: skip
        await audit.append(
            tx, actor=by.login, action="coverage.outlines_uploaded", subject=f"outlines:{file_id}",
            facts={"features": len(found.lines), "matched": sum(line["found"] in WELL for line in found.lines)}, at=now,
        )  # fmt: skip
    return file_id


async def pick(db: Database, found: OutlineFile, number: int, code: str, by: By, now: datetime) -> bool:
    """Say which of its proposals a feature is, or none again. False where that cannot be."""
    lines = [dict(line) for line in found.lines]
    line = next((one for one in lines if one["n"] == number and one["found"] in (*TO_PICK, "picked")), None)
    if line is None or (code and code not in line["proposals"]):
        return False
    was = line.pop("was", line["found"])
    line |= {"found": "picked", "was": was, "code": code} if code else {"found": was, "code": ""}
    async with db.writing() as tx:
        done = await outlines.correct(tx, found, lines)
        if done:
            await audit.append(
                tx, actor=by.login, action="coverage.outline_picked", subject=f"outlines:{found.id}",
                facts={"feature": number, "area": code}, at=now,
            )  # fmt: skip
    return done


async def apply(db: Database, found: OutlineFile, by: By, now: datetime) -> int | None:
    """Keep the outlines of a file, each in place of the one its area had; how many. None: it was decided meanwhile."""
    async with db.reading() as tx:
        shapes = await outlines.shapes_of(tx, found.id)
    if not shapes:
        return None
    kept = await asyncio.to_thread(_shaped, found.lines, shapes)
    async with db.writing() as tx:
        if not await outlines.decide(tx, found, "applied", by.login, now, len(kept)):
            return None
        await outlines.keep(tx, kept, by.staff_id, now)
        await audit.append(
            tx, actor=by.login, action="coverage.outlines_applied", subject=f"outlines:{found.id}",
            facts={"outlines": len(kept)}, at=now,
        )  # fmt: skip
    return len(kept)


async def discard(db: Database, found: OutlineFile, by: By, now: datetime) -> bool:
    """Let a file go that was not applied."""
    async with db.writing() as tx:
        done = await outlines.decide(tx, found, "discarded", by.login, now)
        if done:
            await audit.append(
                tx, actor=by.login, action="coverage.outlines_discarded", subject=f"outlines:{found.id}", facts={},
                at=now,
            )  # fmt: skip
    return done


async def remove(db: Database, kind: Kind, by: By, now: datetime) -> int:
    """Take the outlines of a level away; its boards are tiles again. How many there were."""
    async with db.writing() as tx:
        gone = await outlines.remove(tx, kind, by.area)
        await audit.append(
            tx, actor=by.login, action="coverage.outlines_removed", subject=f"area:{by.area}",
            facts={"level": kind, "outlines": gone}, at=now,
        )  # fmt: skip
    return gone


def counted(lines: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """How many features were found how."""
    return Counter(str(line["found"]) for line in lines)


def told(lines: Sequence[Mapping[str, Any]]) -> set[str]:
    """The areas a file has an outline of; neighbourhoods are none."""
    return {line["code"] for line in lines if line["found"] in WELL and not line["rw"]}


# ---- in a thread of its own ---------------------------------------------------------------------------------------


def _read(file: Path, own: str) -> _Read:
    features = read_features(file)
    named = naming.name_all([feature.properties for feature in features])
    lines = [_line(feature, *name, own) for feature, name in zip(features, named, strict=True)]
    shapes, apart = _met(lines, [feature.shape for feature in features])
    return _Read(lines, shaping.packed(shapes), _sketch(lines, shapes), apart)


def _line(feature: Feature, heard: Told, named: Named, own: str) -> dict[str, Any]:
    """What is said of a feature: what it is called, how it was found, and if it was not, why, and what it may be."""
    found: str = feature.fault or named.found
    if found in WELL and own and named.code != own and not named.code.startswith(f"{own}."):
        found, named = "not_yours", replace(named, code="", proposals=())
    return {
        "n": feature.number, "said": inert(heard.said), "found": found, "code": named.code if found in WELL else "",
        "rw": named.rw, "proposals": [] if feature.fault else list(named.proposals), "level": _level(heard, named),
        "mended": feature.mended, "where": feature.where,
    }  # fmt: skip


def _level(heard: Told, named: Named) -> str:
    """What a feature is compared with: outlines of the same level meet along a line."""
    area = areas.named(named.code or next(iter(named.proposals), ""))
    return "rw" if named.rw else area.level if area else heard.level or ""


def _met(
    lines: Sequence[Mapping[str, Any]], shapes: Sequence[MultiPolygon | None]
) -> tuple[list[MultiPolygon | None], int]:
    """The shapes that may still be kept, level by level made to meet, and how many borders did not."""
    done: list[MultiPolygon | None] = [None] * len(shapes)
    apart = 0
    for level in sorted({line["level"] for line in lines}):
        places = [
            place
            for place, line in enumerate(lines)
            if line["level"] == level and line["found"] in (*WELL, *TO_PICK) and shapes[place] is not None
        ]
        met, more = shaping.met([shape for place in places if (shape := shapes[place]) is not None])
        apart += more
        for place, shape in zip(places, shaping.thinned(met), strict=True):
            done[place] = shape
    return done, apart


def _sketch(lines: Sequence[Mapping[str, Any]], shapes: Sequence[MultiPolygon | None]) -> dict[str, Any]:
    """A drawing of a file's features: paths by their number."""
    some = {line["n"]: shape for line, shape in zip(lines, shapes, strict=True) if shape is not None}
    if not some:
        return {}
    drawn = {n: shaping.outlined(shape) for n, shape in shaping.fitting(some, SKETCHED, SKETCH_POINTS).items()}
    apart = [line["n"] for line in lines if line["n"] in some and line["code"].startswith(mapping.APART)]
    layout = mapping.lay_out(drawn, apart)
    return {
        "width": round(layout.width),
        "height": round(layout.height),
        "frame": [round(n) for n in layout.frame or ()],
        "paths": [[n, mapping.path_of(layout.papers[n].polygons(one))] for n, one in drawn.items()],
    }


def _shaped(lines: Sequence[Mapping[str, Any]], packed: str) -> dict[tuple[str, str], str]:
    shapes: dict[tuple[str, str], list[MultiPolygon]] = {}
    for line, shape in zip(lines, shaping.unpacked(packed), strict=True):
        if line["found"] in WELL and shape is not None:
            shapes.setdefault((line["code"], line["rw"]), []).append(shape)
    return {place: outline.dump(one) for place, one in shaping.shaped(shapes).items()}


def standings(found: OutlineFile) -> tuple[levels.Standing, ...]:
    """How far each level would be drawn with this file alone."""
    return levels.standings(told(found.lines), found.area)
