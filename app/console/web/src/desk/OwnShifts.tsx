/** My own shifts: the present one with what is left of it, and those that come. */

import type { Presence, Shift } from "../api/types";
import { useLanguage, useName } from "../i18n/language";
import { useLive } from "../live/live";
import { useNow } from "../time/clock";
import { dayInWords, dayOf, hourMinute, secondsUntil } from "../time/format";

const SHOWN = 4;

function ownShifts(shifts: Readonly<Record<string, Shift>>, me: string): Shift[] {
  return Object.values(shifts)
    .filter((shift) => shift.person_id === me)
    .sort((a, b) => a.starts_at.localeCompare(b.starts_at));
}

function useShifts(): { current: Shift | undefined; coming: Shift[] } {
  const live = useLive();
  const now = useNow();
  const all = ownShifts(live.shifts, live.me);
  const covers = (shift: Shift) => Date.parse(shift.starts_at) <= now && now < Date.parse(shift.ends_at);
  return { current: all.findLast(covers), coming: all.filter((shift) => Date.parse(shift.starts_at) > now) };
}

function useHours(): (shift: Shift) => string {
  return (shift) => `${hourMinute(shift.starts_at)}–${hourMinute(shift.ends_at)}`;
}

export function CurrentShift({ presence }: { presence: Presence }) {
  const { t, language } = useLanguage();
  const { current, coming } = useShifts();
  const now = useNow();
  const next = coming[0];
  if (current) {
    const minutes = Math.ceil(secondsUntil(current.ends_at, now) / 60);
    return (
      <p className="figures">
        <strong>{t.desk.shift.current(hourMinute(current.starts_at), hourMinute(current.ends_at))}</strong>{" "}
        <span className="soft">{t.desk.shift.left(t.desk.shift.minutes(minutes))}</span>
      </p>
    );
  }
  if (presence.activity === "engaged" || presence.activity === "wrapping_up") return <p>{t.desk.shift.over}</p>;
  return (
    <p className="soft figures">
      {next
        ? t.desk.shift.next(
            dayInWords(dayOf(next.starts_at), language),
            hourMinute(next.starts_at),
            hourMinute(next.ends_at),
          )
        : t.desk.shift.none}
    </p>
  );
}

export function OwnShifts() {
  const { t, language } = useLanguage();
  const nameOf = useName();
  const hours = useHours();
  const { current, coming } = useShifts();
  const shown = [...(current ? [current] : []), ...coming].slice(0, SHOWN);
  return (
    <section className="card" aria-labelledby="own-shifts">
      <h2 id="own-shifts">{t.desk.shift.title}</h2>
      {shown.length === 0 ? <p className="soft">{t.desk.shift.none}</p> : null}
      <ul className="own-shifts">
        {shown.map((shift) => (
          <li key={shift.id}>
            <span className="figures">
              {dayInWords(dayOf(shift.starts_at), language)} <strong>{hours(shift)}</strong>
            </span>
            <span className="soft">
              {nameOf({ name_zh: shift.pool_name_zh, name_en: shift.pool_name_en })}
              {shift.source === "let_in" ? ` · ${t.desk.shift.letIn}` : ""}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
