"""The one door between captured bytes and anything a person's terminal or file receives.

Captured bytes are hostile: ESC, C1 controls, bidi overrides or tag characters that reach a
terminal change colours, titles and the clipboard, or lie about the order of letters. Neither
Rich nor Textual removes them. Here each becomes something visible:

- C0 controls and DEL become their control pictures (U+2400 block);
- other control, format, surrogate, private, unassigned and line-separator code points
  become ``<U+XXXX>``;
- of a run of combining marks the first two stay, the rest become ``<U+XXXX>``;
- bytes that are not UTF-8 become ``<XX>``.

Text that comes out holds no control character at all, so it also never spans lines.
It is *not* markup-safe: markup is a matter of the widget, which must be given text and no markup.
"""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 2
_ASCII = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}


def sanitise(text: str) -> str:
    """Make every character of ``text`` harmless and visible. Idempotent on its own output."""
    if text.isascii():
        return text if text.isprintable() else text.translate(_ASCII)
    return "".join(_visible(text))


def sanitise_bytes(data: bytes) -> str:
    """Decode ``data`` as UTF-8 and sanitise it; a byte that is not UTF-8 becomes ``<XX>``."""
    if data.isascii():
        return sanitise(data.decode("ascii"))
    return "".join(_visible(data.decode("utf-8", "surrogateescape")))


def _visible(text: str) -> list[str]:
    out: list[str] = []
    marks = 0
    for char in text:
        code = ord(char)
        category = unicodedata.category(char)
        marks = marks + 1 if category in _MARKS else 0
        if code in _ASCII:
            out.append(_ASCII[code])
        elif 0xDC80 <= code <= 0xDCFF:
            out.append(f"<{code - 0xDC00:02X}>")
        elif category in _HIDDEN or marks > _MOST_MARKS:
            out.append(f"<U+{code:04X}>")
        else:
            out.append(char)
    return out
