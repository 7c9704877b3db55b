"""What somebody who is helped is called: by one word of their name, with the Bu or Pak they were introduced with."""

from __future__ import annotations

import pytest

from conversations.helping import first_name, named
from conversations.turn import Session, Talk


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("Bu Mina", "Bu Mina"),
        ("bu mina rohana", "Bu Mina"),
        ("Pak H. Joko Susilo", "Pak Joko"),
        ("Hj. Siti Aminah", "Siti"),
        ("Siti Aminah", "Siti"),
        ("M. Rizki", "Rizki"),
        ("ibu saya", "Ibu"),
        ("Ibu", "Ibu"),
        ("Mak", "Mak"),
        ("Nenek Muhammadnurhidayatul", "Nenek Muhammadnurhid"),
        ("A.", "A."),
    ],
)
def test_one_word_and_how_they_are_addressed(said: str, called: str) -> None:
    assert first_name(said) == called
    assert first_name(called) == called


@pytest.mark.parametrize("text", ["bu mina", "Mina", "ganti mina", "pindah Bu Mina"])
def test_they_are_found_again_with_and_without_the_address(text: str) -> None:
    mina = Session("registration", asked="nik", facts={"who": "Bu Mina"})
    joko = Session("registration", asked="nik", facts={"who": "Pak Joko"})
    talk = Talk(active="registration:3", sessions={"registration:2": mina, "registration:3": joko})
    assert named(talk, text) == "registration:2"


def test_where_two_are_called_alike_the_whole_address_decides() -> None:
    talk = Talk(
        active="",
        sessions={
            "registration:2": Session("registration", asked="nik", facts={"who": "Bu Ayu"}),
            "registration:3": Session("registration", asked="nik", facts={"who": "Mbak Ayu"}),
        },
    )
    assert named(talk, "mbak ayu") == "registration:3"
    assert named(talk, "ayu") == ""
