"""A silent caller on the desk: prompts with a pause between, then an end that is asked once and coded."""

import pytest
from playwright.async_api import Page, expect

from tests.console.conftest import Place

pytestmark = pytest.mark.browser


async def talking(place: Place, *, language: str) -> Page:
    """Somebody in a talk, with the names of the buttons in this language."""
    page = await place.visit("songguo", language=language)
    await page.get_by_role("button", name="上线接听" if language == "zh" else "Take calls").click()
    await place.service.ring("songguo")
    await page.get_by_role("button", name="接听" if language == "zh" else "Accept", exact=True).click()
    return page


async def test_a_silent_caller_is_prompted_by_button_and_key_and_then_ended_and_coded(place: Place) -> None:
    page = await talking(place, language="zh")
    prompt = page.get_by_role("button", name="来电者没有出声")
    await prompt.click()
    await expect(page.get_by_text("已轻声提示 1/2 次")).to_be_visible()
    await expect(prompt).to_have_attribute("aria-disabled", "true")
    await page.keyboard.press("Alt+s")  # too soon: nothing is asked
    contact_id = next(iter(place.service.contact))
    await place.service.change("contact", contact_id, silence_prompt_from=None)
    await expect(prompt).to_have_attribute("aria-disabled", "false")
    await page.keyboard.press("Alt+s")
    await page.get_by_role("button", name="结束并记为沉默来电").click()
    await expect(page.get_by_role("button", name="继续等待")).to_be_focused()
    await page.get_by_role("button", name="结束并记录").click()
    await expect(page.get_by_role("radio", name="沉默来电")).to_be_checked()
    await page.get_by_role("button", name="完成，继续接听").click()
    await expect(page.get_by_role("heading", name="已上线，等待来电")).to_be_visible()
    asked = [what for what, _ in place.service.asked]
    assert asked == ["accept", "silent-prompt", "silent-prompt", "wrap-up"]
    assert place.service.asked[-1][1]["disposition"] == "silent"


async def test_the_button_speaks_english_too(place: Place) -> None:
    page = await talking(place, language="en")
    await page.get_by_role("button", name="The caller is silent").click()
    await expect(page.get_by_text("prompted gently 1 of 2 times")).to_be_visible()
