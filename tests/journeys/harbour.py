"""The lines of the town, and their numbers (all reserved for drama). Times are as short as a line's file may say."""

LINE_NUMBER = "+441632960555"
UNKNOWN_NUMBER = "+441632960556"
CLOSED_NUMBER = "+441632960557"
QUAY_NUMBER = "+441632960558"
PIER_NUMBER = "+441632960559"
NUMBERS = (LINE_NUMBER, UNKNOWN_NUMBER, CLOSED_NUMBER, QUAY_NUMBER, PIER_NUMBER)
HOSPITAL = "+8651968016801"  # a public line's own number; only the emulator rings it
CALLER = "+447700900123"

LINE_FILE = """
organisations:
  - id: lighthouse
    name: {zh: "灯塔", en: "Lighthouse"}
    pools:
      - {id: day, name: {zh: "白班", en: "Day"}}
      - {id: night, name: {zh: "夜班", en: "Night"}}
lines:
  # Two pools, a danger key, a call-back key; voicemail when nobody answers.
  - id: harbour
    organisation: lighthouse
    name: {zh: "港湾热线", en: "Harbour line"}
    numbers: [{number: "+441632960555", placeholder: true}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {zh: "您好，这里是港湾。"}
        consent: {say: {zh: "通话不录音。"}}
        menu: {say: {zh: "危险请按1，回电请按9。"}, danger: "1", call_back: "9"}
        calendar: {time_zone: Asia/Shanghai, hours: {daily: "24h"}}
        pools: [{pool: day, overflow_after_s: 5}, {pool: night}]
        queue: {ring_seconds: 15, maximum_wait_s: 120, announcements: {every_s: 15, tell: position}}
        outside_numbers:
          - {id: hospital, name: {zh: "医院", en: "Hospital"}, number: "+8651968016801"}
        ways:
          closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          full: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          no_answer:
            - {way: voicemail, say: {zh: "请留言。"}}
            - {way: honest_message, say: {zh: "请拨打12356、110或120。"}}
        wrap_up_seconds: 60
  # Out of hours for all but one minute of the day.
  - id: closed-line
    organisation: lighthouse
    name: {zh: "休息中的热线", en: "Line that is closed"}
    numbers: [{number: "+441632960557", placeholder: true}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {zh: "您好，这里是港湾。"}
        consent: {say: {zh: "通话不录音。"}}
        calendar: {time_zone: Asia/Shanghai, hours: {daily: "00:00-00:01"}}
        pools: [{pool: day}]
        queue: {ring_seconds: 15, choice_every_s: null}
        ways:
          closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          full: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          no_answer: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
  # Two languages; an outside number, then a call-back, when nobody answers.
  - id: quay
    organisation: lighthouse
    name: {zh: "码头热线", en: "Quay line"}
    numbers: [{number: "+441632960558", placeholder: true}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh, en]
        greeting: {zh: "您好，这里是码头。", en: "Hello, this is the quay."}
        consent: {say: {zh: "通话不录音。", en: "Calls are not recorded."}}
        menu: {say: {zh: "危险请按1。", en: "In danger, press 1."}, danger: "1", call_back: null, languages: {en: "2"}}
        calendar: {time_zone: Asia/Shanghai, hours: {daily: "24h"}}
        pools: [{pool: day}]
        skills: {by_language: {en: [english]}}
        queue:
          {ring_seconds: 15, maximum_wait_s: 120, announcements: {every_s: 15, tell: position}, choice_every_s: null}
        outside_numbers:
          - {id: hospital, name: {zh: "医院", en: "Hospital"}, number: "+8651968016801"}
        ways:
          closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。", en: "Call 12356, 110 or 120."}}]
          full: [{way: honest_message, say: {zh: "请拨打12356、110或120。", en: "Call 12356, 110 or 120."}}]
          no_answer:
            - {way: outside_number, number: hospital}
            - {way: call_back}
            - {way: honest_message, say: {zh: "请拨打12356、110或120。", en: "Call 12356, 110 or 120."}}
        wrap_up_seconds: 60
  # One may wait, the second is led to a sibling line, without a menu.
  - id: pier
    organisation: lighthouse
    name: {zh: "栈桥热线", en: "Pier line"}
    numbers: [{number: "+441632960559", placeholder: true}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {zh: "您好，这里是栈桥。"}
        consent: {say: {zh: "通话不录音。"}}
        calendar: {time_zone: Asia/Shanghai, hours: {daily: "24h"}}
        pools: [{pool: night}]
        queue: {ring_seconds: 15, maximum_wait_s: 120, maximum_waiting: 1, choice_every_s: null}
        ways:
          closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          full:
            - {way: sibling_line, line: harbour}
            - {way: honest_message, say: {zh: "请拨打12356、110或120。"}}
          no_answer: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
        wrap_up_seconds: 60
"""
