"""What people see when the bot speaks on Telegram, through the real library and over real HTTP."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.channels.channel import Arrived, File, Outcome, Outgoing, Undelivered
from bot.channels.telegram import Telegram
from bot.channels.telegram_parse import parse
from conversations.turn import Choice, Said, Tapped
from tests.bot.channels.conftest import Takings, settings_for
from tests.doubles.faults import BLOCKED, CUT, CUT_AFTER, DEACTIVATED, GATEWAY, NO_CHAT, Fault, silence, too_fast
from tests.doubles.telegram_people import Person
from tests.doubles.telegram_server import TelegramServer

CONSENT = (Choice("registration.consent", "agree", "Ya, setuju"), Choice("registration.consent", "decline", "Tidak"))
PARSE = 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 3'


@pytest.fixture
def siti(server: TelegramServer) -> Person:
    person = server.person("Siti Aminah")
    person.started = True
    return person


async def test_bold_is_shown_and_a_persons_signs_stay_what_they_are(telegram: Telegram, siti: Person) -> None:
    sent = await telegram.send(str(siti.id), Outgoing("*Halo* kak, A&B <toko> 2*3*4"), 1)
    heard = await siti.hears()
    assert heard.text == "Halo kak, A&B <toko> 2*3*4"
    assert heard.entities == [{"type": "bold", "offset": 0, "length": 4}]
    assert sent.platform_id == str(heard.id)


async def test_choices_are_buttons_that_carry_no_words(telegram: Telegram, siti: Person) -> None:
    await telegram.send(str(siti.id), Outgoing("Setuju?", CONSENT), 1)
    heard = await siti.hears()
    assert heard.buttons == ["Ya, setuju", "Tidak"]
    assert heard.data == ["1|registration.consent|agree", "1|registration.consent|decline"]


async def test_a_tap_is_acknowledged_and_the_old_question_shows_the_choice(
    telegram: Telegram, server: TelegramServer, siti: Person
) -> None:
    await telegram.send(str(siti.id), Outgoing("*Setuju* kak?", CONSENT), 1)
    question = await siti.hears()
    siti.taps("agree")
    tapped = await _arrival(telegram, server)
    assert tapped.content == Tapped("registration.consent", "agree")
    await telegram.send(str(siti.id), Outgoing("Terima kasih", acknowledge=tapped.handle), 2)
    assert (await siti.hears()).text == "Terima kasih"
    assert question.text == "Setuju kak?\n\n✓ Ya, setuju"
    assert question.entities == [{"type": "bold", "offset": 0, "length": 6}]
    assert question.buttons == []
    assert server.answered == [tapped.handle["callback"]]


async def test_a_late_tap_on_a_frozen_question_still_says_which_choice(
    telegram: Telegram, server: TelegramServer, siti: Person
) -> None:
    await telegram.send(str(siti.id), Outgoing("Setuju?", CONSENT), 1)
    question = await siti.hears()
    siti.taps("agree")
    first = await _arrival(telegram, server)
    await telegram.send(str(siti.id), Outgoing("", acknowledge=first.handle), 2)
    siti.taps("Tidak", on=question)
    second = await _arrival(telegram, server)
    assert second.content == Tapped("registration.consent", "decline")
    await telegram.send(str(siti.id), Outgoing("Baik", acknowledge=second.handle), 3)
    assert (await siti.hears()).text == "Baik"
    assert len(server.answered) == 2


async def test_a_typed_answer_can_spend_the_buttons_too(telegram: Telegram, siti: Person) -> None:
    sent = await telegram.send(str(siti.id), Outgoing("Setuju?", CONSENT), 1)
    question = await siti.hears()
    spent = {"chat": str(siti.id), "question": sent.platform_id}
    await telegram.send(str(siti.id), Outgoing("Baik", acknowledge=spent), 2)
    assert question.buttons == []
    assert question.text == "Setuju?"


async def test_trouble_with_acknowledging_never_costs_the_answer(
    telegram: Telegram, server: TelegramServer, siti: Person
) -> None:
    for method in ("answerCallbackQuery", "editMessageText"):
        server.faults.add(GATEWAY, method=method)
    handle = {"callback": "1", "chat": str(siti.id), "question": "7", "label": "Ya", "text": "Setuju?"}
    await telegram.send(str(siti.id), Outgoing("Terima kasih", acknowledge=handle), 1)
    assert (await siti.hears()).text == "Terima kasih"


async def test_the_nik_is_deleted_before_anything_is_said_about_it(
    telegram: Telegram, server: TelegramServer, siti: Person
) -> None:
    line = siti.says("3174055708950003")
    handle = (await _arrival(telegram, server)).handle
    await telegram.send(str(siti.id), Outgoing("NIK sudah kami hapus.", redact=handle), 1)
    assert line.deleted
    order = [name for name, _ in server.calls if name in ("deleteMessage", "sendMessage")]
    assert order == ["deleteMessage", "sendMessage"]


@pytest.mark.parametrize("fault", [GATEWAY, CUT, too_fast(3)])
async def test_a_nik_that_could_not_be_deleted_yet_is_tried_again_before_we_speak(
    telegram: Telegram, server: TelegramServer, siti: Person, fault: Fault
) -> None:
    line = siti.says("3174055708950003")
    handle = (await _arrival(telegram, server)).handle
    server.faults.add(fault, method="deleteMessage")
    message = Outgoing("NIK sudah kami hapus.", redact=handle)
    with pytest.raises(Undelivered) as caught:
        await telegram.send(str(siti.id), message, 1)
    assert caught.value.outcome is Outcome.RETRY_AFTER
    assert not server.sent("sendMessage")
    await telegram.send(str(siti.id), message, 1)
    assert line.deleted
    await telegram.send(str(siti.id), message, 1)  # and once more after a crash: already gone is fine


async def test_a_message_older_than_48_hours_stays_and_the_answer_goes(takings: Takings) -> None:
    clock = [time.time()]
    async with TelegramServer(now=lambda: clock[0]) as server:
        telegram = Telegram(settings_for(server), takings)
        await telegram.open()
        siti = server.person()
        line = siti.says("3174055708950003")
        clock[0] += 49 * 3600
        await telegram.send(str(siti.id), Outgoing("Baik", redact={"chat": str(siti.id), "message": str(line.id)}), 1)
        assert not line.deleted
        assert (await siti.hears()).text == "Baik"
        await telegram.close()


async def test_private_messages_cannot_be_forwarded(telegram: Telegram, siti: Person) -> None:
    await telegram.send(str(siti.id), Outgoing("NIK berakhiran 0003", private=True), 1)
    await telegram.send(str(siti.id), Outgoing("Halo"), 2)
    assert (await siti.hears()).protected
    assert not (await siti.hears()).protected


async def test_links_are_never_previewed_because_that_would_spend_them(
    telegram: Telegram, server: TelegramServer, siti: Person
) -> None:
    await telegram.send(str(siti.id), Outgoing("https://contoh.id/isi/abc"), 1)
    assert server.sent("sendMessage")[0]["link_preview_options"] == {"is_disabled": True}


async def test_the_payment_code_has_a_copy_button(telegram: Telegram, server: TelegramServer, siti: Person) -> None:
    await telegram.send(str(siti.id), Outgoing("Kode iuran", CONSENT[:1], copy="88810001"), 1)
    assert (await siti.hears()).buttons == ["Ya, setuju", "⧉ 88810001"]
    button = server.sent("sendMessage")[0]["reply_markup"]["inline_keyboard"][-1][0]
    assert button["copy_text"] == {"text": "88810001"}


async def test_the_contact_keyboard_is_offered_with_choices_beside_it(telegram: Telegram, siti: Person) -> None:
    skip = (Choice("registration.phone", "skip", "Lewati"),)
    await telegram.send(str(siti.id), Outgoing("Nomor HP?", skip, share_contact="Kirim nomor saya"), 1)
    assert (await siti.hears()).buttons == ["Kirim nomor saya", "Lewati"]
    assert siti.keyboard is not None
    assert siti.keyboard["one_time_keyboard"]
    assert siti.keyboard["keyboard"][0][0]["request_contact"]


@pytest.mark.parametrize("choices", [(), CONSENT])
@pytest.mark.parametrize("answer", ["shared", "typed"])
async def test_the_contact_keyboard_goes_away_with_the_next_message(
    telegram: Telegram, server: TelegramServer, siti: Person, choices: tuple[Choice, ...], answer: str
) -> None:
    await telegram.send(str(siti.id), Outgoing("Nomor HP?", share_contact="Kirim nomor saya"), 1)
    if answer == "shared":
        siti.shares_contact()
    else:
        siti.says("0812 3456 7890")
    handle = (await _arrival(telegram, server)).handle
    await telegram.send(str(siti.id), Outgoing("Terima kasih", choices, acknowledge=handle), 2)
    assert siti.keyboard is None
    assert [line.text for line in siti.seen if line.mine] == ["Nomor HP?", "Terima kasih"]


async def test_another_process_takes_the_contact_keyboard_away_when_the_contact_came(
    telegram: Telegram, server: TelegramServer, siti: Person, takings: Takings
) -> None:
    await telegram.send(str(siti.id), Outgoing("Nomor HP?", share_contact="Kirim nomor saya"), 1)
    siti.shares_contact()
    handle = (await _arrival(telegram, server)).handle
    other = Telegram(settings_for(server), takings)
    await other.open()
    await other.send(str(siti.id), Outgoing("Setuju?", CONSENT, acknowledge=handle), 2)
    assert siti.keyboard is None
    await other.close()


async def test_labels_too_long_for_a_button_are_numbered(telegram: Telegram, siti: Person) -> None:
    long = tuple(Choice("f.s", str(n), f"Pilihan {n} " + "yang panjang " * 6) for n in range(1, 8))
    await telegram.send(str(siti.id), Outgoing("Pilih", long), 1)
    heard = await siti.hears()
    assert heard.buttons == ["1", "2", "3", "4", "5", "6", "7"]
    assert heard.text.startswith("Pilih\n\n1. Pilihan 1 yang panjang")


async def test_more_choices_than_a_keyboard_holds_are_numbered_only(telegram: Telegram, siti: Person) -> None:
    many = tuple(Choice("f.s", str(n), f"Kelurahan {n}") for n in range(1, 61))
    await telegram.send(str(siti.id), Outgoing("Pilih", many), 1)
    heard = await siti.hears()
    assert heard.buttons == []
    assert "60. Kelurahan 60" in heard.text


async def test_a_value_too_long_for_a_button_comes_back_as_its_label(
    telegram: Telegram, server: TelegramServer, siti: Person
) -> None:
    job = Choice("registration.occupation", "pembantu rumah tangga yang menginap dan mengasuh anak", "Pengasuh anak")
    await telegram.send(str(siti.id), Outgoing("Pekerjaan?", (job,)), 1)
    await siti.hears()
    siti.taps("Pengasuh anak")
    assert (await _arrival(telegram, server)).content == Said("Pengasuh anak")


async def test_a_step_name_too_long_for_a_button_is_our_fault_not_a_crash(telegram: Telegram, siti: Person) -> None:
    with pytest.raises(Undelivered) as caught:
        await telegram.send(str(siti.id), Outgoing("?", (Choice("f." + "s" * 70, "a", "A"),)), 1)
    assert caught.value.outcome is Outcome.OUR_FAULT


async def test_refused_markup_costs_the_markup_not_the_words(
    telegram: Telegram, server: TelegramServer, siti: Person
) -> None:
    server.faults.add(Fault(400, PARSE), method="sendMessage")
    await telegram.send(str(siti.id), Outgoing("*Halo* <kak>", CONSENT), 1)
    heard = await siti.hears()
    assert (heard.text, heard.entities, len(heard.buttons)) == ("Halo <kak>", [], 2)


@pytest.mark.parametrize(
    ("fault", "outcome", "whole_channel"),
    [
        (BLOCKED, Outcome.OPTED_OUT, False),
        (DEACTIVATED, Outcome.UNREACHABLE, False),
        (Fault(403, "Forbidden: bot can't initiate conversation with a user"), Outcome.UNREACHABLE, False),
        (NO_CHAT, Outcome.UNREACHABLE, False),
        (Fault(400, "Bad Request: PEER_ID_INVALID"), Outcome.UNREACHABLE, False),
        (Fault(400, "Bad Request: have no rights to send a message"), Outcome.UNREACHABLE, False),
        (Fault(400, "Bad Request: BUTTON_DATA_INVALID"), Outcome.OUR_FAULT, False),
        (Fault(400, "Bad Request: message is too long"), Outcome.OUR_FAULT, False),
        (too_fast(17), Outcome.RETRY_AFTER, False),
        (Fault(429, "Too Many Requests", page=True), Outcome.RETRY_AFTER, False),
        (GATEWAY, Outcome.RETRY_AFTER, False),
        (Fault(500, "Internal Server Error"), Outcome.RETRY_AFTER, False),
        (CUT, Outcome.UNKNOWN, False),
        (CUT_AFTER, Outcome.UNKNOWN, False),
        (Fault(401, "Unauthorized"), Outcome.MISCONFIGURED, True),
        (Fault(404, "Not Found"), Outcome.MISCONFIGURED, True),
    ],
    ids=lambda value: getattr(value, "description", None),
)
async def test_every_refusal_is_a_decision(
    telegram: Telegram, server: TelegramServer, siti: Person, fault: Fault, outcome: Outcome, whole_channel: bool
) -> None:
    server.faults.add(fault, method="sendMessage")
    with pytest.raises(Undelivered) as caught:
        await telegram.send(str(siti.id), Outgoing("Halo kak Siti Aminah"), 1)
    assert (caught.value.outcome, caught.value.whole_channel) == (outcome, whole_channel)
    assert caught.value.retry_after == (fault.retry_after or caught.value.retry_after)
    assert "Siti" not in f"{caught.value!r} {caught.value.__cause__!r}"


async def test_a_platform_that_is_down_stops_the_channel_for_a_while(
    telegram: Telegram, server: TelegramServer
) -> None:
    await server.stop()
    await asyncio.sleep(0.05)  # the kept connection is seen to be closed
    with pytest.raises(Undelivered) as caught:
        await telegram.send("700000001", Outgoing("Halo"), 1)
    assert (caught.value.outcome, caught.value.whole_channel) == (Outcome.RETRY_AFTER, True)


async def test_silence_after_a_send_is_an_unknown_outcome(
    server: TelegramServer, siti: Person, takings: Takings
) -> None:
    telegram = Telegram(settings_for(server), takings, longest=0.2)
    await telegram.open()
    server.faults.add(silence(1), method="sendMessage")
    with pytest.raises(Undelivered) as caught:
        await telegram.send(str(siti.id), Outgoing("Halo"), 1)
    assert caught.value.outcome is Outcome.UNKNOWN
    assert (await siti.hears()).text == "Halo"  # it did arrive: that is why nobody may resend blindly
    await telegram.close()


async def test_a_429_in_two_chats_at_once_is_everybodys(
    telegram: Telegram, server: TelegramServer, siti: Person
) -> None:
    budi = server.person("Budi Santoso")
    budi.started = True
    server.faults.add(too_fast(30), times=3)
    seen = []
    for person in (siti, siti, budi):
        with pytest.raises(Undelivered) as caught:
            await telegram.send(str(person.id), Outgoing("Halo"), 1)
        seen.append(caught.value.whole_channel)
    assert seen == [False, False, True]


async def test_the_fakes_own_refusals_are_understood_too(telegram: Telegram, server: TelegramServer) -> None:
    budi = server.person("Budi Santoso")
    for prepare, outcome in (
        (lambda: None, Outcome.UNREACHABLE),
        (lambda: budi.says("halo"), None),
        (budi.blocks, Outcome.OPTED_OUT),
        (budi.returns, None),
    ):
        prepare()
        try:
            await telegram.send(str(budi.id), Outgoing("Halo"), 1)
            got = None
        except Undelivered as refused:
            got = refused.outcome
        assert got is outcome


async def _arrival(telegram: Telegram, server: TelegramServer) -> Arrived:
    """The newest update, read as the poller would read it."""
    update = (await server.updates.get({"offset": -1}))[-1]
    parsed = telegram.parse(update)
    assert isinstance(parsed, Arrived)
    assert isinstance(parse(update, parsed.at, "4242"), Arrived)
    return parsed


# ---- files ----


def a_file(media_type: str, content: bytes) -> File:
    async def made() -> bytes:
        return content

    return File("TK-79E1-KXXJ-M.pdf", media_type, "https://contoh.id/kertas/x/tanda-terima.pdf", made)


async def test_a_receipt_is_a_document_with_its_words_and_buttons_under_it(telegram: Telegram, siti: Person) -> None:
    pdf = a_file("application/pdf", b"%PDF-1.7 receipt")
    sent = await telegram.send(str(siti.id), Outgoing("Tanda terima *Siti* & <lain>", CONSENT, file=pdf), 1)
    heard = await siti.hears()
    assert heard.file is not None
    assert (heard.file.kind, heard.file.name, heard.file.content) == (
        "document", "TK-79E1-KXXJ-M.pdf", b"%PDF-1.7 receipt",
    )  # fmt: skip
    assert (heard.text, heard.buttons) == ("Tanda terima Siti & <lain>", ["Ya, setuju", "Tidak"])
    assert heard.entities == [{"type": "bold", "offset": 13, "length": 4}]
    assert sent.platform_id == str(heard.id)


async def test_a_picture_is_seen_at_once_and_its_buttons_are_spent_by_a_tap(
    telegram: Telegram, server: TelegramServer, siti: Person
) -> None:
    png = a_file("image/png", b"\x89PNG\r\n\x1a\nrest")
    await telegram.send(str(siti.id), Outgoing("Tanda terima", CONSENT, file=png), 1)
    heard = await siti.hears()
    assert heard.file is not None
    assert heard.file.kind == "photo"
    siti.taps("agree")
    tapped = await _arrival(telegram, server)
    assert tapped.content == Tapped("registration.consent", "agree")
    await telegram.send(str(siti.id), Outgoing("Baik", acknowledge=tapped.handle), 2)
    assert (await siti.hears()).text == "Baik"
    assert (heard.text, heard.buttons) == ("Tanda terima", [])


@pytest.mark.parametrize(("fault", "outcome"), [(GATEWAY, Outcome.RETRY_AFTER), (BLOCKED, Outcome.OPTED_OUT)])
async def test_trouble_with_a_file_is_decided_like_any_other(
    telegram: Telegram, server: TelegramServer, siti: Person, fault: Fault, outcome: Outcome
) -> None:
    server.faults.add(fault, method="sendDocument")
    with pytest.raises(Undelivered) as caught:
        await telegram.send(str(siti.id), Outgoing("Ini", file=a_file("application/pdf", b"%PDF-")), 1)
    assert caught.value.outcome is outcome
