/** A ringing offer: who waits how long on which line, and one large button to accept. */

import { Button } from "antd";
import { useEffect, useRef } from "react";

import { post, Problem } from "../api/request";
import type { Contact, Offer, Presence, Shapes } from "../api/types";
import { Subject } from "../record/Subject";
import { useName, useTexts } from "../i18n/language";
import { useConnection } from "../live/live";
import { useNow } from "../time/clock";
import { clockOf, secondsSince } from "../time/format";
import { CountdownRing } from "./CountdownRing";
import { Said } from "./Said";
import { isTyping, useShortcut } from "./shortcuts";
import { useAct } from "./useAct";

/** A key that was already on its way down when the card appeared was not meant for it. */
const TOO_SOON_MS = 350;

/** Without a number nobody can tell whether it is a first call. */
const calledBefore = (offer: Offer) =>
  offer.number_withheld ? "unknown" : offer.returning ? "returning" : "firstTime";

type Props = { offer: Offer; onGone: (why: string) => void };

export function OfferCard({ offer, onGone }: Props) {
  const t = useTexts();
  const nameOf = useName();
  const connection = useConnection();
  const now = useNow();
  const accepting = useRef<HTMLButtonElement>(null);
  const appeared = useRef(Date.now());
  const over = (error: unknown): never => {
    if (error instanceof Problem && (error.code === "offer_gone" || error.status === 404)) {
      connection.dropOffer(offer);
      onGone(t.common.errors.offer_gone);
    }
    throw error;
  };
  const accept = useAct(
    () =>
      post<Contact>(`/api/offers/${offer.id}/accept`, { version: offer.version } satisfies Shapes["Versioned"]).catch(
        over,
      ),
    (contact) => {
      connection.dropOffer(offer);
      connection.takeContact(contact);
    },
  );
  const decline = useAct(
    () =>
      post<Presence>(`/api/offers/${offer.id}/decline`, { version: offer.version } satisfies Shapes["Versioned"]).catch(
        over,
      ),
    (presence) => {
      connection.dropOffer(offer);
      connection.takePresence(presence);
    },
  );
  const byPhone = offer.reach === "phone";

  useEffect(() => {
    if (!isTyping()) accepting.current?.focus();
  }, []);

  function take(byKey: boolean): void {
    const tooSoon = byKey && Date.now() - appeared.current < TOO_SOON_MS;
    if (!byPhone && !tooSoon) accept.run(undefined);
  }
  useShortcut("KeyA", () => take(true));

  const busy = accept.running || decline.running;
  const because = t.desk.offer.because[offer.because];
  const waited = offer.waited_s + secondsSince(offer.offered_at, now);
  return (
    <section className={offer.danger ? "card offer in-danger" : "card offer"} aria-labelledby="offer-line">
      <p className="unseen" role="alert">
        {t.desk.offer.announce(nameOf(offer.line))}
        {offer.danger ? `。${t.desk.offer.danger}` : ""}
      </p>
      <CountdownRing from={offer.offered_at} until={offer.ring_until} />
      <div className="offer-facts">
        <p className="soft">{offer.kind === "transfer" ? t.desk.offer.transferTitle : t.desk.offer.title}</p>
        <h2 id="offer-line">{nameOf(offer.line)}</h2>
        <p className="row">
          {offer.danger ? <span className="tag danger">{t.desk.offer.danger}</span> : null}
          <span className="tag figures">{t.desk.offer.waited(clockOf(waited))}</span>
          <span className="tag">{t.desk.offer.before[calledBefore(offer)]}</span>
          {offer.language !== "zh" ? (
            <span className="tag now">
              {t.desk.offer.languageIs(t.desk.languageName[offer.language] ?? offer.language)}
            </span>
          ) : null}
        </p>
        {because ? <p className="soft">{because}</p> : null}
        <div className="row offer-acts">
          {byPhone ? (
            <p className="said">{t.desk.offer.onPhone}</p>
          ) : (
            <Button
              ref={accepting}
              type="primary"
              size="large"
              className="offer-accept"
              disabled={accept.blocked || decline.running}
              loading={accept.running}
              onClick={(event) => take(event.detail === 0)} // 0: by key, not by pointer
              aria-keyshortcuts="Alt+A"
            >
              {accept.running ? t.desk.offer.accepting : t.desk.offer.accept}
            </Button>
          )}
          <Button size="large" disabled={decline.blocked || busy} onClick={() => decline.run(undefined)}>
            {t.desk.offer.decline}
          </Button>
          {byPhone ? null : <span className="soft">{t.desk.offer.acceptKeys}</span>}
        </div>
        <Said text={accept.said ?? decline.said} />
        {/* Below: what comes while it rings moves no button under a hand. */}
        <Subject contactId={offer.contact_id} />
      </div>
    </section>
  );
}
