import { expect, test } from "vitest";

import type { Rota, Shift } from "../api/types";
import { momentOf, setZone } from "../time/format";
import { clockTime, gapsOn, mondayOf, shiftMoments, shiftsInto, shiftsOn } from "./week";

const night = {
  id: "s",
  pool_id: "p",
  starts_at: "2026-11-23T14:00:00Z", // 22:00 in Shanghai
  ends_at: "2026-11-23T22:00:00Z",
} as Shift;
const rota: Rota = {
  days: [],
  pools: [],
  people: [],
  shifts: [night],
  gaps: [{ pool_id: "p", starts_at: "2026-11-22T10:00:00Z", ends_at: "2026-11-23T18:00:00Z", seats: 1, wanted: 2 }],
};

test("a week begins on Monday", () => {
  expect(mondayOf("2026-11-23")).toBe("2026-11-23");
  expect(mondayOf("2026-11-29")).toBe("2026-11-23");
});

test("a night shift is on the day it begins and reaches into the next", () => {
  expect(shiftsOn(rota, "p", "2026-11-23")).toEqual([night]);
  expect(shiftsInto(rota, "p", "2026-11-24")).toEqual([night]);
  expect(shiftsInto(rota, "p", "2026-11-23")).toEqual([]);
});

test("a gap is cut at the midnights of the service's zone", () => {
  expect(gapsOn(rota, "p", "2026-11-22")).toEqual([{ from: "18:00", until: "24:00", missing: 1, allDay: false }]);
  expect(gapsOn(rota, "p", "2026-11-23")).toEqual([{ from: "00:00", until: "24:00", missing: 1, allDay: true }]);
  expect(gapsOn(rota, "p", "2026-11-24")).toEqual([{ from: "00:00", until: "02:00", missing: 1, allDay: false }]);
});

test("an end before the start lies on the next day", () => {
  expect(shiftMoments("2026-11-23", "22:00", "06:00")).toEqual({
    starts_at: "2026-11-23T14:00:00.000Z",
    ends_at: "2026-11-23T22:00:00.000Z",
  });
});

test("times of day are read as people type them, and nothing else is", () => {
  expect(["18:00", "1800", "9:30", "18：00"].map(clockTime)).toEqual(["18:00", "18:00", "09:30", "18:00"]);
  expect(["24:00", "18:60", "six", "", "1"].map(clockTime)).toEqual([null, null, null, null, null]);
});

test("wall-clock times survive the days on which clocks change", () => {
  setZone("Europe/Berlin");
  expect(momentOf("2026-03-29", "01:30").toISOString()).toBe("2026-03-29T00:30:00.000Z");
  expect(momentOf("2026-03-29", "03:30").toISOString()).toBe("2026-03-29T01:30:00.000Z");
  setZone("Asia/Shanghai");
});
