/**
 * The client's copy of the service, and what a message does to it. Pure.
 *
 * State-based (design.md section 3): a message is an entity's whole public state with its version; the newest version
 * wins, so loss, order and duplication cannot hurt, and a snapshot on every connection heals what was missed.
 */

import type {
  Contact,
  Desk,
  Disposition,
  LineCard,
  LiveLevel,
  LiveMessage,
  Notice,
  Offer,
  Presence,
  Shift,
  Targets,
  Wallboard,
} from "../api/types";

type Table<T> = Readonly<Record<string, T>>;

export type LiveState = {
  readonly me: string;
  readonly supervises: boolean;
  readonly people: Table<Presence>;
  readonly offers: Table<Offer>;
  readonly contacts: Table<Contact>;
  readonly shifts: Table<Shift>;
  readonly notices: Table<Notice>;
  readonly lines: Table<LineCard>;
  /** When each card was counted (ms): what it says of waiting grows from there. */
  readonly countedAt: Readonly<Record<string, number>>;
  /** Levels told of since the snapshot, which has none: a page that shows one asks for it anew. */
  readonly levels: Table<LiveLevel>;
  readonly dispositions: readonly Disposition[];
  readonly targets: Targets;
  readonly hasPhone: boolean;
  /** The newest version taken of each entity, gone ones too: a late message must not bring them back. */
  readonly seen: Readonly<Record<string, number>>;
};

export type EntityMessage = Exclude<LiveMessage, { t: "snapshot" | "beat" | "bye" }>;

const OFFER_IS_LIVE = new Set(["offered", "accepted"]);

function tableOf<T>(items: readonly T[], id: (item: T) => string): Table<T> {
  return Object.fromEntries(items.map((item) => [id(item), item]));
}

/** Of each entity in the snapshot the newer of the two copies: an answer may have overtaken the snapshot. */
function newest<T extends { version: number }>(fresh: Table<T>, old: Table<T> | undefined): Table<T> {
  if (!old) return fresh;
  return Object.fromEntries(
    Object.entries(fresh).map(([id, item]) => {
      const known = old[id];
      return [id, known && known.version > item.version ? known : item];
    }),
  );
}

/** What came, or came anew, since a table was looked at. */
export function changedSince<T extends { version: number }>(before: Table<T> | undefined, now: Table<T>): Table<T> {
  return Object.fromEntries(Object.entries(now).filter(([id, item]) => (before?.[id]?.version ?? -1) < item.version));
}

function versionsOf(kind: string, table: Table<{ version: number }>): [string, number][] {
  return Object.entries(table).map(([id, item]) => [`${kind}:${id}`, item.version]);
}

/** The state after a snapshot; `old` is what was known before the connection broke. */
export function takeSnapshot(
  old: LiveState | null,
  me: string,
  desk: Desk | null,
  wallboard: Wallboard | null,
): LiveState {
  const mine = [desk?.contact, desk?.wrap_up].filter((contact) => contact != null);
  const self = desk ? [desk.presence] : [];
  const people = newest(
    tableOf([...(wallboard?.people ?? []), ...self], (p) => p.person_id),
    old?.people,
  );
  const offers = newest(
    tableOf(desk?.offers ?? [], (offer) => offer.id),
    old?.offers,
  );
  const contacts = newest(
    tableOf([...(wallboard?.contacts ?? []), ...mine], (c) => c.id),
    old?.contacts,
  );
  const shifts = newest(
    tableOf(desk?.shifts ?? [], (shift) => shift.id),
    old?.shifts,
  );
  const notices = newest(
    tableOf(wallboard?.notices ?? [], (notice) => notice.id),
    old?.notices,
  );
  return {
    me,
    supervises: wallboard !== null,
    people,
    offers,
    contacts,
    shifts,
    notices,
    lines: tableOf(wallboard?.lines ?? [], (card) => card.line.id),
    countedAt: Object.fromEntries(
      (wallboard?.lines ?? []).map((card) => [card.line.id, Date.parse(wallboard?.at ?? "")]),
    ),
    levels: {},
    dispositions: desk?.dispositions ?? [],
    targets: desk?.targets ?? { people: [], pools: [], numbers: [] },
    hasPhone: desk?.has_phone ?? true,
    seen: Object.fromEntries([
      ...versionsOf("presence", people),
      ...versionsOf("offer", offers),
      ...versionsOf("contact", contacts),
      ...versionsOf("shift", shifts),
      ...versionsOf("notice", notices),
    ]),
  };
}

function placed<T>(table: Table<T>, id: string, item: T | null): Table<T> {
  if (item !== null) return { ...table, [id]: item };
  const { [id]: _gone, ...rest } = table;
  return rest;
}

/** A contact is kept while it lives, and while this person still has to write it up. */
function keeps(state: LiveState, contact: Contact): boolean {
  if (contact.state === "closed") return false;
  if (state.supervises || contact.person_id === state.me) return true;
  const own = state.people[state.me];
  return own?.contact_id === contact.id;
}

/** The state after one entity message. The same object when the message is older than what is known. */
export function applyMessage(state: LiveState, message: EntityMessage): LiveState {
  const key = `${message.t}:${message.id}`;
  if ((state.seen[key] ?? -1) > message.v) return state;
  const next = { ...state, seen: { ...state.seen, [key]: message.v } };
  const { id } = message;
  switch (message.t) {
    case "presence":
      return { ...next, people: placed(state.people, id, message.s) };
    case "offer": {
      const live = message.s !== null && message.s.person_id === state.me && OFFER_IS_LIVE.has(message.s.state);
      return { ...next, offers: placed(state.offers, id, live ? message.s : null) };
    }
    case "contact":
      return {
        ...next,
        contacts: placed(state.contacts, id, message.s !== null && keeps(state, message.s) ? message.s : null),
      };
    case "shift": {
      const own = message.s !== null && message.s.person_id === state.me && message.s.cancelled !== true;
      return { ...next, shifts: placed(state.shifts, id, own ? message.s : null) };
    }
    case "notice":
      return { ...next, notices: placed(state.notices, id, message.s) };
    case "line":
      // A card's version is the millisecond at which it was counted (app/oversight/board_ticker.py).
      return {
        ...next,
        lines: placed(state.lines, id, message.s),
        countedAt: { ...state.countedAt, [id]: message.v },
      };
    case "level":
      return { ...next, levels: placed(state.levels, id, message.s) };
    default:
      return state; // a newer server may speak of things that this page does not show
  }
}

export const ownPresence = (state: LiveState): Presence | undefined => state.people[state.me];

/** The one offer that rings here; an accepted one rings no more. */
export function ringingOffer(state: LiveState): Offer | undefined {
  return Object.values(state.offers)
    .filter((offer) => offer.state === "offered")
    .sort((a, b) => a.offered_at.localeCompare(b.offered_at))[0];
}

/** The contact that this person talks with, from the moment of accepting. */
export function heldContact(state: LiveState): Contact | undefined {
  const own = ownPresence(state);
  return Object.values(state.contacts).find(
    (contact) =>
      (contact.person_id === state.me && (contact.state === "connecting" || contact.state === "talking")) ||
      (own?.activity === "engaged" && own.contact_id === contact.id && contact.state !== "wrapping_up"),
  );
}

/** The contact that this person has to write up; after a cold transfer it may already wait or talk again elsewhere. */
export function contactToWrapUp(state: LiveState): Contact | undefined {
  const own = ownPresence(state);
  const held = heldContact(state);
  return Object.values(state.contacts).find(
    (contact) =>
      contact !== held &&
      ((contact.state === "wrapping_up" && contact.person_id === state.me) ||
        (own?.activity === "wrapping_up" && own.contact_id === contact.id)),
  );
}
