/** A transfer on its way, or what became of it. */

import { Button } from "antd";

import { post } from "../api/request";
import type { Contact, Transfer } from "../api/types";
import { useTexts } from "../i18n/language";
import { useConnection } from "../live/live";
import { Said } from "./Said";
import { useAct } from "./useAct";

export function TransferProgress({ contact, transfer }: { contact: Contact; transfer: Transfer }) {
  const t = useTexts();
  const connection = useConnection();
  const at = `/api/contacts/${contact.id}/transfer`;
  const take = (answer: Contact) => connection.takeContact(answer);
  const complete = useAct(() => post<Contact>(`${at}/complete`), take);
  const cancel = useAct(() => post<Contact>(`${at}/cancel`), take);
  const texts = t.talk.inProgress;
  const name = transfer.target_name;

  if (transfer.state === "failed" || transfer.state === "cancelled") {
    return (
      <p className="said" role="status">
        {transfer.state === "failed" ? texts.failed(name) : texts.cancelled}
      </p>
    );
  }
  if (transfer.state === "completed") return null;
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
