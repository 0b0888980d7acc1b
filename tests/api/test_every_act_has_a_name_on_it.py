"""P7: what supervisors and administrators do to others is in the audit with their name, and in its chain."""

from typing import Any

import httpx2

from app.platform.audit_sealing import LINGER, AuditSealer
from app.platform.audit_verifying import verify
from app.platform.clock import now
from tests.api.evening import begin
from tests.journeys.town import Town
from tests.journeys.waiting_for import until


async def _done(answer: httpx2.Response, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def test_p7_every_act_upon_somebody_has_a_name_on_it(town: Town) -> None:
    evening = await begin(town)
    people, contacts = evening.people, evening.contacts
    boss, admin, auditor = (people[role] for role in ("supervisor", "administrator", "auditor"))
    finch, reed = people["rung"], people["talking"]

    body = {"contact_id": str(contacts["wrapping_up"]), "line_id": "harbour", "reason": "prank", "hours": 1}
    block = await _done(await boss.client.post("/api/blocks", json=body), 201)
    await _done(await boss.client.delete(f"/api/blocks/{block['id']}"), 204)
    voicemail = contacts["voicemail"]
    await boss.client.get(f"/api/voicemails/{voicemail}/audio")  # the carrier has no such sound; she asked for it
    await _done(await boss.client.post(f"/api/voicemails/{voicemail}/heard", json={"version": 1}), 200)
    crisis = people["crisis"].person_id
    async with town.db.transaction() as tx:  # so that there is somebody to let in
        await tx.execute("UPDATE shift SET cancelled_at = $2 WHERE person_id = $1", crisis, now())
    await _done(await boss.client.post(f"/api/people/{crisis}/let-in", json={"pool_id": "day", "hours": 1}), 201)
    away = {"activity": "away", "reason": ""}
    await _done(await boss.client.post(f"/api/people/{finch.person_id}/presence", json=away), 200)
    await _done(await admin.client.post(f"/api/people/{reed.person_id}/revoke-sessions"), 200)
    await _done(await admin.client.post(f"/api/people/{finch.person_id}/disable"), 200)
    page = await _done(await auditor.client.get("/api/audit"), 200)

    found = {(entry["act"], entry["person_id"], entry["target_id"]) for entry in page["entries"]}
    upon = [
        ("caller_blocked", boss.person_id, block["id"]),
        ("block_lifted", boss.person_id, block["id"]),
        ("voicemail_heard", boss.person_id, voicemail),
        ("voicemail_taken", boss.person_id, voicemail),
        ("let_in", boss.person_id, crisis),
        ("presence_set", boss.person_id, finch.person_id),
        ("sessions_revoked", admin.person_id, reed.person_id),
        ("person_disabled", admin.person_id, finch.person_id),
    ]
    assert found >= {(act, str(by), str(target)) for act, by, target in upon}
    await _in_the_chain(town)


async def _in_the_chain(town: Town) -> None:
    """The worker seals by itself; a sealer of ours only makes it sooner."""
    sealer, moment = AuditSealer(), now()
    await sealer.sweep(town.db, now=moment)

    async def sealed() -> bool:
        await sealer.sweep(town.db, now=moment + LINGER)
        verdict = await verify(town.db)
        assert verdict.broken is None
        return verdict.entries > 0 and verdict.unsealed == 0

    await until(sealed, what="the audit is in its chain", within_s=60)
