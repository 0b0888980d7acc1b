import { describe, expect, it } from "vitest";

import type { Assessment, Instruments, Question } from "./instruments";
import { answersInWords, filledIn, unknownInWords } from "./levelWords";

const word = (zh: string, en: string) => ({ zh, en });
const question = (id: string, zh: string): Question => ({
  id,
  text: word(zh, id),
  ask: null,
  answers: [
    { code: "yes", text: word("有／是", "Yes") },
    { code: "unknown", text: word("不清楚", "Not known") },
  ],
  asked_when: null,
});
const screener = { id: "screener", version: 2, items: [question("q1", "想过吗？"), question("q2", "打算去做吗？")] };
const known = {
  instruments: [screener],
  unknowns: [{ code: "alone", text: word("身边是否有人", "Whether somebody is with them") }],
} as unknown as Instruments;
const filled = (version: number) => ({ instrument_id: "screener", version }) as Assessment;

describe("what was not found out", () => {
  it("is said in words, an item of an instrument as it is asked", () => {
    expect(unknownInWords("alone", known, "zh")).toBe("身边是否有人");
    expect(unknownInWords("screener.q2", known, "zh")).toBe("打算去做吗？");
  });

  it("stands as its code where nobody knows it, or not yet", () => {
    expect(unknownInWords("screener.q9", known, "en")).toBe("screener.q9");
    expect(unknownInWords("alone", null, "en")).toBe("alone");
  });
});

describe("what was answered", () => {
  it("is said in the order of the questions, “not known” as an answer like the others", () => {
    expect(answersInWords({ answers: { q2: "unknown", q1: "yes" } }, screener, "zh")).toEqual([
      { question: "想过吗？", answer: "有／是" },
      { question: "打算去做吗？", answer: "不清楚" },
    ]);
  });

  it("leaves nothing out that the instrument does not know", () => {
    expect(answersInWords({ answers: { q1: "perhaps", q7: "yes" } }, screener, "zh")).toEqual([
      { question: "想过吗？", answer: "perhaps" },
      { question: "q7", answer: "yes" },
    ]);
  });

  it("is not put beside the questions of another version", () => {
    expect(filledIn(known, filled(2))).toBe(screener);
    expect(filledIn(known, filled(1))).toBeNull();
    expect(answersInWords({ answers: { q1: "yes" } }, null, "zh")).toEqual([{ question: "q1", answer: "yes" }]);
  });
});
