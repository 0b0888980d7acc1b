/** A line at a glance: now in large figures, today in small ones, the service level over both denominators. */

import type { LineCard as Card, Today } from "../api/types";
import { useLanguage, useName } from "../i18n/language";
import { useLive } from "../live/live";
import { useNow } from "../time/clock";
import { clockOf, closingTime, dayAndTime, secondsSince } from "../time/format";
import { OutcomeBar } from "./OutcomeBar";

const WAITING = new Set(["waiting", "offered", "connecting"]);

/** Seconds that the longest-waiting caller has waited by now: from the calls themselves where they may be seen. */
function useLongestWait(card: Card): number {
  const live = useLive();
  const now = useNow();
  const waits = Object.values(live.contacts)
    .filter((contact) => contact.line?.id === card.line.id && WAITING.has(contact.state))
    .map((contact) => secondsSince(contact.enqueued_at ?? contact.offered_at, now));
  if (waits.length > 0) return Math.max(...waits);
  if (card.waiting === 0 || card.longest_wait_s === null) return 0;
  const counted = live.countedAt[card.line.id] ?? now;
  return card.longest_wait_s + Math.max(0, (now - counted) / 1000);
}

function percent(rate: number | null, none: string): string {
  return rate === null ? none : `${(rate * 100).toFixed(1)}%`;
}

export function LineCard({ card }: { card: Card }) {
  const { t, language } = useLanguage();
  const nameOf = useName();
  const longest = useLongestWait(card);
  const texts = t.wallboard;
  const { today } = card;
  const short = card.waiting > 0 && card.ready === 0;
  const openWords = card.open
    ? card.closes_at
      ? texts.openUntil(closingTime(card.closes_at))
      : texts.openAlways
    : [texts.closed, card.opens_at ? texts.opensAt(dayAndTime(card.opens_at, language)) : ""]
        .filter(Boolean)
        .join(" · ");
  const now: [string, string, boolean][] = [
    [texts.waiting, String(card.waiting), card.waiting > 0],
    [texts.longestWait, card.waiting > 0 ? clockOf(longest) : "–", card.waiting > 0],
    [texts.talking, String(card.talking), false],
    [texts.ready, String(card.ready), short],
  ];
  return (
    <article className={card.open ? "card line-card" : "card line-card shut"} aria-label={nameOf(card.line)}>
      <header className="row apart">
        <h3>{nameOf(card.line)}</h3>
        <span className={card.open ? "tag calm figures" : "tag figures"}>{openWords}</span>
      </header>
      <dl className="line-now figures">
        {now.map(([label, value, marked]) => (
          <div key={label} className={marked ? "marked" : ""}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {short ? <p className="said">{texts.nobodyReady}</p> : null}
      {today.offered > 0 ? <TodayFigures today={today} /> : <p className="soft small">{texts.quietToday}</p>}
    </article>
  );
}

function TodayFigures({ today }: { today: Today }) {
  const texts = useLanguage().t.wallboard;
  const counts: [string, number][] = [
    [texts.offered, today.offered],
    [texts.answered, today.answered],
    [texts.abandoned, today.abandoned],
    [texts.shortAbandoned, today.short_abandoned],
    [texts.voicemail, today.voicemail],
    [texts.callback, today.callback],
    [texts.closedHours, today.closed_hours],
    [texts.blocked, today.blocked],
    [texts.failed, today.failed],
  ];
  return (
    <>
      <OutcomeBar today={today} />
      <dl className="line-rates figures">
        <div>
          <dt>
            {texts.inTime} · {texts.ofAnswered}
          </dt>
          <dd>{percent(today.service_level_answered, texts.noRate)}</dd>
        </div>
        <div>
          <dt>
            {texts.inTime} · {texts.ofOffered}
          </dt>
          <dd>{percent(today.service_level_offered, texts.noRate)}</dd>
        </div>
        <div>
          <dt>{texts.asa}</dt>
          <dd>{today.asa_s === null ? texts.noRate : texts.seconds(Math.round(today.asa_s))}</dd>
        </div>
      </dl>
      <dl className="line-today figures" aria-label={texts.today}>
        {counts.map(([label, count]) => (
          <div key={label} className={count === 0 ? "nought" : ""}>
            <dt>{label}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
