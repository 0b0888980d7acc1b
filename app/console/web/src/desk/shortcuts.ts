/** Keys that act from anywhere on the desk. */

import { useEffect, useRef } from "react";

/** Whether someone is writing somewhere, so that focus must not be taken away. */
export function isTyping(): boolean {
  const at = document.activeElement;
  if (at instanceof HTMLInputElement) return !["button", "checkbox", "radio", "submit"].includes(at.type);
  return at instanceof HTMLTextAreaElement || (at instanceof HTMLElement && at.isContentEditable);
}

/** Runs `act` on Alt and the key with this code ("KeyA"), wherever the focus is. */
export function useShortcut(code: string, act: () => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    function pressed(event: KeyboardEvent): void {
      if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === code && !event.repeat) {
        event.preventDefault();
        latest.current();
      }
    }
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [code]);
}
