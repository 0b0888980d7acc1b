/** What is read of a line version's document (deploy/lines/line.schema.json, `Version`); anything may be missing. */

import type { Language } from "../api/types";
import type { Hours } from "./hours";

export type Said = Partial<Record<Language, string | null>> | null | undefined;
export type Names = { zh: string; en: string };
export type Way = { way: string; line?: string; pool?: string; number?: string; say?: Said };

export const ASKED_BY_KEY = ["recording", "follow_up", "disclosure"] as const;
export type AskedByKey = (typeof ASKED_BY_KEY)[number];

export type VersionDocument = {
  why?: string | null;
  languages?: Language[];
  greeting?: Said;
  consent?: {
    say?: Said;
    keys?: Partial<Record<AskedByKey, { agree?: string | null; refuse?: string | null }>>;
  } | null;
  menu?: {
    say?: Said;
    danger?: string | null;
    call_back?: string | null;
    languages?: Partial<Record<Language, string>>;
  } | null;
  calendar?: {
    time_zone?: string;
    hours?: Hours;
    holidays?: { hours?: string } | null;
    exceptions?: { date: string; until?: string | null; hours: string; why?: Names | null }[];
  };
  pools?: { pool: string; overflow_after_s?: number | null; overflow_when_empty?: boolean }[];
  queue?: { ring_seconds?: number; strategy?: string; maximum_wait_s?: number; maximum_waiting?: number };
  ways?: { closed?: Way[]; full?: Way[]; no_answer?: Way[] };
  outside_numbers?: { id: string; name: Names; number: string; placeholder?: boolean }[];
  wrap_up_seconds?: number;
  call_back_hours?: number;
};
