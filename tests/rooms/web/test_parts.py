"""When two reports beside the text speak of the same."""

from hypothesis import given
from hypothesis import strategies as st

from corrigenda.web.parts import KnownParts, PartWords

images = st.sampled_from(["", "https://img.example/1.jpg", "https://img.example/2.jpg"])
words = st.sampled_from(["", "  ", "A story", " a  STORY ", "Another"])


def test_white_space_and_case_do_not_count() -> None:
    assert PartWords("headline", "A story").is_same(PartWords("headline", " a\n STORY"))
    assert not PartWords("headline", "A story").is_same(PartWords("image", "A story"))
    assert not PartWords("headline", "").is_same(PartWords("headline", ""))


@given(st.lists(st.builds(PartWords, st.just("image"), words, images), max_size=12))
def test_many_at_once_are_judged_as_each_by_each(said: list[PartWords]) -> None:
    known = KnownParts()
    for number, about in enumerate(said):
        assert known.add(about) == any(about.is_same(other) for other in said[:number])
