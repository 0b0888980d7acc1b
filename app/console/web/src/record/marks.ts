/**
 * Identities found in a text, and what the writer says of them. The server counts characters as Unicode code points,
 * JavaScript as UTF-16 units: all positions here are code points, and a text is an array of them.
 */

import type { Shapes } from "../api/types";

export type Part = Shapes["Part"];
export type Choice = Shapes["SpotChoice"];

export const pointsOf = (text: string): string[] => Array.from(text);

/** What the writer wants hidden besides: every place of it, [start, end) in code points. */
export type Place = { start: number; end: number };

/** Every place where `wanted` stands and nothing has been found or asked for yet. */
export function placesOf(parts: readonly Part[], wanted: string, taken: readonly Place[]): Place[] {
  const needle = pointsOf(wanted);
  const places: Place[] = [];
  if (needle.length === 0) return places;
  for (const part of parts) {
    if (part.kind != null) continue;
    const points = pointsOf(part.text);
    for (let at = 0; at + needle.length <= points.length; at += 1) {
      const start = part.start + at;
      const end = start + needle.length;
      const meets = taken.some((place) => place.start < end && start < place.end);
      if (!meets && needle.every((point, offset) => points[at + offset] === point)) {
        places.push({ start, end });
        at += needle.length - 1;
      }
    }
  }
  return places;
}

/** The parts cut anew, so that what the writer wants hidden is a part of its own, of the class "chosen". */
export function withPlaces(parts: readonly Part[], places: readonly Place[], replacement: string): Part[] {
  return parts.flatMap((part) => {
    const inside = places
      .filter((place) => part.kind == null && part.start <= place.start && place.end <= part.end)
      .sort((a, b) => a.start - b.start);
    if (inside.length === 0) return [part];
    const points = pointsOf(part.text);
    const cut: Part[] = [];
    let at = part.start;
    const textOf = (from: number, to: number) => points.slice(from - part.start, to - part.start).join("");
    for (const { start, end } of inside) {
      if (start > at) cut.push({ ...part, text: textOf(at, start), start: at, end: start });
      const chosen = { kind: "PERSON", reason: "chosen", replacement, hidden: true, fixed: false };
      cut.push({ text: textOf(start, end), start, end, ...chosen });
      at = end;
    }
    if (at < part.end) cut.push({ ...part, text: textOf(at, part.end), start: at, end: part.end });
    return cut;
  });
}
