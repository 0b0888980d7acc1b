import { expect, test } from "vitest";

import { spansOfWeek, textOfDay } from "./hours";

test("a named day beats weekdays and weekend, which beat daily", () => {
  const hours = { daily: "24h", weekend: "09:00-12:00", sunday: "closed" };
  expect([0, 5, 6].map((day) => textOfDay(hours, day))).toEqual(["24h", "09:00-12:00", "closed"]);
});

test("hours across midnight go on on the next day, from Sunday to Monday too", () => {
  const week = spansOfWeek({ sunday: "22:00-06:00" });
  expect(week[6]).toEqual([{ from: 1320, until: 1440 }]);
  expect(week[0]).toEqual([{ from: 0, until: 360 }]);
});

test("a day that is not named is closed, and 24h is the whole day", () => {
  const week = spansOfWeek({ monday: "24h", tuesday: "09:00-12:00, 14:00-24:00" });
  expect(week[0]).toEqual([{ from: 0, until: 1440 }]);
  expect(week[1]).toEqual([
    { from: 540, until: 720 },
    { from: 840, until: 1440 },
  ]);
  expect(week[2]).toEqual([]);
});
