"""Default deny: every route says who may use it, or the application does not start (design.md section 8).

A rule is a dependency made by `app.people.access.require`, or one of the two marks below on the endpoint. The marks
live here because adapters under `people` need them too.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

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
    missing = [path for path, ruled in _routes(app) if not ruled and path not in own]
    if missing:
        raise RouteWithoutRule(
            f"These routes say not who may use them: {', '.join(sorted(missing))}. "
            "Add require(...) from app.people.access, or mark them public."
        )


def _routes(app: FastAPI) -> Iterator[tuple[str, bool]]:
    for route in iter_route_contexts(app.router.routes):
        path = route.path or type(route.route).__name__
        marked = any(hasattr(part, MARK) for part in (route.endpoint, getattr(route.route, "app", None)))
        dependant = getattr(route, "dependant", None)
        yield path, marked or (dependant is not None and _has_rule(dependant))


def _has_rule(dependant: Dependant) -> bool:
    return hasattr(dependant.call, MARK) or any(_has_rule(inner) for inner in dependant.dependencies)


def rule_of(call: Callable[..., Any]) -> str | None:
    """What guards an endpoint or dependency that carries a mark, or None."""
    rule: str | None = getattr(call, MARK, None)
    return rule
