import { expect, test } from "vitest";

import { Problem } from "../api/request";
import { setZone } from "../time/format";
import { en } from "./en";
import { problemInWords } from "./problem";
import { zh } from "./texts";

const night = {
  starts_at: "2026-11-24T10:00:00Z", // 18:00 in Shanghai
  ends_at: "2026-11-24T16:00:00Z", // midnight there
  pool_name_zh: "甬老师",
  pool_name_en: "Yong teachers",
};
const notRostered = (more: object) => new Problem(409, { status: 409, code: "not_rostered", ...more });

test("whoever is off shift is told in their language when the next one begins", () => {
  setZone("Asia/Shanghai");
  const problem = notRostered({ why: "before_next_shift", next_shift: night });
  expect(problemInWords(problem, zh, "zh")).toMatch(/您的下一班是 11\/24 18:00–24:00（甬老师）/);
  expect(problemInWords(problem, en, "en")).toMatch(/Your next shift is 24 Nov, 18:00–24:00 \(Yong teachers\)/);
});

test("no further shift, and certificates that have run out, are two different things to do", () => {
  expect(problemInWords(notRostered({ why: "no_shift_ahead" }), zh, "zh")).toContain("督导放行");
  expect(problemInWords(notRostered({ why: "certificates_expired" }), zh, "zh")).toContain("证书");
  expect(problemInWords(notRostered({ why: "certificates_expired" }), en, "en")).toContain("certificates");
});

test("a server that does not say why is still understood", () => {
  expect(problemInWords(notRostered({}), zh, "zh")).toBe(zh.common.errors.not_rostered);
});
