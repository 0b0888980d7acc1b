"""The ways on for callers whom nobody takes, as a line file names them (shapes alone)."""

from typing import Annotated, Literal

from pydantic import Field

from app.lines.entries import Part, Said, Slug


class SiblingLineWay(Part):
    """Go on with another line, if it is open."""

    way: Literal["sibling_line"]
    line: Slug
    say: Said | None = None


class PoolWay(Part):
    """Ask one pool, whatever the calendar says, if anyone of it is on duty."""

    way: Literal["pool"]
    pool: Slug
    say: Said | None = None


class OutsideNumberWay(Part):
    """Connect to one of the line's outside numbers."""

    way: Literal["outside_number"]
    number: Slug
    say: Said | None = None


class VoicemailWay(Part):
    """Take a message for whoever is on duty next."""

    way: Literal["voicemail"]
    say: Said
    max_s: Annotated[int, Field(ge=15, le=600)] = 180


class CallBackWay(Part):
    """Offer to call back."""

    way: Literal["call_back"]
    say: Said | None = None


class HonestMessageWay(Part):
    """Say how things stand and who else helps; it must name 12356, 110 and 120."""

    way: Literal["honest_message"]
    say: Said


WayEntry = Annotated[
    SiblingLineWay | PoolWay | OutsideNumberWay | VoicemailWay | CallBackWay | HonestMessageWay,
    Field(discriminator="way"),
]
WayList = Annotated[list[WayEntry], Field(min_length=1, max_length=8)]


class WaysEntry(Part):
    """What happens outside hours, with too many waiting, and when nobody answered in time. Tried in order; the last is
    an honest message."""

    closed: WayList
    full: WayList
    no_answer: WayList
