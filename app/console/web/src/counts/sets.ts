/** Topics come in several sets, which may have topics of one name: where more than one set occurs, each is named. */

import type { Language, Shapes } from "../api/types";

type Code = Shapes["CountedCode"];
export type Group = { name: string | null; codes: Code[] };

const setOf = (code: Code, language: Language) => (language === "zh" ? code.set_zh : code.set_en) ?? null;

/** The codes in their order, with the name of their set where several occur; else all of them in one group without. */
export function bySet(codes: Code[], language: Language): Group[] {
  const names = codes.map((code) => setOf(code, language));
  if (new Set(names.filter(Boolean)).size < 2) return [{ name: null, codes }];
  const groups: Group[] = [];
  codes.forEach((code, at) => {
    const name = names[at] ?? null;
    const last = groups.at(-1);
    if (last && last.name === name) last.codes.push(code);
    else groups.push({ name, codes: [code] });
  });
  return groups;
}

export const hasSeveralSets = (codes: Code[]) => bySet(codes, "zh").length > 1;
