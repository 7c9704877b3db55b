"""The very message a person will get, made by the conversation itself before anything is sent."""

from __future__ import annotations

from dataclasses import replace

from bot.admin.answers import PERSONAL, mask
from bot.lookups import look_up
from bot.services import Services
from conversations.conversation import converse
from conversations.forms import FORMS
from conversations.standing import shown
from conversations.turn import Inbound, Message, SentBack, Told, Wants
from storage import turns
from storage.applications import Opened
from storage.tx import Tx


async def asked_again(
    tx: Tx, services: Services, application: Opened, steps: tuple[str, ...], reason: str
) -> Message | None:
    """What the chat is asked when these steps are sent back now; what the reviewer may not see yet is masked.

    None where the chat cannot be reached: the person was forgotten.
    """
    place = await turns.look(tx, services.keyring, application.chat_id)
    if place is None:
        return None
    now, channel = services.clock(), services.delivery.channels.get(application.channel)
    inbound = Inbound(
        SentBack(application.receipt, steps, reason),
        at=now,
        today=now.astimezone(services.settings.zone).date(),
        form_url=f"{services.settings.base_url}/isi/…",
        can=channel.can if channel else frozenset(),
    )
    spoken = converse(services.house, place.talk, inbound)
    for wants in (effect for effect in spoken.effects if isinstance(effect, Wants)):
        facts = await look_up(tx, services.keyring, place, wants, now.astimezone(services.settings.zone))
        spoken = converse(services.house, spoken.talk, replace(inbound, content=Told(wants.name, facts)))
    message = spoken.message
    return replace(message, text=_masked(services, application, message.text)) if message else None


def _masked(services: Services, application: Opened, text: str) -> str:
    """The message repeats what the person answered before, which the reviewer may not have uncovered."""
    words, form = services.house.words[application.language], FORMS[application.form]
    for step in PERSONAL & set(application.answers):
        answer, ask = application.answers[step].value, form.asks.get(step)
        if ask is None or answer is None:
            continue
        said = words.text("engine.kept", {"value": shown(form, ask, answer)["value"]})
        text = text.replace(said, words.text("engine.kept", {"value": mask(step, answer)}))
    return text
