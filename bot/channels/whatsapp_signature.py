"""Whether a webhook is Twilio's: signed over the address we told Twilio, exactly as it was called, and every field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator, get_signature_algorithm

BODY = 65_536  # bytes
FIELDS = 200
Pairs = Sequence[tuple[str, str]]


class _Fields(dict[str, list[str]]):
    """Twilio's validator reads repeated fields from whatever has `getall`."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def read_form(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form, blank and repeated ones included, in order.

    Raises:
        ValueError: longer than 64 KB or more than 200 fields: not Twilio's.
    """
    if len(body) > BODY:
        raise ValueError(f"the form is longer than {BODY} bytes")
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS, errors="replace")


def verify(
    base_url: str,
    raw_path: bytes,
    query: bytes,
    pairs: Pairs,
    signature: str | None,
    tokens: Iterable[str],
    settings: str | None = None,
) -> bool:
    """Check X-Twilio-Signature against any of the tokens.

    raw_path and query are the request's own bytes: a decoded path signs differently. The host is never the request's:
    Host and X-Forwarded-* are whatever the sender wrote. settings: X-Twilio-Webhooks-Signature-Settings, which names
    HMAC-SHA256 where Twilio uses it.
    """
    path = raw_path.partition(b"?")[0].decode("latin-1")
    url = f"{base_url}{path}?{query.decode('latin-1')}" if query else f"{base_url}{path}"
    fields = _Fields()
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    algorithm, given = get_signature_algorithm(settings or ""), signature or ""
    return any(RequestValidator(token).validate(url, fields, given, algorithm) for token in tokens)
