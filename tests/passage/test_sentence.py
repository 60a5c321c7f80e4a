"""The sentences around a passage."""

import pytest

from corrigenda.passage import sentence_at


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("It rained. Then it stopped. Good.", "it", "Then it stopped."),
        ("It rained. Then it stopped. Good.", "rained. Then", "It rained. Then it stopped."),
        ("Mr. Smith of St. Ives came. He left.", "Ives", "Mr. Smith of St. Ives came."),
        ("The U.S. Navy came. It left.", "Navy", "The U.S. Navy came."),
        ("It cost $10.8 million. More later.", "million", "It cost $10.8 million."),
        ("“Stop!” he said. Then he left.", "said", "“Stop!” he said."),
        ("He said: “Stop!” Then he left.", "Then", "Then he left."),
        ("Вул. Хрещатик, буд. 5, м. Київ. Далі інше.", "Київ", "Вул. Хрещатик, буд. 5, м. Київ."),
        ("Head\nFirst line here\nNext", "line", "First line here"),
        ("今日は。明日は！", "明日", "明日は！"),
        ("no stop at all", "stop", "no stop at all"),
        ("Really?! Yes… Perhaps.", "Yes", "Yes…"),
    ],
)
def test_the_sentence_around_words(text: str, words: str, sentence: str) -> None:
    at = text.index(words, 1 if words == "it" else 0)
    start, end = sentence_at(text, at, at + len(words))
    assert text[start:end] == sentence


def test_the_ends_of_a_text() -> None:
    assert sentence_at("", 0, 0) == (0, 0)
    assert sentence_at("One. Two.", 9, 9) == (5, 9)
