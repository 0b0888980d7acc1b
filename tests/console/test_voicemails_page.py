"""Voicemails on the desk: played where they are listed, fetched only when somebody presses play, taken on by one."""

import re

import pytest
from playwright.async_api import expect

from tests.console.conftest import Place
from tests.console.fake_state import LINES, ago

pytestmark = pytest.mark.browser

PLAYS = """async sound => {
    await sound.play();
    await new Promise((done, failed) => { sound.onended = done; sound.onerror = failed; });
    return sound.duration;
}"""


async def test_a_message_is_played_on_the_desk_and_taken_on(place: Place) -> None:
    place.service.voicemails = [
        {"contact_id": "vm-1", "line": LINES[0], "seconds": 2, "left_at": ago(2600), "heard_at": None,
         "person_id": None, "kept_until": ago(-30 * 86_400), "version": 1},
    ]  # fmt: skip
    page = await place.visit("songguo")
    sound = page.locator("audio")
    await expect(sound).to_have_attribute("aria-label", re.compile("^宁波24小时心理热线 .*的留言$"))
    assert place.service.asked == []  # looking at the list opens nothing
    assert await sound.evaluate(PLAYS) == pytest.approx(2.0, abs=0.1)
    assert ("audio", "vm-1") in place.service.asked

    await page.get_by_role("button", name="已听，由我跟进").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="已听，由我跟进").click()
    await expect(page.get_by_text("由您跟进 · 录音保留到")).to_be_visible()
    await expect(sound).to_be_visible()
    await expect(page.get_by_role("button", name="已听，由我跟进")).to_have_count(0)
