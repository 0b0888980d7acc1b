"""The stand-in's routes for supervisors and administrators: wallboard, rota, lines, blocks, call-backs, voicemails."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import uuid4

from fastapi import FastAPI, Query
from fastapi.responses import Response

from app.platform.clock import now
from app.simulator.tones import soft_tones
from tests.console.fake_lines import all_lines
from tests.console.fake_server import FakeService, Refused
from tests.console.fake_state import POOLS, Document, Sent, ago, iso, shift_of


def add_oversight(app: FastAPI, service: FakeService) -> None:
    """Add the routes to `app`."""
    _add_wallboard(app, service)
    _add_call_backs_and_voicemails(app, service)
    _add_rota(app, service)
    _add_lines_and_blocks(app, service)


def _add_wallboard(app: FastAPI, service: FakeService) -> None:
    @app.get("/api/wallboard")
    async def wallboard() -> Any:
        return service.wallboard_of("yuanshan")

    @app.post("/api/notices/{notice_id}/seen")
    async def seen(notice_id: str) -> Document:
        return await service.change("notice", notice_id, seen_at=iso(now()))

    @app.post("/api/people/{person_id}/presence")
    async def set_presence(person_id: str, body: Sent) -> Document:
        service.asked.append(("set-presence", body))
        return await service.change("presence", person_id, activity=body["activity"], reason=body["reason"])

    @app.post("/api/people/{person_id}/wrap-up/close")
    async def close_wrap_up(person_id: str, body: Sent) -> Document:
        service.asked.append(("close-wrap-up", body))
        await service.change("contact", body["contact_id"], state="closed")
        return await service.change(
            "presence", person_id, activity="away", reason="wrap_up_closed", contact_id=None, since=iso(now())
        )

    @app.post("/api/people/{person_id}/let-in")
    async def let_in(person_id: str, body: Sent) -> Document:
        service.asked.append(("let-in", body))
        name = service.presence[person_id]["work_name"]
        shift = shift_of(person_id, name, ago(0), ago(-3600 * body["hours"]), source="let_in")
        service.shift[shift["id"]] = shift
        await service.tell("shift", shift["id"])
        await service.change("presence", person_id, on_shift=True)
        return shift


def _add_call_backs_and_voicemails(app: FastAPI, service: FakeService) -> None:
    @app.get("/api/call-backs")
    async def call_backs() -> list[Document]:
        return service.call_backs

    @app.post("/api/call-backs/{contact_id}/dial")
    async def dial(contact_id: str, body: Sent) -> Document:
        service.asked.append(("dial", body))
        raise Refused(409, "not_possible_now")

    @app.get("/api/voicemails")
    async def voicemails() -> list[Document]:
        return service.voicemails

    @app.get("/api/voicemails/{contact_id}/audio")
    async def audio(contact_id: str) -> Response:
        service.asked.append(("audio", contact_id))
        return Response(soft_tones(2), media_type="audio/wav", headers={"Cache-Control": "no-store"})

    @app.post("/api/voicemails/{contact_id}/heard")
    async def heard(contact_id: str, body: Sent) -> Document:
        mail = next(one for one in service.voicemails if one["contact_id"] == contact_id)
        mail.update(heard_at=iso(now()), kept_until=ago(-86_400), version=body["version"] + 1)
        return mail


def _add_rota(app: FastAPI, service: FakeService) -> None:
    @app.get("/api/rota")
    async def rota(since: Annotated[date, Query(alias="from")], days: int = 7) -> Document:
        people = {shift["person_id"]: shift["work_name"] for shift in service.shift.values()}
        return {
            "days": [(since + timedelta(days=count)).isoformat() for count in range(days)],
            "pools": POOLS,
            "shifts": [shift for shift in service.shift.values() if not shift["cancelled"]],
            "people": [
                {"person_id": key, "work_name": name, "pools": [pool["id"] for pool in POOLS]}
                for key, name in people.items()
            ],
            "gaps": service.gaps,
        }

    @app.post("/api/shifts")
    async def add_shift(body: Sent) -> Document:
        name = service.presence[body["person_id"]]["work_name"]
        pool = next(index for index, one in enumerate(POOLS) if one["id"] == body["pool_id"])
        shift = shift_of(body["person_id"], name, body["starts_at"], body["ends_at"], pool)
        service.shift[shift["id"]] = shift
        await service.tell("shift", shift["id"])
        return shift

    @app.delete("/api/shifts/{shift_id}")
    async def cancel_shift(shift_id: str) -> Response:
        await service.change("shift", shift_id, cancelled=True)
        return Response(status_code=204)


def _add_lines_and_blocks(app: FastAPI, service: FakeService) -> None:
    @app.get("/api/lines")
    async def lines() -> list[Document]:
        return [{key: value for key, value in one.items() if key != "versions"} for one in all_lines()]

    @app.get("/api/lines/{line_id}")
    async def line(line_id: str) -> Document:
        found = next((one for one in all_lines() if one["id"] == line_id), None)
        if found is None:
            raise Refused(404, "not_found")
        return found

    @app.post("/api/blocks")
    async def block(body: Sent) -> Document:
        made = {
            "id": str(uuid4()), "caller": service.contact[body["contact_id"]]["caller"], "line_id": body["line_id"],
            "reason": body["reason"], "created_by_name": "远山", "created_at": iso(now()),
            "expires_at": ago(-3600 * body["hours"]),
        }  # fmt: skip
        service.blocks.append(made)
        return made

    @app.get("/api/blocks")
    async def blocks() -> list[Document]:
        return service.blocks

    @app.delete("/api/blocks/{block_id}")
    async def lift(block_id: str) -> Response:
        service.blocks = [one for one in service.blocks if one["id"] != block_id]
        return Response(status_code=204)
