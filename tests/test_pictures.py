"""The README's pictures: whole, quiet, without a word from outside, and made again alike."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import ModuleType

import pytest
from rich.segment import Segment
from rich.style import Style

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
ANIMATED = PICTURES / "first-look.svg"
SVG = "{http://www.w3.org/2000/svg}"

FEWEST, MOST_BYTES = 7, 120_000
MACHINE = re.compile(r"/(home|root|work|tmp|Users|var)/|[A-Z]:\\")


def _names() -> list[str]:
    found = sorted(path.name for path in PICTURES.glob("*.svg"))
    assert "first-look.svg" in found
    return found


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(PICTURES)
    return importlib.import_module("drawing")


def _frames(svg: str) -> list[ElementTree.Element]:
    return [g for g in ElementTree.fromstring(svg).iter(f"{SVG}g") if g.get("class") == "frame"]


def _visible(svg: str, second: float) -> list[int]:
    """The frames that SMIL shows at a time (discrete: the last key time that has come counts)."""
    shown = []
    for number, frame in enumerate(_frames(svg)):
        clock = frame.find(f"{SVG}animate")
        assert clock is not None
        length = float(clock.attrib["dur"].removesuffix("s"))
        times = [float(time) * length for time in clock.attrib["keyTimes"].split(";")]
        values = clock.attrib["values"].split(";")
        assert len(times) == len(values)
        assert times == sorted(times)
        assert times[0] == 0
        state = [value for time, value in zip(times, values, strict=True) if time <= second][-1]
        if state == "visible":
            shown.append(number)
    return shown


@pytest.mark.parametrize("name", _names())
def test_a_picture_is_well_formed_small_and_asks_nothing_of_anybody(name: str) -> None:
    text = (PICTURES / name).read_text(encoding="utf-8")
    tree = ElementTree.fromstring(text)
    assert len(text.encode()) < MOST_BYTES
    assert text.replace("http://www.w3.org/2000/svg", "").find("//") == -1
    assert not {"script", "image", "foreignObject"} & {e.tag.removeprefix(SVG) for e in tree.iter()}
    assert "@font-face" not in text
    assert "url(" not in text
    links = [e.attrib["href"] for e in tree.iter() if "href" in e.attrib]
    ids = {e.attrib["id"] for e in tree.iter() if "id" in e.attrib}
    assert links
    assert {link.removeprefix("#") for link in links} <= ids
    # readers of the screen get the title and the captions
    told = "".join(tree.findtext(f"{SVG}{tag}") or "" for tag in ("title", "desc"))
    assert "wiretutor" in told


def test_no_file_names_a_path_of_a_machine() -> None:
    for path in PICTURES.iterdir():
        if path.is_file():
            assert not MACHINE.search(path.read_text(encoding="utf-8")), path.name


def test_lesson_0_is_told_in_frames_of_which_one_is_always_shown() -> None:
    text = ANIMATED.read_text(encoding="utf-8")
    frames = _frames(text)
    assert len(frames) >= FEWEST
    assert "LOGIN" in text
    assert "correct-horse" in text
    second = 0.25
    seen: list[int] = []
    while second < 60 and (not seen or len(set(seen)) < len(frames)):
        shown = _visible(text, second)
        assert len(shown) == 1, second
        seen += shown
        second += 0.5
    assert seen == sorted(seen)
    assert set(seen) == set(range(len(frames)))
    # without SMIL exactly one is there
    assert [frame.get("visibility") for frame in frames].count(None) == 1


def test_the_readme_shows_it() -> None:
    shown = re.findall(r"!\[([^]]+)\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert ("docs/pictures/first-look.svg") in [target for _, target in shown]
    for words, target in shown:
        assert words
        assert (ROOT / target).is_file(), target


def test_the_drawing_keeps_places_and_escapes_letters(drawing: ModuleType) -> None:
    line = drawing.row(
        [Segment("│ a<b  c&d ─▶", Style(color="#112233")), Segment("x", Style(reverse=True))],
        "#ffffff",
        "#000000",
    )
    svg = drawing.draw([drawing.Frame((line,), "it's")], title="t", front="#ffffff", back="#000000")
    tree = ElementTree.fromstring(svg)
    written = {e.text: float(e.attrib["x"]) for e in tree.iter(f"{SVG}text")}
    # the third and the eighth column: two spaces are not left to the reader of the SVG
    assert written["a<b"] == pytest.approx(2 * drawing.WIDTH)
    assert written["c&d"] == pytest.approx(7 * drawing.WIDTH)
    assert {"it's", "x"} <= set(written)
    assert "▶" not in "".join(text or "" for text in written)
    assert [e.get("fill") for e in tree.iter(f"{SVG}polygon")] == ["#112233"]
    assert any(e.get("fill") == "#ffffff" and e.get("x") for e in tree.iter(f"{SVG}rect"))
    assert "<animate" not in svg


def test_a_row_that_comes_twice_is_stored_once(drawing: ModuleType) -> None:
    line = drawing.row([Segment("again")], "#ffffff", "#000000")
    other = drawing.row([Segment("once")], "#ffffff", "#000000")
    frames = [drawing.Frame((line, other), "a"), drawing.Frame((line,), "b", 4.0)]
    svg = drawing.draw(frames, title="t", front="#ffffff", back="#000000", still=1)
    assert svg.count(">again<") == 1
    assert [_visible(svg, second) for second in (0, 2.9, 3.1, 6.9)] == [[0], [0], [1], [1]]
    assert [frame.get("visibility") for frame in _frames(svg)] == ["hidden", None]


def test_a_wide_letter_is_refused_since_columns_would_slip(drawing: ModuleType) -> None:
    with pytest.raises(ValueError, match="one cell"):
        drawing.row([Segment("好")], "#ffffff", "#000000")


@pytest.mark.slow
def test_made_twice_they_are_the_same_bytes(tmp_path: Path) -> None:
    runs = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        command = [sys.executable, str(PICTURES / "make.py"), str(tmp_path / name)]
        runs.append(subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path))
    for run in runs:
        run.communicate(timeout=120)
        assert run.returncode == 0
    for name in _names():
        made = [(tmp_path / folder / name).read_bytes() for folder in ("a", "b")]
        assert made[0] == made[1], name
        assert b"LOGIN" in made[0] or name != ANIMATED.name
