"""Every script keeps its letters: marks, joiners, soft hyphens, words without spaces, stops of sentences."""

import tracemalloc
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrigenda.passage import Selector, carry, find, patch, plain_text, word_diff
from corrigenda.passage.confidence import ASK_BELOW
from corrigenda.passage.edges import cuts_sign
from corrigenda.passage.folding import Folded, fold
from corrigenda.passage.places import locate_quote
from corrigenda.passage.scripts import words_of
from corrigenda.passage.words import tokens

# A sentence with a name in it, and the name; written for these tests.
SENTENCES = {
    "en": ("The minister Anna Cole said on Monday that the bridge is open again.", "Anna Cole"),
    "de": ("Die Gesundheitsministerin Anna Groß sagte am Montag, die Brücke sei wieder offen.", "Anna Groß"),
    "fr": ("La forêt de Chênebrûlé a été fermée lundi après la tempête de l’été.", "Chênebrûlé"),
    "tr": ("Kaptan Öztürk pazartesi günü köprünün yeniden açıldığını söyledi.", "Kaptan Öztürk"),
    "vi": ("Bộ trưởng Nguyễn Thị Hạnh nói hôm thứ Hai rằng cây cầu đã mở lại.", "Nguyễn Thị Hạnh"),
    "uk": ("Міністерка Ганна Коваль сказала в понеділок, що міст знову відкрито.", "Ганна Коваль"),
    "ar": ("قال الوزيرُ خالدٌ يوم الاثنين إنّ الجسر مفتوحٌ من جديد.", "خالدٌ"),
    "he": ("השרה חנה כהן אמרה ביום שני שהגשר נפתח מחדש.", "חנה כהן"),
    "hi": ("मंत्री अनिल चौधरी ने सोमवार को कहा कि पुल फिर से खुल गया है।", "अनिल चौधरी"),
    "bn": ("মন্ত্রী অনিল চৌধুরী সোমবার বলেছেন যে সেতুটি আবার খুলেছে।", "অনিল চৌধুরী"),
    "ta": ("அமைச்சர் கண்ணன் திங்களன்று பாலம் மீண்டும் திறக்கப்பட்டது என்றார்.", "கண்ணன்"),
    "th": ("รัฐมนตรีสมชายกล่าวเมื่อวันจันทร์ว่าสะพานเปิดอีกครั้งแล้ว", "สมชาย"),
    "zh": ("部长王小明星期一说，大桥已经重新开放。", "王小明"),
    "ja": ("大臣の山田花子は月曜日、橋が再び開通したと述べた。", "山田花子"),
    "ko": ("장관 김민수는 월요일에 다리가 다시 열렸다고 말했다.", "김민수"),
}
ALL = pytest.mark.parametrize("language", SENTENCES)


def softened(text: str) -> str:
    """The text with what a hyphenation plug-in puts into its words."""
    return "".join(f"{one}\u00ad" if one.isalpha() and at % 3 == 2 else one for at, one in enumerate(text))


def marked(text: str) -> str:
    """The text as a tool leaves it that marks texts by variation selectors."""
    return text.replace(" ", " \ufeff\ufe00\ufe01\U000e0120", 1)


@ALL
@pytest.mark.parametrize("change", [softened, marked, lambda text: unicodedata.normalize("NFD", text)])
def test_what_readers_do_not_see_changes_no_match(language: str, change: Callable[[str], str]) -> None:
    text, name = SENTENCES[language]
    other = change(text)
    for old, new in ((text, other), (other, text)):
        (match,) = carry(old, new, [span_in(old, name)])
        assert (match.kind, match.span) == ("unchanged", span_in(new, name))
        assert match.confidence >= ASK_BELOW
        start, end = span_in(old, name)
        found = find(new, Selector.of(old, start, end), start)
        assert (found.kind, found.span) == ("unchanged", span_in(new, name))
        bare = locate_quote([new], Selector(old[start:end]), position=None)
        assert fold(bare.words(new)) == fold(name)
    assert [segment.kind for segment in word_diff(text, other)] == ["equal"]


def span_in(text: str, name: str) -> tuple[int, int]:
    """The span of a name in a text, however both are written."""
    spans = [
        (start, end)
        for start in range(len(text))
        for end in range(start + 1, min(len(text), start + 3 * len(name)) + 1)
        if fold(text[start:end]) == fold(name) and not cuts_sign(text, start) and not cuts_sign(text, end)
    ]
    return min(spans, key=lambda span: span[1] - span[0])


@ALL
def test_a_new_name_takes_the_whole_place_of_the_old_one(language: str) -> None:
    """Also where the engine had to compare words, because a mark came between them."""
    text, name = SENTENCES[language]
    new = f"1. {text.replace(name, f'“{name}”')}"
    (match,) = carry(text, new, [span_in(text, name)])
    assert match.span is not None
    assert plain_text(patch(f"<p>{new}</p>", *match.span, "X")) == new.replace(name, "X")


def test_what_a_long_text_needs_to_be_compared_is_little() -> None:
    text = "a\u00ad" * 200_000
    tracemalloc.start()
    try:
        folded = Folded(text)
        held, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(folded.text) == 200_000
    assert held < 10 * len(text)


SIGNS = "aeß \u0301\u0323\u0e2a\u0e27\u0e31चौधरी\u094dक👨\u200d👩\U0001f1fa\U0001f1e6각\u1100\u1161\u11a8."


@given(st.text(alphabet=SIGNS, max_size=30), st.data())
def test_no_match_ends_within_a_sign(text: str, data: st.DataObject) -> None:
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    at = data.draw(st.integers(0, len(text)))
    new = text[:at] + data.draw(st.sampled_from(["", " word ", "\u0301", "\u200d", "े"])) + text[at:]
    (match,) = carry(text, new, [(start, end)])
    if match.start is not None and match.end is not None:
        assert not cuts_sign(new, match.start)
        assert not cuts_sign(new, match.end)


@pytest.mark.parametrize(
    "sentences",
    [
        ("市长说桥已经修好了。", "游客可以从南门进入公园！", "警方没有找到任何线索。"),
        ("市長は橋が直ったと言った。", "観光客は南門から公園に入れる。", "警察は手がかりを見つけていない。"),
        (
            "मेयर ने कहा कि पुल ठीक हो गया है। ",
            "पर्यटक दक्षिण द्वार से आ सकते हैं। ",
            "पुलिस को कोई सुराग नहीं मिला।",
        ),
    ],
    ids=["zh", "ja", "hi"],
)
def test_a_sentence_that_moved_to_another_paragraph_is_followed(sentences: tuple[str, ...]) -> None:
    first, moved, last = sentences
    other = "x" * 20
    old, new = f"{first}{moved}{last}\n{other}", f"{first}{last}\n{other}\n{moved}"
    start = old.index(moved)
    (match,) = carry(old, new, [(start, start + 6)])
    assert match.kind == "moved"
    assert match.span == (new.index(moved), new.index(moved) + 6)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("สวัสดีครับท่านนายก", ["สวัสดี", "ครับ", "ท่าน", "นายก"]),
        ("ສະບາຍດີປະເທດລາວ", ["ສະບາຍດີ", "ປະເທດ", "ລາວ"]),
        ("ខ្ញុំស្រលាញ់ភាសាខ្មែរ", ["ខ្ញុំ", "ស្រលាញ់", "ភាសាខ្មែរ"]),
        ("မြန်မာနိုင်ငံ၏မြို့တော်", ["မြန်မာနိုင်ငံ", "၏", "မြို့တော်"]),
    ],
)
def test_words_without_spaces_are_told_apart(run: str, words: list[str]) -> None:
    assert words_of(run) == words
    assert tokens(f"31 {run}")[2:] == words
