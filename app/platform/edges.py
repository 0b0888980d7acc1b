"""What routes ask for at the edge of the system."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends

from app.platform.clock import now


def moment() -> datetime:
    """The present, read once for a request."""
    return now()


Now = Annotated[datetime, Depends(moment)]
