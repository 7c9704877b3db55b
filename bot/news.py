"""News on its way: a page at a time, by day, until it is done, stopped, or today's share is reached."""

from __future__ import annotations

from datetime import datetime, time

import structlog

from bot.channels.channel import Outgoing
from bot.payload import pack
from bot.services import Services
from conversations.hours import is_day
from storage import broadcasts
from storage.broadcasts import Broadcast

log = structlog.get_logger()
REFERENCE = "id"


def said(news: Broadcast, language: str, services: Services) -> str:
    """What somebody reads: the text in their language, and how to hear no more."""
    text = news.texts.get(language) or news.texts[REFERENCE]
    return f"{text}\n\n{services.house.words[language].text('notice.news_stop')}"


async def send_news(services: Services, now: datetime) -> int:
    """Go on with everything that runs, one page each. Returns how many were told."""
    zone = services.settings.zone
    if not is_day(now, zone):
        return 0
    midnight = datetime.combine(now.astimezone(zone).date(), time.min, zone)
    async with services.db.reading() as tx:
        under_way = await broadcasts.running(tx)
    told = 0
    for news in under_way:
        words = {language: pack(Outgoing(said(news, language, services))) for language in services.house.words}
        async with services.db.writing() as tx:
            reached = await broadcasts.go_on(
                tx, services.keyring, news, words.__getitem__, since_midnight=midnight, now=now
            )
        told += reached
        if reached:
            log.info("news_sent", broadcast=news.id, chats=reached)
    if told:
        services.wake()
    return told
