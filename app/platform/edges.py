"""What routes ask for at the edge of the system."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection


def moment(connection: HTTPConnection) -> datetime:
    """The present, read once for a request, by the clock of its application."""
    present: datetime = connection.app.state.read_clock()
    return present


Now = Annotated[datetime, Depends(moment)]
