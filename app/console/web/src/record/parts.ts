/** The parts of a note that two windows may have written differently: each is taken whole from one or the other (P8). */

import { EMPTY, type Body } from "./body";

/** As the server keeps it: what is empty is left out, and half a sign becomes the sign for it. */
function plain(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\uFFFD");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).filter(([, part]) => part !== null && part !== undefined && part !== "");
  return Object.fromEntries(
    parts.sort(([one], [two]) => (one < two ? -1 : 1)).map(([name, part]) => [name, plain(part)]),
  );
}

export const isSame = (one: Body, two: Body): boolean => JSON.stringify(plain(one)) === JSON.stringify(plain(two));

/** In the order of the page. */
export const PARTS = {
  danger: ["danger_asked", "danger_reason"],
  facts: ["facts"],
  judgement: ["judgement"],
  unknown: ["unknown"],
  means: ["means"],
  supports: ["supports"],
  topics: ["topics"],
  who: ["caller_role", "subject_role", "age_band", "gender", "grade_band", "region"],
  actions: ["actions"],
  plan: ["safety_plan"],
} as const satisfies Record<string, readonly (keyof Body)[]>;
export type PartName = keyof typeof PARTS;

/** `into`, with these parts of the other. */
export function withParts(into: Body, from: Body, parts: readonly PartName[]): Body {
  const fields = parts.flatMap((part): readonly (keyof Body)[] => PARTS[part]);
  return { ...into, ...Object.fromEntries(fields.map((field) => [field, from[field]])) };
}

export const differingParts = (one: Body, two: Body): PartName[] =>
  (Object.keys(PARTS) as PartName[]).filter(
    (part) => !isSame(withParts(EMPTY, one, [part]), withParts(EMPTY, two, [part])),
  );
