"""The program as installed, for tests: `taruna …` with the clock of the transcripts and without the platforms' pace."""

from __future__ import annotations

import contextlib
import os
import sys
from datetime import datetime

import time_machine

from bot import floods
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from bot.cli import main

CLOCK = "CLOCK_AT"  # ISO; from there it ticks on
HASTE = "IN_HASTE"  # set where people who type faster than anybody are no flood

if __name__ == "__main__":
    Telegram.rate = Telegram.rate_per_chat = WhatsApp.rate = WhatsApp.rate_per_chat = 1_000_000.0
    if os.environ.get(HASTE):
        floods.MINUTE = floods.DAY
    at = os.environ.get(CLOCK, "")
    with time_machine.travel(datetime.fromisoformat(at), tick=True) if at else contextlib.nullcontext():
        main(sys.argv[1:])
