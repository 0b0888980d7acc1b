/** What whoever answers should know at once: flags that hold, each with its end; lifted with a reason, never deleted. */

import { Button, Input, Modal } from "antd";
import { useId, useState } from "react";

import { post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { useNow } from "../time/clock";
import { dayAndTime, fullDate } from "../time/format";
import { FromFile, NumbersApart } from "./FromFile";
import { PlaceFlag } from "./PlaceFlag";
import { useRefreshFile, type File } from "./useFile";

type Flag = Shapes["Flag"];

export function Flags({ file }: { file: File }) {
  const { t, language } = useLanguage();
  const texts = t.files.flags;
  const now = useNow();
  const [placing, setPlacing] = useState(false);
  const [liftingId, setLiftingId] = useState<string | null>(null);
  const lifting = file.flags.find((flag) => flag.id === liftingId); // as it is now, should somebody change it meanwhile
  const holds = (flag: Flag) => flag.lifted_at === null && Date.parse(flag.expires_at) > now;
  const inForce = file.flags.filter(holds);
  const ended = file.flags.filter((flag) => !holds(flag));
  return (
    <section className="card" aria-labelledby="file-flags">
      <div className="row apart">
        <h2 id="file-flags">{texts.title}</h2>
        <Button onClick={() => setPlacing(true)}>{texts.place}</Button>
      </div>
      {inForce.length === 0 ? <p className="soft">{texts.none}</p> : null}
      <ul className="duty-list">
        {inForce.map((flag) => (
          <li key={flag.id} className="flag">
            <div>
              <p>
                <strong className="tag now">{flag[language]}</strong> {flag.text} <FromFile of={flag.numbered_in} />
              </p>
              <p className="soft small figures">
                {texts.placed(flag.placed_by, dayAndTime(flag.placed_at, language))} ·{" "}
                {texts.until(fullDate(flag.expires_at, language))}
              </p>
            </div>
            <Button aria-label={`${texts.lift} ${flag[language]}`} onClick={() => setLiftingId(flag.id)}>
              {texts.lift}
            </Button>
          </li>
        ))}
      </ul>
      {ended.length > 0 ? (
        <details>
          <summary className="soft">{texts.ended(ended.length)}</summary>
          <ul className="ended">
            {ended.map((flag) => (
              <li key={flag.id}>
                {flag[language]} {flag.text} <FromFile of={flag.numbered_in} />{" "}
                <span className="soft small figures">
                  {flag.lifted_at
                    ? `${texts.lifted(flag.lifted_by ?? "", dayAndTime(flag.lifted_at, language))} · ${flag.lift_reason ?? ""}`
                    : texts.expired(fullDate(flag.expires_at, language))}
                </span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      <NumbersApart where={file.flags} />
      {placing ? <PlaceFlag file={file} onDone={() => setPlacing(false)} /> : null}
      {lifting ? <LiftFlag file={file} flag={lifting} onDone={() => setLiftingId(null)} /> : null}
    </section>
  );
}

function LiftFlag({ file, flag, onDone }: { file: File; flag: Flag; onDone: () => void }) {
  const { t, language } = useLanguage();
  const texts = t.files.flags;
  const id = useId();
  const refresh = useRefreshFile();
  const [reason, setReason] = useState("");
  const lift = useAct(
    () =>
      post<Flag>(`/api/subjects/${file.id}/flags/${flag.id}/lift`, {
        reason,
        version: flag.version,
      } satisfies Shapes["LiftFlag"]),
    () => {
      refresh();
      onDone();
    },
    refresh,
  );
  return (
    <Modal
      open
      title={texts.liftTitle(flag[language])}
      okText={texts.lift}
      cancelText={t.common.cancel}
      okButtonProps={{ disabled: lift.blocked || reason.trim() === "", loading: lift.running }}
      onOk={() => lift.run(undefined)}
      onCancel={onDone}
    >
      <div className="form">
        <label htmlFor={id}>{texts.liftReason}</label>
        <Input.TextArea
          id={id}
          value={reason}
          autoSize={{ minRows: 2, maxRows: 6 }}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
        />
        <p className="soft small">{t.files.hidden}</p>
      </div>
      <Said text={lift.said} />
    </Modal>
  );
}
