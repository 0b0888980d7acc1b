/** Time as the server sees it: a laptop's clock may be minutes off, a countdown may not. One place ticks. */

import { useSyncExternalStore } from "react";

const IGNORED_MS = 2000; // the Date header has whole seconds, so less than this is not known
let offsetMs = 0;

/** Learns the difference between the two clocks from an answer's Date header. */
export function noteServerDate(header: string | null, asked: number, answered: number): void {
  if (header === null) return;
  const server = Date.parse(header);
  if (Number.isNaN(server)) return;
  const difference = server + 500 - (asked + answered) / 2;
  offsetMs = Math.abs(difference) < IGNORED_MS ? 0 : difference;
}

/** Milliseconds since 1970 by the server's clock. */
export const serverNow = (): number => Date.now() + offsetMs;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = Math.floor(serverNow() / 1000);

function tick(): void {
  const next = Math.floor(serverNow() / 1000);
  if (next === second) return;
  second = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 250);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present second (ms, whole seconds); the component draws again each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => second) * 1000;
}
