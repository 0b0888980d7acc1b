import { describe, expect, it } from "vitest";

import { isAsked, isBehind, lastFillingIn, type Assessment, type Instrument, type Question } from "./instruments";

const question = (asked_when: Question["asked_when"]): Question => ({
  id: "q3",
  text: { zh: "", en: "" },
  ask: null,
  answers: [],
  asked_when,
});

describe("a question that depends on another", () => {
  const afterYes = question({ item: "q2", answered: ["yes"] });

  it("is asked after a yes, and left out after a no", () => {
    expect(isAsked(afterYes, { q2: "yes" })).toBe(true);
    expect(isAsked(afterYes, { q2: "no" })).toBe(false);
  });

  it("is asked as long as the other one is not known", () => {
    expect(isAsked(afterYes, {})).toBe(true);
    expect(isAsked(afterYes, { q2: "unknown" })).toBe(true);
  });

  it("is left out of an “all” as soon as one of them is a no", () => {
    const both = question({
      all: [
        { item: "q1", answered: ["yes"] },
        { item: "q2", answered: ["yes"] },
      ],
    });
    expect(isAsked(both, { q1: "no" })).toBe(false);
    expect(isAsked(both, { q1: "yes" })).toBe(true);
  });

  it("is always asked when it depends on nothing", () => {
    expect(isAsked(question(null), { q2: "no" })).toBe(true);
  });
});

describe("a level that is shown", () => {
  it("is behind when a newer one was told of", () => {
    expect(isBehind({ version: 0, rationale_owed: false }, { version: 1 })).toBe(true);
    expect(isBehind({ version: 1, rationale_owed: false }, { version: 1 })).toBe(false);
    expect(isBehind({ version: 2, rationale_owed: true }, { version: 1 })).toBe(false);
  });

  it("is behind when the reason that it owed may have come", () => {
    expect(isBehind({ version: 1, rationale_owed: true }, { version: 1 })).toBe(true);
  });
});

describe("an instrument that is filled in again", () => {
  const screener = { id: "screener", version: 2 } as Instrument;
  const filled = (instrument_id: string, version: number, q4: string) =>
    ({ instrument_id, version, answers: { q4 } }) as unknown as Assessment;

  it("begins with the newest answers to the same version", () => {
    const newestFirst = [
      filled("rules", 2, "no"),
      filled("screener", 1, "no"),
      filled("screener", 2, "yes"),
      filled("screener", 2, "no"),
    ];
    expect(lastFillingIn(screener, newestFirst)?.answers).toEqual({ q4: "yes" });
  });

  it("begins empty the first time", () => {
    expect(lastFillingIn(screener, [filled("rules", 2, "yes")])).toBeNull();
  });
});
