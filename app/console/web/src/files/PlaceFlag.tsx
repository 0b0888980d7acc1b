/** A flag is one of a list, with a few words more, and always with an end. */

import { useQuery } from "@tanstack/react-query";
import { Input, Modal, Segmented, Select } from "antd";
import { useId, useState } from "react";

import { get, post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { serverNow } from "../time/clock";
import { useRefreshFile, type File } from "./useFile";

const DAYS = [7, 30, 90, 180, 365];
const DAY_MS = 86_400_000;

export function useFileCodes(): Shapes["FileCodesShown"] | undefined {
  return useQuery({
    queryKey: ["file-codes"],
    queryFn: () => get<Shapes["FileCodesShown"]>("/api/subjects/codes"),
    staleTime: Infinity,
  }).data;
}

export function PlaceFlag({ file, onDone }: { file: File; onDone: () => void }) {
  const { t, language } = useLanguage();
  const texts = t.files.flags;
  const ids = { code: useId(), text: useId() };
  const codes = useFileCodes();
  const refresh = useRefreshFile();
  const [code, setCode] = useState<string | null>(null);
  const [text, setText] = useState("");
  const [days, setDays] = useState<number | null>(null);
  const flag = codes?.flags.find((one) => one.code === code);
  const longest = flag?.longest ?? 365;
  const holds = days !== null && days <= longest ? days : (flag?.days ?? 90);
  const offered = [...new Set([...DAYS.filter((count) => count <= longest), holds])].sort((a, b) => a - b);
  const place = useAct(
    (which: string) =>
      post<Shapes["Flag"]>(`/api/subjects/${file.id}/flags`, {
        code: which,
        text,
        // as the code says, unless another end was chosen; a minute less than the longest, for clocks that differ
        expires_at: days === null ? null : new Date(serverNow() + holds * DAY_MS - 60_000).toISOString(),
      } satisfies Shapes["NewFlag"]),
    () => {
      refresh();
      onDone();
    },
  );
  return (
    <Modal
      open
      title={texts.place}
      okText={texts.place}
      cancelText={t.common.cancel}
      okButtonProps={{ disabled: place.blocked || code === null, loading: place.running }}
      onOk={() => (code ? place.run(code) : undefined)}
      onCancel={onDone}
    >
      <div className="form">
        <label htmlFor={ids.code}>{texts.which}</label>
        <Select
          id={ids.code}
          showSearch={{ optionFilterProp: "label" }}
          value={code}
          onChange={setCode}
          options={(codes?.flags ?? []).map((one) => ({ value: one.code, label: one[language] }))}
        />
        <label htmlFor={ids.text}>{texts.text}</label>
        <Input.TextArea
          id={ids.text}
          value={text}
          autoSize={{ minRows: 2, maxRows: 6 }}
          maxLength={500}
          onChange={(event) => setText(event.target.value)}
        />
        <p className="soft small">{t.files.hidden}</p>
        <span>{texts.days}</span>
        <Segmented
          aria-label={texts.days}
          value={holds}
          disabled={!flag}
          onChange={setDays}
          options={offered.map((count) => ({ value: count, label: texts.daysCount(count) }))}
        />
      </div>
      <Said text={place.said} />
    </Modal>
  );
}
