"""Whatever is sent to whatever route by whoever: never a 5xx, and every refusal is a problem detail with a code.

Inputs come from the service's own OpenAPI document, right ones and wrong ones, with the ids of things that exist fed in
among random ones, so that they reach live calls (issue 2, "Bad input gets"). The same inputs every time.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from tests.api.evening import Evening, begin
from tests.journeys.town import Town

EXAMPLES = 6  # for each route and mode, each sent by three of the nine
SLOW = {"/api/session": 3, "/api/people/me/password": 3}  # these hash passwords, slowly on purpose
VERSIONS = [0, 1, 2, 3, 4, 5, 6]
WORDS = {
    "version": VERSIONS,
    "disposition": ["counselled", "silent"],
    "target_kind": ["person", "pool", "number"],
    "activity": ["ready", "away", "offline"],
    "pool": ["day", "night"],
    "body": [{"facts": "说睡不着。", "danger_asked": "asked"}],
    "choices": [[]],
    "submission_id": ["5b0f1a5e-0000-4000-8000-000000000001"],
    "words": ["睡不着", "panic"],
    "topic": ["guigang:study"],
    "level": ["high"],
    "code": ["silent", "test"],
    "instrument_id": ["c-ssrs-screener", "high-risk-rules"],
    "answers": [{}],
    "by": [["gender"], ["topic", "month"]],
    "scores": [
        dict.fromkeys(("danger_asked", "listening", "assessment", "means", "plan", "boundaries", "record_quality"), 3)
    ],
}
Known = dict[str, list[Any]]


def at_home(case: Any, known: Known, choose: Callable[[list[Any]], Any]) -> None:
    """Put things that exist in the place of made-up ones, wherever a name says what is wanted."""
    for holder in (case.path_parameters, case.query, case.body):
        if isinstance(holder, dict):
            for name in list(holder):
                if known.get(name):
                    holder[name] = choose([*known[name], holder[name]])


def wrong(operation: str, answer: Any) -> str | None:
    """What is wrong with an answer; None when it is as promised."""
    if answer.status_code >= 500:
        return f"{operation}: {answer.status_code} {answer.text[:200]}"
    if answer.status_code < 400:
        return None
    kind = answer.headers.get("content-type", [""])
    if not any("application/problem+json" in value for value in ([kind] if isinstance(kind, str) else kind)):
        return f"{operation}: {answer.status_code} is no problem detail: {answer.text[:200]}"
    said = answer.json()
    if not said.get("code") or said.get("status") != answer.status_code or not said.get("title_zh"):
        return f"{operation}: an incomplete problem detail: {said}"
    return None


class Everybody:
    """Sessions of one of each role and of nobody, for a thread of their own."""

    def __init__(self, evening: Evening, loop: asyncio.AbstractEventLoop) -> None:
        self.evening, self.loop = evening, loop
        self.base_url = evening.town.base_url
        self.sessions = {"nobody": requests.Session()}
        for name, person in evening.people.items():
            session = self.sessions[name] = requests.Session()
            for cookie in person.client.cookies.jar:
                session.cookies.set(cookie.name, cookie.value)
        self.wrong: list[str] = []
        self.statuses: dict[str, set[int]] = {}
        self.turns: dict[str, int] = {}

    def send(self, case: Any) -> None:
        """Send one case as three people: the next in turn for this route, so that everyone gets theirs."""
        name = f"{case.method.upper()} {case.operation.path}"
        turn = self.turns[name] = self.turns.get(name, 0) + 1
        for who, session in [*self.sessions.items()][turn % 3 :: 3]:
            answer = case.call(base_url=self.base_url, session=session, headers={"Origin": self.base_url}, timeout=20)
            self.statuses[name].add(answer.status_code)
            trouble = wrong(f"{who} {name}", answer)
            if trouble is not None:
                self.wrong.append(trouble)
        if case.operation.path.startswith(("/api/session", "/api/people/")):
            self.asked(self.evening.everybody_is_still_signed_in())

    def asked(self, question: Any) -> Any:
        """The answer of the test's own loop."""
        return asyncio.run_coroutine_threadsafe(question, self.loop).result(30)

    def try_everything(self) -> None:
        """Every route, right and wrong inputs."""
        document = requests.get(f"{self.base_url}/openapi.json", timeout=10).json()
        schema = schemathesis.openapi.from_dict(document)
        for found in schema.get_all_operations():
            operation = found.ok()
            self.statuses[f"{operation.method.upper()} {operation.path}"] = set()
            known = {**self.asked(self.evening.ids()), **WORDS}
            known["target"] = [*known["person_id"], *known["pool_id"], "hospital"]
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self.try_one(operation, mode, known)

    def try_one(self, operation: Any, mode: GenerationMode, known: Known) -> None:
        """One route in one mode."""

        @settings(
            max_examples=SLOW.get(operation.path, EXAMPLES),
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
        def one(case: Any, data: Any) -> None:
            at_home(case, known, lambda values: data.draw(st.sampled_from(values)))
            self.send(case)

        with contextlib.suppress(Unsatisfiable):  # a route that takes nothing can be given nothing wrong
            one()


@pytest.mark.slow
@pytest.mark.timeout(900)  # thousands of requests, and more with each route: it does not hang, it has much to do
async def test_no_input_gives_a_500_to_anybody(town: Town) -> None:
    everybody = Everybody(await begin(town), asyncio.get_running_loop())
    await asyncio.to_thread(everybody.try_everything)
    assert everybody.wrong == []
    reached = [name for name, statuses in everybody.statuses.items() if any(status < 300 for status in statuses)]
    assert len(reached) > len(everybody.statuses) / 2, everybody.statuses
    assert [name for name, statuses in everybody.statuses.items() if not statuses] == []
    alarms = [line for line in town.lines.alarms() if "request_failed" in line]
    assert alarms == []
