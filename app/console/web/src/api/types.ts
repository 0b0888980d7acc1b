/** What the server says and takes. Names and shapes are the server's; times are ISO 8601 in UTC, durations seconds. */

export type Language = "zh" | "en";
export type Named = { id: string; name_zh: string; name_en: string };

export type Me = {
  person_id: string;
  login: string;
  work_name: string;
  language: Language;
  demo: boolean;
  roles: string[];
  permissions: string[];
  lines: Named[];
  pools: Named[];
  time_zone?: string;
};

export type Activity = "offline" | "ready" | "offered" | "engaged" | "wrapping_up" | "away";
export type Reach = "browser" | "phone";

export type Presence = {
  person_id: string;
  work_name: string;
  activity: Activity;
  reach: Reach;
  reason: string | null;
  since: string;
  pools: string[];
  shift_ends_at: string | null;
  missed_in_row: number;
  answered_today: number;
  contact_id: string | null;
  offer_id: string | null;
  on_shift: boolean;
  version: number;
};

export type Shift = {
  id: string;
  person_id: string;
  work_name: string;
  pool_id: string;
  pool_name_zh: string;
  pool_name_en: string;
  starts_at: string;
  ends_at: string;
  source: string;
  cancelled?: boolean;
  version: number;
};

export type Offer = {
  id: string;
  contact_id: string;
  person_id: string;
  kind: "queue" | "transfer";
  state: string;
  because: string;
  reach: Reach;
  offered_at: string;
  ring_until: string;
  line: Named | null;
  waited_s: number;
  danger: boolean;
  returning: boolean;
  language: string;
  version: number;
};

export type Leg = {
  id: string;
  role: "caller" | "volunteer" | "third";
  work_name: string | null;
  state: string;
  in_bridge: boolean;
  muted: boolean;
  on_hold: boolean;
  label: string;
};

export type TransferKind = "warm" | "cold" | "third";
export type TargetKind = "person" | "pool" | "number";

export type Transfer = {
  id: string;
  kind: TransferKind;
  target_kind: TargetKind;
  target_name: string;
  state: "ringing" | "joined" | "completed" | "failed" | "cancelled";
  version: number;
};

export type ContactState =
  | "intake"
  | "waiting"
  | "offered"
  | "connecting"
  | "talking"
  | "caller_alone"
  | "diverted"
  | "wrapping_up"
  | "closed";

export type Contact = {
  id: string;
  line: Named | null;
  state: ContactState;
  channel: string;
  danger: boolean;
  language: string;
  direction: string;
  number_dialled: string;
  caller: string | null;
  returning?: boolean;
  person_id: string | null;
  work_name: string | null;
  stage: number;
  priority: number;
  offered_at: string;
  enqueued_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  terminal_reason: string | null;
  ended_by: string | null;
  disposition: string | null;
  requeued: number;
  legs: Leg[];
  transfer: Transfer | null;
  wrap_up_until: string | null;
  tried: { work_name: string; state: string; at: string }[];
  version: number;
};

export type Disposition = { code: string; zh: string; en: string };

export type Targets = {
  people: { person_id: string; work_name: string; activity: Activity }[];
  pools: (Named & { ready: number })[];
  numbers: Named[];
};

export type Desk = {
  presence: Presence;
  has_phone?: boolean;
  shifts: Shift[];
  offers: Offer[];
  contact: Contact | null;
  wrap_up: Contact | null;
  dispositions: Disposition[];
  targets: Targets;
};

export type Today = {
  offered: number;
  answered: number;
  abandoned: number;
  short_abandoned: number;
  voicemail: number;
  callback: number;
  closed_hours: number;
  blocked: number;
  failed: number;
  service_level_answered: number | null;
  service_level_offered: number | null;
  asa_s: number | null;
};

export type LineCard = {
  line: Named;
  open: boolean;
  opens_at: string | null;
  closes_at: string | null;
  waiting: number;
  longest_wait_s: number | null;
  talking: number;
  ready: number;
  today: Today;
};

export type Notice = {
  id: string;
  kind: string;
  about: { person_id: string; work_name: string } | null;
  contact_id: string | null;
  line_id: string | null;
  at: string;
  seen_at: string | null;
  version: number;
};

export type CallBack = {
  contact_id: string;
  line: Named | null;
  requested_at: string;
  due_at: string;
  state: string;
  person_id: string | null;
  version: number;
};

export type Voicemail = {
  contact_id: string;
  line: Named | null;
  seconds: number;
  left_at: string;
  heard_at: string | null;
  person_id: string | null;
  version: number;
};

export type Wallboard = {
  at: string;
  lines: LineCard[];
  people: Presence[];
  contacts: Contact[];
  notices: Notice[];
  call_backs: CallBack[];
  voicemails: Voicemail[];
};

export type Rota = {
  days: string[];
  pools: Named[];
  shifts: Shift[];
  people: { person_id: string; work_name: string; pools: string[] }[];
  gaps: { pool_id: string; starts_at: string; ends_at: string; seats: number; wanted: number }[];
};

export type LineSummary = Named & {
  organisation: Named;
  numbers: { number: string; shown: string | null; placeholder: boolean }[];
  running: boolean;
  open: boolean;
  opens_at: string | null;
  closes_at: string | null;
  languages: string[];
  pools: (Named & { stage: number; overflow_after_s: number | null })[];
};

export type LineVersion = {
  id: string;
  valid_from: string;
  valid_until: string | null;
  applied_at: string;
  in_force: boolean;
  document: Record<string, unknown>;
};

export type LineDetail = LineSummary & { versions: LineVersion[] };

export type Block = {
  id: string;
  caller: string;
  line_id: string | null;
  reason: string;
  created_by_name: string;
  created_at: string;
  expires_at: string;
};

export type SoftphoneToken =
  | { mode: "none" }
  | { mode: "twilio"; token: string; identity: string; expires_at: string };

export type ProblemDocument = {
  title?: string;
  title_zh?: string;
  status: number;
  code?: string;
  detail?: string;
  detail_zh?: string;
  errors?: { field: string; message: string }[];
};

export type LiveMessage =
  | { t: "snapshot"; desk: Desk | null; wallboard: Wallboard | null }
  | { t: "presence"; id: string; v: number; s: Presence | null }
  | { t: "offer"; id: string; v: number; s: Offer | null }
  | { t: "contact"; id: string; v: number; s: Contact | null }
  | { t: "shift"; id: string; v: number; s: Shift | null }
  | { t: "notice"; id: string; v: number; s: Notice | null }
  | { t: "line"; id: string; v: number; s: LineCard | null }
  | { t: "beat" }
  | { t: "bye"; why: string };
