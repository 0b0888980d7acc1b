/** The arithmetic of a week: which shifts and gaps belong to which day, in the service's time zone. Pure. */

import type { Rota, Shift } from "../api/types";
import { dayAfter, dayOf, hourMinute, momentOf } from "../time/format";

export type DayGap = { from: string; until: string; missing: number; allDay: boolean };

/** The Monday on or before `day` ("2026-11-23"). */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  return dayAfter(day, -((weekday + 6) % 7));
}

/** Shifts of a pool that begin on this day, in order. */
export function shiftsOn(rota: Rota, poolId: string, day: string): Shift[] {
  return rota.shifts
    .filter((shift) => shift.pool_id === poolId && dayOf(shift.starts_at) === day)
    .sort((a, b) => a.starts_at.localeCompare(b.starts_at));
}

/** Shifts that began the day before and reach into this one. */
export function shiftsInto(rota: Rota, poolId: string, day: string): Shift[] {
  const start = momentOf(day, "00:00").getTime();
  return rota.shifts.filter(
    (shift) => shift.pool_id === poolId && Date.parse(shift.starts_at) < start && Date.parse(shift.ends_at) > start,
  );
}

/** Who is still on from the day before, by the hour at which they go. */
export function carriedInto(rota: Rota, poolId: string, day: string): { until: string; names: string[] }[] {
  const names = new Map<string, string[]>();
  for (const shift of shiftsInto(rota, poolId, day)) {
    const until = hourMinute(shift.ends_at);
    names.set(until, [...(names.get(until) ?? []), shift.work_name]);
  }
  return [...names].map(([until, all]) => ({ until, names: all })).sort((a, b) => a.until.localeCompare(b.until));
}

/** The gaps of a pool on this day, cut at its midnights. */
export function gapsOn(rota: Rota, poolId: string, day: string): DayGap[] {
  const start = momentOf(day, "00:00").getTime();
  const end = momentOf(dayAfter(day, 1), "00:00").getTime();
  return rota.gaps
    .filter((gap) => gap.pool_id === poolId && Date.parse(gap.starts_at) < end && Date.parse(gap.ends_at) > start)
    .map((gap) => {
      const from = Math.max(start, Date.parse(gap.starts_at));
      const until = Math.min(end, Date.parse(gap.ends_at));
      return {
        from: hourMinute(new Date(from).toISOString()),
        until: until === end ? "24:00" : hourMinute(new Date(until).toISOString()),
        missing: gap.wanted - gap.seats,
        allDay: from === start && until === end,
      };
    })
    .sort((a, b) => a.from.localeCompare(b.from));
}

/** Start and end of a shift entered as a day and two clock times; an end not after the start is on the next day. */
export function shiftMoments(day: string, from: string, until: string): { starts_at: string; ends_at: string } {
  const lastDay = until <= from ? dayAfter(day, 1) : day;
  return { starts_at: momentOf(day, from).toISOString(), ends_at: momentOf(lastDay, until).toISOString() };
}

/** "18:00" of what someone typed: "18:00", "1800", "9:30", "18：00"; null when it is no time of day. */
export function clockTime(typed: string): string | null {
  const found = /^(\d{1,2})[:：.]?(\d{2})$/.exec(typed.trim());
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2])];
  if (!found || hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
