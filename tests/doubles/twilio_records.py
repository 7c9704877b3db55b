"""What Twilio writes down and posts: message records, the fields of a webhook, what a phone shows."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from tests.doubles.twilio_hooks import Pairs
from tests.doubles.twilio_people import Heard, Person


def message_record(
    sid: str, account: str, sender: str, to: str, body: str, *, direction: str, status: str, at: float, media: int = 0
) -> dict[str, Any]:
    date = format_datetime(datetime.fromtimestamp(at, UTC))
    return {
        "sid": sid, "account_sid": account, "from": sender, "to": to, "body": body, "direction": direction,
        "status": status, "num_media": str(media), "num_segments": "1", "date_created": date, "date_sent": date,
        "date_updated": date, "error_code": None, "error_message": None, "price": None, "price_unit": "USD",
        "api_version": "2010-04-01", "messaging_service_sid": None, "uri": "", "subresource_uris": {}, "_at": at,
    }  # fmt: skip


def inbound_fields(person: Person, message: dict[str, Any], fields: dict[str, str]) -> dict[str, str]:
    pairs = {
        "SmsMessageSid": message["sid"],
        "NumMedia": message["num_media"],
        "ProfileName": person.name.split()[0],
        "SmsSid": message["sid"],
        "SmsStatus": "received",
        "To": message["to"],
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": message["sid"],
        "AccountSid": message["account_sid"],
        "From": message["from"],
        "ExternalUserId": person.scoped_id,
        "ApiVersion": "2010-04-01",
    }
    return pairs | fields | ({} if person.hidden else {"WaId": person.phone[1:]})


def status_fields(message: dict[str, Any], step: str, code: int) -> Pairs:
    pairs = {
        "ChannelPrefix": "whatsapp",
        "ApiVersion": "2010-04-01",
        "MessageStatus": step,
        "SmsSid": message["sid"],
        "SmsStatus": step,
        "ChannelInstallSid": "XE" + "0" * 32,
        "To": message["to"],
        "From": message["from"],
        "MessageSid": message["sid"],
        "AccountSid": message["account_sid"],
    }
    if step == "read":
        pairs["EventType"] = "READ"
    if code:
        pairs |= {"ErrorCode": str(code), "ChannelStatusMessage": "not delivered"}
    return list(pairs.items())


def matches(message: dict[str, Any], given: dict[str, str]) -> bool:
    if "To" in given and message["to"] != given["To"]:
        return False
    if "From" in given and message["from"] != given["From"]:
        return False
    after = given.get("DateSent>")
    return not after or bool(message["_at"] >= datetime.fromisoformat(after).timestamp())


def rendered(sid: str, types: dict[str, Any], template: str) -> Heard:
    if quick := types.get("twilio/quick-reply"):
        options = [(action["title"], action["id"]) for action in quick["actions"]]
        return Heard(sid, quick["body"], options, "buttons", template=template)
    if picker := types.get("twilio/list-picker"):
        options = [(item["item"], item["id"]) for item in picker["items"]]
        return Heard(sid, picker["body"], options, "list", picker["button"], template)
    return Heard(sid, types["twilio/text"]["body"], template=template)
