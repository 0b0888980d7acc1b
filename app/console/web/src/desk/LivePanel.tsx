/** The talk: how long, on which line, with whom; mute, hold, transfer, a third person, hang up. */

import { Button } from "antd";
import { useState } from "react";

import { post } from "../api/request";
import type { Contact, Me, Shapes } from "../api/types";
import { useName, useTexts } from "../i18n/language";
import { useConnection } from "../live/live";
import { useNow } from "../time/clock";
import { clockOf, secondsSince } from "../time/format";
import { Subject } from "../record/Subject";
import { AskOnce } from "./AskOnce";
import { Dispositions } from "./Dispositions";
import { LegsPicture } from "./LegsPicture";
import { Said } from "./Said";
import { useShortcut } from "./shortcuts";
import { SilentCaller } from "./SilentCaller";
import { TransferForm } from "./TransferForm";
import { currentTransfer, TransferOutcome, TransferProgress } from "./TransferProgress";
import { useAct } from "./useAct";

export function LivePanel({ contact, me }: { contact: Contact; me: Me }) {
  const t = useTexts();
  const nameOf = useName();
  const connection = useConnection();
  const now = useNow();
  const [choosing, setChoosing] = useState(false);
  const take = (answer: Contact) => connection.takeContact(answer);
  const at = `/api/contacts/${contact.id}`;
  const mute = useAct((on: boolean) => post<Contact>(`${at}/mute`, { on } satisfies Shapes["OnOff"]), take);
  const hold = useAct((on: boolean) => post<Contact>(`${at}/hold`, { on } satisfies Shapes["OnOff"]), take);
  const hangUp = useAct(() => post<Contact>(`${at}/hang-up`), take);

  const mine = contact.legs.find(
    (leg) => leg.role === "volunteer" && leg.state !== "ended" && (leg.work_name ?? me.work_name) === me.work_name,
  );
  const caller = contact.legs.find((leg) => leg.role === "caller");
  const muted = mine?.muted ?? false;
  const onHold = caller?.on_hold ?? false;
  const connecting = contact.state === "connecting";
  const transfer = currentTransfer(contact);
  const transferring = transfer !== null;
  // Someone brought in hears and speaks; the call stays in the hands of whoever holds it.
  const guest = contact.person_id !== null && contact.person_id !== me.person_id;
  const locked = mute.blocked || connecting;
  const toggleMute = () => (locked ? undefined : mute.run(!muted));
  useShortcut("KeyM", toggleMute);

  return (
    <section className={contact.danger ? "card talk in-danger" : "card talk"} aria-labelledby="talk-line">
      <div className="row apart">
        <div>
          <p className="soft" role="status">
            {connecting ? t.talk.connecting : contact.state === "caller_alone" ? t.talk.callerAlone : t.talk.title}
          </p>
          <h2 id="talk-line">{nameOf(contact.line)}</h2>
        </div>
        <p className="talk-clock figures" role="timer" aria-label={t.talk.duration}>
          {contact.answered_at ? clockOf(secondsSince(contact.answered_at, now)) : "–:––"}
        </p>
      </div>
      <p className="row">
        {contact.danger ? <span className="tag danger">{t.talk.danger}</span> : null}
        <span className="tag">{contact.caller ? t.talk.callerCode(contact.caller) : t.talk.noNumber}</span>
        {contact.requeued > 0 ? <span className="tag now">{t.talk.requeued(contact.requeued)}</span> : null}
      </p>
      {guest ? null : <Subject contactId={contact.id} />}
      <LegsPicture contact={contact} myName={me.work_name} />
      <div role="status">
        {onHold ? <p className="said">{guest ? t.talk.onHoldForGuest : t.talk.onHold}</p> : null}
        {muted ? <p className="said">{t.talk.mutedNow}</p> : null}
      </div>
      <div className="row talk-acts">
        <Button
          size="large"
          aria-pressed={muted}
          aria-keyshortcuts="Alt+M"
          className={muted ? "chosen" : ""}
          disabled={locked}
          loading={mute.running}
          onClick={toggleMute}
        >
          {muted ? t.talk.unmute : t.talk.mute}
        </Button>
        {guest ? null : (
          <Button
            size="large"
            aria-pressed={onHold}
            className={onHold ? "chosen" : ""}
            disabled={locked}
            loading={hold.running}
            onClick={() => hold.run(!onHold)}
          >
            {onHold ? t.talk.unhold : t.talk.hold}
          </Button>
        )}
        {guest ? null : (
          <Button
            size="large"
            aria-expanded={choosing}
            disabled={locked || transferring}
            onClick={() => setChoosing(!choosing)}
          >
            {t.talk.transferOrAdd}
          </Button>
        )}
        {guest ? null : (
          <span className="talk-end">
            <AskOnce
              label={t.talk.hangUp}
              question={t.talk.hangUpAsk}
              yes={t.talk.hangUpYes}
              no={t.talk.hangUpNo}
              disabled={hangUp.blocked}
              loading={hangUp.running}
              onYes={() => hangUp.run(undefined)}
            />
          </span>
        )}
      </div>
      <Said text={mute.said ?? hold.said ?? hangUp.said} />
      {transfer && !guest ? <TransferProgress contact={contact} transfer={transfer} /> : null}
      {guest ? null : <TransferOutcome contact={contact} />}
      {guest ? <p className="said calm">{t.talk.guest(contact.work_name ?? "", transfer?.kind === "warm")}</p> : null}
      {choosing && !transferring ? <TransferForm contact={contact} onDone={() => setChoosing(false)} /> : null}
      {guest ? null : <SilentCaller contact={contact} locked={locked || contact.state !== "talking" || onHold} />}
      {guest ? null : (
        <details className="talk-outcome">
          <summary>{t.talk.dispositionSoFar}</summary>
          <Dispositions contactId={contact.id} />
        </details>
      )}
    </section>
  );
}
