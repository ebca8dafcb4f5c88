"""``wiretutor handout``: files where they are wanted, in both languages, errors in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import manifest
from tutor import words
from tutor.base import WiretutorError
from tutor.cli import main


def run(*args: str) -> str:
    result = CliRunner().invoke(main, ["handout", *args])
    words.choose("en")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_lesson_and_its_key(tmp_path: Path) -> None:
    said = run("first-look", "--seed", "3", "-o", str(tmp_path / "new"))
    assert names(tmp_path / "new") == ["00-first-look-3-key.md", "00-first-look-3.md"]
    assert said.count("Written:") == 2
    assert "# First look" in (tmp_path / "new" / "00-first-look-3.md").read_text("utf-8")


@pytest.mark.parametrize(("form", "count"), [("md", 2), ("html", 2), ("gift", 1)])
def test_any_capture_in_every_form(tmp_path: Path, form: str, count: int) -> None:
    path = manifest.path("smtp-submission-plain.pcapng")
    run(path, "--seed", "7", "--format", form, "--count", "5", "-o", str(tmp_path))
    assert len(names(tmp_path)) == count
    assert f"smtp-submission-plain-7.{form}" in names(tmp_path)


def test_in_portuguese(tmp_path: Path) -> None:
    run("first-look", "--lang", "pt-BR", "-o", str(tmp_path))
    text = (tmp_path / "00-first-look-1.md").read_text("utf-8")
    assert "Nome:" in text
    assert "Pergunta 1" in text
    run(manifest.path("pop3-user-pass.pcapng"), "--lang", "pt-BR", "-o", str(tmp_path))
    assert "Sessão 1: POP3" in (tmp_path / "pop3-user-pass-1.md").read_text("utf-8")


def test_errors_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(WiretutorError, match="nothing can be asked"):
        run(manifest.path("connect-refused.pcapng"), "-o", str(tmp_path))
    with pytest.raises(WiretutorError):
        run("no-such-lesson", "-o", str(tmp_path))
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(WiretutorError, match="file"):
        run("first-look", "-o", str(tmp_path / "file" / "under"))
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("what", "said", "code"),
    [
        ("none.pcap", "no such file", 3),
        ("folder/none", "no such file", 3),
        ("folder/.", "there is no lesson.yaml", 2),
        ("fist-look", "did you mean 'first-look'", 2),
    ],
)
def test_what_is_neither_a_capture_nor_a_lesson(
    what: str, said: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WiretutorError, match=said) as found:
        run(what)
    assert found.value.exit_code == code


def test_a_capture_is_no_lesson(tmp_path: Path) -> None:
    (tmp_path / "my.pcap").write_bytes(b"")
    result = CliRunner().invoke(main, ["learn", str(tmp_path / "my.pcap")])
    assert isinstance(result.exception, WiretutorError)
    assert "is a file and no lesson" in str(result.exception)
    assert "wiretutor open" in str(result.exception)
