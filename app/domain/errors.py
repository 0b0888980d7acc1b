# ruff: noqa: N818 the names are the sentences that the codes stand for (style.md, habit 5)
"""What can be wrong with a request, each with a stable code; one place renders them (RFC 9457, style.md habit 5).

HotlineError
├── SignInRequired 401 sign_in_required
│   ├── SignInFailed sign_in_failed
│   └── SecondFactorRequired 401 second_factor_required
├── Forbidden 403 forbidden
├── NotFound 404 not_found
├── Conflict 409 conflict
│   ├── OfferGone offer_gone
│   ├── StaleVersion stale_version
│   ├── NotRostered not_rostered
│   ├── AlreadyEngaged already_engaged
│   ├── WrapUpFirst wrap_up_first
│   ├── NotYours not_yours
│   ├── NotPossibleNow not_possible_now
│   └── Held held
├── Erased 410 erased
├── TooLarge 413 too_large
├── Invalid 422 invalid
├── TooManyAttempts 429 too_many_attempts
└── Unavailable 503 unavailable
    ├── TaggerMissing tagger_missing
    └── HeldAsDraft held_as_draft

A title is a fixed sentence in both languages and safe to show; a detail says more, in English and then in Chinese
(`app.platform.problems` gives each reader hers), and never carries an identity.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class HotlineError(Exception):
    """The service could not do what was asked."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"
    title_zh: ClassVar[str] = "系统出错了"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail


class SignInRequired(HotlineError):
    """No session, or it has ended."""

    code, status, title, title_zh = "sign_in_required", 401, "Please sign in", "请先登录"


class SignInFailed(SignInRequired):
    """Login and password do not belong together, or the account is closed; which of them is not told."""

    code, title, title_zh = "sign_in_failed", "Login or password is not right", "账号或密码不正确"


class SecondFactorRequired(SignInRequired):
    """The password was right, the one-time code is missing or wrong."""

    code, title, title_zh = "second_factor_required", "Please enter your one-time code", "请输入动态验证码"


class Forbidden(HotlineError):
    """Signed in, but no role of theirs holds this permission here."""

    code, status, title, title_zh = "forbidden", 403, "You may not do this", "您没有此操作的权限"


class NotFound(HotlineError):
    """Unknown, or not theirs to know of."""

    code, status, title, title_zh = "not_found", 404, "There is no such thing here", "未找到"


class Conflict(HotlineError):
    """The state of things does not allow it."""

    code, status, title, title_zh = "conflict", 409, "This does not fit the present state", "与当前状态冲突"


class OfferGone(Conflict):
    """Another volunteer was first, the caller left, or it rang out."""

    code, title, title_zh = "offer_gone", "This offer has closed", "该来电已被接听或已结束"


class StaleVersion(Conflict):
    """Someone else saved a newer version (promise P8)."""

    code, title, title_zh = "stale_version", "Someone changed this meanwhile", "内容已被他人更新，请核对后再保存"

    def __init__(self, detail: str = "", *, current: Mapping[str, Any] | None = None) -> None:
        """`current`: what is stored now, ready for JSON, so that both can be shown side by side."""
        super().__init__(detail)
        self.current = current


class NotRostered(Conflict):
    """Not on shift now, and not let in by a supervisor."""

    code, title, title_zh = "not_rostered", "You are not on shift now", "您当前不在值班时间"

    def __init__(
        self, detail: str = "", *, why: str = "no_shift_ahead", next_shift: Mapping[str, str] | None = None
    ) -> None:
        """`why`: before_next_shift, no_shift_ahead or certificates_expired, for screens to say in their language.

        `next_shift`: starts_at and ends_at (ISO 8601), pool_name_zh and pool_name_en.
        """
        super().__init__(detail)
        self.why = why
        self.next_shift = next_shift


class AlreadyEngaged(Conflict):
    """A volunteer holds one call at a time (promise P3)."""

    code, title, title_zh = "already_engaged", "You are already in a conversation", "您已在通话中"


class WrapUpFirst(Conflict):
    """A volunteer who leaves in the middle of a wrap-up would leave a contact open that nobody else can close."""

    code, title, title_zh = "wrap_up_first", "Please finish the wrap-up first", "请先完成话后整理"


class NotYours(Conflict):
    """The contact is held by someone else now."""

    code, title, title_zh = "not_yours", "Someone else holds this contact now", "该来电现由他人处理"


class NotPossibleNow(Conflict):
    """A lifecycle refused the event in its present state."""

    code, title, title_zh = "not_possible_now", "This is not possible at this moment", "当前无法进行此操作"


class Held(Conflict):
    """A legal hold keeps it; nobody may erase it until the hold is lifted."""

    code, title, title_zh = "held", "A legal hold keeps this", "该记录处于依法保全中，不能清除"

    def __init__(self, reason_code: str) -> None:
        """`reason_code`: why it is held (app.domain.retention.HoldReason)."""
        super().__init__(f"The reason of the hold: {reason_code}. 保全原因代码：{reason_code}。")
        self.fields: Mapping[str, str] = {"hold": reason_code}


class Erased(HotlineError):
    """What was written about a contact has gone, by right or by age: nothing takes its place."""

    code, status = "erased", 410
    title = "The records of this contact have been erased, so nothing more can be written about it"
    title_zh = "该来电的记录已清除，不能再填写"


class TooLarge(HotlineError):
    """The body is over the limit."""

    code, status, title, title_zh = "too_large", 413, "The request is too large", "提交的内容过大"


class Invalid(HotlineError):
    """A value is missing or malformed."""

    code, status, title, title_zh = "invalid", 422, "Some of the values are not valid", "填写的内容有误"

    def __init__(self, detail: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        """`fields`: the name of each wrong field and what is wrong with it, never its value."""
        super().__init__(detail)
        self.fields: Mapping[str, str] = fields or {}


class TooManyAttempts(HotlineError):
    """Sign-in or another guarded act was tried too often."""

    code, status, title, title_zh = (
        "too_many_attempts",
        429,
        "Too many attempts; please wait",
        "尝试次数过多，请稍后再试",
    )

    def __init__(self, detail: str = "", *, retry_after_s: int = 0) -> None:
        """`retry_after_s`: whole seconds after which it may be tried again."""
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Unavailable(HotlineError):
    """The database or another part we cannot do without is out of reach."""

    code, status, title, title_zh = "unavailable", 503, "The service is not available right now", "服务暂时不可用"


class TaggerMissing(Unavailable):
    """What finds names in a text is not installed whole, so no text can be stored; nothing unredacted ever is."""

    code = "tagger_missing"
    title = "Names cannot be hidden right now, so this text cannot be stored"
    title_zh = "识别身份信息的组件暂不可用，文本无法保存"


class HeldAsDraft(Unavailable):
    """The same, and what was submitted is kept as an encrypted draft of whoever wrote it."""

    code = "held_as_draft"
    title = "Names cannot be hidden right now; your text is kept as an encrypted draft"
    title_zh = "识别身份信息的组件暂不可用，内容已加密保存为草稿"
