/** A supervisor closes a wrap-up that somebody has left, and says why: a choice, for typed words may name a caller. */

import { Modal, Radio } from "antd";
import { useState } from "react";

import { post } from "../api/request";
import type { Presence, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useTexts } from "../i18n/language";
import { useConnection } from "../live/live";

type Why = Shapes["CloseWrapUp"]["reason"];
const REASONS: Why[] = ["out_of_reach", "shift_over", "technical", "needed_elsewhere"];

export function CloseWrapUp({ person, onDone }: { person: Presence & { contact_id: string }; onDone: () => void }) {
  const t = useTexts();
  const texts = t.wallboard.closeWrapUp;
  const connection = useConnection();
  const [reason, setReason] = useState<Why | null>(null);
  const close = useAct(
    (why: Why) =>
      post<Presence>(`/api/people/${person.person_id}/wrap-up/close`, {
        contact_id: person.contact_id,
        reason: why,
      } satisfies Shapes["CloseWrapUp"]),
    (presence) => {
      connection.takePresence(presence);
      onDone();
    },
  );
  return (
    <Modal
      open
      title={texts.title(person.work_name)}
      okText={texts.button}
      cancelText={t.common.cancel}
      okButtonProps={{ disabled: close.blocked || reason === null, loading: close.running }}
      onOk={() => (reason === null ? undefined : close.run(reason))}
      onCancel={onDone}
    >
      <div className="form">
        <p>{texts.hint}</p>
        <span>{texts.reason}</span>
        <Radio.Group
          aria-label={texts.reason}
          value={reason}
          onChange={(event) => setReason(event.target.value as Why)}
          options={REASONS.map((code) => ({ value: code, label: texts.why[code] }))}
        />
      </div>
      <Said text={close.said} />
    </Modal>
  );
}
