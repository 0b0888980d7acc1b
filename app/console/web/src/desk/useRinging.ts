/** When the ring sounds: while an offer rings in this browser, unless it was turned off here. */

import { useEffect, useState } from "react";

import type { Offer } from "../api/types";
import { Ring } from "./ring";

const KEPT_AS = "hotline.ring";
const ring = new Ring(); // one a page, however often pages change

export type Ringing = { muted: boolean; blocked: boolean; toggle: () => void; allow: () => void };

export function useRinging(offer: Offer | undefined): Ringing {
  const [muted, setMuted] = useState(() => localStorage.getItem(KEPT_AS) === "off");
  const [allowed, setAllowed] = useState(() => ring.sounding());
  const sounds = offer !== undefined && !muted;

  useEffect(() => {
    if (!sounds) return undefined;
    ring.start();
    return () => ring.stop();
  }, [sounds]);

  useEffect(() => {
    // Any act on the page is leave enough for the browser, so the hint seldom shows.
    const permit = () => void ring.allow().then(setAllowed);
    document.addEventListener("pointerdown", permit, { once: true });
    document.addEventListener("keydown", permit, { once: true });
    return () => {
      document.removeEventListener("pointerdown", permit);
      document.removeEventListener("keydown", permit);
    };
  }, []);

  return {
    muted,
    blocked: !muted && !allowed,
    toggle: () => {
      localStorage.setItem(KEPT_AS, muted ? "on" : "off");
      setMuted(!muted);
    },
    allow: () => void ring.allow().then(setAllowed),
  };
}
