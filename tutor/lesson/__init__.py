"""Lessons: model, loading with line numbers, binding to captures, checking, playing.

Nothing here draws. What a screen (or the plain player) needs:

``tutor.lesson.course``
    ``lessons_directory() -> Path`` where the shipped lessons are;
    ``cards(language=None) -> tuple[Card, ...]`` the shelf for the home screen, cheap:
    ``Card(number, id, directory, title, level, minutes, needs, goals, predictions, questions)``;
    ``find(name) -> Path`` a lesson by number (``9``), id (``plaintext-login``) or directory.

``tutor.lesson.opening``
    ``open_lesson(path, language=None) -> Bound`` loads, translates, reads the captures and binds
    the anchors. Raises ``LessonError`` (bad lesson) or ``CaptureError``.
    ``Bound``: ``.lesson`` (model), ``.sessions: Mapping[str, Session]`` by the lesson's capture
    keys, ``.at: Mapping[str, int]`` step id -> event index, ``.language``.

``tutor.lesson.player``
    ``Player(bound, *, test_out=False, stage=1, answers=None, again=True)``, a pure state machine;
    everything that may be shown is in ``player.scene``. Actions: ``go_on()``, ``back()``,
    ``choose(answer)`` (have it ready for Enter), ``answer(answer)``, ``dont_know()``, ``play()``,
    ``pause()``, ``jump(stage)``. ``player.playing``; ``tick()`` is
    ``go_on`` while it plays, and stops at every question.
    ``player.upto(capture_key)``: how many events of that session may be shown.
    ``player.answers``: the first answers; ``player.given``: all of them, for ``answers=``.
    ``Scene``: ``mode`` (INTRO STEP PREDICT VERDICT COMPARE PRINCIPLE CONFIDENCE QUIZ QUIZ_VERDICT
    END), ``stage`` and ``stages`` (1-based, of how many: what is asked once more makes them
    grow), ``id`` (of the stage), ``capture`` (key), ``index``
    (event in focus or None), ``upto`` (only events with a smaller index may be shown, anywhere),
    ``eye``, ``look`` (roles, or ``role:text``, to highlight),
    ``title``, ``say`` (with **bold**), ``cite``, ``hint``,
    ``question: Question | None``, ``chosen``, ``sure`` (Enter was pressed once without a choice:
    ask "press Enter again for: I do not know yet"), ``verdict: Verdict | None``,
    ``recalled`` (a question from an earlier lesson), ``again`` (asked once more).
    CONFIDENCE has a question whose answer moves on at once and is not counted.
    ``Verdict(right: bool | None, chosen, correct: Option, reason)``; right None: "I do not know".
    ``player.end_card() -> EndCard``: Eve's count for each capture, computed; score; what next;
    ``tutor.lesson.confidence.said(card)``: its sentences on how sure one was.

``tutor.lesson.question``
    ``Question(id, kind, ask, options, ...)``, ``Option(key, text, line)``: what each kind takes
    as an answer (``takes``), whether it is right, what is said to it, the solution in words.
    ``tutor.lesson.typed``: the same from a line typed in, and what of it was not understood.

``tutor.lesson.compare``
    ``align(sessions, keys=None) -> tuple[Row, ...]``, ``Row(key, sides)`` with each side's event
    indices (the endpoints' view), by what a step is; ``moments`` the same event by event;
    ``carrier(session, index)`` the records that carried an event inside TLS (what Eve sees in its
    place).

``tutor.lesson.reference``
    ``Reference.load(language=None) -> Reference``; ``.explain(session, index,
    eye)`` -> ``tuple[Explanation, ...]`` most specific first, anomalies last;
    ``Explanation(key, name, say, cite, translated)``; ``.capabilities(protocol, offer)``;
    ``.role(role)``, ``.finding(rule)``, ``.term(name)`` -> ``Explanation | None``; ``.terms()``
    the glossary.

``tutor.lesson.progress``
    ``Progress.load(directory=None) -> Progress`` (``.notice`` says if a damaged file was put
    aside); ``.of(lesson_id) -> Record(state, stage, stages, right, asked, wrong, unknown, ...)``;
    ``.note(player, today())`` saves at once and atomically where the player stands. States: new,
    in-progress, passed, known. ``.due(today(), lessons)`` the questions that come back
    (``tutor.lesson.spaced``); ``tutor.lesson.review`` makes a player of them.
"""
