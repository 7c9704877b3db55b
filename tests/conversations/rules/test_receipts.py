"""Receipt numbers survive being read out, and no slip turns one into another."""

from __future__ import annotations

import random

import pytest

from conversations.rules.receipts import BITS, make, read

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SAMPLE = [0, 1, (1 << BITS) - 1, 0x0F0F0F0F0F, 1 << 39]
MANY = [*(random.Random(seed).getrandbits(BITS) for seed in range(60)), *SAMPLE]
PRINTED = {0: "TK-0000-0000-0", 1: "TK-0000-0001-2", 0x0123456789: "TK-04HM-ASW9-5", (1 << BITS) - 1: "TK-ZZZZ-ZZZZ-3"}


def signs(receipt: str) -> str:
    return receipt.removeprefix("TK-").replace("-", "")


@pytest.mark.parametrize("bits", SAMPLE)
def test_a_receipt_reads_as_itself(bits: int) -> None:
    receipt = make(bits)
    assert read(receipt) == receipt
    assert [len(part) for part in receipt.split("-")] == [2, 4, 4, 1]
    assert set(signs(receipt)) <= set(SIGNS)


def test_different_bits_make_different_receipts() -> None:
    assert len({make(bits) for bits in range(5000)}) == 5000


def test_a_receipt_keeps_its_shape_for_ever() -> None:
    # Receipts are printed and written on paper: the same bits must mean the same receipt in every version.
    assert {bits: make(bits) for bits in PRINTED} == PRINTED


@pytest.mark.parametrize("change", ["lower", "spaces", "bare", "no prefix", "round letters", "long dashes", "wide"])
def test_a_receipt_is_read_however_it_was_copied(change: str) -> None:
    for bits in MANY:
        receipt = make(bits)
        copied = {
            "lower": receipt.lower(),
            "spaces": f"  {receipt.replace('-', ' ')}\n",
            "bare": receipt.replace("-", ""),
            "no prefix": receipt.removeprefix("TK-"),
            "round letters": "TK-" + receipt[3:].replace("0", "O").replace("1", "l"),
            "long dashes": receipt.replace("-", " – "),
            "wide": "".join(chr(ord(c) + 0xFEE0) for c in receipt),
        }[change]
        assert read(copied) == receipt


def test_no_single_wrong_character_goes_unnoticed() -> None:
    for bits in MANY:
        said = signs(make(bits))
        for place in range(len(said)):
            for other in SIGNS.replace(said[place], ""):
                assert read(said[:place] + other + said[place + 1 :]) is None


def test_no_two_characters_trade_places_unnoticed() -> None:
    for bits in MANY:
        said = signs(make(bits))
        for first in range(len(said)):
            for second in range(first + 1, len(said)):
                if said[first] != said[second]:
                    swapped = list(said)
                    swapped[first], swapped[second] = swapped[second], swapped[first]
                    assert read("".join(swapped)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TK",
        "TK-",
        "halo",
        "TK-7Q4F-92XM",
        "TK-7Q4F-92XM-CC",
        "TK-UUUU-UUUU-U",
        "٠" * 9,
        "\0" * 9,
        "0" * 500,
        "🎫" * 9,
    ],
)
def test_what_is_not_a_receipt_is_not_read_as_one(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("bits", [-1, 1 << BITS])
def test_too_many_bits_are_our_mistake(bits: int) -> None:
    with pytest.raises(ValueError, match="40 bits"):
        make(bits)
