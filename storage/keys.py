"""The keys: every person has one, wrapped by a key-encryption key that rotates; destroying it forgets the person.

DATA_KEYS is `id:base64(32 bytes)` separated by commas, the current one first; the others only unwrap what is older. The
entry named `index` is the key of the blind indexes. It never rotates: lookups by NIK or address would find nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import KeyMalformed, KeyMissing, KeyWrong

VERSION = b"\x01"
NONCE = 12
BLIND = 16
INDEX = "index"
REMEMBERED = 4096
WRAP_PLACE = b"people.key"
MAKE_ONE = (
    "make one with: python3 -c 'import secrets,base64; print(base64.b64encode(secrets.token_bytes(32)).decode())'"
)


class PersonKey:
    """Seals and opens one person's data. `place` is table, column and row: a value moved elsewhere does not open."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, data: bytes, place: str) -> bytes:
        return VERSION + _encrypt(self._cipher, data, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Raises KeyWrong when it was sealed elsewhere, with another key, or changed since."""
        if sealed[:1] != VERSION:
            raise KeyWrong(f"{_table(place)}: sealed in a way this program does not know; use a newer one")
        opened = _decrypt(self._cipher, sealed[1:], place.encode())
        if opened is None:
            raise KeyWrong(f"{_table(place)}: a sealed value was changed or moved to another row")
        return opened


class Keyring:
    """The house's keys. `current` is the id under which new keys are wrapped."""

    def __init__(self, keys: Mapping[str, bytes], index: bytes) -> None:
        self.current = next(iter(keys))
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._index = index
        self._people: OrderedDict[bytes, PersonKey] = OrderedDict()

    @classmethod
    def load(cls, data_keys: str | None, key_file: Path) -> Keyring:
        """Read the keys from DATA_KEYS, or where that is empty from the key file.

        Raises:
            KeyMissing: neither is there (see `create`), or there is no index key.
            KeyMalformed: an entry that is not `id:base64`, or a file others can read.
        """
        if data_keys and data_keys.strip():
            return cls(*_parse(data_keys, "DATA_KEYS"))
        if not key_file.exists():
            raise KeyMissing(f"{key_file} is not there: put it back, or set DATA_KEYS")
        if os.name == "posix" and key_file.stat().st_mode & 0o077:
            raise KeyMalformed(f"{key_file} can be read by others: run chmod 600 {key_file}")
        return cls(*_parse(key_file.read_text(), str(key_file)))

    @classmethod
    def create(cls, key_file: Path) -> Keyring:
        """Make new keys and write them to a file only its owner can read. An existing file is never overwritten."""
        lines = [f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}" for name in ("k1", INDEX)]
        key_file.parent.mkdir(parents=True, exist_ok=True)
        part = key_file.with_name(f"{key_file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, key_file)  # whole or not at all: another process may be starting at this moment
        except FileExistsError:
            pass
        finally:
            part.unlink()
        return cls.load(None, key_file)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._ciphers)

    def new_person(self) -> tuple[bytes, PersonKey]:
        """A fresh key: wrapped for the people table, and ready to use."""
        key = secrets.token_bytes(32)
        return self._wrap(key), PersonKey(key)

    def unwrap(self, wrapped: bytes) -> PersonKey:
        """A person's key. Raises KeyMissing or KeyWrong."""
        known = self._people.get(wrapped)
        if known is not None:
            self._people.move_to_end(wrapped)
            return known
        person = PersonKey(self._unwrap(wrapped))
        self._people[wrapped] = person
        if len(self._people) > REMEMBERED:
            self._people.popitem(last=False)
        return person

    def rewrap(self, wrapped: bytes) -> bytes:
        """The same person's key under the current key; unchanged when it already is."""
        return wrapped if key_id(wrapped) == self.current else self._wrap(self._unwrap(wrapped))

    def forget(self, wrapped: bytes) -> None:
        """Drop a person's key from memory, once it is destroyed in the database."""
        self._people.pop(wrapped, None)

    def blind(self, kind: str, value: str) -> bytes:
        """A keyed hash to find a value by without storing it. Kinds do not mix. 16 bytes."""
        return hmac.new(self._index, kind.encode() + b"\0" + value.encode(), hashlib.sha256).digest()[:BLIND]

    def seal_house(self, data: bytes, place: str) -> bytes:
        """Seal what belongs to the house, not to a person: a staff member's one-time-code secret."""
        return _header(self.current) + _encrypt(self._ciphers[self.current], data, place.encode())

    def open_house(self, sealed: bytes, place: str) -> bytes:
        name, body = _split(sealed)
        opened = _decrypt(self._cipher(name), body, place.encode())
        if opened is None:
            raise KeyWrong(f"{_table(place)}: key {name!r} in DATA_KEYS is not the key it was sealed with")
        return opened

    def _wrap(self, key: bytes) -> bytes:
        return _header(self.current) + _encrypt(self._ciphers[self.current], key, WRAP_PLACE)

    def _unwrap(self, wrapped: bytes) -> bytes:
        name, body = _split(wrapped)
        key = _decrypt(self._cipher(name), body, WRAP_PLACE)
        if key is None:
            raise KeyWrong(f"Key {name!r} is not the key these people were stored with: put the right one in DATA_KEYS")
        return key

    def _cipher(self, name: str) -> AESGCM:
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise KeyMissing(
                f"Key {name!r} is missing: add {name}:… to DATA_KEYS (after the current key) or the key file"
            )
        return cipher


def key_id(sealed: bytes) -> str:
    """Which key wrapped this: readable without any key, so that rotation can resume."""
    return _split(sealed)[0]


def _parse(text: str, source: str) -> tuple[dict[str, bytes], bytes]:
    keys: dict[str, bytes] = {}
    for entry in re.split(r"[,\s]+", text.strip()):
        name, colon, encoded = entry.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", name):
            raise KeyMalformed(f"{source}: entry {len(keys) + 1} is not id:base64 (id: letters, digits, . _ -)")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != 32:
            raise KeyMalformed(f"{source}: key {name!r} is not 32 bytes in base64; {MAKE_ONE}")
        if name in keys:
            raise KeyMalformed(f"{source}: key {name!r} is there twice; give each its own id")
        keys[name] = key
    index = keys.pop(INDEX, None)
    if index is None:
        raise KeyMissing(
            f"{source}: the entry {INDEX}:… is missing (it finds people and must never change); {MAKE_ONE}"
        )
    if not keys:
        raise KeyMissing(f"{source}: there is no key besides {INDEX}; {MAKE_ONE}")
    return keys, index


def _header(name: str) -> bytes:
    return VERSION + bytes([len(name)]) + name.encode()


def _split(sealed: bytes) -> tuple[str, bytes]:
    if sealed[:1] != VERSION or len(sealed) < 3:
        raise KeyWrong("A wrapped key is in a form this program does not know; use a newer one")
    end = 2 + sealed[1]
    return sealed[2:end].decode("ascii", "replace"), sealed[end:]


def _encrypt(cipher: AESGCM, data: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, data, place)


def _decrypt(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes | None:
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], place)
    except (InvalidTag, ValueError):
        return None


def _table(place: str) -> str:
    return place.partition("/")[0]
