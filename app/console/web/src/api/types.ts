/**
 * What the server says and takes, from its own OpenAPI (types.gen.ts; `python -m tests.console.server_types` renews it).
 * Where the server's schema says only "string" for a state, the words that the pages know are named here.
 */

import type { components } from "./types.gen";

/** Every shape of the server by its name; used with `satisfies` for the bodies of requests. */
export type Shapes = components["schemas"];

type Narrowed<T, K extends Partial<Record<keyof T, unknown>>> = Omit<T, keyof K> & K;

export type Me = Shapes["Me"] & { time_zone?: string };
export type Language = Me["language"];
export type Named = { id: string; name_zh: string; name_en: string };

export type Activity = Shapes["Activity"];
export type Presence = Shapes["Presence"];
export type Reach = Presence["reach"];
export type Shift = Shapes["Shift"];
export type Notice = Shapes["Notice"];
export type Rota = Shapes["RotaView"];

export type Offer = Narrowed<Shapes["Offer"], { reach: Reach }>;
export type Leg = Shapes["Leg"];
export type Transfer = Shapes["Transfer"];
export type TransferKind = Transfer["kind"];
export type TargetKind = Transfer["target_kind"];

export type ContactState =
  "intake" | "waiting" | "offered" | "connecting" | "talking" | "caller_alone" | "diverted" | "wrapping_up" | "closed";
export type Contact = Narrowed<Shapes["Contact"], { state: ContactState }>;

export type Disposition = Shapes["Disposition"];
export type Targets = Narrowed<
  Shapes["Targets"],
  { people: Narrowed<Shapes["TargetPerson"], { activity: Activity }>[] }
>;
export type Desk = Narrowed<
  Shapes["Desk"],
  { offers: Offer[]; contact: Contact | null; wrap_up: Contact | null; targets: Targets }
>;

export type Today = Shapes["Today"];
export type LineCard = Shapes["LineCard"];
export type CallBack = Shapes["CallBack"];
export type Voicemail = Shapes["Voicemail"];
export type Wallboard = Narrowed<Shapes["Wallboard"], { contacts: Contact[] }>;

export type LineSummary = Shapes["LineSummary"];
export type LineVersion = Shapes["LineVersion"];
export type LineDetail = Shapes["LineDetail"];
export type Block = Shapes["Block"];

export type SoftphoneToken = { mode: "none" } | { mode: "twilio"; token: string; identity: string; expires_at: string };

export type ProblemDocument = {
  title?: string;
  title_zh?: string;
  status: number;
  code?: string;
  detail?: string;
  detail_zh?: string;
  errors?: { field: string; message: string }[];
  why?: string;
  next_shift?: { starts_at: string; ends_at: string; pool_name_zh: string; pool_name_en: string };
  /** What is stored now, where somebody else was first (stale_version of a record). */
  current?: unknown;
};

/** What consoles are told of a contact's level: never why. */
export type LiveLevel = { contact_id: string; level: Shapes["RiskLevel"]; set_at: string; version: number };

type Entity<T extends string, S> = { t: T; id: string; v: number; s: S | null };

/** What comes over the socket; not in OpenAPI, see app/realtime/messages.py. */
export type LiveMessage =
  | { t: "snapshot"; desk: Desk | null; wallboard: Wallboard | null }
  | Entity<"presence", Presence>
  | Entity<"offer", Offer>
  | Entity<"contact", Contact>
  | Entity<"shift", Shift>
  | Entity<"notice", Notice>
  | Entity<"line", LineCard>
  | Entity<"level", LiveLevel>
  | { t: "beat" }
  | { t: "bye"; why: string };
