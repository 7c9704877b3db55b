"""Thanks and "all right": heard whole, never inside something that says more, and never an answer by themselves."""

from __future__ import annotations

import pytest

from bot.house import build_house
from conversations.thanks import courtesy
from conversations.turn import Consented, Said, Tapped
from tests.conversations.people import ANA, FORM, open_now
from tests.transcripts.replay import Chat

THANKS = (
    *("makasih", "Makasih ya kak", "oke makasih", "siap makasih infonya", "terima kasih banyak kak", "Terimakasih"),
    *(
        "trima kasih atas bantuannya",
        "thx min",
        "thank you so much",
        "tengkyu",
        "makasiiih",
        "hatur nuhun",
        "🙏",
        "🙏🏽🙏🏽",
    ),
    *("matur suwun pak", "mksh udah dibantu", "makasih, sip"),
)
FINE = ("oke", "Ok kak", "siap", "sip", "siap bang", "baik kak", "noted", "👍", "😊", "oh gitu", "paham kak", "mantap")
MORE = (
    *(
        "makasih, mau daftar",
        "iya makasih",
        "setuju makasih",
        "tidak makasih",
        "ok 2 juta",
        "siap daftar",
        "kasih",
        "terima",
    ),
    *(
        "makasih tapi belum paham",
        "ya",
        "oke gas",
        "Kasih Ibu",
        "baik hati",
        "sama",
        "",
        "?",
        "1",
        "terima uang",
        "😭",
        "O",
    ),
)


@pytest.mark.parametrize("text", THANKS)
def test_thanks_are_heard(text: str) -> None:
    assert courtesy(text) == "thanks"


@pytest.mark.parametrize("text", FINE)
def test_all_right_is_heard(text: str) -> None:
    assert courtesy(text) == "fine"


@pytest.mark.parametrize("text", MORE)
def test_what_says_more_is_left_to_others(text: str) -> None:
    assert courtesy(text) == ""


def asked_at(step: str) -> Chat:
    """A chat in which Ana has answered everything before this question."""
    talking = Chat(build_house())
    talking.send(Said("daftar"))
    while (asked := open_now(talking.talk).partition("?")[0]) != step:
        doubted = "?" in open_now(talking.talk)
        talking.send(Tapped(f"{FORM}.{asked}?", "yes") if doubted else ANA[asked])
    return talking


STEPS = (
    *("path", "consent", "situation", "full_name", "nik", "born", "sex", "kelurahan", "rw", "phone", "email"),
    *("occupation", "second_occupation", "income", "programme", "months", "reminders", "confirm"),
)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("text", ["makasih", "oke makasih", "🙏", "terima kasih banyak ya kak"])
def test_thanks_at_a_question_answer_nothing_and_miss_nothing(step: str, text: str) -> None:
    talking = asked_at(step)
    before = talking.talk.sessions[FORM]
    spoken = talking.send(Said(text))
    after = talking.talk.sessions[FORM]
    assert (after.answers, after.misses, after.doubt, after.asked) == (before.answers, 0, None, step)
    assert not [effect for effect in spoken.effects if isinstance(effect, Consented)]
    assert spoken.message is not None
    assert spoken.message.text.startswith("Sama-sama, Kak.")
    assert len(spoken.message.text) < 200


@pytest.mark.parametrize("step", [step for step in STEPS if step not in ("consent", "reminders", "confirm")])
def test_all_right_at_a_question_that_asks_no_yes_answers_nothing(step: str) -> None:
    talking = asked_at(step)
    before = talking.talk.sessions[FORM]
    talking.send(Said("siap"))
    talking.send(Said("sip"))  # the first must not have become a name that the second agrees to
    after = talking.talk.sessions[FORM]
    assert (after.answers, after.misses, after.doubt, after.asked) == (before.answers, 0, None, step)


@pytest.mark.parametrize("step", ["consent", "reminders", "confirm"])
def test_all_right_is_a_yes_where_one_is_asked(step: str) -> None:
    talking = asked_at(step)
    talking.send(Said("siap"))
    assert talking.submitted if step == "confirm" else step in talking.talk.sessions[FORM].answers
