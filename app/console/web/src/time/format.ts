/** Moments and durations in words. Hours are those of the service's own time zone, wherever the laptop thinks it is. */

import type { Language } from "../api/types";

let zone = "Asia/Shanghai";

/** The zone in which the service lives; the server may name it in Me. */
export function setZone(name: string | undefined): void {
  if (name) zone = name;
}

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}|${locale}|${JSON.stringify(options)}`;
  let found = cache.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    cache.set(key, found);
  }
  return found;
}

const localeOf = (language: Language): string => (language === "zh" ? "zh-CN" : "en-GB");

/** "18:00" */
export function hourMinute(iso: string): string {
  return formatter("en-GB", { hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(iso));
}

/** The end of a stretch: midnight is 24:00 there. */
export function closingTime(iso: string): string {
  const shown = hourMinute(iso);
  return shown === "00:00" ? "24:00" : shown;
}

/** "2026-11-23", the day in the service's zone */
export function dayOf(moment: string | number): string {
  return formatter("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(moment));
}

/** "11月23日周一" · "Mon, 23 Nov"; `day` is YYYY-MM-DD */
export function dayInWords(day: string, language: Language): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    timeZone: "UTC",
    month: language === "zh" ? "long" : "short",
    day: "numeric",
    weekday: "short",
  }).format(new Date(`${day}T12:00:00Z`));
}

/** "11/23 18:00" · "23 Nov, 18:00" */
export function dayAndTime(iso: string, language: Language): string {
  return formatter(localeOf(language), {
    month: language === "zh" ? "numeric" : "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(new Date(iso));
}

/** "2021年3月1日" · "1 Mar 2021" */
export function fullDate(iso: string, language: Language): string {
  return formatter(localeOf(language), {
    year: "numeric",
    month: language === "zh" ? "long" : "short",
    day: "numeric",
  }).format(new Date(iso));
}

/** "3:07" · "1:02:09"; never negative */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Seconds from `iso` until `now` (ms); 0 when it lies ahead. */
export const secondsSince = (iso: string, now: number): number => Math.max(0, (now - Date.parse(iso)) / 1000);

/** Seconds from `now` (ms) until `iso`; 0 when it has passed. */
export const secondsUntil = (iso: string, now: number): number => Math.max(0, (Date.parse(iso) - now) / 1000);

/** The moment at which the service's wall clocks show `time` ("18:00") on `day` ("2026-11-23"). */
export function momentOf(day: string, time: string): Date {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  let guess = wanted;
  // Twice, because the zone's offset may change between the guess and the truth.
  for (let round = 0; round < 2; round += 1) {
    const shown = Date.parse(`${dayOf(guess)}T${hourMinute(new Date(guess).toISOString())}:00Z`);
    guess += wanted - shown;
  }
  return new Date(guess);
}

/** `day` moved by `count` days. */
export function dayAfter(day: string, count: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}
