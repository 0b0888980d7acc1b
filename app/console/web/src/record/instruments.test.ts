import { describe, expect, it } from "vitest";

import { isAsked, type Question } from "./instruments";

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
