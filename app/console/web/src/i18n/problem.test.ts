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

test("what stands in the way is said in the language of whoever meets it", () => {
  const talk = { detail: "There is no talk at the moment.", detail_zh: "当前没有进行中的通话。" };
  const refused = (code: string, more: object) =>
    new Problem(409, { status: 409, code, title: "Not now", title_zh: "现在不行", ...more });
  expect(problemInWords(refused("not_possible_now", talk), zh, "zh")).toBe("当前没有进行中的通话。");
  expect(problemInWords(refused("not_possible_now", talk), en, "en")).toBe("There is no talk at the moment.");
  expect(problemInWords(refused("not_possible_now", {}), zh, "zh")).toBe(zh.common.errors.not_possible_now);
  expect(problemInWords(refused("something_new", talk), zh, "zh")).toBe("现在不行。当前没有进行中的通话。");
  expect(problemInWords(refused("something_new", talk), en, "en")).toBe("Not now. There is no talk at the moment.");
});

test("what is wrong with a field is said in English alone, after the sentence that explains it", () => {
  const refused = new Problem(422, {
    status: 422,
    code: "invalid",
    title: "Some of the values are not valid",
    title_zh: "填写的内容有误",
    detail: "Please set a level first.",
    detail_zh: "请先确定等级。",
    errors: [{ field: "level", message: "no level is set yet · 尚未确定等级" }],
  });
  expect(problemInWords(refused, en, "en")).toBe(
    "Some of the values are not valid. Please set a level first. no level is set yet",
  );
  expect(problemInWords(refused, zh, "zh")).toBe("填写的内容有误。请先确定等级。");
});
