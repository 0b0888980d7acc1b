import { expect, test } from "vitest";

import { monthAfter, monthInWords, monthOf, monthsBetween } from "./months";

test("months move across the turn of a year, both ways", () => {
  expect(monthAfter("2026-12", 1)).toBe("2027-01");
  expect(monthAfter("2026-01", -1)).toBe("2025-12");
  expect(monthAfter("2026-11", -11)).toBe("2025-12");
  expect(monthAfter("2026-11", -23)).toBe("2024-12");
});

test("both months count, and what does not follow is none", () => {
  expect(monthsBetween("2026-11", "2026-11")).toBe(1);
  expect(monthsBetween("2025-12", "2026-11")).toBe(12);
  expect(monthsBetween("2026-11", "2026-10")).toBe(0);
});

test("a month begins with the service's midnight", () => {
  expect(monthOf(Date.parse("2026-10-31T15:59:59Z"))).toBe("2026-10");
  expect(monthOf(Date.parse("2026-10-31T16:00:00Z"))).toBe("2026-11");
});

test("a month in words", () => {
  expect(monthInWords("2026-11", "zh")).toBe("2026年11月");
  expect(monthInWords("2026-11", "en")).toBe("Nov 2026");
});
