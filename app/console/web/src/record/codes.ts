/** The code lists, read once a session: they change with a release of the service or of its data, not within a shift. */

import { useQuery } from "@tanstack/react-query";

import { get } from "../api/request";
import type { Shapes } from "../api/types";
import { useLanguage } from "../i18n/language";

export type NamedCode = Shapes["NamedCode"];
export type CodeList = Shapes["CodeSet"];
export type Codes = Shapes["Codes"];

export function useCodes(): Codes | null {
  const { data } = useQuery({
    queryKey: ["codes"],
    queryFn: () => get<Codes>("/api/casework/codes"),
    staleTime: Infinity,
  });
  return data ?? null;
}

export const listOf = (codes: Codes, kind: string): CodeList | null =>
  codes.lists.find((list) => list.kind === kind) ?? null;

/** The topics that are offered for choice; the other sets are mapped to them (their `same_as`), for reports. */
export const topicsOf = (codes: Codes): CodeList | null =>
  codes.lists.find((list) => list.kind === "topics" && list.id === "guigang") ?? listOf(codes, "topics");

/** What a code says in the page's language, in whichever list of its kind it is. */
export function useCodeName(codes: Codes | null): (kind: string, code: string | null) => string {
  const { language, t } = useLanguage();
  return (kind, code) => {
    if (code === null) return t.record.notAsked;
    const found = codes?.lists
      .filter((list) => list.kind === kind)
      .flatMap((list) => list.items)
      .find((one) => one.code === code);
    return found ? (language === "zh" ? found.zh : found.en) : code;
  };
}
