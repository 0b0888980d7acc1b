"""Taking out what was let stand by mistake: what a person hides in a note stands nowhere else in it in the clear.

A later version hides it, or leaves it out, and how the note read before goes along; after the lock the writer names it,
and what was said of the note and of the contact's level goes along too. It is exactly what is written so, and only ever
hidden. The audit says that it was done, by class and count; what it was is gone.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.casework.notes.access import Asked
from app.casework.redacting import Choice, Cleaned, CleanedSpan, Found, RedactedText, Redacting
from app.domain.acts import Act
from app.domain.redaction.placeholders import collapsed
from app.platform.audit import record_act
from app.platform.db import Tx

_SHORT: Final = 4
"""Shorter ones in letters or figures are taken out as words alone: Li is not in Living."""


def hidden_in(cleaned: Mapping[str, Cleaned]) -> dict[str, str]:
    """What these texts hide wherever it was found, as it is written, with its class."""
    let_stand = let_stand_in(cleaned)
    return {written: span.kind for written, span in _written(cleaned) if written not in let_stand}


def let_stand_in(cleaned: Mapping[str, Cleaned]) -> dict[str, str]:
    """What a person let stand in these texts, as it is written, with its class."""
    return {written: span.kind for written, span in _written(cleaned) if not span.hidden}


def _written(cleaned: Mapping[str, Cleaned]) -> Iterator[tuple[str, CleanedSpan]]:
    return ((each.read[span.start : span.end], span) for each in cleaned.values() for span in each.spans)


async def left_out(tx: Tx, note_id: UUID, version: int, cleaned: Mapping[str, Cleaned]) -> dict[str, str]:
    """What was let stand before this version, and stands nowhere in the note any more."""
    rows = await tx.fetch(
        "SELECT record -> 'let_stand' AS it FROM note_version WHERE note_id = $1 AND version < $2", note_id, version
    )
    before: dict[str, str] = {}
    for row in rows:
        before |= row["it"] or {}
    actions = [row["text"] for row in await tx.fetch("SELECT text FROM note_action WHERE note_id = $1", note_id)]
    now = [*(each.text for each in cleaned.values()), *actions]
    return {written: kind for written, kind in before.items() if not any(written in text for text in now)}


class TakingOut:
    """Hides this in the stored texts of one note, and counts by class what it has hidden. `hidden`: of which class."""

    def __init__(self, tx: Tx, redacting: Redacting, note_id: UUID, hidden: Mapping[str, str], *, scope: UUID) -> None:
        self._tx = tx
        self._redacting = redacting
        self._note_id = note_id
        self._hidden = hidden
        self._scope = scope
        self._pattern = _pattern_of(hidden)
        self.taken_out: Counter[str] = Counter()
        self.versions: list[int] = []

    async def from_note(self, *, now: datetime) -> None:
        """Out of the note as it is now, which has changed thereby: whoever reviews it sees that."""
        texts = await self._tx.fetchval("SELECT texts FROM note WHERE id = $1", self._note_id)
        await self._tx.execute(
            "UPDATE note SET texts = $2, changed_at = $3, version = version + 1 WHERE id = $1",
            self._note_id, await self._from_texts(texts), now,
        )  # fmt: skip

    async def from_versions(self, *, before: int) -> None:
        """Out of how the note read before this version."""
        rows = await self._tx.fetch(
            "SELECT version, record FROM note_version WHERE note_id = $1 AND version < $2 ORDER BY version FOR UPDATE",
            self._note_id, before,
        )  # fmt: skip
        for row in rows:
            record = row["record"]
            actions = [each | {"text": await self._from_texts(each["text"])} for each in record["actions"]]
            without = record | {"texts": await self._from_texts(record["texts"]), "actions": actions}
            if "let_stand" in record:
                still = {written: kind for written, kind in record["let_stand"].items() if written not in self._hidden}
                without["let_stand"] = still
            if without != record:
                self.versions.append(row["version"])
                await self._tx.execute(
                    "UPDATE note_version SET record = $3 WHERE note_id = $1 AND version = $2",
                    self._note_id, row["version"], without,
                )  # fmt: skip

    async def from_actions(self, *, but: Collection[UUID] = ()) -> None:
        """Out of the note's actions; with `but`, of those alone that stayed because they were done."""
        rows = await self._tx.fetch(
            "SELECT id, text FROM note_action WHERE note_id = $1 AND id <> ALL($2)", self._note_id, list(but)
        )
        for row in rows:
            without = await self._from_text(row["text"])
            if without is not None:
                await self._tx.execute("UPDATE note_action SET text = $2 WHERE id = $1", row["id"], without)

    async def from_amendments(self) -> None:
        """Out of what was added after the lock."""
        for row in await self._tx.fetch("SELECT id, text FROM note_amendment WHERE note_id = $1", self._note_id):
            without = await self._from_text(row["text"])
            if without is not None:
                await self._tx.execute("UPDATE note_amendment SET text = $2 WHERE id = $1", row["id"], without)

    async def from_rationales(self, contact_id: UUID) -> None:
        """Out of what the contact's levels were set for; each is numbered within what it says."""
        rows = await self._tx.fetch(
            "SELECT id, rationale, scope FROM risk_level WHERE contact_id = $1 AND rationale IS NOT NULL FOR UPDATE",
            contact_id,
        )
        for row in rows:
            without = await self._from_text(row["rationale"], scope=row["scope"])
            if without is not None:
                await self._tx.execute("UPDATE risk_level SET rationale = $2 WHERE id = $1", row["id"], without)

    async def from_feedback(self) -> None:
        """Out of what reviewers said of the note."""
        rows = await self._tx.fetch(
            """SELECT s.review_id, s.round, s.feedback FROM note_review_round s JOIN note_review r ON r.id = s.review_id
               WHERE r.note_id = $1 FOR UPDATE OF s""",
            self._note_id,
        )
        for row in rows:
            without = await self._from_text(row["feedback"])
            if without is not None:
                await self._tx.execute(
                    "UPDATE note_review_round SET feedback = $3 WHERE review_id = $1 AND round = $2",
                    row["review_id"], row["round"], without,
                )  # fmt: skip

    async def enter(self, contact: Asked, *, by: UUID, now: datetime) -> None:
        """Enter that something was taken out, if anything was."""
        if self.taken_out:
            facts = {"taken_out": dict(self.taken_out), "versions": self.versions}
            await record_act(
                self._tx, Act.IDENTITY_TAKEN_OUT, by=by, target_kind="note", target_id=self._note_id,
                line_id=contact.line_id, facts=facts, now=now,
            )  # fmt: skip

    async def _from_texts(self, texts: Any) -> Any:
        """A text, or texts by name, without it."""
        if isinstance(texts, str):
            return await self._from_text(texts) or texts
        return {name: await self._from_texts(text) for name, text in texts.items()}

    async def _from_text(self, text: str, *, scope: UUID | None = None) -> RedactedText | None:
        """None: it does not stand there. `scope`: within what it is numbered, if not as the note is."""
        flat = collapsed(text)  # nothing is looked for within what stands for somebody already
        choices = []
        for match in self._pattern.finditer(flat.text):
            start, end = flat.back(*match.span())
            choices.append(Choice(start, end, hide=True, written=text[start:end], kind=self._hidden[match.group()]))
        if not choices:
            return None
        (cleaned,) = await self._redacting.settle(self._tx, [(Found(text, ()), choices)], scope=scope or self._scope)
        self.taken_out.update(span.kind for span in cleaned.spans)
        return cleaned.text


def _pattern_of(hidden: Collection[str]) -> re.Pattern[str]:
    """The longest first: of a name and a part of it that begin together, the name."""
    return re.compile("|".join(map(_as_word, sorted(hidden, key=len, reverse=True))) or "(?!)")


def _as_word(written: str) -> str:
    if len(written) >= _SHORT:
        return re.escape(written)
    before = next((f"(?<!{signs})" for signs in ("[A-Za-zÀ-ɏ]", "[0-9]") if re.match(signs, written)), "")
    after = next((f"(?!{signs})" for signs in ("[A-Za-zÀ-ɏ]", "[0-9]") if re.match(signs, written[-1])), "")
    return before + re.escape(written) + after
