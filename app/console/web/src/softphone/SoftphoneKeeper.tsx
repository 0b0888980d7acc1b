/** Runs the softphone while someone takes calls on this computer, whichever page is open: a talk outlives a look around. */

import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from "react";

import { heldContact, ownPresence } from "../live/apply";
import { useLiveView } from "../live/live";
import { makeSoftphone, type Softphone, type SoftphoneState } from "./softphone";

const RETRY_MS = 15_000;
const StateContext = createContext<SoftphoneState>("off");

export const useSoftphoneState = (): SoftphoneState => useContext(StateContext);

export function SoftphoneKeeper({ children }: { children: ReactNode }) {
  const { state: live } = useLiveView();
  const presence = live ? ownPresence(live) : undefined;
  const heldId = (live ? heldContact(live)?.id : undefined) ?? null;
  const wanted = presence !== undefined && presence.activity !== "offline" && presence.reach === "browser";
  const [state, setState] = useState<SoftphoneState>("off");
  const phone = useRef<Softphone | null>(null);
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

  return <StateContext value={state}>{children}</StateContext>;
}
