/** The pages there are, and who gets to see them: by permission, as the server names them. */

import { useSyncExternalStore } from "react";

import type { Me } from "../api/types";

export const PAGES = ["desk", "records", "wallboard", "rota", "lines", "blocks"] as const;
export type Page = (typeof PAGES)[number];

const NEEDS: Record<Page, string> = {
  desk: "desk.use",
  records: "note.search",
  wallboard: "wallboard.see",
  rota: "rota.see",
  lines: "lines.see",
  blocks: "blocks.see",
};

export const may = (me: Me, permission: string): boolean => me.permissions.includes(permission);

export const pagesOf = (me: Me): Page[] => PAGES.filter((page) => may(me, NEEDS[page]));

/** "#/lines/ningbo-8585" → ["lines", "ningbo-8585"] */
function parts(): string {
  return location.hash.replace(/^#\/?/, "");
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

export function usePlace(): { page: string; detail: string | undefined } {
  const place = useSyncExternalStore(subscribe, parts);
  const [page = "", detail] = place.split("/").map(decodeURIComponent);
  return { page, detail };
}

export const addressOf = (page: Page, detail?: string): string =>
  detail === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(detail)}`;
