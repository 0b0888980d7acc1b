/** A new legal hold, on a line, a file or one contact. */

import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Segmented } from "antd";
import { useId, useState } from "react";

import { post } from "../api/request";
import type { Me, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useName, useTexts } from "../i18n/language";
import { isId } from "./ids";
import { RETENTION } from "./Retention";

type Kind = "line" | "subject" | "contact";
type Reason = Shapes["HoldReason"];

const KINDS: readonly Kind[] = ["line", "subject", "contact"];
const REASONS: readonly Reason[] = [
  "investigation",
  "court",
  "complaint",
  "incident_review",
  "mandatory_report",
  "other",
];

export function PlaceHold({ me, onDone }: { me: Me; onDone: () => void }) {
  const t = useTexts();
  const texts = t.retention.holds;
  const nameOf = useName();
  const client = useQueryClient();
  const ids = { what: useId(), reason: useId(), more: useId() };
  const [kind, setKind] = useState<Kind>("line");
  const [line, setLine] = useState(me.lines[0]?.id ?? "");
  const [target, setTarget] = useState("");
  const [reason, setReason] = useState<Reason>("investigation");
  const [more, setMore] = useState("");
  const complete = kind === "line" ? line !== "" : isId(target);
  const place = useAct(
    () =>
      post<Shapes["Hold"]>("/api/retention/holds", {
        [`${kind}_id`]: kind === "line" ? line : target.trim(),
        reason_code: reason,
        reason: more,
      } satisfies Shapes["NewHold"]),
    () => {
      void client.invalidateQueries({ queryKey: RETENTION });
      onDone();
    },
  );
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete) place.run(undefined);
      }}
    >
      <span>{texts.on}</span>
      <Segmented
        className="fits"
        aria-label={texts.on}
        value={kind}
        onChange={setKind}
        options={KINDS.map((one) => ({ value: one, label: texts.kinds[one] }))}
      />
      {kind === "line" ? (
        <select aria-label={texts.kinds.line} value={line} onChange={(event) => setLine(event.target.value)}>
          {me.lines.map((one) => (
            <option key={one.id} value={one.id}>
              {nameOf(one)}
            </option>
          ))}
        </select>
      ) : (
        <>
          <label htmlFor={ids.what}>{texts.id}</label>
          <Input
            id={ids.what}
            value={target}
            maxLength={40}
            autoComplete="off"
            onChange={(event) => setTarget(event.target.value)}
          />
          <p className="soft small">{target.trim() !== "" && !complete ? texts.idWrong : texts.idHint}</p>
        </>
      )}
      <label htmlFor={ids.reason}>{texts.reason}</label>
      <select id={ids.reason} value={reason} onChange={(event) => setReason(event.target.value as Reason)}>
        {REASONS.map((code) => (
          <option key={code} value={code}>
            {texts.reasons[code]}
          </option>
        ))}
      </select>
      <label htmlFor={ids.more}>{texts.more}</label>
      <Input.TextArea
        id={ids.more}
        value={more}
        autoSize={{ minRows: 1, maxRows: 6 }}
        maxLength={2000}
        onChange={(event) => setMore(event.target.value)}
      />
      <p className="soft small">{texts.hidden}</p>
      <Said text={place.said} />
      <div className="row">
        <Button type="primary" htmlType="submit" disabled={place.blocked || !complete} loading={place.running}>
          {texts.place}
        </Button>
        <Button onClick={onDone}>{t.common.cancel}</Button>
      </div>
    </form>
  );
}
