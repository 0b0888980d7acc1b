import { describe, expect, it } from "vitest";

import { placesOf, withPlaces, type Part } from "./marks";

const plain = (text: string, start: number): Part => ({
  text,
  start,
  end: start + Array.from(text).length,
  hidden: false,
  fixed: false,
});
const found = (text: string, start: number): Part => ({
  ...plain(text, start),
  kind: "PERSON",
  reason: "name",
  replacement: "〔姓名1〕",
  hidden: true,
});

describe("what the writer wants hidden", () => {
  it("is found wherever the words stand, except in what is marked already", () => {
    const parts = [plain("阿毛和", 0), found("阿毛", 3), plain("、阿毛", 5)];
    expect(placesOf(parts, "阿毛", [])).toEqual([
      { start: 0, end: 2 },
      { start: 6, end: 8 },
    ]);
  });

  it("is counted in code points, so that an emoji before it moves nothing", () => {
    const parts = [plain("🌧️小雨说", 0)];
    const places = placesOf(parts, "小雨", []);
    expect(places).toEqual([{ start: 2, end: 4 }]);
    expect(withPlaces(parts, places, "〔…〕").map((part) => part.text)).toEqual(["🌧️", "小雨", "说"]);
  });

  it("is nothing for no words, and nothing twice", () => {
    expect(placesOf([plain("阿毛", 0)], "", [])).toEqual([]);
    expect(placesOf([plain("阿毛", 0)], "阿毛", [{ start: 0, end: 2 }])).toEqual([]);
  });
});
