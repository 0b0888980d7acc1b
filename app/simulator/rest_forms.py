"""The API's manners: numeric errors in the carrier's shape, and forms checked for what the carrier would refuse."""

from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse

MORE = "https://www.twilio.com/docs/errors/"


class RestError(Exception):
    """A refusal: HTTP status, the carrier's code, a sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def not_found(what: str) -> RestError:
    """20404 for a resource that is not there."""
    return RestError(404, 20404, f"The requested resource {what} was not found")


async def render_error(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 the framework's shape
    """A RestError as the carrier writes it."""
    assert isinstance(error, RestError)  # noqa: S101 registered for this class alone
    body = {"code": error.code, "message": error.message, "more_info": f"{MORE}{error.code}", "status": error.status}
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else {}
    return JSONResponse(body, error.status, headers)


class Form:
    """A form whose fields are asked for by name. Every method raises RestError(400) naming the field."""

    def __init__(self, data: FormData, known: frozenset[str], unsupported: frozenset[str] = frozenset()) -> None:
        self._data = data
        for name in data:
            if name in unsupported:
                raise RestError(400, 20001, f"The emulator does not know what {name} does; leave it out")
            if name not in known:
                raise RestError(400, 20001, f"Unknown parameter {name}")

    @classmethod
    async def read(cls, request: Request, known: frozenset[str], unsupported: frozenset[str] = frozenset()) -> "Form":
        """The request's form."""
        return cls(await request.form(), known, unsupported)

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def names(self) -> set[str]:
        """The fields that were sent."""
        return set(self._data)

    def text(self, name: str, default: str = "") -> str:
        """A field as text."""
        value = self._data.get(name, default)
        return value if isinstance(value, str) else default

    def all(self, name: str) -> list[str]:
        """A field that may come several times, or once with several words."""
        return [word for value in self._data.getlist(name) if isinstance(value, str) for word in value.split()]

    def url(self, name: str, code: int) -> str:
        """An absolute http(s) URL, or nothing."""
        value = self.text(name)
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise RestError(400, code, f"{name} is not a valid URL: an absolute http or https URL is needed")
        return value

    def method(self, name: str) -> str:
        """GET or POST."""
        value = self.text(name, "POST").upper()
        if value not in {"GET", "POST"}:
            raise RestError(400, 20001, f"{name} must be GET or POST")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """true or false, in any case."""
        value = self.text(name, str(default)).lower()
        if value not in {"true", "false"}:
            raise RestError(400, 20001, f"{name} must be true or false")
        return value == "true"

    def whole(self, name: str, default: int, bounds: tuple[int, int], code: int = 20001) -> int:
        """A whole number within bounds, both included."""
        value = self.text(name, str(default))
        if not value.isdigit() or not bounds[0] <= int(value) <= bounds[1]:
            raise RestError(400, code, f"{name} must be a whole number from {bounds[0]} to {bounds[1]}")
        return int(value)

    def events(self, name: str, known: frozenset[str], default: frozenset[str]) -> frozenset[str]:
        """Names of callback events."""
        asked = frozenset(self.all(name))
        if asked - known:
            raise RestError(400, 21626, f"{name} has invalid values: {', '.join(sorted(asked - known))}")
        return asked or default
