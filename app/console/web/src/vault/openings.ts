/** Who asked to see whom. It is asked for again every few seconds while the page is open: somebody waits for an answer. */

import { useQuery, useQueryClient } from "@tanstack/react-query";

import { get } from "../api/request";
import type { Shapes } from "../api/types";

export type Opening = Shapes["Opening"];

const KEY = ["openings"];
const EVERY_MS = 3000;

export const useOpenings = () =>
  useQuery({ queryKey: KEY, queryFn: () => get<Opening[]>("/api/vault/openings"), refetchInterval: EVERY_MS });

/** Takes an answer of the server into the list. */
export function useTakeOpening(): (opening: Opening) => void {
  const client = useQueryClient();
  return (opening) => {
    client.setQueryData<Opening[]>(KEY, (known) =>
      known?.some((one) => one.id === opening.id)
        ? known.map((one) => (one.id === opening.id ? opening : one))
        : [opening, ...(known ?? [])],
    );
    void client.invalidateQueries({ queryKey: KEY });
  };
}
