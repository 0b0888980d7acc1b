/** What a volunteer writes about a contact, as the page holds it: the server's shape with every field present. */

import type { Shapes } from "../api/types";

export type Note = Shapes["Note"];
export type Body = Required<Shapes["NoteBody"]>;
export type ActionEntry = Body["actions"][number];
export type FreeField = "facts" | "judgement" | "unknown" | "means" | "supports";

/** In the order in which they are written; facts, judgement and what is unknown are kept apart (field.md section 6). */
export const FREE_FIELDS: readonly FreeField[] = ["facts", "judgement", "unknown", "means", "supports"];

const CODED = ["caller_role", "subject_role", "age_band", "gender", "grade_band", "region"] as const;

export const EMPTY: Body = {
  caller_role: null,
  subject_role: null,
  age_band: null,
  gender: null,
  grade_band: null,
  region: null,
  topics: [],
  facts: "",
  judgement: "",
  unknown: "",
  means: "",
  supports: "",
  safety_plan: {},
  actions: [],
  danger_asked: null,
  danger_reason: null,
};

/** A stored note, to be changed. */
export function bodyOf(note: Note): Body {
  const body: Body = { ...EMPTY, topics: note.topics, safety_plan: note.safety_plan ?? {} };
  for (const field of CODED) body[field] = note[field];
  for (const field of FREE_FIELDS) body[field] = note[field] ?? "";
  body.danger_asked = note.danger_asked;
  body.danger_reason = note.danger_reason;
  body.actions = note.actions.map(({ id, text, state }) => ({ id, text, state }));
  return body;
}

/** A draft of an earlier console may lack a field. */
export const completed = (body: Shapes["NoteBody"]): Body => ({ ...EMPTY, ...body });
