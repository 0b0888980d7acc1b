"""What callers hear between greeting and goodbye when a line's file says nothing of its own.

Decided here: the sentences, in both languages, and which values they may carry. A line overrides any of them under
`phrases`. They follow the field's practice (field.md section 1): warm, short, never "everyone is busy" without a way
on (promise P2), no promise that can't be kept, and the caller never has to explain why they called.
"""

from enum import StrEnum
from typing import Final


class Phrase(StrEnum):
    """The moments that have a sentence."""

    CONNECTING = "connecting"  # a volunteer has accepted
    COMFORT = "comfort"  # while waiting, when there is no number to tell
    POSITION = "position"  # {ahead}: callers before this one, at least 1
    NEXT = "next"  # nobody is before this one
    WAIT = "wait"  # {minutes}: the honest estimate, at least 1
    CHOICE_CALL_BACK = "choice_call_back"  # {key}
    LANGUAGE_OFFER = "language_offer"  # {key}; said in the language it offers
    LANGUAGE_CHOSEN = "language_chosen"
    CONSENT_NOTED = "consent_noted"  # a key in the greeting has agreed to something, or refused it
    HOLD = "hold"
    ALONE = "alone"  # the volunteer is gone, the caller is kept
    ALONE_AGAIN = "alone_again"  # nobody can come back to a broken-off talk yet
    TRANSFERRING = "transferring"
    SILENT = "silent"
    SILENT_GOODBYE = "silent_goodbye"
    CALL_BACK_ASK = "call_back_ask"  # {key}
    CALL_BACK_PROMISED = "call_back_promised"
    CALL_BACK_NO_NUMBER = "call_back_no_number"
    CALL_BACK_GREETING = "call_back_greeting"  # the first thing heard by whoever picks up; says nothing of the line
    VOICEMAIL_TAKEN = "voicemail_taken"
    VOLUNTEER_OFFER = "volunteer_offer"  # to a volunteer's own phone; {key}
    VOLUNTEER_WRONG_KEY = "volunteer_wrong_key"  # {key}
    VOLUNTEER_TOO_LATE = "volunteer_too_late"
    BLOCKED = "blocked"
    GOODBYE = "goodbye"
    UNKNOWN_NUMBER = "unknown_number"  # somebody rang a number that no line has
    TROUBLE = "trouble"  # something failed on our side, and the caller is kept


VALUES: Final[dict[Phrase, frozenset[str]]] = {
    Phrase.POSITION: frozenset({"ahead"}),
    Phrase.WAIT: frozenset({"minutes"}),
    Phrase.CHOICE_CALL_BACK: frozenset({"key"}),
    Phrase.LANGUAGE_OFFER: frozenset({"key"}),
    Phrase.CALL_BACK_ASK: frozenset({"key"}),
    Phrase.VOLUNTEER_OFFER: frozenset({"key"}),
    Phrase.VOLUNTEER_WRONG_KEY: frozenset({"key"}),
}
"""The values a phrase may carry in braces; every other phrase carries none."""

ZH: Final[dict[Phrase, str]] = {
    Phrase.CONNECTING: "正在为您接通，请稍等。",
    Phrase.COMFORT: "谢谢您的等待，我们没有忘记您。请别挂机，有人空出来会马上接听。",
    Phrase.POSITION: "您前面还有{ahead}位来电者，请您再等一等，我们一直在。",
    Phrase.NEXT: "您是下一位，请别挂机，马上就会有人接听。",
    Phrase.WAIT: "估计还需要等大约{minutes}分钟，谢谢您的耐心。",
    Phrase.CHOICE_CALL_BACK: "如果不方便一直等，请按{key}，我们会尽快给您打回去。想继续等，什么都不用按。",
    Phrase.LANGUAGE_OFFER: "说中文，请按{key}。",
    Phrase.LANGUAGE_CHOSEN: "好的，我们用中文交谈。",
    Phrase.CONSENT_NOTED: "好的，已经记下，您随时可以改变主意。",
    Phrase.HOLD: "请您稍等片刻，我们还在线上。",
    Phrase.ALONE: "刚才的通话中断了，您没有被挂断。请别走开，我们马上为您重新接通。",
    Phrase.ALONE_AGAIN: "我们正在为您找另一位接听人员，请您再等一等。",
    Phrase.TRANSFERRING: "正在为您转接，请别挂机。",
    Phrase.SILENT: "您好，我在听。不用着急，想说的时候再说；如果现在不方便出声，可以按任意一个键让我们知道您在。",
    Phrase.SILENT_GOODBYE: (
        "现在没有听到您的声音，我们先挂断了。您随时可以再打来。如果您正处在危险中，请拨打110或120。"
    ),
    Phrase.CALL_BACK_ASK: (
        "要我们给您现在用的这个号码回电，请按{key}。如果这部电话是和别人合用的，请不要按，稍后再打来就好。"
    ),
    Phrase.CALL_BACK_PROMISED: "记下了，我们会尽快给您回电。如果等不及，随时可以再打来；紧急时请拨打110或120。",
    Phrase.CALL_BACK_NO_NUMBER: "我们看不到您的号码，没有办法回电。您可以继续等待，也可以稍后再打来。",
    Phrase.CALL_BACK_GREETING: "您好，这是您之前约好的回电。如果是您本人，并且现在方便，请按1。",
    Phrase.VOICEMAIL_TAKEN: "谢谢您，留言已经收到，值班人员会听到的。紧急时请拨打110或120。",
    Phrase.VOLUNTEER_OFFER: "热线来电，请按{key}接听。",
    Phrase.VOLUNTEER_WRONG_KEY: "接听请按{key}，不方便接请直接挂断。",
    Phrase.VOLUNTEER_TOO_LATE: "这通来电已经由别的同事接听，或者来电者已经挂断。谢谢您。",
    Phrase.BLOCKED: "您好，这个号码暂时不能接通本热线。如果您或身边的人有危险，请拨打110或120，也可以拨打12356。",
    Phrase.GOODBYE: "谢谢您打来，请多保重。需要的时候，随时再打给我们。",
    Phrase.UNKNOWN_NUMBER: (
        "您好，您拨打的号码目前没有开通服务。需要心理援助，请拨打12356；如果有生命危险，请马上拨打110或120。"
    ),
    Phrase.TROUBLE: "我们这边的线路出了点问题，您没有被挂断，请稍等。如果有生命危险，请马上拨打110或120。",
}

EN: Final[dict[Phrase, str]] = {
    Phrase.CONNECTING: "We are connecting you now, one moment please.",
    Phrase.COMFORT: "Thank you for waiting. You have not been forgotten. Please stay on the line; "
    "the first person who is free will answer.",
    Phrase.POSITION: "Callers ahead of you: {ahead}. Please stay with us, we are here.",
    Phrase.NEXT: "You are next. Please stay on the line, someone will be with you very soon.",
    Phrase.WAIT: "We expect a wait of about {minutes} minutes. Thank you for your patience.",
    Phrase.CHOICE_CALL_BACK: "If you would rather not wait, press {key} and we will call you back as soon as we can. "
    "To keep waiting, there is nothing you need to do.",
    Phrase.LANGUAGE_OFFER: "For English, press {key}.",
    Phrase.LANGUAGE_CHOSEN: "All right, we will speak English.",
    Phrase.CONSENT_NOTED: "Thank you, we have noted it. You can change your mind at any time.",
    Phrase.HOLD: "One moment please, we are still here.",
    Phrase.ALONE: "The conversation was interrupted, but you are still connected. Please stay; "
    "we are finding someone for you now.",
    Phrase.ALONE_AGAIN: "We are looking for another colleague who can talk with you. Please hold on a little longer.",
    Phrase.TRANSFERRING: "We are passing you on, please stay on the line.",
    Phrase.SILENT: "Hello, I am listening. Take your time. If you cannot speak right now, "
    "press any key to let us know you are there.",
    Phrase.SILENT_GOODBYE: "We cannot hear you, so we will hang up for now. You can call again at any time. "
    "If you are in danger, please call 110 or 120.",
    Phrase.CALL_BACK_ASK: "For a call back to the number you are calling from, press {key}. If you share this phone "
    "with someone, please do not press it; just call us again later.",
    Phrase.CALL_BACK_PROMISED: "We have noted it and will call you back as soon as we can. You can also call again "
    "at any time. In an emergency, call 110 or 120.",
    Phrase.CALL_BACK_NO_NUMBER: "We cannot see your number, so we are unable to call you back. You can keep waiting "
    "or call again later.",
    Phrase.CALL_BACK_GREETING: "Hello, this is the call you asked for. If this is you and now is a good time, press 1.",
    Phrase.VOICEMAIL_TAKEN: "Thank you. Your message has been received, and the person on duty will hear it. "
    "In an emergency, call 110 or 120.",
    Phrase.VOLUNTEER_OFFER: "A caller is waiting. Press {key} to answer.",
    Phrase.VOLUNTEER_WRONG_KEY: "To answer, press {key}. If you cannot answer now, just hang up.",
    Phrase.VOLUNTEER_TOO_LATE: "A colleague has taken this call, or the caller has left. Thank you.",
    Phrase.BLOCKED: "Hello. This number cannot reach the line at the moment. If you or someone near you is in danger, "
    "call 110 or 120. You can also call 12356.",
    Phrase.GOODBYE: "Thank you for calling. Please take care, and call again whenever you need to.",
    Phrase.UNKNOWN_NUMBER: "Hello. The number you have called is not in service. For psychological support, call "
    "12356. If a life is in danger, call 110 or 120 now.",
    Phrase.TROUBLE: "We are having a technical problem. You are still connected, please hold on. "
    "If a life is in danger, call 110 or 120 now.",
}
