/** Ask to see who a caller is, of a contact or of a file. Alone only for an act in progress, and it says what follows. */

import { Button, Checkbox, Input, Modal, Radio, Segmented } from "antd";
import { useId, useState } from "react";

import { post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useTexts } from "../i18n/language";
import { addressOf } from "../shell/pages";
import { useTakeOpening, type Opening } from "./openings";

type Of = { contact_id: string } | { subject_id: string };
type Kind = Opening["kind"];
type Reason = Shapes["Reason"];

const KINDS: readonly Kind[] = ["number", "name", "location"];
const REASONS: readonly Reason[] = ["act_in_progress", "danger_to_life", "child_in_danger", "duty_to_report"];
const MINUTES = [5, 10];

export function AskVault({ of, small = false }: { of: Of; small?: boolean }) {
  const t = useTexts();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button size={small ? "small" : "middle"} onClick={() => setAsking(true)}>
        {t.vault.ask.button}
      </Button>
      {asking ? <AskForm of={of} onDone={() => setAsking(false)} /> : null}
    </>
  );
}

function AskForm({ of, onDone }: { of: Of; onDone: () => void }) {
  const t = useTexts();
  const texts = t.vault.ask;
  const id = useId();
  const take = useTakeOpening();
  const [kind, setKind] = useState<Kind>("number");
  const [why, setWhy] = useState<Reason | null>(null);
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState(10);
  const [alone, setAlone] = useState(false);
  const mayAlone = why === "act_in_progress";
  const singleHanded = alone && mayAlone;
  const complete = why !== null && /\p{L}/u.test(reason);
  const ask = useAct(
    (code: Reason) =>
      post<Opening>("/api/vault/openings", {
        ...of,
        kind,
        reason_code: code,
        reason,
        minutes,
        single_handed: singleHanded,
      } satisfies Shapes["NewOpening"]),
    (opening) => {
      take(opening);
      onDone();
      location.hash = addressOf("vault");
    },
  );
  return (
    <Modal
      open
      title={texts.title}
      okText={singleHanded ? texts.sendAlone : texts.send}
      cancelText={t.common.cancel}
      okButtonProps={{ danger: singleHanded, disabled: ask.blocked || !complete, loading: ask.running }}
      onOk={() => (why ? ask.run(why) : undefined)}
      onCancel={onDone}
    >
      <div className="form">
        <span>{texts.what}</span>
        <Segmented
          aria-label={texts.what}
          value={kind}
          onChange={setKind}
          options={KINDS.map((one) => ({ value: one, label: t.vault.kind[one] }))}
        />
        <span>{texts.why}</span>
        <Radio.Group
          aria-label={texts.why}
          value={why}
          onChange={(event) => setWhy(event.target.value as Reason)}
          options={REASONS.map((code) => ({ value: code, label: t.vault.reasonCode[code] }))}
        />
        <label htmlFor={id}>{texts.more}</label>
        <Input.TextArea
          id={id}
          value={reason}
          autoSize={{ minRows: 2, maxRows: 6 }}
          maxLength={2000}
          onChange={(event) => setReason(event.target.value)}
        />
        <p className="soft small">{texts.moreHint}</p>
        <span>{texts.minutes}</span>
        <Segmented
          aria-label={texts.minutes}
          value={minutes}
          onChange={setMinutes}
          options={MINUTES.map((count) => ({ value: count, label: texts.minutesCount(count) }))}
        />
        {mayAlone ? (
          <Checkbox checked={alone} onChange={(event) => setAlone(event.target.checked)}>
            {texts.alone}
          </Checkbox>
        ) : null}
        <div role="status">{singleHanded ? <p className="said danger">{texts.aloneWarning}</p> : null}</div>
        {complete ? null : <p className="soft small">{texts.missing}</p>}
      </div>
      <Said text={ask.said} />
    </Modal>
  );
}
