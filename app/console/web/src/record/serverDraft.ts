/**
 * What the server's draft is to a window in which one writes: a step of its own, what another window wrote, or sealed
 * under a key that is not there. What somebody else's window wrote is shown before anything takes its place (P8).
 */

import { Problem } from "../api/request";
import type { Shapes } from "../api/types";
import { completed, EMPTY, type Body } from "./body";
import { isSame } from "./parts";

type Answer = Pick<Shapes["Record"], "draft" | "draft_problem">;
export type Unreadable = Shapes["UnreadableDraft"];
/** What another window wrote, and the version under which the server has it. */
export type Other = { version: number; body: Body };
/** What the browser keeps sealed. `version`: that of the server's draft on which it was written. */
export type KeptHere = { version: number; body: Body };

export type Standing =
  { kind: "ours"; version: number } | { kind: "other"; other: Other } | { kind: "unreadable"; unreadable: Unreadable };

/** After a save was refused. `written`: what this window has sent, with or without an answer, and what it has now. */
export function standingOf({ draft, draft_problem }: Answer, written: readonly Body[]): Standing {
  if (draft_problem) return { kind: "unreadable", unreadable: draft_problem };
  if (!draft) return { kind: "ours", version: 0 }; // thrown away or submitted meanwhile: what is here is begun anew
  const body = completed(draft.body);
  // Beside an amendment that is held nothing is written any more, and a save leaves it where it is.
  if (draft.amendment || [EMPTY, ...written].some((one) => isSame(one, body)))
    return { kind: "ours", version: draft.version };
  return { kind: "other", other: { version: draft.version, body } };
}

/**
 * Whether a save that failed would fail as often as it is sent again: she may not write this note (any more), or what is
 * written about the contact has been erased. Each try would be an entry in the audit against her.
 */
export function saveEnds(failure: unknown): "refused" | "erased" | null {
  if (!(failure instanceof Problem)) return null;
  if (failure.status === 410) return "erased";
  return failure.status === 403 || failure.status === 404 ? "refused" : null;
}

export type Opening = {
  /** What is written already; null: nothing. */
  body: Body | null;
  version: number;
  /** It is not on the server yet. */
  unsent: boolean;
  other: Other | null;
  unreadable: Unreadable | null;
};

/** With what a window begins: the server's draft, or what this browser kept and the server has not. */
export function openingOf(answer: Answer, here: KeptHere | null): Opening {
  const { draft, draft_problem: unreadable } = answer;
  const there = draft && !draft.amendment ? completed(draft.body) : null; // an amendment that is held waits below the note
  const version = draft?.version ?? 0;
  if (!here) return { body: there, version, unsent: false, other: null, unreadable };
  const standing = standingOf(answer, [here.body]);
  const other = standing.kind === "other" && here.version !== version ? standing.other : null;
  return { body: here.body, version, unsent: there === null || !isSame(there, here.body), other, unreadable };
}

/** A copy that an earlier console sealed is a body alone; on what it was written is not known. */
export const keptHere = (value: KeptHere | Body): KeptHere =>
  "body" in value ? value : { version: -1, body: completed(value) };
