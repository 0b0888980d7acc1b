"""The vocabulary of the log: every event that may be written, by name. A log line carries ids, never identities."""

from enum import StrEnum


class Log(StrEnum):
    """Event names, alphabetical. A name says what happened, in the past tense."""

    CALL_ARRIVED = "call_arrived"
    COMMAND_DONE = "command_done"
    COMMAND_FAILED = "command_failed"
    COMMAND_GIVEN_UP = "command_given_up"
    DATABASE_ADOPTED = "database_adopted"
    DATABASE_RESTARTED = "database_restarted"
    DATABASE_RESTART_FAILED = "database_restart_failed"
    DATABASE_STARTED = "database_started"
    DATABASE_STOPPED = "database_stopped"
    EMULATOR_PROBLEM_NOTED = "emulator_problem_noted"
    EMULATOR_TASK_FAILED = "emulator_task_failed"
    HEARTBEATS_LOST = "heartbeats_lost"
    LINE_VERSION_UNREADABLE = "line_version_unreadable"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PERSON_CREATED = "person_created"
    PERSON_DISABLED = "person_disabled"
    REQUEST_FAILED = "request_failed"
    SERVICE_STARTED = "service_started"
    SERVICE_STOPPED = "service_stopped"
    SESSIONS_REVOKED = "sessions_revoked"
    SHIFT_ENDED = "shift_ended"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_IN_THROTTLED = "sign_in_throttled"
    TIMER_FAILED = "timer_failed"
    VOLUNTEER_SET_AWAY = "volunteer_set_away"
    WEBHOOK_FAILED = "webhook_failed"
    WEBHOOK_UNREADABLE = "webhook_unreadable"
