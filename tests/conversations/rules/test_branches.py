"""Which offices may be named to people."""

from conversations.rules.branches import BRANCHES, sure_ones


def test_only_offices_that_a_source_places_are_named() -> None:
    assert [branch.name for branch in sure_ones("Jakarta Timur")] == ["Jakarta Pulo Gebang"]
    assert sure_ones("Jakarta Selatan") == ()
    assert sure_ones("") == ()


def test_the_unsure_are_kept_with_how_unsure_they_are() -> None:
    assert len(BRANCHES) == 20
    assert sum(branch.sure for branch in BRANCHES) == 5
    assert {branch.exists for branch in BRANCHES} == {"sure", "weak", "old", "unconfirmed"}
