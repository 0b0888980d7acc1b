/** The pages there are, and who gets to see them: by permission, as the server names them. */

import { useSyncExternalStore } from "react";

import type { Me } from "../api/types";

export const PAGES = [
  "desk",
  "records",
  "wallboard",
  "files",
  "vault",
  "reviews",
  "counts",
  "rota",
  "lines",
  "blocks",
  "audit",
  "retention",
] as const;
export type Page = (typeof PAGES)[number];

/** One of these is enough. */
const NEEDS: Record<Page, readonly string[]> = {
  desk: ["desk.use"],
  records: ["note.search"],
  wallboard: ["wallboard.see"],
  files: ["file.edit"],
  vault: ["vault.request", "vault.approve", "vault.review"],
  reviews: ["note.review"],
  counts: ["note.export"],
  rota: ["rota.see"],
  lines: ["lines.see"],
  blocks: ["blocks.see"],
  audit: ["audit.read"],
  retention: ["retention.see"],
};

export const may = (me: Me, permission: string): boolean => me.permissions.includes(permission);

export const pagesOf = (me: Me): Page[] =>
  PAGES.filter((page) => NEEDS[page].some((permission) => may(me, permission)));

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

const OF_CONTACT = "contact-";

/** The address of the file that a contact belongs to, and the contact of such an address. */
export const fileOfContact = (contactId: string): string => addressOf("files", OF_CONTACT + contactId);
export const contactOfFile = (detail: string): string | null =>
  detail.startsWith(OF_CONTACT) ? detail.slice(OF_CONTACT.length) : null;

export const addressOf = (page: Page, detail?: string): string =>
  detail === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(detail)}`;
