"""Default deny: every route says who may use it, or the application does not start (design.md section 8).

A rule is a dependency made by `app.people.access.require`, or one of the two marks below on the endpoint. The marks
live here because adapters under `people` need them too.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

MARK = "__route_rule__"
T = TypeVar("T")


class RouteWithoutRule(Exception):  # noqa: N818 the message is a sentence for a developer
    """Somebody added a route and did not say who may use it."""


def public(endpoint: T) -> T:
    """Mark an endpoint, or a mounted application, that anybody may use without signing in."""
    return guarded_by("nobody: public")(endpoint)


def guarded_by(what: str) -> Callable[[T], T]:
    """Mark an endpoint that checks for itself who calls (`guarded_by("the carrier's signature")`)."""

    def marking(endpoint: T) -> T:
        setattr(endpoint, MARK, what)
        return endpoint

    return marking


def check_every_route_has_a_rule(app: FastAPI) -> None:
    """Raise RouteWithoutRule naming every route that has none. Call when all routers are included."""
    own = {app.openapi_url, app.docs_url, app.redoc_url, app.swagger_ui_oauth2_redirect_url}  # no data in these
    missing = [path for path, rule in rules(app) if rule is None and path not in own]
    if missing:
        raise RouteWithoutRule(
            f"These routes say not who may use them: {', '.join(sorted(missing))}. "
            "Add require(...) from app.people.access, or mark them public."
        )


def rules(app: FastAPI) -> Iterator[tuple[str, str | None]]:
    """Every route's path and what guards it; None: nothing does."""
    for route in iter_route_contexts(app.router.routes):
        path = route.path or type(route.route).__name__
        marks = [getattr(part, MARK, None) for part in (route.endpoint, getattr(route.route, "app", None))]
        dependant = getattr(route, "dependant", None)
        found = [mark for mark in marks if mark is not None]
        if dependant is not None:
            found += _marks(dependant)
        yield path, found[0] if found else None


def _marks(dependant: Dependant) -> list[str]:
    own: str | None = getattr(dependant.call, MARK, None)
    inner = [mark for each in dependant.dependencies for mark in _marks(each)]
    return inner if own is None else [own, *inner]
