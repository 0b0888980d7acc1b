/** Someone who is not on shift may take calls for some hours, because a supervisor says so. */

import { useQuery } from "@tanstack/react-query";
import { Modal, Segmented, Select } from "antd";
import { useId, useState } from "react";

import { get, post } from "../api/request";
import type { Rota, Shapes, Shift } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useName, useTexts } from "../i18n/language";
import { useConnection } from "../live/live";
import { serverNow } from "../time/clock";
import { dayOf } from "../time/format";

const HOURS = [1, 2, 4, 8, 12];

export function LetIn({ onDone }: { onDone: () => void }) {
  const t = useTexts();
  const texts = t.wallboard;
  const nameOf = useName();
  const connection = useConnection();
  const ids = { person: useId(), pool: useId() };
  const [person, setPerson] = useState<string | null>(null);
  const [pool, setPool] = useState<string | null>(null);
  const [hours, setHours] = useState(4);
  const { data } = useQuery({
    queryKey: ["rota", "people"],
    queryFn: () => get<Rota>(`/api/rota?from=${dayOf(serverNow())}&days=1`),
  });
  const chosen = data?.people.find((one) => one.person_id === person);
  const pools = (data?.pools ?? []).filter((one) => chosen?.pools.includes(one.id));
  const inPool = pools.some((one) => one.id === pool) ? pool : (pools[0]?.id ?? null);
  const letIn = useAct(
    (to: string) => post<Shift>(`/api/people/${person}/let-in`, { pool_id: to, hours } satisfies Shapes["LetIn"]),
    (shift) => {
      connection.takeShift(shift);
      onDone();
    },
  );
  return (
    <Modal
      open
      title={texts.letInTitle}
      okText={texts.letIn}
      cancelText={t.common.cancel}
      okButtonProps={{ disabled: letIn.blocked || !person || !inPool, loading: letIn.running }}
      onOk={() => (inPool ? letIn.run(inPool) : undefined)}
      onCancel={onDone}
    >
      <div className="form">
        <label htmlFor={ids.person}>{texts.person}</label>
        <Select
          id={ids.person}
          showSearch={{ optionFilterProp: "label" }}
          value={person}
          onChange={setPerson}
          options={(data?.people ?? []).map((one) => ({ value: one.person_id, label: one.work_name }))}
        />
        <label htmlFor={ids.pool}>{texts.pool}</label>
        <Select
          id={ids.pool}
          value={inPool}
          disabled={!chosen}
          onChange={setPool}
          options={pools.map((one) => ({ value: one.id, label: nameOf(one) }))}
        />
        <span>{texts.hours}</span>
        <Segmented
          aria-label={texts.hours}
          value={hours}
          onChange={setHours}
          options={HOURS.map((count) => ({ value: count, label: texts.hoursCount(count) }))}
        />
      </div>
      <Said text={letIn.said} />
    </Modal>
  );
}
