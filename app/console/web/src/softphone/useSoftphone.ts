/** Runs the softphone while someone takes calls on this computer. */

import { useEffect, useRef, useState } from "react";

import type { Contact, Presence } from "../api/types";
import { makeSoftphone, type Softphone } from "./softphone";
import type { SoftphoneState } from "./twilio";

const RETRY_MS = 15_000;

export function useSoftphone(presence: Presence | undefined, held: Contact | undefined): SoftphoneState {
  const [state, setState] = useState<SoftphoneState>("off");
  const phone = useRef<Softphone | null>(null);
  const wanted = presence !== undefined && presence.activity !== "offline" && presence.reach === "browser";
  const heldId = held?.id ?? null;
  const expected = useRef(heldId);

  useEffect(() => {
    if (!wanted) return undefined;
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = (): void => {
      makeSoftphone()
        .then((made) => {
          if (gone) return undefined;
          phone.current = made;
          made.expect(expected.current);
          return made.start(setState);
        })
        .catch(() => {
          setState("failed");
          if (!gone) timer = setTimeout(begin, RETRY_MS);
        });
    };
    begin();
    return () => {
      gone = true;
      clearTimeout(timer);
      phone.current?.stop();
      phone.current = null;
      setState("off");
    };
  }, [wanted]);

  useEffect(() => {
    expected.current = heldId;
    phone.current?.expect(heldId);
  }, [heldId]);

  return state;
}
