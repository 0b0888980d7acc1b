"""What a free text may hold before anybody looks for identities in it: its length and its characters.

Markup, formulas and emoji are text like any other: they are kept as written, and no place of ours executes them.
Characters that cannot be seen are taken out: they change how a text is shown (right-to-left marks) or cut a number
into halves that no rule recognises (zero-width spaces), and nobody means them. What cannot be stored or read at all
(control characters, half a surrogate pair) is refused with its name, because leaving it out silently might join
what was apart.
"""

import re
from collections.abc import Iterator
from typing import Final

from app.domain.errors import Invalid

LONGEST: Final = 50_000
"""The most characters one text may have."""

_LINE_ENDS: Final = re.compile("\r\n?|[\u2028\u2029\x85]")
# Zero-width and soft hyphens, invisible operators, fillers, signs for private use, byte order mark, tags; and the marks
# that turn the direction of writing. A joiner between two emoji stays: it makes one picture of them.
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ue000-\uf8ff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_PICTURE: Final = "\u2190-\u2bff\U0001f000-\U0001faff"
_JOINER: Final = re.compile(f"(?<![{_PICTURE}\ufe0f])\u200d|\u200d(?![{_PICTURE}])")
_NEVER_SEEN: Final = re.compile(f"{_UNSEEN.pattern}|{_JOINER.pattern}")
_REFUSED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def unseen_in(text: str) -> Iterator[re.Match[str]]:
    """What cannot be seen of a text, in order."""
    return _NEVER_SEEN.finditer(text)


def without_unseen(text: str) -> str:
    """The text without what cannot be seen."""
    return _JOINER.sub("", _UNSEEN.sub("", text))


def read_free_text(text: str, *, field: str = "text", longest: int = LONGEST) -> str:
    """`text` as it may go on; raises Invalid with the field and the reason, never with what was written."""
    if len(text) > longest:
        raise Invalid(
            f"The text is longer than {longest} characters; please shorten it or divide it. "
            f"文本超过 {longest} 个字符，请精简或分开填写。",
            fields={field: f"has {len(text)} characters, at most {longest} are stored"},
        )
    bad = _REFUSED.search(text)
    if bad is not None:
        name = f"U+{ord(bad[0]):04X}"
        raise Invalid(
            f"The text contains a control character ({name}) that cannot be stored; please take it out. "
            f"文本含有无法保存的控制字符（{name}），请删除后再试。",
            fields={field: f"contains the control character {name} as its character {bad.start() + 1}"},
        )
    return without_unseen(_LINE_ENDS.sub("\n", text))
