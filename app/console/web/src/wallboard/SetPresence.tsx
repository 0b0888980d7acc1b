/** A supervisor sends a volunteer away or offline, and says why. */

import { Input, Modal } from "antd";
import { useId } from "react";

import { post } from "../api/request";
import type { Presence, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useDraft } from "../drafts/draft";
import { useTexts } from "../i18n/language";
import { useConnection } from "../live/live";

export type Setting = { person: Presence; activity: "away" | "offline" };
const LONGEST_REASON = 100;

export function SetPresence({ setting, onDone }: { setting: Setting; onDone: () => void }) {
  const t = useTexts();
  const texts = t.wallboard;
  const connection = useConnection();
  const id = useId();
  const { person, activity } = setting;
  const [reason, setReason] = useDraft<string>(`reason.${person.person_id}`);
  const set = useAct(
    () =>
      post<Presence>(`/api/people/${person.person_id}/presence`, {
        activity,
        reason: (reason ?? "").trim(),
      } satisfies Shapes["SetPresence"]),
    (presence) => {
      setReason(null);
      connection.takePresence(presence);
      onDone();
    },
  );
  return (
    <Modal
      open
      title={texts.setTitle(person.work_name)}
      okText={activity === "away" ? texts.setAway : texts.setOffline}
      cancelText={t.common.cancel}
      okButtonProps={{ disabled: set.blocked, loading: set.running }}
      onOk={() => set.run(undefined)}
      onCancel={onDone}
    >
      <label htmlFor={id}>{texts.reason}</label>
      <Input
        id={id}
        autoFocus
        maxLength={LONGEST_REASON}
        value={reason ?? ""}
        onChange={(event) => setReason(event.target.value || null)}
        onPressEnter={() => set.run(undefined)}
      />
      <Said text={set.said} />
    </Modal>
  );
}
