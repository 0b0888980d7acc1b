/** One file as the server has it. Each reading is entered in the audit, so it is read when it is opened or changed only. */

import { useQuery, useQueryClient } from "@tanstack/react-query";

import { get } from "../api/request";
import type { Named, Rota, Shapes } from "../api/types";
import { useName } from "../i18n/language";
import { serverNow } from "../time/clock";
import { dayOf } from "../time/format";

export type File = Shapes["SubjectDetail"];
export type FoundFile = Shapes["FoundSubject"];

export function useFile(subjectId: string) {
  return useQuery({
    queryKey: ["file", subjectId],
    queryFn: () => get<File>(`/api/subjects/${subjectId}`),
    staleTime: Infinity,
    gcTime: 0, // opened again, it is as it is then
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** Reads the file again after something in it was changed. */
export function useRefreshFile(): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ["file"] });
    void client.invalidateQueries({ queryKey: ["hand-overs"] });
  };
}

export function useOrganisations(): Named[] {
  const { data } = useQuery({
    queryKey: ["organisations"],
    queryFn: () => get<Named[]>("/api/organisations"),
    staleTime: Infinity,
  });
  return data ?? [];
}

export function useOrganisationName(): (id: string) => string {
  const all = useOrganisations();
  const nameOf = useName();
  return (id) => nameOf(all.find((one) => one.id === id) ?? { name_zh: id, name_en: id });
}

/** Colleagues and teams, to say who is to do something. */
export function useColleagues(): Rota | undefined {
  return useQuery({
    queryKey: ["rota", "people"],
    queryFn: () => get<Rota>(`/api/rota?from=${dayOf(serverNow())}&days=1`),
  }).data;
}
