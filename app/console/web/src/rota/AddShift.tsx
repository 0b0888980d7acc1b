/** A new shift for one team on one day. What was entered is kept until it is saved. */

import { useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useId } from "react";

import { post } from "../api/request";
import type { Named, Rota, Shapes, Shift } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useDraft } from "../drafts/draft";
import { useLanguage, useName } from "../i18n/language";
import { useConnection } from "../live/live";
import { dayInWords } from "../time/format";
import { clockTime, shiftMoments } from "./week";

export type Place = { pool: Named; day: string; people: Rota["people"] };
type Draft = { person: string | null; from: string; until: string };

const EMPTY: Draft = { person: null, from: "18:00", until: "22:00" };

export function AddShift({ place, onDone }: { place: Place; onDone: () => void }) {
  const { t, language } = useLanguage();
  const texts = t.rota;
  const nameOf = useName();
  const connection = useConnection();
  const client = useQueryClient();
  const ids = { person: useId(), from: useId(), until: useId() };
  const [kept, keep] = useDraft<Draft>(`shift.${place.pool.id}.${place.day}`);
  const draft = kept ?? EMPTY;
  const members = place.people.filter((one) => one.pools.includes(place.pool.id));
  const from = clockTime(draft.from);
  const until = clockTime(draft.until);
  const complete = draft.person !== null && from !== null && until !== null;
  const add = useAct(
    (shift: Shapes["NewShift"]) => post<Shift>("/api/shifts", shift),
    (shift) => {
      keep(null);
      connection.takeShift(shift);
      void client.invalidateQueries({ queryKey: ["rota"] });
      onDone();
    },
  );
  function save(): void {
    if (draft.person === null || from === null || until === null) return;
    add.run({ person_id: draft.person, pool_id: place.pool.id, ...shiftMoments(place.day, from, until) });
  }

  return (
    <Modal
      open
      title={`${texts.addTitle} · ${nameOf(place.pool)} · ${dayInWords(place.day, language)}`}
      okText={texts.add}
      cancelText={t.common.cancel}
      okButtonProps={{ disabled: add.blocked || !complete, loading: add.running }}
      onOk={save}
      onCancel={onDone}
    >
      <div className="form">
        {members.length === 0 ? <p>{texts.nobody}</p> : null}
        <label htmlFor={ids.person}>{texts.person}</label>
        <Select
          id={ids.person}
          showSearch={{ optionFilterProp: "label" }}
          value={draft.person}
          onChange={(person) => keep({ ...draft, person })}
          options={members.map((one) => ({ value: one.person_id, label: one.work_name }))}
        />
        <label htmlFor={ids.from}>{texts.from}</label>
        <Input
          id={ids.from}
          inputMode="numeric"
          maxLength={5}
          value={draft.from}
          onChange={(event) => keep({ ...draft, from: event.target.value })}
        />
        <label htmlFor={ids.until}>{texts.until}</label>
        <Input
          id={ids.until}
          inputMode="numeric"
          maxLength={5}
          value={draft.until}
          onChange={(event) => keep({ ...draft, until: event.target.value })}
        />
        {from !== null && until !== null && until <= from ? <p className="said calm">{texts.overnight}</p> : null}
        {complete ? null : <p className="soft">{texts.missing}</p>}
      </div>
      <Said text={add.said} />
    </Modal>
  );
}
