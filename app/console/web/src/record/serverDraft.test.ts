import { describe, expect, it } from "vitest";

import { Problem, Unreachable } from "../api/request";
import { EMPTY, type Body } from "./body";
import { differingParts, isSame, withParts } from "./parts";
import { keptHere, openingOf, saveEnds, standingOf } from "./serverDraft";

const wrote = (facts: string, more: Partial<Body> = {}): Body => ({ ...EMPTY, facts, ...more });
const times = { saved_at: "2026-11-27T10:00:00Z", kept_until: "2026-11-28T10:00:00Z", held: null };
const has = (version: number, body: Body, amendment = "") => ({
  draft: { ...times, version, body, amendment },
  draft_problem: null,
});
const nothing = { draft: null, draft_problem: null };
const problem = { ...times, version: 4, key: "k1", detail: "sealed with 'k1'" };
const unreadable = { draft: null, draft_problem: problem };

describe("a save that was refused", () => {
  it("goes on from what this window itself had sent, though the answer was lost", () => {
    const [sent, now] = [wrote("睡不着"), wrote("睡不着，不想吃饭")];
    expect(standingOf(has(2, sent), [now, sent])).toEqual({ kind: "ours", version: 2 });
  });

  it("stops at what another window wrote, with its text and its version", () => {
    const theirs = wrote("不想上学");
    const expected = { kind: "other", other: { version: 5, body: theirs } };
    expect(standingOf(has(5, theirs), [wrote("睡不着")])).toEqual(expected);
  });

  it("stops at a draft whose key is missing, and never takes it for none", () => {
    expect(standingOf(unreadable, [wrote("睡不着")])).toEqual({ kind: "unreadable", unreadable: problem });
  });

  it("begins anew where the draft is gone, and leaves a held amendment where it is", () => {
    expect(standingOf(nothing, [wrote("睡不着")])).toEqual({ kind: "ours", version: 0 });
    expect(standingOf(has(3, EMPTY, "又来电"), [wrote("睡不着")])).toEqual({ kind: "ours", version: 3 });
  });

  it("takes a text for its own however the server keeps it", () => {
    const here = wrote("一半\ud83d", { actions: [{ text: "回访", state: "planned" }], safety_plan: { means: "" } });
    const there = wrote("一半\ufffd", { actions: [{ state: "planned", text: "回访", id: null }] });
    expect(isSame(here, there)).toBe(true);
    expect(isSame(here, wrote("一半"))).toBe(false);
  });
});

describe("opening a record", () => {
  it("takes up what this browser wrote upon the server's draft, and sends it", () => {
    const opening = openingOf(has(2, wrote("睡不着")), { version: 2, body: wrote("睡不着，不想吃饭") });
    expect(opening).toMatchObject({ version: 2, unsent: true, other: null, body: { facts: "睡不着，不想吃饭" } });
  });

  it("has nothing to send and nothing to ask where both have the same", () => {
    const opening = openingOf(has(3, wrote("睡不着")), { version: 2, body: wrote("睡不着") });
    expect(opening).toMatchObject({ version: 3, unsent: false, other: null });
  });

  it("shows both where the server's draft is not the one on which this browser wrote", () => {
    for (const here of [{ version: 2, body: wrote("睡不着") }, keptHere(wrote("睡不着"))]) {
      const opening = openingOf(has(3, wrote("不想上学")), here);
      expect(opening).toMatchObject({ body: { facts: "睡不着" }, other: { version: 3, body: { facts: "不想上学" } } });
    }
  });

  it("tells of a draft whose key is missing and keeps what this browser has", () => {
    const opening = openingOf(unreadable, { version: 4, body: wrote("睡不着") });
    expect(opening).toMatchObject({ unreadable: problem, other: null, body: { facts: "睡不着" } });
    expect(openingOf(unreadable, null)).toMatchObject({ unreadable: problem, body: null, unsent: false });
  });
});

describe("two windows that wrote differently", () => {
  it("differ in every part that is not the same, not in free texts alone", () => {
    const mine = wrote("睡不着", { topics: ["guigang:study"], danger_asked: "asked" });
    const theirs = wrote("睡不着", { gender: "female", actions: [{ text: "回访", state: "planned" }] });
    expect(differingParts(mine, theirs)).toEqual(["danger", "topics", "who", "actions"]);
    const chosen = withParts(mine, theirs, ["who", "actions"]);
    expect(chosen).toMatchObject({ topics: mine.topics, gender: "female", actions: theirs.actions });
  });
});

describe("a save that failed", () => {
  const no = (status: number) => new Problem(status, { status });

  it("is not sent again where it may not be written, or all was erased", () => {
    expect([403, 404, 410].map((status) => saveEnds(no(status)))).toEqual(["refused", "refused", "erased"]);
  });

  it("waits and is sent again after silence, signing out, another window and a server in trouble", () => {
    const passing = [new Unreachable(), ...[401, 409, 422, 500, 503].map(no)];
    expect(passing.map(saveEnds)).toEqual(passing.map(() => null));
  });
});
