"""Numbers that nobody can ever have: the only ones that may stand in for a number not known yet.

On the authority of Ofcom's numbers for TV and radio drama and of the North American 555-0100 to 555-0199 range.
"""

import re

_FICTION = re.compile(
    r"^\+(44(1632960\d{3}|2079460\d{3}|7700900\d{3}|1134960\d{3}|1214960\d{3}|1614960\d{3})|1[2-9]\d{2}55501\d{2})$"
)


def reserved_for_fiction(number: str) -> bool:
    """Whether nobody can ever have this number."""
    return _FICTION.match(number) is not None
