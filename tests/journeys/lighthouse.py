"""The lines of the city, and their numbers (all reserved for drama): one for each way that a call can end."""

MAIN, MESSAGES, CLOSED, UNKNOWN = "+441632960611", "+441632960612", "+441632960613", "+441632960614"
NUMBERS = (MAIN, MESSAGES, CLOSED, UNKNOWN)

LINE_FILE = """
organisations:
  - id: lighthouse
    name: {zh: "灯塔", en: "Lighthouse"}
    pools:
      - {id: day, name: {zh: "白班", en: "Day"}}
      - {id: nobody, name: {zh: "空班", en: "Nobody"}}
lines:
  - id: main
    organisation: lighthouse
    name: {zh: "总机", en: "Main line"}
    numbers: [{number: "+441632960611", placeholder: true}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {zh: "您好，这里是灯塔。"}
        consent: {say: {zh: "通话不录音。"}}
        menu: {say: {zh: "危险请按1，回电请按9。"}, danger: "1", call_back: "9"}
        calendar: {time_zone: Asia/Shanghai, hours: {daily: "24h"}}
        pools: [{pool: day}]
        queue: {ring_seconds: 15, maximum_wait_s: 120, announcements: {every_s: 60, tell: position}, choice_every_s: 30}
        ways:
          closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          full: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          no_answer: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
        wrap_up_seconds: 60
  # Nobody is on shift in its pool: callers leave a message.
  - id: messages
    organisation: lighthouse
    name: {zh: "留言热线", en: "Message line"}
    numbers: [{number: "+441632960612", placeholder: true}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {zh: "您好，这里是灯塔。"}
        consent: {say: {zh: "通话不录音。"}}
        calendar: {time_zone: Asia/Shanghai, hours: {daily: "24h"}}
        pools: [{pool: nobody}]
        queue: {ring_seconds: 15, choice_every_s: null}
        ways:
          closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          full: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          no_answer:
            - {way: voicemail, say: {zh: "请留言。"}}
            - {way: honest_message, say: {zh: "请拨打12356、110或120。"}}
  - id: closed-line
    organisation: lighthouse
    name: {zh: "休息中的热线", en: "Line that is closed"}
    numbers: [{number: "+441632960613", placeholder: true}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {zh: "您好，这里是灯塔。"}
        consent: {say: {zh: "通话不录音。"}}
        calendar: {time_zone: Asia/Shanghai, hours: {daily: "00:00-00:01"}}
        pools: [{pool: day}]
        queue: {ring_seconds: 15, choice_every_s: null}
        ways:
          closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          full: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          no_answer: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
"""
