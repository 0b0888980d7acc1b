import { describe, expect, test } from "vitest";

import type { Contact, Desk, LineCard, Offer, Presence, Wallboard } from "../api/types";
import {
  applyMessage,
  changedSince,
  contactToWrapUp,
  heldContact,
  ringingOffer,
  takeSnapshot,
  type LiveState,
} from "./apply";

const ME = "p-me";
const presence = { person_id: ME, activity: "ready", contact_id: null, version: 3 } as Presence;
const offer = { id: "o-1", person_id: ME, state: "offered", offered_at: "2026-11-23T10:00:00Z", version: 1 } as Offer;
const contact = { id: "c-1", person_id: ME, state: "talking", version: 5 } as Contact;

function deskWith(parts: Partial<Desk>): Desk {
  const none = { people: [], pools: [], numbers: [] };
  return {
    presence,
    has_phone: true,
    shifts: [],
    offers: [],
    contact: null,
    wrap_up: null,
    dispositions: [],
    targets: none,
    ...parts,
  };
}

const snapshot = (parts: Partial<Desk> = {}, wallboard: Wallboard | null = null, old: LiveState | null = null) =>
  takeSnapshot(old, ME, deskWith(parts), wallboard);

describe("the newest version wins", () => {
  test("an older message changes nothing", () => {
    const state = snapshot({ contact });
    expect(applyMessage(state, { t: "contact", id: "c-1", v: 4, s: { ...contact, version: 4 } })).toBe(state);
  });

  test("messages in any order, and twice, end in the same state", () => {
    const first = { t: "contact", id: "c-1", v: 6, s: { ...contact, version: 6, danger: true } } as const;
    const second = { t: "contact", id: "c-1", v: 7, s: { ...contact, version: 7, danger: false } } as const;
    const inOrder = [first, second].reduce(applyMessage, snapshot({ contact }));
    const outOfOrder = [second, first, second, first].reduce(applyMessage, snapshot({ contact }));
    expect(outOfOrder).toEqual(inOrder);
  });

  test("a late message does not bring back a contact that has closed", () => {
    const closed = { ...contact, state: "closed", version: 9 } as Contact;
    const state = applyMessage(snapshot({ contact }), { t: "contact", id: "c-1", v: 9, s: closed });
    expect(applyMessage(state, { t: "contact", id: "c-1", v: 8, s: { ...contact, version: 8 } })).toBe(state);
    expect(heldContact(state)).toBeUndefined();
  });

  test("an answer that overtook the snapshot is kept", () => {
    const newer = { ...contact, version: 7, danger: true } as Contact;
    const state = applyMessage(snapshot({ contact }), { t: "contact", id: "c-1", v: 7, s: newer });
    expect(heldContact(snapshot({ contact }, null, state))?.danger).toBe(true);
  });

  test("what a snapshot no longer has is gone", () => {
    expect(heldContact(snapshot({}, null, snapshot({ contact })))).toBeUndefined();
  });
});

describe("a level that was set", () => {
  const high = { contact_id: "c-1", level: "high", set_at: "2026-11-23T10:00:00Z", version: 1 } as const;

  test("is told of, the newest of them", () => {
    const told = applyMessage(snapshot({ contact }), { t: "level", id: "c-1", v: 1, s: high });
    expect(told.levels["c-1"]).toEqual(high);
    const imminent = { ...high, level: "imminent", version: 2 } as const;
    const newer = applyMessage(told, { t: "level", id: "c-1", v: 2, s: imminent });
    expect(newer.levels["c-1"]).toEqual(imminent);
    expect(applyMessage(newer, { t: "level", id: "c-1", v: 1, s: high })).toBe(newer);
  });

  test("is told of once more under the same version, when its reason has come", () => {
    const told = applyMessage(snapshot(), { t: "level", id: "c-1", v: 1, s: high });
    const again = applyMessage(told, { t: "level", id: "c-1", v: 1, s: { ...high } });
    expect(again.levels["c-1"]).not.toBe(told.levels["c-1"]);
  });
});

describe("what came while an answer was on its way", () => {
  test("a call that began to ring, or came anew, is told; what was known before is not", () => {
    const before = snapshot({ offers: [offer] });
    expect(changedSince(before.offers, before.offers)).toEqual({});
    const again = { ...offer, id: "o-2" } as Offer;
    const now = applyMessage(before, { t: "offer", id: "o-2", v: 1, s: again });
    expect(changedSince(before.offers, now.offers)).toEqual({ "o-2": again });
    const newer = applyMessage(now, { t: "offer", id: "o-1", v: 2, s: { ...offer, version: 2 } });
    expect(Object.keys(changedSince(before.offers, newer.offers))).toEqual(["o-1", "o-2"]);
    expect(Object.keys(changedSince(undefined, now.offers))).toEqual(["o-1", "o-2"]);
  });
});

describe("whose is it", () => {
  test("an offer rings until it is accepted, missed or withdrawn", () => {
    const state = snapshot({ offers: [offer] });
    expect(ringingOffer(state)?.id).toBe("o-1");
    for (const over of ["accepted", "missed", "withdrawn"]) {
      const gone = { ...offer, state: over, version: 2 };
      expect(ringingOffer(applyMessage(state, { t: "offer", id: "o-1", v: 2, s: gone }))).toBeUndefined();
    }
  });

  test("a colleague's offer never rings here", () => {
    const theirs = { ...offer, id: "o-2", person_id: "p-other" };
    expect(ringingOffer(applyMessage(snapshot(), { t: "offer", id: "o-2", v: 1, s: theirs }))).toBeUndefined();
  });

  test("a volunteer forgets a contact that went to someone else", () => {
    const gone = { ...contact, person_id: "p-other", version: 6 };
    const state = applyMessage(snapshot({ contact }), { t: "contact", id: "c-1", v: 6, s: gone });
    expect(state.contacts).toEqual({});
  });

  test("after a cold transfer the first volunteer still writes it up while it waits", () => {
    const writing = { ...presence, activity: "wrapping_up", contact_id: "c-1", version: 4 } as Presence;
    const waiting = { ...contact, state: "waiting", person_id: null, version: 6 } as Contact;
    let state = applyMessage(snapshot({ contact }), { t: "presence", id: ME, v: 4, s: writing });
    state = applyMessage(state, { t: "contact", id: "c-1", v: 6, s: waiting });
    expect(heldContact(state)).toBeUndefined();
    expect(contactToWrapUp(state)?.id).toBe("c-1");
  });

  test("one who is consulted in a warm transfer holds the contact too", () => {
    const engaged = { ...presence, activity: "engaged", contact_id: "c-2", version: 4 } as Presence;
    const theirs = { ...contact, id: "c-2", person_id: "p-other" } as Contact;
    let state = applyMessage(snapshot(), { t: "presence", id: ME, v: 4, s: engaged });
    state = applyMessage(state, { t: "contact", id: "c-2", v: 5, s: theirs });
    expect(heldContact(state)?.id).toBe("c-2");
  });

  test("a cancelled shift leaves the list", () => {
    const shift = { id: "s-1", person_id: ME, version: 1, cancelled: false } as Desk["shifts"][number];
    const state = snapshot({ shifts: [shift] });
    const cancelled = { ...shift, cancelled: true, version: 2 };
    expect(applyMessage(state, { t: "shift", id: "s-1", v: 2, s: cancelled }).shifts).toEqual({});
  });
});

test("a card remembers when it was counted, and a word that is not known yet does no harm", () => {
  const card = { line: { id: "l-1" } } as LineCard;
  const state = applyMessage(snapshot(), { t: "line", id: "l-1", v: 1_795_400_000_000, s: card });
  expect(state.countedAt["l-1"]).toBe(1_795_400_000_000);
  const unknown = { t: "weather", id: "x", v: 1, s: null } as unknown as Parameters<typeof applyMessage>[1];
  expect(applyMessage(state, unknown)).toBe(state);
});
