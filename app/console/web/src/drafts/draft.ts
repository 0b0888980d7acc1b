/**
 * What someone has begun to enter, kept on this machine until it is saved: a reload, a lost connection or a session that
 * ended must not cost it (P8). Only codes and choices are kept here, never anything about a caller.
 */

import { useCallback, useState } from "react";

const PREFIX = "hotline.draft.";
const KEPT_FOR_MS = 24 * 3600 * 1000;

type Kept<T> = { at: number; value: T };

function read<T>(key: string): T | null {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + key) ?? "null") as Kept<T> | null;
    return kept && Date.now() - kept.at < KEPT_FOR_MS ? kept.value : null;
  } catch {
    return null;
  }
}

function write<T>(key: string, value: T | null): void {
  if (value === null) localStorage.removeItem(PREFIX + key);
  else localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), value } satisfies Kept<T>));
}

/** Throws away drafts older than a day. */
export function forgetOldDrafts(): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && read(key.slice(PREFIX.length)) === null) localStorage.removeItem(key);
  }
}

/** Like useState, but kept under `key`; null means "nothing entered" and leaves nothing behind. */
export function useDraft<T>(key: string): [T | null, (value: T | null) => void] {
  const [held, setHeld] = useState(() => ({ key, value: read<T>(key) }));
  const current = held.key === key ? held : { key, value: read<T>(key) };
  const change = useCallback(
    (value: T | null) => {
      write(key, value);
      setHeld({ key, value });
    },
    [key],
  );
  return [current.value, change];
}
