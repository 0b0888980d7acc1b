"""The parameters the API takes, by resource; what is not named here is refused (the carrier would ignore a misspelling,
a rehearsal must not)."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split(" "))


CALL_CREATE = _names(
    "To From Url Twiml Method FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod StatusCallbackEvent"
    " SendDigits Timeout TimeLimit CallReason"
)
CALL_UPDATE = _names("Url Twiml Method Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod TimeLimit")
# The carrier knows these, the emulator does not: better refused than silently without effect.
CALL_UNSUPPORTED = _names(
    "Record RecordingChannels RecordingStatusCallback RecordingStatusCallbackMethod RecordingStatusCallbackEvent Trim"
    " RecordingTrack RecordingConfigurationId SipAuthUsername SipAuthPassword MachineDetection MachineDetectionTimeout"
    " MachineDetectionSpeechThreshold MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout AsyncAmd"
    " AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod CallerId Byoc CallToken Passports ApplicationSid"
    " ClientNotificationUrl"
)
CALL_FILTERS = _names("To From ParentCallSid Status PageSize Page PageToken") | {
    f"{name}{sign}" for name in ("StartTime", "EndTime") for sign in ("", "<", ">")
}
ROOM_UPDATE = _names("Status AnnounceUrl AnnounceMethod")
ROOM_FILTERS = _names("Status FriendlyName PageSize Page PageToken")
ROOM_EVENTS = _names("start end join leave mute hold modify speaker announcement")
PARTICIPANT_CREATE = _names(
    "From To Label Timeout Muted Beep StartConferenceOnEnter EndConferenceOnExit WaitUrl WaitMethod EarlyMedia"
    " MaxParticipants Coaching CallSidToCoach StatusCallback StatusCallbackMethod StatusCallbackEvent TimeLimit"
    " ConferenceStatusCallback ConferenceStatusCallbackMethod ConferenceStatusCallbackEvent CallReason"
)
PARTICIPANT_UPDATE = _names(
    "Muted Hold HoldUrl HoldMethod AnnounceUrl AnnounceMethod WaitUrl WaitMethod BeepOnExit EndConferenceOnExit"
    " Coaching CallSidToCoach"
)
MESSAGE_CREATE = _names("To From Body StatusCallback ValidityPeriod ProvideFeedback")
