"""One request to the carrier's REST interface, and what its refusals mean (telephony.md "Errors", "Limits").

A deadline around every request. No number and no body enters a log line or an error: a CarrierError carries a code and
nothing else. Why this is not the carrier's own client library: docs/adr/0004-twilio-client.md.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from app.carriers.port import AlreadyGone, CarrierError

Fields = Mapping[str, str | Sequence[str]]

GONE_CODES = frozenset({20404, 21220})  # no such resource; the call has ended
DOWNLOAD_S = 20.0  # three minutes of sound are 3 MB; a person waits for it
RETRY_CODES = frozenset({20009, 20429, 22005})  # not final yet; too many requests; too many calls queued

# Its INFO line would carry the whole URL, and a query may hold a number (P5).
logging.getLogger("httpx2").setLevel(logging.WARNING)


class Rest:
    """The REST interface of one account; `aclose` it at the end."""

    def __init__(self, *, account_sid: str, auth_token: str, api_base_url: str, timeout_s: float) -> None:
        self._account = f"/2010-04-01/Accounts/{account_sid}"
        self._timeout_s = timeout_s
        self._client = httpx2.AsyncClient(
            base_url=api_base_url.rstrip("/"), auth=(account_sid, auth_token), timeout=timeout_s, follow_redirects=False
        )

    async def post(self, path: str, fields: Fields, *, gone_is_success: bool = True) -> Mapping[str, Any]:
        """Create or change a resource of the account."""
        return await self._request("POST", self._account + path, gone_is_success=gone_is_success, data=dict(fields))

    async def get(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        """Read a resource of the account."""
        return await self._request("GET", self._account + path, params=dict(query))

    async def get_page(self, uri: str) -> Mapping[str, Any]:
        """Read what a list's `next_page_uri` points to."""
        return await self._request("GET", uri)

    async def download(self, path: str) -> bytes:
        """Read a file of the account: a recording's sound."""
        return (await self._answer("GET", self._account + path, limit_s=DOWNLOAD_S)).content

    async def delete(self, path: str) -> None:
        """Delete a resource of the account."""
        await self._request("DELETE", self._account + path)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _request(self, method: str, url: str, *, gone_is_success: bool = True, **what: Any) -> Mapping[str, Any]:
        return _document(await self._answer(method, url, gone_is_success=gone_is_success, **what))

    async def _answer(
        self, method: str, url: str, *, gone_is_success: bool = True, limit_s: float = 0.0, **what: Any
    ) -> httpx2.Response:
        """AlreadyGone or CarrierError when it failed. Codes of our own: unreachable (it was never sent) and
        unknown_outcome (sent, and no answer came)."""
        try:
            async with asyncio.timeout(limit_s or self._timeout_s):
                response = await self._client.request(method, url, **what)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
            raise CarrierError("unreachable", retryable=True, perhaps_done=False) from None
        except (httpx2.HTTPError, TimeoutError):
            raise CarrierError("unknown_outcome", retryable=True, perhaps_done=True) from None
        if response.is_success:
            return response
        raise _refusal(response, gone_is_success=gone_is_success)


def _refusal(response: httpx2.Response, *, gone_is_success: bool) -> AlreadyGone | CarrierError:
    """What an answer that is no success means."""
    code = _document(response).get("code")
    if not isinstance(code, int):
        code = 20404 if response.status_code == httpx2.codes.NOT_FOUND else None
    if code in GONE_CODES and gone_is_success:
        return AlreadyGone(str(code))
    retryable = (
        code in RETRY_CODES or response.status_code == httpx2.codes.TOO_MANY_REQUESTS or response.is_server_error
    )
    return CarrierError(
        str(code) if code is not None else f"http_{response.status_code}",
        retryable=retryable,
        perhaps_done=response.is_server_error,
    )


def _document(response: httpx2.Response) -> Mapping[str, Any]:
    """The JSON object of an answer; empty when there is none."""
    try:
        document = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
