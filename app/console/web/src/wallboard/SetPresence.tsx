/** A supervisor sends a volunteer away or offline, and says why: a choice, for typed words may name a caller. */

import { Modal, Radio } from "antd";
import { useState } from "react";

import { post } from "../api/request";
import type { Presence, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useTexts } from "../i18n/language";
import { useConnection } from "../live/live";

export type Setting = { person: Presence; activity: "away" | "offline" };
type Why = NonNullable<Shapes["SetPresence"]["reason"]>;
const REASONS: Why[] = ["rest", "meeting", "technical", "see_supervisor", "not_needed"];

export function SetPresence({ setting, onDone }: { setting: Setting; onDone: () => void }) {
  const t = useTexts();
  const texts = t.wallboard;
  const connection = useConnection();
  const { person, activity } = setting;
  const [reason, setReason] = useState<Why>("");
  const set = useAct(
    () =>
      post<Presence>(`/api/people/${person.person_id}/presence`, {
        activity,
        reason,
      } satisfies Shapes["SetPresence"]),
    (presence) => {
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
      <div className="form">
        <span>{texts.reason}</span>
        <Radio.Group
          aria-label={texts.reason}
          value={reason}
          onChange={(event) => setReason(event.target.value as Why)}
          options={REASONS.map((code) => ({ value: code, label: t.desk.whySet[code] }))}
        />
      </div>
      <Said text={set.said} />
    </Modal>
  );
}
