"""``lesson check`` finds planted faults, and says where: file, line, column."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.lesson.shelf import copied, replace_in
from tutor import words
from tutor.cli import main
from tutor.lesson.check_captures import decrypts
from tutor.lesson.check_texts import RFCS
from tutor.lesson.course import find
from tutor.lesson.document import Document
from tutor.lesson.opening import open_lesson

LESSON = "lesson.yaml"
OTHER = "pt-BR.yaml"


def place_of(path: Path, text: str) -> str:
    """``line:column`` of the only place where ``text`` stands."""
    content = path.read_text("utf-8")
    assert content.count(text) == 1, f"{text!r} stands {content.count(text)} times"
    at = content.index(text)
    line = content.count("\n", 0, at) + 1
    return f"{line}:{at - content.rfind(chr(10), 0, at)}"


def faults(path: Path) -> list[str]:
    """What ``wiretutor lesson check`` prints; it leaves with 1 where that is anything."""
    done = CliRunner().invoke(main, ["lesson", "check", str(path)], catch_exceptions=False)
    if done.exit_code == 0:
        assert done.stdout.endswith("all claims hold\n")
        return []
    assert done.exit_code == 1
    found = done.stdout.splitlines()
    assert found
    assert f"{len(found)} fault" in done.stderr
    return found


def test_a_step_can_look_at_one_part_by_its_text(tmp_path: Path) -> None:
    copy = copied(tmp_path, "09-plaintext-login")
    assert '    look: ["capability:LOGINDISABLED"]' in (copy / LESSON).read_text("utf-8")
    assert faults(copy) == []


PLANTED = [
    # (old, new, where the fault stands, what is said)
    (
        "    look: [header, body]",
        "    lok: [header, body]",
        "lok:",
        "unknown key 'lok'; did you mean 'look'?",
    ),
    ("quiz:\n", "quizz:\n", "quizz:", "unknown key 'quizz'; did you mean 'quiz'?"),
    (
        "level: beginner",
        "level: begginer",
        "begginer",
        "'begginer' is not known; did you mean 'beginner'?",
    ),
    ("minutes: 5", "minutes: five", "five", "valid integer"),
    ("format: 1\n", "format: 2\n", "2\nid", "'2' is not known"),
    (
        "    at: {capture: clear, client: LOGIN}",
        "    at: {capture: clear, client: LOGON}",
        "{capture: clear, client: LOGON}",
        "matches no step; did you mean 'LOGIN'?",
    ),
    (
        "    at: {capture: clear, client: LOGIN}",
        "    at: {capture: clear, server: OK}",
        "{capture: clear, server: OK}",
        "steps: step 2 (* OK [CAPABILITY",
    ),
    (
        "    at: {capture: clear, client: LOGIN}",
        "    at: {capture: clear, client: LOGIN, nth: 2}",
        "{capture: clear, client: LOGIN, nth: 2}",
        "only 1 steps match",
    ),
    (
        "    at: {capture: clear, client: LOGIN}",
        "    at: {capture: claer, client: LOGIN}",
        "{capture: claer",
        "capture 'claer' is not in captures; did you mean 'clear'?",
    ),
    (
        "    at: {capture: tls, client: LOGIN, eye: endpoints}",
        "    at: {capture: tls, client: LOGIN}",
        "{capture: tls, client: LOGIN}",
        "inside TLS: add eye: endpoints",
    ),
    (
        "    at: {capture: clear, reply_to: login}",
        "    at: {capture: clear, reply_to: logon}",
        "{capture: clear, reply_to: logon}",
        "step 'logon' is not bound before this one; did you mean 'login'?",
    ),
    (
        "    at: {capture: clear, reply_to: login}",
        "    at: {capture: clear}",
        "{capture: clear}",
        "say one of client, server",
    ),
    (
        "mechanism: LOGIN, strength: readable, accepted: true",
        "mechanism: LOGIN, strength: hashed, accepted: true",
        "hashed",
        "claimed hashed, the capture says readable",
    ),
    (
        "      credential: {user: alice@example.org, mechanism",
        "      credential: {user: bob@example.org, mechanism",
        "bob@example.org, mech",
        "claimed bob@example.org, the capture says alice@example.org",
    ),
    (
        "strength: readable, accepted: true",
        "strength: readable, accepted: false",
        "false",
        "claimed False, the capture says True",
    ),
    (
        "      eve: {count: 13,",
        "      eve: {count: 14,",
        "14, knows",
        "claimed 14, the capture says 13",
    ),
    (
        "      eve: {knows: server-name, lacks: [username, password]}",
        "      eve: {knows: certificate, lacks: [username, password]}",
        "certificate",
        "after step 2 Eve does not know certificate",
    ),
    (
        "    claims: {eve: {knows: [software, protocol]}}",
        "    claims: {eve: {knows: [sofware, protocol]}}",
        "[sofware",
        "'sofware' is no kind of fact; did you mean 'software'?",
    ),
    (
        "    claims: {eve: {knows: [software, protocol]}}",
        "    claims: {eve: {lacks: [software]}}",
        "[software]",
        "after step 2 Eve knows software",
    ),
    (
        '      tls: {version: "1.3",',
        '      tls: {version: "1.2",',
        '"1.2"',
        "claimed 1.2, the capture says 1.3",
    ),
    (
        "      security: tls\n",
        "      security: starttls\n",
        "starttls\n      tls:",
        "the capture says tls",
    ),
    (
        "      finding: message-in-clear\n",
        "      finding: weak-tls\n",
        "weak-tls",
        "'weak-tls' is not found in this session",
    ),
    (
        "      no_finding: plaintext-credential\n  - id: hidden-message",
        "      no_finding: message-in-clear\n      finding: early-data\n  - id: hidden-message",
        "early-data",
        "not found in this session",
    ),
    (
        "    look: [tag, verb]",
        "    look: [tag, verbs]",
        "[tag, verbs]",
        "'verbs' is no part of this step; did you mean 'verb'?",
    ),
    (
        "    look: [tag, verb]",
        '    look: ["verb:CAPABILITIES"]',
        '["verb:CAPABILITIES"]',
        "'verb:CAPABILITIES' is no part of this step; did you mean 'verb:CAPABILITY'?",
    ),
    (
        "    cite: [RFC9051#6.4.5]",
        "    cite: [RFC9999#6.4.5]",
        "RFC9999#6.4.5",
        "RFC 9999 is not among the RFCs that lessons cite",
    ),
    ("    cite: [RFC9051#6.4.5]", "    cite: [RFC 9051]", "RFC 9051", "should match pattern"),
    (
        "  - Say what TLS hides",
        "  - Write to alice@gmail.com. Say what TLS hides",
        "Write to alice",
        "'alice@gmail.com' looks like a real account",
    ),
    (
        "  - Say what TLS hides",
        "  - Ask 8.8.8.8. Say what TLS hides",
        "Ask 8.8.8.8",
        "'8.8.8.8' is no address for documentation",
    ),
    (
        "      Nothing is broken and nobody was clever: Eve only listens.\n",
        "      Nothing is broken.\n" * 5 + "      Eve only listens.\n",
        "|\n      **LOGIN** carries",
        "too long: 8 lines of 76 columns, 6 fit",
    ),
    (
        "    ask: Which of these is the password?",
        "    ask: Which of these is **the password?",
        "Which of these is **the",
        "** without its end",
    ),
    (
        "    answer: login.password",
        "    answer: login.pasword",
        "login.pasword",
        "'login.pasword' is no step.role",
    ),
    ("    answer: reads", "    answer: read", "read\n    because", "did you mean 'reads'?"),
    (
        "      subject: The subject is part of the message, and that is encrypted.\n",
        "",
        "subject: The subject of the message",
        "the wrong option 'subject' needs its own reason",
    ),
    (
        "    words: [imap]",
        "    words: [imapp]",
        "[imapp]",
        "'imapp' is not in the glossary; did you mean 'imap'?",
    ),
    ("    words: [imap]", "    words: [imap, smtp, pop3]", "[tag]", "more than 5 new words"),
    ("  right: tls\n", "  right: tsl\n", "tsl", "'tsl' is not in captures; did you mean 'tls'?"),
    (
        "  align: [greeting, capability,",
        "  align: [greeting, capabilty,",
        "capabilty",
        "'capabilty' is in none of the sessions; did you mean 'capability'?",
    ),
    (
        "    file: imap-first-look-tls.pcapng",
        "    file: imap-first-lock-tls.pcapng",
        "imap-first-lock-tls.pcapng",
        "there is no recording 'imap-first-lock-tls.pcapng'",
    ),
    (
        "    file: imap-first-look-tls.pcapng",
        "    file: ../captures/imap-first-look-tls.pcapng",
        "../captures",
        "should match pattern",
    ),
    (
        "title: First look\n",
        "title: First look\ntitle: Again\n",
        "title: Again",
        "duplicate key 'title', first in line",
    ),
    ("title: First look\n", "title: [First look\n", ": beginner", "not YAML"),
    ("title: First look\n", "title: &a First look\n", "&a", "anchors and aliases are not allowed"),
    ("title: First look\n", "title: !!python/none First look\n", "!!python", "tags such as"),
    ("title: First look\n", "", "# Lesson 0", "missing key 'title'"),
    ("  - id: strong\n", "  - id: login\n", "login\n    type", "'login' is the id of a step too"),
]


@pytest.mark.parametrize(("old", "new", "where", "said"), PLANTED, ids=lambda text: text[:24])
def test_a_planted_fault_is_found_at_its_place(
    tmp_path: Path, old: str, new: str, where: str, said: str
) -> None:
    directory = copied(tmp_path)
    file = directory / LESSON
    replace_in(file, old, new)
    line = place_of(file, where)
    found = faults(directory)
    expected = f"{file}:{line}: "
    if where == "# Lesson 0":  # a key that is missing stands nowhere: the top of its mapping
        expected = f"{file}:{place_of(file, 'format: 1')}: "
    hits = [fault for fault in found if fault.startswith(expected) and said in fault]
    assert hits, "\n".join(found)


def test_an_order_may_go_over_the_sessions_of_one_recording(tmp_path: Path) -> None:
    directory = copied(tmp_path, "01-three-protocols")
    file = directory / LESSON
    assert "not after" not in "\n".join(faults(directory))
    replace_in(file, "      call: mail.example.org calls", "      pop: mail.example.org calls")
    replace_in(file, "      third: Bob reads", "      fourth: Bob reads")
    replace_in(
        file, "{capture: pop3, data: message, after: retr}", "{capture: other, client: LOGOUT}"
    )
    found = "\n".join(faults(directory))
    assert "not after 'pop': it is step 11, 'pop' is step 2" in found
    assert "'fourth' is in another recording than 'fetch'" in found


def test_all_faults_of_a_file_come_at_once(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    file = directory / LESSON
    replace_in(file, "level: beginner", "level: easy")
    replace_in(file, "minutes: 5", "minuts: 5")
    replace_in(file, "    look: [header, body]", "    lok: [header, body]")
    found = faults(directory)
    assert len(found) >= 4, found
    assert sum("minuts" in fault or "minutes" in fault for fault in found) == 2


def test_steps_go_forward_only(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    file = directory / LESSON
    replace_in(
        file, "    at: {capture: clear, server: FETCH}", "    at: {capture: clear, tcp: syn}"
    )
    assert any("is visible already: step 8 comes before it" in fault for fault in faults(directory))


# languages


def test_a_translation_that_is_missing_stale_or_unknown(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    other = directory / OTHER
    replace_in(directory / LESSON, "    title: The login\n", "    title: Logging in\n")
    replace_in(other, "  steps.message.title:", "  steps.massage.title:")
    found = faults(directory)
    stale = [fault for fault in found if "stale: the English of 'steps.login.title'" in fault]
    line = other.read_text("utf-8").split("steps.login.title")[0].count("\n") + 2
    assert stale[0].startswith(f"{other}:{line}:9: ")
    unknown = place_of(other, "steps.massage.title")
    near = "did you mean 'steps.message.title'?"
    assert f"{other}:{unknown}: 'steps.massage.title' is no text of the lesson; {near}" in found
    assert any("no text for 'steps.message.title' (of: " in fault for fault in found)
    assert len(found) == 3


def test_a_stale_text_is_shown_in_english(tmp_path: Path) -> None:
    from tutor.lesson.opening import open_lesson

    directory = copied(tmp_path)
    replace_in(directory / LESSON, "    title: The login\n", "    title: Logging in\n")
    words.choose("pt-BR")
    bound = open_lesson(directory, "pt-BR")
    assert bound.untranslated == ("steps.login.title",)
    assert bound.lesson.step("login").title == "(em inglês) Logging in"
    assert bound.lesson.title == "Primeiro olhar"


def test_a_lesson_without_any_translation_says_so_at_its_title_and_questions(
    tmp_path: Path,
) -> None:
    from tutor.lesson.course import cards
    from tutor.lesson.opening import open_lesson

    directory = copied(tmp_path)
    (directory / OTHER).unlink()
    words.choose("pt-BR")
    lesson = open_lesson(directory, "pt-BR").lesson
    assert lesson.title == "(em inglês) First look"
    assert all(item.ask.startswith("(em inglês) ") for item in lesson.quiz)
    assert not any("(em inglês)" in (step.say or "") for step in lesson.steps)
    (card,) = cards("pt-BR", tmp_path)
    assert card.title == lesson.title
    assert [card.title for card in cards("en", tmp_path)] == ["First look"]


def test_a_translation_that_is_too_long_or_no_yaml(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    other = directory / OTHER
    replace_in(other, '    text: "Primeiro olhar"', f'    text: "{"olhar " * 10}"')
    line = other.read_text("utf-8").split("olhar olhar")[0].count("\n") + 1
    assert f"{other}:{line}:11: too long: 2 lines of 48 columns, 1 fit" in faults(directory)
    other.write_text("texts: {", "utf-8")
    assert any(str(other) in fault and "not YAML" in fault for fault in faults(directory))


# between lessons


def two_lessons(tmp_path: Path) -> tuple[Path, Path]:
    one, two = copied(tmp_path), copied(tmp_path, "09-plaintext-login")
    return one / LESSON, two / LESSON


def test_a_circle_in_needs(tmp_path: Path) -> None:
    one, two = two_lessons(tmp_path)
    replace_in(one, "minutes: 5\n", "minutes: 5\nneeds: [plaintext-login]\n")
    found = faults(tmp_path)
    where = place_of(one, "plaintext-login")
    assert f"{one}:{where}: a circle: 'plaintext-login' itself needs 'first-look'" in found
    assert f"{two}:{place_of(two, 'first-look]')}: a circle: 'first-look' itself needs" in found[1]
    assert len(found) == 2


def test_a_lesson_that_there_is_not(tmp_path: Path) -> None:
    _one, two = two_lessons(tmp_path)
    replace_in(two, "needs: [first-look]", "needs: [first-lock]")
    where = place_of(two, "first-lock")
    expected = f"{two}:{where}: there is no lesson 'first-lock'; did you mean 'first-look'?"
    assert expected in faults(tmp_path)


def test_two_lessons_with_one_id(tmp_path: Path) -> None:
    one, two = two_lessons(tmp_path)
    replace_in(two, "id: plaintext-login", "id: first-look")
    found = faults(tmp_path)
    assert any(f"'first-look' is also the id of {one}" in fault for fault in found)


def test_a_directory_without_lessons(tmp_path: Path) -> None:
    assert faults(tmp_path) == [f"{tmp_path}:1:1: there is no lesson in this directory"]


@pytest.mark.parametrize(
    ("recall", "said"),
    [
        ("first-look.stronk", "'first-look' has no question 'stronk'; did you mean 'strong'?"),
        ("first-look.point", "'first-look.point' needs a recording that is not shown here"),
        ("pop3-delete.battery", "'pop3-delete' is not among the lessons that this one needs"),
        ("first-lock.strong", "there is no lesson 'first-lock'; did you mean 'first-look'?"),
        ("plaintext-login.why", "'plaintext-login' is not among the lessons that this one needs"),
        ("strong", "should match pattern"),
    ],
)
def test_a_question_from_an_earlier_lesson(tmp_path: Path, recall: str, said: str) -> None:
    _one, two = two_lessons(tmp_path)
    replace_in(two, "recall: [first-look.strong,", f"recall: [{recall},")
    where = two.read_text("utf-8").split("recall:")[0].count("\n") + 1
    assert any(f"{two}:{where}:10: " in fault and said in fault for fault in faults(tmp_path))


# captures


def test_a_capture_that_is_not_of_the_lab(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    from tutor.capture.bundled import bundled

    data = bundled("imap-first-look.pcapng").read_bytes()
    old, new = bytes([192, 0, 2, 10]), bytes([10, 0, 2, 10])
    real = data.replace(old, new).replace(b"alice@example.org", b"alice@somewhe.org")
    assert real != data
    (directory / "own.pcapng").write_bytes(real)
    replace_in(directory / LESSON, "    file: imap-first-look.pcapng", "    file: own.pcapng")
    found = faults(directory)
    where = place_of(directory / LESSON, "own.pcapng")
    place = f"{directory / LESSON}:{where}: "
    assert f"{place}10.0.2.10 is no address for documentation, nor of the lab" in found
    assert f"{place}the account 'alice@somewhe.org' is not of the lab" in found


def test_what_the_lab_recorded_on_this_machine_may_be_in_a_lesson(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    from tutor.capture.bundled import bundled

    data = bundled("imap-first-look.pcapng").read_bytes()
    for old in (bytes([192, 0, 2, 10]), bytes([198, 51, 100, 25])):
        data = data.replace(old, bytes([127, 0, 0, 1]))
    (directory / "own.pcapng").write_bytes(data)
    replace_in(directory / LESSON, "    file: imap-first-look.pcapng", "    file: own.pcapng")
    assert not [fault for fault in faults(directory) if "address" in fault]


def test_who_has_no_translation_yet_is_told_how_to_begin_one(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    (directory / "pt-BR.yaml").unlink()
    (found,) = faults(directory)
    assert f"pt-BR.yaml:1:1: No such file yet: wiretutor lesson translate {directory}" in found


def test_tls_without_its_keys(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    from tutor.capture.bundled import bundled

    data = bundled("imap-first-look-tls.pcapng").read_bytes()
    (directory / "own.pcapng").write_bytes(data)
    replace_in(directory / LESSON, "    file: imap-first-look-tls.pcapng", "    file: own.pcapng")
    where = place_of(directory / LESSON, "own.pcapng")
    expected = f"{directory / LESSON}:{where}: TLS is not opened by the keys that are shipped"
    assert expected in faults(directory)


def test_the_rfcs_are_sane() -> None:
    assert {9051, 3501, 1939, 5321, 8446, 8314} <= RFCS
    assert all(800 <= number <= 9999 for number in RFCS)


def test_a_broken_handshake_needs_no_keys() -> None:
    bound = open_lesson(find("certificate-check"), "en")
    session = bound.sessions["expired"]
    assert session.tls is not None
    assert not session.tls.decrypted
    notes = Document("here")
    decrypts("expired", session, notes)
    assert notes.faults == []
