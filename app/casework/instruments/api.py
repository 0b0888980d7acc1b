"""Routes: which instruments there are, and filling one in for a contact."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from app.casework.instruments.assessing import assess, load_assessments
from app.casework.instruments.library import Library
from app.casework.instruments.schemas import Assessment, Assessments, Instruments, NewAssessment, everything
from app.casework.reaching import OwnContact, OwnContactToWrite
from app.domain.acts import Act
from app.people.access import AnyoneSignedIn
from app.platform.audit import record_act
from app.platform.db import Tx
from app.platform.edges import Now, TxDep

router = APIRouter(prefix="/api", tags=["instruments"])


def library(request: Request) -> Library:
    """The instruments of this process."""
    found: Library = request.app.state.instruments
    return found


Shelf = Annotated[Library, Depends(library)]


@router.get("/instruments")
async def instruments(_principal: AnyoneSignedIn, shelf: Shelf) -> Instruments:
    """Every instrument in its newest version, the disabled ones with the reason; and what is asked on every contact."""
    return everything(shelf.current())


@router.get("/contacts/{contact_id}/assessments")  # noqa: FAST003 OwnContact takes it
async def assessments(reached: OwnContact, shelf: Shelf, tx: TxDep, now: Now) -> Assessments:
    """What was assessed in this contact, newest first."""
    await record_act(
        tx, Act.ASSESSMENTS_SEEN, by=reached.principal.person_id, target_kind="contact", target_id=reached.contact_id,
        line_id=reached.line_id, now=now,
    )  # fmt: skip
    return await load_assessments(tx, shelf, reached.contact_id)


@router.post("/contacts/{contact_id}/assessments", status_code=201)  # noqa: FAST003 OwnContact takes it
async def add_assessment(
    reached: OwnContactToWrite, body: NewAssessment, shelf: Shelf, tx: TxDep, now: Now
) -> Assessment:
    """Fill in an instrument. The result prompts; setting the level is another act, a person's."""
    assessment_id = await assess(
        tx,
        shelf,
        reached.contact_id,
        instrument_id=body.instrument_id,
        version=body.version,
        answers=body.answers,
        by=reached.principal.person_id,
        line_id=reached.line_id,
        now=now,
    )
    return await _one(tx, shelf, reached.contact_id, assessment_id)


async def _one(tx: Tx, shelf: Library, contact_id: UUID, assessment_id: UUID) -> Assessment:
    found = await load_assessments(tx, shelf, contact_id)
    return next(each for each in found.assessments if each.id == assessment_id)
