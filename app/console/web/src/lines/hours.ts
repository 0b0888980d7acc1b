/** Opening hours as a line's file writes them (app/lines/opening_hours.py), as spans of minutes to draw. Pure. */

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Hours = Partial<Record<(typeof DAYS)[number] | "daily" | "weekdays" | "weekend", string | null>>;
export type Span = { from: number; until: number };

const WHOLE_DAY = 24 * 60;

/** What is written for each day; a named day beats weekdays and weekend, which beat daily. */
export function textOfDay(hours: Hours, day: number): string {
  const name = DAYS[day];
  const group = day < 5 ? hours.weekdays : hours.weekend;
  return (name ? hours[name] : null) ?? group ?? hours.daily ?? "closed";
}

function minutes(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return hour * 60 + minute;
}

/** The spans of each of the seven days, the part after midnight on the day that it falls on. */
export function spansOfWeek(hours: Hours): Span[][] {
  const week: Span[][] = DAYS.map(() => []);
  DAYS.forEach((_, day) => {
    const text = textOfDay(hours, day).trim();
    if (text === "closed") return;
    if (text === "24h") {
      week[day]?.push({ from: 0, until: WHOLE_DAY });
      return;
    }
    for (const part of text.split(",")) {
      const [from = 0, until = 0] = part.trim().split("-").map(minutes);
      if (until > from) {
        week[day]?.push({ from, until });
      } else {
        week[day]?.push({ from, until: WHOLE_DAY });
        week[(day + 1) % 7]?.push({ from: 0, until });
      }
    }
  });
  return week;
}
