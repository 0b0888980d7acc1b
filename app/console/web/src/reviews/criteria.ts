/** What notes are looked at for; it changes with a release of the service or of its data. */

import { useQuery } from "@tanstack/react-query";

import { get } from "../api/request";
import type { Shapes } from "../api/types";

export type Criteria = Shapes["Criteria"];

export function useCriteria(): Criteria | undefined {
  return useQuery({
    queryKey: ["review-criteria"],
    queryFn: () => get<Criteria>("/api/reviews/criteria"),
    staleTime: Infinity,
  }).data;
}
