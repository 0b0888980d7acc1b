/** Calendar months of the service's zone, as YYYY-MM. */

import type { Language } from "../api/types";
import { dayOf } from "../time/format";

/** The server counts over so many months at most. */
export const MOST_MONTHS = 60;

/** The month in which this moment (ms) lies. */
export const monthOf = (moment: number): string => dayOf(moment).slice(0, 7);

/** `month` moved by `count` months. */
export function monthAfter(month: string, count: number): string {
  const whole = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
  return `${Math.floor(whole / 12)}-${String((whole % 12) + 1).padStart(2, "0")}`;
}

/** How many months these are, both included; 0 or less when they do not follow. */
export function monthsBetween(first: string, last: string): number {
  const whole = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));
  return whole(last) - whole(first) + 1;
}

/** "2026年11月" · "Nov 2026" */
export function monthInWords(month: string, language: Language): string {
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    timeZone: "UTC",
    year: "numeric",
    month: language === "zh" ? "long" : "short",
  }).format(new Date(`${month}-15T12:00:00Z`));
}
