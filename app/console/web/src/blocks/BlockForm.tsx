/** Keep the caller of a contact away for a time; by pseudonym, with a reason and an end. */

import { useQueryClient } from "@tanstack/react-query";
import { Modal, Radio, Segmented } from "antd";
import { useState } from "react";

import { post } from "../api/request";
import type { Block, Contact, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useTexts } from "../i18n/language";

type Reason = Shapes["BlockReason"];

const REASONS: Reason[] = ["abusive", "prank", "silent_repeat"];
const HOURS = [1, 6, 24, 72, 168];

export function BlockForm({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const t = useTexts();
  const texts = t.blocks;
  const client = useQueryClient();
  const [reason, setReason] = useState<Reason | null>(null);
  const [hours, setHours] = useState(24);
  const block = useAct(
    (why: Reason) =>
      post<Block>("/api/blocks", {
        contact_id: contact.id,
        line_id: contact.line?.id ?? null,
        reason: why,
        hours,
      } satisfies Shapes["NewBlock"]),
    () => {
      void client.invalidateQueries({ queryKey: ["blocks"] });
      onDone();
    },
  );
  return (
    <Modal
      open
      title={texts.blockTitle(contact.caller ?? "")}
      okText={texts.confirm}
      cancelText={t.common.cancel}
      okButtonProps={{ danger: true, disabled: block.blocked || reason === null, loading: block.running }}
      onOk={() => (reason ? block.run(reason) : undefined)}
      onCancel={onDone}
    >
      <div className="form">
        <span>{texts.reason}</span>
        <Radio.Group
          aria-label={texts.reason}
          value={reason}
          onChange={(event) => setReason(event.target.value as Reason)}
          options={REASONS.map((code) => ({ value: code, label: texts.reasons[code] ?? code }))}
        />
        <span>{texts.hours}</span>
        <Segmented
          aria-label={texts.hours}
          value={hours}
          onChange={setHours}
          options={HOURS.map((count) => ({ value: count, label: texts.hoursCount(count) }))}
        />
        <p className="soft small">
          {texts.where}: {texts.thisLine}
        </p>
      </div>
      <Said text={block.said} />
    </Modal>
  );
}
