"""Every webhook Twilio sends means one thing, none is an exception, and only a signed one counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.channel import Address, Arrived, Unreadable
from bot.channels.whatsapp import parse, parse_status, read_form, verify
from tests.doubles.twilio_hooks import sign

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PAYLOADS = Path(__file__).parents[2] / "payloads"
SAMPLES = json.loads((PAYLOADS / "whatsapp.json").read_text())
STATUSES = json.loads((PAYLOADS / "whatsapp_status.json").read_text())
FORMS = {sample["name"]: [tuple(pair) for pair in sample["form"]] for sample in SAMPLES}
BASE, PATH, TOKEN = "https://taruna.example.id", b"/whatsapp/webhook", "twilio-test-token"


def meaning(pairs: list[tuple[str, str]]) -> str:
    parsed = parse(pairs, AT)
    return f"Unreadable({parsed.why})" if isinstance(parsed, Unreadable) else str(parsed.content)  # type: ignore[union-attr]


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["name"] for sample in SAMPLES])
def test_a_webhook_means_what_the_table_says(sample: dict[str, Any]) -> None:
    pairs = [tuple(pair) for pair in sample["form"]]
    assert meaning(pairs) == sample["means"]
    assert meaning(read_form(urlencode(pairs).encode())) == sample["means"]


def test_people_are_answered_at_the_exact_address_they_wrote_from() -> None:
    arrived = parse(FORMS["text"], AT)
    assert isinstance(arrived, Arrived)
    assert arrived.addresses == (
        Address("phone", "whatsapp:+6281234567001"),
        Address("bsuid", "whatsapp:ID.000034567001"),
    )
    assert (arrived.message_id, arrived.own_phone, arrived.at) == (f"SM{1:032x}", "+6281234567001", AT)


@pytest.mark.parametrize("name", ["hidden number", "hidden number, blank WaId"])
def test_a_person_who_hides_their_number_is_known_by_their_id_only(name: str) -> None:
    arrived = parse(FORMS[name], AT)
    assert isinstance(arrived, Arrived)
    assert arrived.addresses == (Address("bsuid", "whatsapp:ID.000034567001"),)
    assert arrived.own_phone is None


def test_a_number_shown_beside_a_hidden_sender_is_a_name_but_not_the_address() -> None:
    pairs = [(name, "whatsapp:ID.000034567001" if name == "From" else value) for name, value in FORMS["text"]]
    arrived = parse(pairs, AT)
    assert isinstance(arrived, Arrived)
    assert [address.kind for address in arrived.addresses] == ["bsuid", "phone"]
    assert arrived.own_phone == "+6281234567001"


def test_media_are_remembered_so_that_they_can_be_deleted() -> None:
    arrived = parse(FORMS["photo with a caption"], AT)
    assert isinstance(arrived, Arrived)
    assert arrived.handle == {"sid": arrived.message_id, "media": "1"}


def test_nicknames_are_not_read() -> None:
    for pairs in FORMS.values():
        assert "Siti" not in repr(parse(pairs, AT))


@pytest.mark.parametrize("sample", STATUSES, ids=[sample["name"] for sample in STATUSES])
def test_a_status_says_which_message_and_what_to_decide(sample: dict[str, Any]) -> None:
    status = parse_status(sample["query"].encode(), [tuple(pair) for pair in sample["form"]])
    if sample["means"] is None:
        assert status is None
    else:
        assert status is not None
        outcome = status.outcome.name if status.outcome else None
        assert [status.outbox_id, status.state, status.error, outcome] == sample["means"]
        assert status.platform_id == "SM" + "a" * 32


FIELDS = sorted({name for form in FORMS.values() for name, _ in form} | {"MediaContentType1", "ErrorCode"})
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["whatsapp:", "whatsapp:+62", "1|a|b", "|||", "99999999999999999999", "-1", "½", "image/webp", "\ud800"]
    ),
)


@given(st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), max_size=25), st.sampled_from(sorted(FORMS)))
def test_no_mutation_of_a_webhook_raises(changes: list[tuple[str, str]], name: str) -> None:
    form = dict(FORMS[name]) | dict(changes)
    parsed = parse([*form.items(), *changes], AT)
    assert isinstance(parsed, Arrived | Unreadable)
    repr(parsed).encode("utf-8", "surrogatepass")
    parse_status(form.get("Body", "").encode("utf-8", "replace"), list(form.items()))


@given(st.binary(max_size=300))
def test_no_body_raises_but_for_its_size(body: bytes) -> None:
    parse(read_form(body), AT)


@pytest.mark.parametrize("body", [b"a" * 65_537, b"&".join([b"a=1"] * 201)])
def test_a_body_no_twilio_sends_is_refused_before_it_is_read(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"longer|fields"):
        read_form(body)


# ---- signatures ----

ODD = {
    "plain": [("Body", "halo"), ("From", "whatsapp:+62")],
    "blank values": [("Body", ""), ("Latitude", ""), ("From", "x")],
    "repeated fields": [("A", "1"), ("A", "2"), ("A", "1"), ("B", "3")],
    "spaces, plus, percent": [("Body", " 1+1 = 100% & more "), ("From", "whatsapp:+62")],
    "emoji and accents": [("Body", "iya 👍🏽 é"), ("ProfileName", "Ünal")],
    "a line break": [("Body", "satu\ndua\r\ntiga")],
    "fields to come": [("Hologram", "x"), ("aaa", "b"), ("Z", "c")],
    "nothing": [],
}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("pairs", ODD.values(), ids=ODD)
def test_what_twilio_signed_is_accepted(pairs: list[tuple[str, str]], algorithm: str) -> None:
    settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256" if algorithm == "sha256" else None
    signature = sign(TOKEN, BASE + PATH.decode(), pairs, algorithm)
    received = read_form(urlencode(pairs).encode())
    assert verify(BASE, PATH, b"", received, signature, [TOKEN], settings)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (b"/whatsapp/status", b"outbox=42"),
        (b"/whatsapp/status", b"outbox=42&x=a%20b+c"),
        (b"/a%2Fb%20c/webhook", b""),
        (b"/whatsapp/webhook/", b""),
    ],
)
def test_the_address_is_signed_as_it_was_written(path: bytes, query: bytes) -> None:
    pairs = [("Body", "halo")]
    url = BASE + path.decode() + (f"?{query.decode()}" if query else "")
    assert verify(BASE, path, query, pairs, sign(TOKEN, url, pairs), [TOKEN])
    assert verify(BASE, path + (b"?" + query if query else b""), query, pairs, sign(TOKEN, url, pairs), [TOKEN])


@pytest.mark.parametrize("base", ["https://taruna.example.id:8443", "http://127.0.0.1:8000", "https://x.id/taruna"])
def test_ports_and_prefixes_belong_to_the_configured_address(base: str) -> None:
    pairs = [("Body", "halo")]
    assert verify(base, PATH, b"", pairs, sign(TOKEN, base + PATH.decode(), pairs), [TOKEN])


def test_both_tokens_count_while_they_are_rotated() -> None:
    pairs = [("Body", "halo")]
    for token in ("new", "old"):
        assert verify(BASE, PATH, b"", pairs, sign(token, BASE + PATH.decode(), pairs), ["new", "old"])
    assert not verify(BASE, PATH, b"", pairs, sign("older", BASE + PATH.decode(), pairs), ["new", "old"])


PAIRS = [("Body", "halo"), ("Blank", ""), ("A", "1"), ("A", "2"), ("From", "whatsapp:+62")]
GOOD = sign(TOKEN, BASE + PATH.decode(), PAIRS)


@pytest.mark.parametrize("signature", [None, "", " ", "x", GOOD[:-1], GOOD + "=", GOOD.lower(), "é" * 28, GOOD + "\n"])
def test_a_forged_or_missing_signature_is_refused(signature: str | None) -> None:
    assert verify(BASE, PATH, b"", PAIRS, GOOD, [TOKEN])
    assert not verify(BASE, PATH, b"", PAIRS, signature, [TOKEN])


@pytest.mark.parametrize(
    ("base", "path", "query", "pairs"),
    [
        ("https://evil.example", PATH, b"", PAIRS),
        ("http://taruna.example.id", PATH, b"", PAIRS),
        (BASE, b"/whatsapp/status", b"", PAIRS),
        (BASE, b"/whatsapp%2Fwebhook", b"", PAIRS),
        (BASE, PATH, b"outbox=1", PAIRS),
        (BASE, PATH, b"", [*PAIRS, ("NumMedia", "0")]),
        (BASE, PATH, b"", PAIRS[1:]),
        (BASE, PATH, b"", [pair for pair in PAIRS if pair[1]]),
        (BASE, PATH, b"", list(dict(PAIRS).items())),
        (BASE, PATH, b"", [("Body", "halo "), *PAIRS[1:]]),
    ],
    ids=["host", "scheme", "path", "encoded path", "query", "a field more", "a field less", "blank lost",
         "repeat lost", "value changed"],
)  # fmt: skip
def test_a_signature_of_something_else_is_refused(
    base: str, path: bytes, query: bytes, pairs: list[tuple[str, str]]
) -> None:
    assert not verify(base, path, query, pairs, GOOD, [TOKEN])


@pytest.mark.parametrize("settings", ["algorithm=HMAC_MD5", "algorithm=none", "algorithm=HMAC_SHA256"])
def test_an_algorithm_cannot_be_talked_down(settings: str) -> None:
    assert not verify(BASE, PATH, b"", PAIRS, GOOD, [TOKEN], settings)


def test_without_a_token_nothing_is_accepted() -> None:
    assert not verify(BASE, PATH, b"", PAIRS, sign("", BASE + PATH.decode(), PAIRS), [])


def test_the_double_signs_as_twilios_own_library_does() -> None:
    from twilio.request_validator import RequestValidator

    pairs = {"Body": "iya 👍🏽", "Blank": "", "From": "whatsapp:+62"}
    url = f"{BASE}/{quote('a b')}?x=1"
    assert sign(TOKEN, url, list(pairs.items())) == RequestValidator(TOKEN).compute_signature(url, pairs)
