"""A lesson directory with anything in it: refused with its place, nothing outside it is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lesson.shelf import copied, replace_in
from tests.lesson.test_check import LESSON, OTHER, faults, place_of
from tutor.base import WiretutorError
from tutor.capture.bundled import bundled
from tutor.lesson.course import cards, find, leads_out
from tutor.lesson.document import MOST_BYTES
from tutor.lesson.opening import MOST_RECORDING, open_lesson

SECRET = "alice keeps this elsewhere"

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(c + 1)}: &{chr(c + 1)} [{','.join(['*' + chr(c)] * 9)}]\n" for c in range(97, 115)
)

Plant = Callable[[Path], None]


def text(name: str, content: str) -> Plant:
    return lambda directory: _replaced(directory / name, content.encode())


def raw(name: str, content: bytes) -> Plant:
    return lambda directory: _replaced(directory / name, content)


def link(name: str) -> Plant:
    """The file is a link to one outside, which holds something."""

    def plant(directory: Path) -> None:
        outside = directory.parent / "outside"
        outside.write_text(f"{SECRET}: yes\n")
        (directory / name).unlink(missing_ok=True)
        (directory / name).symlink_to(outside)

    return plant


def pipe(name: str) -> Plant:
    """The file is a pipe that nobody ever writes to."""

    def plant(directory: Path) -> None:
        (directory / name).unlink(missing_ok=True)
        os.mkfifo(directory / name)

    return plant


def circle(name: str) -> Plant:
    """The file is a link to itself."""

    def plant(directory: Path) -> None:
        (directory / name).unlink(missing_ok=True)
        (directory / name).symlink_to(directory / name)

    return plant


def _replaced(path: Path, content: bytes) -> None:
    path.write_bytes(content)


UMLAUT = "title: Prim\xe9iro".encode("latin-1")
UTF16 = "format: 1\n".encode("utf-16")
LARGE = b"#" * (MOST_BYTES + 1)

FILES: list[tuple[str, Plant, str, str, str]] = [
    # (what it is, how it is planted, file, line and column, what is said)
    ("a bomb", text(LESSON, BOMB), LESSON, "1:4", "anchors and aliases are not allowed"),
    ("a bomb beside", text(OTHER, BOMB), OTHER, "1:4", "anchors and aliases are not allowed"),
    ("deep", text(LESSON, "[" * 100_000), LESSON, "1:13", "too deep"),
    ("deep blocks", text(LESSON, "- " * 90_000), LESSON, "1:25", "too deep"),
    ("wide", text(OTHER, "a: [" + "1," * 50_000 + "]"), OTHER, "1:39997", "too many values"),
    ("a tag", text(LESSON, "!!python/object:os.system x"), LESSON, "1:1", "tags such as"),
    ("two documents", text(LESSON, "a: 1\n---\nb: 1\n"), LESSON, "2:1", "a second document"),
    ("huge", raw(LESSON, LARGE), LESSON, "1:1", "larger than 256 KiB"),
    ("huge beside", raw(OTHER, LARGE), OTHER, "1:1", "larger than 256 KiB"),
    ("latin-1", raw(LESSON, UMLAUT), LESSON, "1:12", "not UTF-8"),
    ("utf-16", raw(OTHER, UTF16), OTHER, "1:1", "not UTF-8"),
    ("bytes", raw(LESSON, b"a: 1\nb: \0\n"), LESSON, "2:1", "a character that YAML does not allow"),
    ("empty", raw(LESSON, b""), LESSON, "1:1", "the file is empty"),
    ("a list", text(LESSON, "- a\n"), LESSON, "1:1", "valid dictionary"),
    ("a word", text(OTHER, "hello\n"), OTHER, "1:1", "valid dictionary"),
    ("broken", text(LESSON, "a: [1\nb: 2\n"), LESSON, "2:2", "not YAML"),
    ("a link out", link(LESSON), LESSON, "1:1", "'lesson.yaml' is a link: it leads out"),
    ("a link out beside", link(OTHER), OTHER, "1:1", "'pt-BR.yaml' is a link: it leads out"),
    ("a circle", circle(OTHER), OTHER, "1:1", "'pt-BR.yaml' is a link: it leads out"),
    ("a pipe", pipe(OTHER), OTHER, "1:1", "cannot be read: it is no file"),
    ("none", lambda directory: (directory / OTHER).unlink(), OTHER, "1:1", "No such file"),
]


@pytest.mark.parametrize(
    ("plant", "file", "place", "said"), [row[1:] for row in FILES], ids=[row[0] for row in FILES]
)
def test_a_file_that_is_no_lesson_is_refused_at_its_place(
    tmp_path: Path, plant: Plant, file: str, place: str, said: str
) -> None:
    directory = copied(tmp_path)
    plant(directory)
    found = faults(directory)
    hits = [fault for fault in found if fault.startswith(f"{directory / file}:{place}")]
    assert hits
    assert said in hits[0]
    assert not any(SECRET in fault for fault in found), "what the link leads to was read"


def test_a_fault_is_one_harmless_line_whatever_the_lesson_says(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    file = directory / LESSON
    word = '"\\e]52;c;eA==\\a\\nlevel: \\u202Eeasy"'
    replace_in(file, "level: beginner", f"level: {word}")
    replace_in(
        file, "claims: {security: plaintext, complete", f"claims: {{contains: {word}, complete"
    )
    found = faults(directory)
    assert found[0].startswith(f"{file}:{place_of(file, word + chr(10))}: ")
    for fault in found:
        assert not any(char in fault for char in "\x1b\a\u202e")
    replace_in(file, f"level: {word}", "level: beginner")
    assert "this step does not contain" in faults(directory)[0]
    assert "\x1b" not in faults(directory)[0]


RECORDINGS: list[tuple[str, Plant, str]] = [
    ("a link out", link("own.pcapng"), "'own.pcapng' is a link: it leads out of the directory"),
    ("a circle", circle("own.pcapng"), "there is no recording 'own.pcapng'"),
    ("a pipe", pipe("own.pcapng"), "there is no recording 'own.pcapng'"),
    ("none", lambda directory: None, "there is no recording 'own.pcapng'"),
    ("no capture", text("own.pcapng", "not a capture at all"), "own.pcapng"),
    ("empty", text("own.pcapng", ""), "own.pcapng"),
]


@pytest.mark.parametrize(
    ("plant", "said"), [row[1:] for row in RECORDINGS], ids=[row[0] for row in RECORDINGS]
)
def test_a_recording_that_is_none_is_refused_at_its_name(
    tmp_path: Path, plant: Plant, said: str
) -> None:
    directory = copied(tmp_path)
    replace_in(directory / LESSON, "    file: imap-first-look.pcapng", "    file: own.pcapng")
    plant(directory)
    where = place_of(directory / LESSON, "own.pcapng")
    found = faults(directory)
    assert any(f.startswith(f"{directory / LESSON}:{where}: ") and said in f for f in found), found


def test_keys_that_are_a_link_out_are_not_read(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    name = "imap-first-look-tls"
    recorded = bundled(f"{name}.pcapng")
    (directory / "own.pcapng").write_bytes(recorded.read_bytes())
    outside = tmp_path / "elsewhere.keys"
    outside.write_bytes(recorded.with_suffix(".keys").read_bytes())
    (directory / "own.keys").symlink_to(outside)
    replace_in(directory / LESSON, f"    file: {name}.pcapng", "    file: own.pcapng")
    where = place_of(directory / LESSON, "own.pcapng")
    said = "'own.keys' is a link: it leads out of the directory"
    assert f"{directory / LESSON}:{where}: {said}" in faults(directory)


def test_a_recording_that_is_very_large_is_not_read(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    replace_in(directory / LESSON, "    file: imap-first-look.pcapng", "    file: own.pcapng")
    with (directory / "own.pcapng").open("wb") as file:
        file.truncate(MOST_RECORDING + 1)
    assert any("'own.pcapng' is larger than 32 MiB" in fault for fault in faults(directory))


def test_a_link_within_the_directory_is_as_good_as_a_file(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    (directory / LESSON).rename(directory / "english.yaml")
    (directory / LESSON).symlink_to("english.yaml")
    assert faults(directory) == []


def test_a_shipped_lesson_may_be_made_of_links() -> None:
    assert not leads_out(find("first-look") / LESSON)


@pytest.mark.parametrize("plant", [text(LESSON, BOMB), text(LESSON, "[" * 200_000), link(LESSON)])
def test_a_neighbour_with_anything_in_it_harms_no_lesson(tmp_path: Path, plant: Plant) -> None:
    good = copied(tmp_path, "09-plaintext-login")
    copied(tmp_path)
    (tmp_path / "bad").mkdir()
    plant(tmp_path / "bad")
    assert [card.id for card in cards("en", tmp_path)] == ["first-look", "plaintext-login"]
    assert faults(good) == []
    assert open_lesson(good, "pt-BR").untranslated == ()


@pytest.mark.parametrize("plant", [row[1] for row in FILES if row[2] == LESSON][:8])
def test_playing_it_says_the_same(tmp_path: Path, plant: Plant) -> None:
    directory = copied(tmp_path)
    plant(directory)
    with pytest.raises(WiretutorError) as caught:
        open_lesson(directory, "en")
    assert faults(directory)[0] == str(caught.value).splitlines()[0]


def test_a_folder_here_does_not_stand_in_for_a_lesson_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first-look").mkdir()
    (tmp_path / "first-look" / LESSON).write_text("format: 1\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / LESSON).write_text("format: 1\n")
    monkeypatch.chdir(tmp_path)
    assert find("first-look").name == "00-first-look"
    assert find("./first-look") == Path("first-look")
    assert find("mine") == Path("mine")
