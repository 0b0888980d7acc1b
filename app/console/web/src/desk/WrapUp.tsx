/** After the talk: how did it end? One click chooses, a second one saves and frees the volunteer. */

import { Button } from "antd";
import { useEffect, useRef } from "react";

import { post } from "../api/request";
import type { Contact, Presence, Shapes } from "../api/types";
import { useName, useTexts } from "../i18n/language";
import { useConnection } from "../live/live";
import { listOf, useCodes } from "../record/codes";
import { useNow } from "../time/clock";
import { clockOf, secondsUntil } from "../time/format";
import { Dispositions, useOutcome } from "./Dispositions";
import { Said } from "./Said";
import { isTyping } from "./shortcuts";
import { useAct } from "./useAct";

/** `untold`: what she typed for the vault, and did not put in, would be gone with the wrap-up. */
type Props = { contact: Contact; presence: Presence; untold: boolean };

export function WrapUp({ contact, presence, untold }: Props) {
  const t = useTexts();
  const nameOf = useName();
  const connection = useConnection();
  const now = useNow();
  const [chosen, setOutcome] = useOutcome(contact.id);
  const outcome = chosen ?? contact.disposition; // what the call was ended as, until somebody says otherwise
  const heading = useRef<HTMLHeadingElement>(null);
  const codes = useCodes();
  const wasCounselling = (code: string) =>
    !(codes && listOf(codes, "non_counselling")?.items.some((one) => one.code === code));
  const save = useAct(
    (disposition: string) =>
      wasCounselling(disposition)
        ? post<Contact>(`/api/contacts/${contact.id}/wrap-up`, {
            disposition,
            version: contact.version,
          } satisfies Shapes["WrapUp"])
        : // Nobody was counselled: the code is the whole record, and wraps up as well.
          post<Contact>(`/api/contacts/${contact.id}/non-counselling`, {
            code: disposition,
          } satisfies Shapes["CodeNonCounselling"]),
    (answer) => {
      setOutcome(null);
      connection.takeContact(answer);
      connection.refreshDesk().catch(() => undefined);
    },
  );

  useEffect(() => {
    if (!isTyping()) heading.current?.focus();
  }, []);

  const left = contact.wrap_up_until ? secondsUntil(contact.wrap_up_until, now) : null;
  const talked =
    contact.answered_at && contact.ended_at
      ? (Date.parse(contact.ended_at) - Date.parse(contact.answered_at)) / 1000
      : null;
  const shiftOver = presence.shift_ends_at !== null && Date.parse(presence.shift_ends_at) <= now;
  const ended = contact.ended_by ? t.talk.wrapUp.endedBy[contact.ended_by] : undefined;
  return (
    <section className="card wrap-up" aria-labelledby="wrap-up">
      <div className="row apart">
        <h2 id="wrap-up" ref={heading} tabIndex={-1}>
          {t.talk.wrapUp.title} · {nameOf(contact.line)}
        </h2>
        {left !== null ? (
          <p className={left > 0 ? "tag calm figures" : "tag now"}>
            {left > 0 ? t.talk.wrapUp.left(clockOf(left)) : t.talk.wrapUp.overtime}
          </p>
        ) : null}
      </div>
      <p className="soft figures">
        {[talked === null ? null : t.talk.wrapUp.talked(clockOf(talked)), ended].filter(Boolean).join(" · ")}
      </p>
      <h3>{t.talk.wrapUp.question}</h3>
      <Dispositions contactId={contact.id} chosen={outcome} onChoose={setOutcome} />
      {outcome === null ? null : (
        <p className="soft small">{wasCounselling(outcome) ? t.record.afterwards : t.record.nonCounselling}</p>
      )}
      <Said text={save.said} />
      <div className="row">
        <Button
          type="primary"
          size="large"
          disabled={save.blocked || outcome === null || untold}
          loading={save.running}
          onClick={() => (outcome === null ? undefined : save.run(outcome))}
        >
          {shiftOver ? t.talk.wrapUp.doneThenOffline : t.talk.wrapUp.doneThenReady}
        </Button>
        <span className={untold ? "said" : "soft"}>
          {untold ? t.vault.give.unsaved : outcome === null ? t.talk.wrapUp.choose : t.talk.wrapUp.kept}
        </span>
      </div>
    </section>
  );
}
