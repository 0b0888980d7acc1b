"""The emulated carrier misbehaves on request, and retries, gives up and falls back as the carrier's documents say."""

import asyncio
import socket
from dataclasses import replace

import pytest
from starlette.responses import Response

from app.simulator.chaos import Chaos, Knobs
from app.simulator.numbers import Number
from app.simulator.retry_rules import rules_of
from app.simulator.signing import signature
from app.simulator.webhooks import Webhooks
from tests.contract.rehearsed_product import LINE, Form, rehearsal

EVERY_EVENT = "initiated ringing answered completed"


def test_the_same_seed_throws_the_same_dice() -> None:
    def throws(seed: int) -> list[bool]:
        dice = Chaos(Knobs(seed=seed))
        return [dice.strikes(30) for _ in range(200)]

    assert throws(7) == throws(7)
    assert throws(7) != throws(8)
    assert 30 <= sum(throws(7)) <= 90


@pytest.mark.parametrize(
    "knobs",
    [{"colour": 1}, {"drop_percent": 101}, {"drop_percent": True}, {"one_call_a_second": 1}, {"delay_ms_max": -1}],
)
async def test_a_wrong_knob_is_refused_and_nothing_changes(knobs: dict[str, object]) -> None:
    async with rehearsal() as stage:
        before = (await stage.people.get("/emulator/chaos")).json()
        assert (await stage.people.post("/emulator/chaos", json=knobs)).status_code == 422
        assert (await stage.people.get("/emulator/chaos")).json() == before


def test_connection_overrides_are_read_from_the_fragment_within_bounds() -> None:
    rules = rules_of("ct=2000&rt=3000&tt=99000&rc=9&rp=ct,5xx", connect_s=5, total_s=15)
    assert (rules.connect_s, rules.read_s, rules.total_s, rules.retries) == (2, 3, 15, 5)
    assert rules.covers("5xx")
    assert not rules.covers("4xx")
    usual = rules_of("", connect_s=5, total_s=15)
    assert (usual.retries, usual.after) == (1, frozenset({"ct"}))


async def test_duplicated_callbacks_come_twice_with_their_own_sequence_number() -> None:
    async with rehearsal(knobs=Knobs(duplicate_percent=100)) as stage:
        stage.product.answers("/answered", "<Say>x</Say>")
        await stage.create(StatusCallback=stage.product.url("/status"), StatusCallbackEvent=EVERY_EVENT)
        await stage.product.receives("/status", times=2, CallStatus="completed")
        numbers = [item.params["SequenceNumber"] for item in stage.product.got("/status")]
        assert numbers == ["0", "0", "1", "1", "2", "2", "3", "3"]


async def test_a_repeated_request_for_instructions_carries_the_same_idempotency_token() -> None:
    async with rehearsal(knobs=Knobs(duplicate_percent=100)) as stage:
        call = await stage.dial()
        await stage.product.receives("/voice", times=2)
        await stage.until(lambda: call.is_over)
        tokens = [item.token for item in stage.product.got("/voice")]
        assert len(tokens) == 2
        assert len(set(tokens)) == 1


async def test_reordered_callbacks_come_out_of_order_and_none_is_lost() -> None:
    async with rehearsal(knobs=Knobs(reorder_percent=40, seed=3)) as stage:
        stage.product.answers("/answered", "<Say>x</Say>")
        for _ in range(4):
            await stage.create(StatusCallback=stage.product.url("/status"), StatusCallbackEvent=EVERY_EVENT)
        await stage.product.receives("/status", times=16)
        orders = {}
        for item in stage.product.got("/status"):
            orders.setdefault(item.params["CallSid"], []).append(int(item.params["SequenceNumber"]))
        assert all(sorted(order) == [0, 1, 2, 3] for order in orders.values())
        assert any(order != sorted(order) for order in orders.values())


async def test_dropped_callbacks_never_come_while_the_call_goes_on() -> None:
    async with rehearsal(knobs=Knobs(drop_percent=100)) as stage:
        stage.product.answers("/answered", "<Say>x</Say>")
        made = await stage.create(StatusCallback=stage.product.url("/status"), StatusCallbackEvent=EVERY_EVENT)
        call = stage.emulator.carrier.calls[made.json()["sid"]]
        await stage.until(lambda: call.is_over)
        assert stage.product.got("/answered")
        assert not stage.product.got("/status")


async def test_a_mis_signed_request_is_what_the_product_sees_and_a_forged_one_comes_beside_the_good() -> None:
    async with rehearsal(knobs=Knobs(bad_signature_percent=100)) as stage:
        await stage.dial()
        assert not (await stage.product.receives("/voice")).signature_is_good
    async with rehearsal(knobs=Knobs(forged_percent=100)) as stage:
        await stage.dial()
        await stage.product.receives("/voice", times=2)
        assert [item.signature_is_good for item in stage.product.got("/voice")] == [False, True]


async def test_callbacks_and_requests_dawdle_as_long_as_the_knob_says() -> None:
    async with rehearsal(knobs=Knobs(delay_ms_min=150, delay_ms_max=200)) as stage:
        began = asyncio.get_running_loop().time()
        await stage.dial()
        await stage.product.receives("/voice")
        assert asyncio.get_running_loop().time() - began >= 0.15


@pytest.mark.parametrize(("knob", "status", "code"), [("api_5xx_percent", 503, 20503), ("api_429_percent", 429, 20429)])
async def test_the_api_refuses_without_acting(knob: str, status: int, code: int) -> None:
    async with rehearsal() as stage:
        await stage.people.post("/emulator/chaos", json={knob: 100})
        answer = await stage.create()
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not stage.emulator.carrier.calls


async def test_the_api_can_act_and_lose_its_answer() -> None:
    async with rehearsal(knobs=Knobs(api_lost_answer_percent=100)) as stage:
        assert (await stage.create()).status_code == 500
        assert len(stage.emulator.carrier.calls) == 1
        await stage.product.receives("/answered")


async def test_outgoing_calls_queue_for_one_a_second_when_the_account_is_so_limited() -> None:
    async with rehearsal(time_scale=10, knobs=Knobs(one_call_a_second=True)) as stage:
        began = asyncio.get_running_loop().time()
        for _ in range(3):
            await stage.create(StatusCallback=stage.product.url("/status"), StatusCallbackEvent="initiated")
        await stage.product.receives("/status", times=3)
        assert asyncio.get_running_loop().time() - began >= 0.2


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
async def test_a_hang_up_during_a_redirect_is_either_told_at_once_or_found_out_later(seed: int) -> None:
    async with rehearsal(knobs=Knobs(hang_up_during_redirect_percent=100, seed=seed)) as stage:
        stage.product.answers("/voice", "<Say>x</Say><Pause length='500'/>")
        call = await stage.dial()
        await stage.until(lambda: call.status == "in-progress")
        answer = await stage.api.post(f"/Calls/{call.sid}.json", data={"Url": stage.product.url("/elsewhere")})
        assert answer.status_code == 200 or answer.json()["code"] == 21220
        await stage.until(lambda: call.is_over)
        assert call.ended_by == "caller"
        assert not stage.product.got("/elsewhere")


async def test_a_product_that_answers_too_late_loses_the_call_to_the_fallback_url() -> None:
    class Slow(Response):
        async def __call__(self, scope: object, receive: object, send: object) -> None:
            await asyncio.Event().wait()

    async with rehearsal(webhook_timeout_s=0.3) as stage:
        stage.product.answers("/voice", Slow())
        stage.product.answers("/fallback", "<Say>backup line</Say>")
        call = await stage.dial()
        asked = await stage.product.receives("/fallback")
        assert asked.params["ErrorCode"] == "11205"
        await stage.until(lambda: call.is_over)
        assert [item.text for item in call.heard] == ["backup line"]


async def test_a_connection_that_fails_is_tried_once_more_with_the_same_token_then_the_fallback() -> None:
    async with rehearsal() as stage:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            dead = f"http://127.0.0.1:{closed.getsockname()[1]}/voice"
            stage.emulator.carrier.numbers.set([Number(LINE, dead, stage.product.url("/fallback"))])
            call = await stage.dial()
            asked = await stage.product.receives("/fallback")
            assert asked.params["ErrorCode"] == "11205"
            await stage.until(lambda: call.is_over)
        tries = [item for item in stage.emulator.carrier.webhooks.sent if item.url == dead]
        assert [item.attempt for item in tries] == [0, 1]
        assert len({item.token for item in tries}) == 1


async def test_nothing_is_ever_sent_beyond_this_machine() -> None:
    async with rehearsal() as stage:
        far = Number(LINE, "http://192.0.2.1/voice", stage.product.url("/fallback"))
        stage.emulator.carrier.numbers.set([far])
        await stage.dial()
        assert (await stage.product.receives("/fallback")).params["ErrorCode"] == "11210"


async def test_requests_and_problems_can_be_looked_at_and_hold_no_number() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", Response(status_code=500))

        def fine(form: Form) -> str:
            return "<Say>x</Say>"

        stage.product.answers("/fallback", fine)
        call = await stage.dial()
        await stage.until(lambda: call.is_over)
        requests = (await stage.people.get("/emulator/requests")).json()
        problems = (await stage.people.get("/emulator/problems")).json()
        assert [item["status"] for item in requests[:2]] == [500, 200]
        assert [item["code"] for item in problems] == [11200]
        assert call.from_.lstrip("+") not in str(requests) + str(problems)


async def test_a_public_address_is_signed_as_it_is_and_reached_on_this_machine() -> None:
    async with rehearsal() as stage:
        carrier = stage.emulator.carrier
        public = "https://hotline.example/voice"
        routes = {"https://hotline.example": stage.product.base_url}
        carrier.webhooks = Webhooks(replace(carrier.options, routes=routes), carrier.chaos)
        carrier.numbers.set([Number(LINE, public)])
        await stage.dial()
        asked = await stage.product.receives("/voice")
        assert asked.signature == signature(carrier.options.auth_token, public, asked.params)
        assert not asked.signature_is_good


async def test_stopping_in_mid_call_leaves_nothing_running() -> None:
    async with rehearsal() as stage:
        told = 'statusCallback="/c" statusCallbackEvent="join leave end"'
        stage.product.answers("/voice", f'<Dial action="/after"><Conference {told}>r</Conference></Dial>')
        await stage.dial()
        await stage.product.receives("/c", StatusCallbackEvent="participant-join")
        carrier = stage.emulator.carrier
    assert carrier.background.failures == 0
    assert not [task for task in asyncio.all_tasks() if "_guarded" in repr(task.get_coro())]
