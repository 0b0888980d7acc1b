"""Typed ids: a contact's id can't be passed where a person's is wanted (design.md section 1 gives the words).

Ids of things that happen are UUIDs, made at the edge and handed in. Ids of things that are configured (lines,
pools, organisations) are the short names that their files give them.
"""

from typing import NewType
from uuid import UUID

ContactId = NewType("ContactId", UUID)
LegId = NewType("LegId", UUID)
OfferId = NewType("OfferId", UUID)
PersonId = NewType("PersonId", UUID)
ShiftId = NewType("ShiftId", UUID)
TimerId = NewType("TimerId", UUID)
CommandId = NewType("CommandId", UUID)
CallbackId = NewType("CallbackId", UUID)
BlockId = NewType("BlockId", UUID)

LineId = NewType("LineId", str)
PoolId = NewType("PoolId", str)
OrganisationId = NewType("OrganisationId", str)
