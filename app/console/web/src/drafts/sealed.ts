/**
 * A draft of what somebody writes about a caller, kept on this machine sealed (P5): AES-GCM under a key that the server
 * hands out with the record and that is held in memory alone. Whoever finds the browser's storage can read nothing, and a
 * browser that crashed opens its drafts again as soon as its owner is signed in. Without a secure context (plain HTTP on
 * another machine) there is no sealing, and then nothing is kept here: the server's draft remains.
 */

const PREFIX = "hotline.sealed.";
const KEPT_FOR_MS = 24 * 3600 * 1000;
const NONCE_BYTES = 12;

export type DraftKey = { readonly name: string; readonly key: CryptoKey };
export type KeptDraft<T> = { at: number; value: T };

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

function base64Of(bytes: Uint8Array): string {
  let signs = "";
  for (const byte of bytes) signs += String.fromCharCode(byte);
  return btoa(signs);
}

/** The key for drafts called `name`; null where the browser seals nothing. */
export async function importKey(name: string, base64: string): Promise<DraftKey | null> {
  if (!globalThis.crypto?.subtle) return null;
  const key = await crypto.subtle.importKey("raw", bytesOf(base64), "AES-GCM", false, ["encrypt", "decrypt"]);
  return { name, key };
}

export async function keepSealed<T>(draft: DraftKey, value: T): Promise<void> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = new TextEncoder().encode(JSON.stringify({ at: Date.now(), value } satisfies KeptDraft<T>));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, draft.key, plain));
  try {
    localStorage.setItem(PREFIX + draft.name, `${Date.now()}.${base64Of(nonce)}.${base64Of(sealed)}`);
  } catch {
    // The storage is full or forbidden: the server's draft remains.
  }
}

/** What was kept; null when there is nothing, it is older than a day, or another key sealed it. */
export async function openSealed<T>(draft: DraftKey): Promise<KeptDraft<T> | null> {
  const [, nonce, sealed] = (localStorage.getItem(PREFIX + draft.name) ?? "").split(".");
  if (!nonce || !sealed) return null;
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytesOf(nonce) }, draft.key, bytesOf(sealed));
    const kept = JSON.parse(new TextDecoder().decode(plain)) as KeptDraft<T>;
    return Date.now() - kept.at < KEPT_FOR_MS ? kept : null;
  } catch {
    return null;
  }
}

export const forgetSealed = (name: string): void => localStorage.removeItem(PREFIX + name);

/** Throws away sealed drafts older than a day: their time stands outside the seal. */
export function forgetOldSealed(): void {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const at = Number((localStorage.getItem(key) ?? "").split(".")[0]);
    if (!(Date.now() - at < KEPT_FOR_MS)) localStorage.removeItem(key);
  }
}
