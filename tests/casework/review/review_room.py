"""A writing room with lines, levels and reviewers."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from app.platform.clock import fresh_id
from tests.casework.notes.writing_room import Room, Writer

SCORES: dict[str, int | None] = {
    "danger_asked": 4, "listening": 5, "assessment": 3, "means": None, "plan": 2, "boundaries": 5, "record_quality": 4,
}  # fmt: skip


@dataclass
class ReviewRoom:
    """What a test of reviews needs."""

    room: Room

    def draw(self, percent: int) -> None:
        """So many of a hundred notes are drawn from now on."""
        state = self.room.web.app.state
        state.sampling = replace(state.sampling, percent=percent)

    async def lines(self, *ids: str) -> None:
        """Lines of one organisation."""
        async with self.room.web.db.transaction() as tx:
            await tx.execute(
                """INSERT INTO organisation (id, name_zh, name_en) VALUES ('house', '灯塔', 'House')
                   ON CONFLICT DO NOTHING"""
            )
            for line_id in ids:
                await tx.execute(
                    """INSERT INTO line (id, organisation_id, name_zh, name_en) VALUES ($1, 'house', $2, $3)
                       ON CONFLICT DO NOTHING""",
                    line_id, f"{line_id}线", line_id.title(),
                )  # fmt: skip

    async def level(
        self, writer: Writer, contact_id: UUID, level: str, version: int = 0, *, rationale: str = "有计划"
    ) -> None:
        """A person sets the contact's level."""
        body = {"level": level, "rationale": rationale, "version": version}
        answer = await writer.client.put(f"/api/contacts/{contact_id}/level", json=body)
        assert answer.status_code == 200, answer.text

    async def note(self, writer: Writer, *, level: str | None = None, line: str = "harbour", **more: Any) -> UUID:
        """A contact with its note."""
        contact_id = await self.room.contact(writer.person_id, line=line)
        if level is not None:
            await self.level(writer, contact_id, level)
        await writer.submit(contact_id, **more)
        return contact_id

    async def get(self, who: Writer, path: str, expect: int = 200) -> Any:
        """GET."""
        answer = await who.client.get(f"/api{path}")
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def post(self, who: Writer, path: str, body: Any = None, expect: int = 200) -> Any:
        """POST."""
        answer = await who.client.post(f"/api{path}", json=body)
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def waiting(self, reviewer: Writer, **query: Any) -> list[Any]:
        """The queue's first page."""
        answer = await reviewer.client.get("/api/reviews", params=query)
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["reviews"]
        return found

    async def taken(self, reviewer: Writer) -> Any:
        """The first of the queue, taken."""
        first = (await self.waiting(reviewer))[0]
        return await self.post(reviewer, f"/reviews/{first['id']}/take")

    async def finish(
        self, reviewer: Writer, review: Any, outcome: str = "accepted", *, expect: int = 200, **more: Any
    ) -> Any:
        """Say what there is to say."""
        body = {"version": review["version"], "scores": SCORES, "outcome": outcome, **more}
        return await self.post(reviewer, f"/reviews/{review['id']}/finish", body, expect)

    async def amend(self, writer: Writer, review: Any, text: str = "补充：已联系家人。") -> None:
        """Add an amendment."""
        body = {"submission_id": str(uuid4()), "text": text}
        await self.post(writer, f"/notes/{review['note_id']}/amendments", body, 201)

    async def subject_of(self, *contacts: UUID) -> UUID:
        """These contacts are one person's, whose file it is."""
        subject_id = fresh_id()
        async with self.room.web.db.transaction() as tx:
            await tx.execute(
                "INSERT INTO subject (id, organisation_id, code, created_at) VALUES ($1, 'house', 'K7F3M', $2)",
                subject_id, self.room.at,
            )  # fmt: skip
            for contact_id in contacts:
                await tx.execute(
                    "INSERT INTO subject_link (contact_id, subject_id, how, linked_at) VALUES ($1, $2, 'by_hand', $3)",
                    contact_id, subject_id, self.room.at,
                )  # fmt: skip
        return subject_id
