/** A transfer on its way, and what became of it when the talk goes on here without it. */

import { Button } from "antd";
import { useEffect, useRef, useState } from "react";

import { post } from "../api/request";
import type { Contact, Transfer } from "../api/types";
import { useName, useTexts } from "../i18n/language";
import { useConnection, useLive } from "../live/live";
import { Said } from "./Said";
import { useAct } from "./useAct";

const IN_PROGRESS = ["ringing", "joined"];

/** The transfer that is going on, if any; the server shows it only so long. */
export function currentTransfer(contact: Contact): Transfer | null {
  return contact.transfer && IN_PROGRESS.includes(contact.transfer.state) ? contact.transfer : null;
}

/** The target by name; of an outside number the server tells only the id. */
export function useTargetName(): (transfer: Transfer) => string {
  const nameOf = useName();
  const { targets } = useLive();
  return (transfer) => {
    const number = targets.numbers.find((one) => one.id === transfer.target_name);
    return transfer.target_kind === "number" && number ? nameOf(number) : transfer.target_name;
  };
}

/** A transfer that was ringing or joined here a moment ago and is no more, while the talk goes on. */
export function TransferOutcome({ contact }: { contact: Contact }) {
  const t = useTexts();
  const targetName = useTargetName();
  const now = currentTransfer(contact);
  const last = useRef<Transfer | null>(null);
  const [gone, setGone] = useState<Transfer | null>(null);
  useEffect(() => {
    if (now) setGone(null);
    else if (last.current) setGone(last.current);
    last.current = now;
  }, [now]);
  const texts = t.talk.inProgress;
  return (
    <div role="status">
      {gone && !now ? (
        <p className="said">
          {gone.state === "ringing" ? texts.failed(targetName(gone)) : texts.left(targetName(gone))}
        </p>
      ) : null}
    </div>
  );
}

export function TransferProgress({ contact, transfer }: { contact: Contact; transfer: Transfer }) {
  const t = useTexts();
  const connection = useConnection();
  const at = `/api/contacts/${contact.id}/transfer`;
  const take = (answer: Contact) => connection.takeContact(answer);
  const complete = useAct(() => post<Contact>(`${at}/complete`), take);
  const cancel = useAct(() => post<Contact>(`${at}/cancel`), take);
  const texts = t.talk.inProgress;
  const name = useTargetName()(transfer);

  const third = transfer.kind === "third";
  const joined = transfer.state === "joined";
  return (
    <div className="said calm transfer" role="group" aria-label={t.talk.transfer}>
      <p role="status">
        <strong>{joined ? (third ? texts.joinedThird(name) : texts.joined(name)) : texts.ringing(name)}</strong>
      </p>
      <div className="row">
        {joined && transfer.kind === "warm" ? (
          <Button
            type="primary"
            size="large"
            disabled={complete.blocked || cancel.running}
            loading={complete.running}
            onClick={() => complete.run(undefined)}
          >
            {texts.complete}
          </Button>
        ) : null}
        <Button
          size="large"
          disabled={cancel.blocked || complete.running}
          loading={cancel.running}
          onClick={() => cancel.run(undefined)}
        >
          {third ? (joined ? texts.cancelThird : texts.stopCalling) : texts.cancel}
        </Button>
      </div>
      <Said text={complete.said ?? cancel.said} />
    </div>
  );
}
