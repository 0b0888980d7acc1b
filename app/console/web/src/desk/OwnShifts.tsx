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

function useShifts(): { current: Shift[]; coming: Shift[] } {
  const live = useLive();
  const now = useNow();
  const all = ownShifts(live.shifts, live.me);
  const covers = (shift: Shift) => Date.parse(shift.starts_at) <= now && now < Date.parse(shift.ends_at);
  return { current: all.filter(covers), coming: all.filter((shift) => Date.parse(shift.starts_at) > now) };
}

type Stretch = { key: string; starts_at: string; ends_at: string; shifts: Shift[] };

/** Shifts of the same hours in several teams are one stretch of work. */
function stretches(shifts: Shift[]): Stretch[] {
  const found = new Map<string, Stretch>();
  for (const shift of shifts) {
    const key = `${shift.starts_at}/${shift.ends_at}`;
    const stretch = found.get(key) ?? { key, starts_at: shift.starts_at, ends_at: shift.ends_at, shifts: [] };
    stretch.shifts.push(shift);
    found.set(key, stretch);
  }
  return [...found.values()];
}

export function CurrentShift({ presence }: { presence: Presence }) {
  const { t, language } = useLanguage();
  const { current, coming } = useShifts();
  const now = useNow();
  const next = coming[0];
  // Of several at once the one that ends last counts: until then calls may come.
  const last = current.toSorted((a, b) => a.ends_at.localeCompare(b.ends_at)).at(-1);
  if (last) {
    const minutes = Math.ceil(secondsUntil(last.ends_at, now) / 60);
    return (
      <p className="figures">
        <strong>{t.desk.shift.current(hourMinute(last.starts_at), hourMinute(last.ends_at))}</strong>{" "}
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
  const { current, coming } = useShifts();
  const shown = stretches([...current, ...coming]).slice(0, SHOWN);
  const pools = (shifts: Shift[]) =>
    shifts
      .map((shift) => nameOf({ name_zh: shift.pool_name_zh, name_en: shift.pool_name_en }))
      .join(language === "zh" ? "、" : ", ");
  return (
    <section className="card" aria-labelledby="own-shifts">
      <h2 id="own-shifts">{t.desk.shift.title}</h2>
      {shown.length === 0 ? <p className="soft">{t.desk.shift.none}</p> : null}
      <ul className="own-shifts">
        {shown.map(({ key, starts_at, ends_at, shifts }) => (
          <li key={key}>
            <span className="figures">
              {dayInWords(dayOf(starts_at), language)}{" "}
              <strong>
                {hourMinute(starts_at)}–{hourMinute(ends_at)}
              </strong>
            </span>
            <span className="soft small">
              {pools(shifts)}
              {shifts.some((shift) => shift.source === "let_in") ? ` · ${t.desk.shift.letIn}` : ""}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
