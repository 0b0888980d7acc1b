"""Routes: what a caller agreed to."""

from fastapi import APIRouter

from app.casework.consents.ledger import enter_consent, load_consents
from app.casework.consents.schemas import Consents, NewConsent
from app.casework.reaching import OwnContact, OwnContactToWrite
from app.domain.acts import Act
from app.domain.consent import ConsentHow
from app.platform.audit import record_act
from app.platform.edges import Now, TxDep

router = APIRouter(prefix="/api", tags=["consents"])


@router.get("/contacts/{contact_id}/consents")  # noqa: FAST003 OwnContact takes it
async def consents(reached: OwnContact, tx: TxDep, now: Now) -> Consents:
    """Where each consent of this contact stands, and how it came there."""
    await record_act(
        tx, Act.CONSENTS_SEEN, by=reached.principal.person_id, target_kind="contact", target_id=reached.contact_id,
        line_id=reached.line_id, now=now,
    )  # fmt: skip
    return await load_consents(tx, reached.contact_id)


@router.post("/contacts/{contact_id}/consents", status_code=201)  # noqa: FAST003 OwnContact takes it
async def add_consent(reached: OwnContactToWrite, body: NewConsent, tx: TxDep, now: Now) -> Consents:
    """Enter what the caller said. Entries are never changed: what was given is withdrawn by another one."""
    entered = await enter_consent(
        tx,
        reached.contact_id,
        body.consent_to,
        body.said,
        how=ConsentHow.SPOKEN,
        by=reached.principal.person_id,
        now=now,
    )
    if entered:
        await record_act(
            tx, Act.CONSENT_ENTERED, by=reached.principal.person_id, target_kind="contact",
            target_id=reached.contact_id, line_id=reached.line_id, now=now,
            facts={"consent_to": body.consent_to.value, "said": body.said.value},
        )  # fmt: skip
    return await load_consents(tx, reached.contact_id)
