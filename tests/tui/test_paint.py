"""The painter: exact widths, nothing that a terminal obeys, no markup."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests import hostile
from tutor.render.lines import Seg
from tutor.tui import label, paint, themes, wrap
from tutor.tui.widgets.panels import EveLine

TEXT = st.text(max_size=40)
ROLES = st.sampled_from(["", "password", "password+look", "dim", "verb+now+cursor", "odd-role"])
ROWS = st.lists(st.builds(Seg, TEXT, ROLES), max_size=6)
PLAIN = st.text(alphabet="ab c,日本é.", max_size=60)


@given(ROWS, st.integers(1, 90), st.sampled_from(themes.NAMES))
def test_a_strip_has_exactly_its_width_and_no_control(
    row: list[Seg], width: int, theme: str
) -> None:
    strip = paint.strip(row, width, themes.palette(theme))
    assert strip.cell_length == width
    text = "".join(segment.text for segment in strip)
    assert cell_len(text) == width
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") for char in text)


@pytest.mark.parametrize("trick", hostile.TRICKS)
def test_tricks_are_only_shown(trick: str) -> None:
    raw = hostile.TRICKS[trick].decode("utf-8", "surrogateescape")
    strip = paint.strip([Seg(raw, "text")], 200, themes.palette("wt-dark"))
    text = "".join(segment.text for segment in strip)
    assert "\x1b" not in text
    assert text.isprintable()
    assert all(segment.style is None or not segment.style.meta for segment in strip)


def test_markup_is_text() -> None:
    strip = paint.strip(
        [Seg("[red]x[/nope] [@click=app.quit]y", "")], 40, themes.palette("wt-dark")
    )
    assert "".join(s.text for s in strip).startswith("[red]x[/nope] [@click=app.quit]y")


def test_what_is_cut_says_so() -> None:
    assert "".join(s.text for s in paint.fit([Seg("abcdef", "")], 4)) == "abc…"
    assert "".join(s.text for s in paint.fit([Seg("abcd", "")], 4)) == "abcd"


@given(PLAIN, st.integers(2, 30))
def test_chopped_rows_fit_and_lose_nothing(text: str, width: int) -> None:
    rows = wrap.chop([Seg(text, "")], width)
    assert all(paint.width_of(row) <= width for row in rows)
    assert "".join(seg.text for row in rows for seg in row) == text


@given(PLAIN, st.integers(4, 30))
def test_flowed_rows_fit_and_keep_every_word(text: str, width: int) -> None:
    rows = wrap.flow(text, width)
    assert all(paint.width_of(row) <= width for row in rows)
    shown = "".join(seg.text for row in rows for seg in row).replace(" ", "")
    assert shown == "".join(text.split())


@pytest.mark.parametrize("width", range(12, 40))
def test_no_row_begins_with_what_belongs_to_the_word_before(width: int) -> None:
    for row in wrap.flow(
        "One of them, **the client**, calls `the server`; then (**it**) answers.", width
    ):
        assert paint.width_of(row) <= width
        assert row[0].text[0] not in ",;.)"


def test_captured_text_is_cut_after_a_blank_where_one_is_near() -> None:
    line = [Seg("* CAPABILITY ", "verb"), Seg("IDLE LITERAL+ STARTTLS", "argument")]
    texts = ["".join(seg.text for seg in row) for row in wrap.chop(line, 25)]
    assert texts == ["* CAPABILITY IDLE ", "LITERAL+ STARTTLS"]
    assert wrap.chop([Seg("", "")], 5) == [[]]
    assert ["".join(s.text for s in row) for row in wrap.chop([Seg("abcdefgh i", "")], 6)] == [
        "abcdef",
        "gh i",
    ]


def test_eves_line_cuts_values_and_no_mark() -> None:
    line = EveLine()
    line._words = "Eve sabe 9 coisas"
    line._new = [("nome", "alice@example.org", ""), ("senha", "correct-horse", " !!")]
    for width in range(52, 90):
        (row,) = line.build(width, 1)
        text = "".join(seg.text for seg in row)
        assert paint.width_of(row) <= width
        assert text.endswith(" !!"), width
    assert "alice@example.org" in text
    assert "correct-horse !!" in text


def test_flow_knows_strong_and_code() -> None:
    (row,) = wrap.flow("**LOGIN** carries `a b`", 40)
    assert [(seg.text, seg.role) for seg in row] == [
        ("LOGIN", "strong"),
        (" carries ", ""),
        ("a b", "code"),
    ]


def test_labels_stand_beneath_their_parts() -> None:
    row = [
        Seg("a1 LOGIN ", "verb"),
        Seg("al", "user+look"),
        Seg(" ", "space"),
        Seg("pw", "password+look"),
    ]
    names = {"user": "user", "password": "password"}
    rows = label.label_rows(row, 3, 60, lambda role: names[role])
    texts = ["".join(seg.text for seg in line) for line in rows]
    # the first is wider than its part, so that the second goes one row lower
    assert texts == ["            └user┘", "               └password┘"]


def test_an_asterisk_is_highlighted_and_not_called_a_tag() -> None:
    row = [Seg("*", "tag+look"), Seg(" ", "space"), Seg("2", "count+look")]
    labels = label.label_rows(row, 0, 40, lambda role: role)
    text = "".join(seg.text for labelled in labels for seg in labelled)
    assert "count" in text
    assert "tag" not in text
    tagged = label.label_rows([Seg("a2", "tag+look")], 0, 40, lambda role: role)
    assert "tag" in "".join(seg.text for seg in tagged[0])


def test_what_is_cut_at_the_left_keeps_a_blank_before_the_right() -> None:
    row = paint.justify([Seg("one mailbox, many devices", "")], [Seg("eye: Eve", "")], 24)
    assert "".join(seg.text for seg in row) == "one mailbox, m… eye: Eve"
    row = paint.justify([Seg("one mailbox", "")], [Seg("eye: Eve", "")], 19)
    assert "".join(seg.text for seg in row) == "one mailboxeye: Eve"


def test_a_role_with_a_text_highlights_one_part() -> None:
    row = [Seg("STARTTLS", "capability"), Seg(" ", "space"), Seg("IDLE", "capability")]
    roles = [seg.role for seg in label.highlight(row, ("capability:IDLE",))]
    assert roles == ["capability", "space", "capability+look"]
    both = [seg.role for seg in label.highlight(row, ("capability",))]
    assert both == ["capability+look", "space", "capability+look"]


def test_a_header_of_many_lines_is_labelled_once() -> None:
    said: set[str] = set()
    first, second = [Seg("From: Bob", "header+look")], [Seg("To: Alice", "header+look")]
    assert len(label.label_rows(first, 0, 40, str, said)) == 1
    assert label.label_rows(second, 0, 40, str, said) == []
    token = [Seg("dXNlcj1hbGljZ", "token+look")]
    assert len(label.label_rows(token, 0, 40, str, said)) == 1
    assert label.label_rows(token, 0, 40, str, said) == []
    # a password cut over two rows keeps its label in both
    secret = [Seg("correct", "password+look")]
    assert len(label.label_rows(secret, 0, 40, str, said)) == 1
    assert len(label.label_rows(secret, 0, 40, str, said)) == 1


@pytest.mark.parametrize("theme", themes.NAMES)
def test_every_theme_tells_the_highlight_and_the_cursor_apart(theme: str) -> None:
    palette = themes.palette(theme)
    plain = palette.style("argument")
    assert palette.style("argument+look") != plain
    assert palette.style("argument+cursor") != plain
    assert palette.style("password+look").reverse


def test_monochrome_has_no_colour() -> None:
    palette = themes.palette("wt-mono")
    for role in ("password+look", "mark", "bar", "phasebar", "good+cursor", "label+past"):
        style = palette.style(role)
        assert style.color is None or style.color.is_default
        assert style.bgcolor is None or style.bgcolor.is_default


@pytest.mark.parametrize(
    ("environment", "theme"),
    [
        ({"NO_COLOR": "1"}, "wt-mono"),
        ({"NO_COLOR": ""}, "wt-mono"),
        ({"TERM": "dumb"}, "wt-mono"),
        ({"WIRETUTOR_THEME": "light"}, "wt-light"),
        ({"WIRETUTOR_THEME": "nonsense"}, "wt-dark"),
        ({}, "wt-dark"),
    ],
)
def test_the_first_theme(environment: dict[str, str], theme: str) -> None:
    assert themes.first_theme(environment) == theme
