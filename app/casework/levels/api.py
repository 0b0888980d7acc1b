"""Routes: a contact's level of risk."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from app.casework.instruments.api import Shelf
from app.casework.levels.queries import load_level
from app.casework.levels.schemas import Level, SetLevel
from app.casework.levels.setting import Rationale, may_wait_for_its_rationale, set_level
from app.casework.notes.known import known_of
from app.casework.notes.numbering import scope_of, take_turns
from app.casework.reaching import OwnContact, OwnContactToWrite, not_erased
from app.casework.redacting import Redacting
from app.contacts.api import Db
from app.domain.acts import Act
from app.domain.errors import TaggerMissing
from app.people.door import Door, door
from app.platform.audit import record_act
from app.platform.edges import Now, TxDep

router = APIRouter(prefix="/api", tags=["levels"])


def redacting(request: Request) -> Redacting:
    """The gate from raw text to stored text."""
    gate: Redacting = request.app.state.redacting
    return gate


Gate = Annotated[Redacting, Depends(redacting)]
Opened = Annotated[Door, Depends(door)]


@router.get("/contacts/{contact_id}/level")  # noqa: FAST003 OwnContact takes it
async def level(reached: OwnContact, tx: TxDep, now: Now) -> Level:
    """The level, its history, and what the assessments prompt now."""
    await record_act(
        tx, Act.LEVELS_SEEN, by=reached.principal.person_id, target_kind="contact", target_id=reached.contact_id,
        line_id=reached.line_id, now=now,
    )  # fmt: skip
    return await load_level(tx, reached.contact_id)


@router.put("/contacts/{contact_id}/level")  # noqa: FAST003 OwnContact takes it
async def put_level(
    reached: OwnContactToWrite, body: SetLevel, shelf: Shelf, gate: Gate, opened: Opened, db: Db, now: Now
) -> Level:
    """Set the level. Below what is prompted it takes a rationale; a stale `version` is refused (409).

    Where the tagger's data are missing no text can be kept: high and imminent are set all the same, and owe their
    rationale.
    """
    found = missing = None
    if body.rationale.strip():
        try:
            async with db.transaction() as tx:
                known = await known_of(tx, opened.sealer, reached.contact_id)
            found = await gate.find(body.rationale, known, field="rationale")
        except TaggerMissing as failure:
            missing = failure
    async with db.transaction() as tx:
        await take_turns(tx, reached.contact_id)
        await not_erased(tx, reached.contact_id)
        rationale = Rationale()
        if missing is not None and not await may_wait_for_its_rationale(tx, reached.contact_id, body.level):
            raise missing
        if found is not None:
            scope = await scope_of(tx, reached.contact_id)
            rationale = Rationale((await gate.settle(tx, [(found, ())], scope=scope))[0].text, scope)
        await set_level(
            tx,
            reached,
            shelf,
            body.level,
            rationale=rationale,
            unknowns=body.unknowns,
            version=body.version,
            now=now,
        )
        return await load_level(tx, reached.contact_id)
