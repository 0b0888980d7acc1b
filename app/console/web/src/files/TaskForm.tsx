/** A new task: what, by whom (a colleague, a team, anyone of a role), until when. */

import { Button, Input, Segmented } from "antd";
import { useId, useState } from "react";

import { post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useName } from "../i18n/language";
import { serverNow } from "../time/clock";
import { dayAfter, dayOf, momentOf } from "../time/format";
import { useColleagues, useRefreshFile, type File } from "./useFile";

type Kind = Shapes["NewOwner"]["kind"];
const KINDS: readonly Kind[] = ["role", "person", "pool"];

export function TaskForm({ file, onDone }: { file: File; onDone: () => void }) {
  const { t } = useLanguage();
  const texts = t.files.tasks;
  const nameOf = useName();
  const ids = { text: useId(), owner: useId(), day: useId(), time: useId() };
  const rota = useColleagues();
  const refresh = useRefreshFile();
  const [text, setText] = useState("");
  const [kind, setKind] = useState<Kind>("role");
  const [chosen, setChosen] = useState("supervisor");
  const [day, setDay] = useState(() => dayAfter(dayOf(serverNow()), 1));
  const [time, setTime] = useState("18:00");
  const owners: Record<Kind, { id: string; name: string }[]> = {
    role: Object.entries(texts.roles).map(([id, name]) => ({ id, name })),
    person: (rota?.people ?? []).map((one) => ({ id: one.person_id, name: one.work_name })),
    pool: (rota?.pools ?? []).map((one) => ({ id: one.id, name: nameOf(one) })),
  };
  const owner = owners[kind].find((one) => one.id === chosen) ?? owners[kind][0];
  const due = day && time ? momentOf(day, time) : null;
  const ahead = due !== null && due.getTime() > serverNow();
  const add = useAct(
    (task: Shapes["NewTask"]) => post<Shapes["Task"]>(`/api/subjects/${file.id}/tasks`, task),
    () => {
      refresh();
      onDone();
    },
  );
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (owner && due) add.run({ text, owner: { kind, id: owner.id }, due_at: due.toISOString() });
      }}
    >
      <label htmlFor={ids.text}>{texts.text}</label>
      <Input.TextArea
        id={ids.text}
        value={text}
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={2000}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="soft small">{t.files.hidden}</p>
      <label htmlFor={ids.owner}>{texts.owner}</label>
      <div className="row">
        <Segmented
          aria-label={texts.owner}
          value={kind}
          onChange={setKind}
          options={KINDS.map((one) => ({ value: one, label: texts[one] }))}
        />
        <select id={ids.owner} value={owner?.id ?? ""} onChange={(event) => setChosen(event.target.value)}>
          {owners[kind].map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </div>
      <span id={ids.day}>{texts.due}</span>
      <div className="row" role="group" aria-labelledby={ids.day}>
        <input
          type="date"
          aria-label={texts.dueDate}
          value={day}
          min={dayOf(serverNow())}
          onChange={(event) => setDay(event.target.value)}
        />
        <input type="time" aria-label={texts.dueTime} value={time} onChange={(event) => setTime(event.target.value)} />
      </div>
      {ahead ? null : <p className="said">{texts.future}</p>}
      <Said text={add.said} />
      <div className="row">
        <Button
          type="primary"
          htmlType="submit"
          disabled={add.blocked || text.trim() === "" || !owner || !ahead}
          loading={add.running}
        >
          {texts.add}
        </Button>
        <Button onClick={onDone}>{t.common.cancel}</Button>
      </div>
    </form>
  );
}
