/** One team on one day: its shifts, what reaches in from the night before, and its gaps, in words and hatched. */

import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";

import { remove } from "../api/request";
import type { Named, Rota, Shift } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useName } from "../i18n/language";
import { serverNow } from "../time/clock";
import { dayInWords, dayOf, hourMinute } from "../time/format";
import { carriedInto, gapsOn, shiftsOn } from "./week";

type Props = { rota: Rota; pool: Named; day: string; onAdd: (() => void) | null; edits: boolean };

export function RotaCell({ rota, pool, day, onAdd, edits }: Props) {
  const { t, language } = useLanguage();
  const texts = t.rota;
  const nameOf = useName();
  const gaps = gapsOn(rota, pool.id, day);
  return (
    <td>
      <ul className="chips">
        {carriedInto(rota, pool.id, day).map(({ until, names }) => (
          <li key={until} className="chip carried">
            <span className="soft">{texts.carried(until, names.join(language === "zh" ? "、" : ", "))}</span>
          </li>
        ))}
        {shiftsOn(rota, pool.id, day).map((shift) => (
          <Chip key={shift.id} shift={shift} edits={edits} />
        ))}
        {gaps.map((gap) => (
          <li key={gap.from} className="gap figures">
            <strong>{texts.gap(gap.missing)}</strong>
            <span>{gap.allDay ? texts.allDay : `${gap.from}–${gap.until}`}</span>
          </li>
        ))}
      </ul>
      {onAdd ? (
        <Button
          size="small"
          type="text"
          className="add-shift"
          aria-label={texts.addTo(nameOf(pool), dayInWords(day, language))}
          onClick={onAdd}
        >
          + {texts.add}
        </Button>
      ) : null}
    </td>
  );
}

function Chip({ shift, edits }: { shift: Shift; edits: boolean }) {
  const { t } = useLanguage();
  const texts = t.rota;
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const renew = () => void client.invalidateQueries({ queryKey: ["rota"] });
  const cancel = useAct(() => remove(`/api/shifts/${shift.id}?version=${shift.version}`), renew, renew);
  const nextDay = dayOf(shift.ends_at) > dayOf(shift.starts_at);
  const hours = `${hourMinute(shift.starts_at)}–${hourMinute(shift.ends_at)}`;
  const over = Date.parse(shift.ends_at) <= serverNow();
  return (
    <li className={over ? "chip past" : "chip"}>
      <span className="chip-who">
        <strong>{shift.work_name}</strong>
        <span className="figures">{hours}</span>
        {nextDay ? <span className="soft small">{texts.nextDay}</span> : null}
        {shift.source === "let_in" ? <span className="soft">{texts.letIn}</span> : null}
      </span>
      {edits && !over && !asking ? (
        <Button
          size="small"
          type="text"
          aria-label={`${texts.cancel}: ${shift.work_name} ${hours}`}
          title={texts.cancel}
          onClick={() => setAsking(true)}
        >
          ×
        </Button>
      ) : null}
      {asking ? (
        <span className="ask-once" role="alertdialog" aria-label={texts.cancelAsk(shift.work_name, hours)}>
          <Button
            size="small"
            danger
            type="primary"
            disabled={cancel.blocked}
            loading={cancel.running}
            onClick={() => cancel.run(undefined)}
          >
            {texts.cancelYes}
          </Button>
          <Button size="small" autoFocus onClick={() => setAsking(false)}>
            {texts.keep}
          </Button>
        </span>
      ) : null}
      <Said text={cancel.said} />
    </li>
  );
}
