/** A flag is lifted with a reason, also one that has lapsed: then it is known why nobody is told of it any more. */

import { Input, Modal } from "antd";
import { useId, useState } from "react";

import { post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { useRefreshFile, type File } from "./useFile";

type Flag = Shapes["Flag"];

export function LiftFlag({ file, flag, onDone }: { file: File; flag: Flag; onDone: () => void }) {
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
