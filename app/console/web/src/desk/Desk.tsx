/** The volunteer's page: own state and shift, what rings, what is being talked, what has to be written up. */

import { useEffect, useRef, useState } from "react";

import type { Me } from "../api/types";
import { forgetOldDrafts } from "../drafts/draft";
import { CallBacks } from "../duties/CallBacks";
import { Voicemails } from "../duties/Voicemails";
import { useName, useTexts } from "../i18n/language";
import { contactToWrapUp, heldContact, ownPresence, ringingOffer } from "../live/apply";
import { useLive } from "../live/live";
import { RecordPanel } from "../record/RecordPanel";
import { may } from "../shell/pages";
import { GiveIdentity } from "../vault/GiveIdentity";
import { ActivitySwitch } from "./ActivitySwitch";
import { CrisisNumbers } from "./CrisisNumbers";
import "./desk.css";
import { Idle } from "./Idle";
import { LivePanel } from "./LivePanel";
import { OfferCard } from "./OfferCard";
import { OwnShifts } from "./OwnShifts";
import { Said } from "./Said";
import { useRinging } from "./useRinging";
import { WrapUp } from "./WrapUp";

export function Desk({ me }: { me: Me }) {
  const t = useTexts();
  const nameOf = useName();
  const live = useLive();
  const presence = ownPresence(live);
  const offer = ringingOffer(live);
  const held = heldContact(live);
  const toWrapUp = contactToWrapUp(live);
  const ring = useRinging(offer);
  const [untold, setUntold] = useState(false);
  const [gone, setGone] = useGone(offer?.id, held?.id, t.desk.offer.over);
  useEffect(forgetOldDrafts, []);
  useEffect(() => {
    document.title = offer
      ? t.desk.offer.documentTitle(nameOf(offer.line))
      : `${presence ? t.desk.activity[presence.activity] : t.desk.title} · ${t.common.service}`;
  });
  if (!presence) return null;
  const quiet = !offer && !held && !toWrapUp; // nothing else is asked of someone in the middle of a call
  // Who was brought into somebody else's talk writes no record of it.
  const mine = [held, toWrapUp].find((contact) => contact?.person_id === me.person_id);
  const written = may(me, "note.write") ? mine : undefined;
  const spoken = held ?? toWrapUp;
  return (
    <div className={written ? "desk beside" : "desk"}>
      <h1 className="unseen">{t.desk.title}</h1>
      <div className="desk-main">
        <ActivitySwitch presence={presence} ring={ring} />
        {offer ? <OfferCard key={offer.id} offer={offer} onGone={setGone} /> : null}
        {held ? <LivePanel key={held.id} contact={held} me={me} /> : null}
        {toWrapUp ? <WrapUp key={toWrapUp.id} contact={toWrapUp} presence={presence} untold={untold} /> : null}
        {spoken ? ( // one place for both: what is being typed when the caller hangs up stays
          <section key={`vault.${spoken.id}`} className="card" aria-label={t.vault.give.title}>
            <GiveIdentity contactId={spoken.id} onTyped={setUntold} />
          </section>
        ) : null}
        <Said text={!offer && !held ? gone : null} tone="now" />
        {quiet ? <Idle presence={presence} /> : null}
        {written ? <CrisisNumbers /> : null}
      </div>
      {written ? <RecordPanel key={written.id} contactId={written.id} /> : null}
      {written ? null : (
        <aside className="desk-side">
          <CrisisNumbers />
          <OwnShifts />
          {quiet && may(me, "callbacks.see") ? <CallBacks me={me} /> : null}
          {quiet && may(me, "voicemail.hear") ? <Voicemails /> : null}
        </aside>
      )}
    </div>
  );
}

/** What to say about an offer that went away without becoming a talk here. */
function useGone(
  offerId: string | undefined,
  heldId: string | undefined,
  over: string,
): [string | null, (why: string) => void] {
  const [said, setSaid] = useState<string | null>(null);
  const last = useRef<string | undefined>(undefined);
  const held = useRef(heldId);
  useEffect(() => {
    held.current = heldId;
    if (heldId !== undefined) setSaid(null);
  }, [heldId]);
  useEffect(() => {
    if (offerId !== undefined) setSaid(null);
    else if (last.current !== undefined && held.current === undefined) setSaid((known) => known ?? over);
    last.current = offerId;
  }, [offerId, over]);
  return [said, setSaid];
}
