/** Legal holds: what may not be erased, why, and until somebody lifts it. */

import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";

import { request } from "../api/request";
import type { Me, Shapes } from "../api/types";
import { AskOnce } from "../desk/AskOnce";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useName } from "../i18n/language";
import { dayAndTime } from "../time/format";
import { PlaceHold } from "./PlaceHold";
import { RETENTION } from "./Retention";

type Hold = Shapes["Hold"];

export function Holds({ me, holds, manages }: { me: Me; holds: readonly Hold[]; manages: boolean }) {
  const { t, language } = useLanguage();
  const texts = t.retention.holds;
  const nameOf = useName();
  const client = useQueryClient();
  const [placing, setPlacing] = useState(false);
  const lift = useAct(
    (hold: Hold) => request<Hold>("DELETE", `/api/retention/holds/${hold.id}`),
    () => void client.invalidateQueries({ queryKey: RETENTION }),
  );
  const what = (hold: Hold): string => {
    if (hold.line_id) return nameOf(me.lines.find((line) => line.id === hold.line_id) ?? null);
    return `${hold.subject_id ? texts.kinds.subject : texts.kinds.contact} ${hold.subject_id ?? hold.contact_id ?? ""}`;
  };
  return (
    <section className="card" aria-labelledby="retention-holds">
      <div className="row apart">
        <h2 id="retention-holds">
          {texts.title} <span className="soft figures">{holds.length}</span>
        </h2>
        {manages && !placing ? <Button onClick={() => setPlacing(true)}>{texts.place}</Button> : null}
      </div>
      <p className="soft">{holds.length > 0 ? texts.hint : texts.none}</p>
      {placing ? <PlaceHold me={me} onDone={() => setPlacing(false)} /> : null}
      <ul className="duty-list">
        {holds.map((hold) => (
          <li key={hold.id}>
            <div>
              <p>
                <span className="tag now">{texts.reasons[hold.reason_code]}</span>{" "}
                <span className="figures">{what(hold)}</span>
              </p>
              {hold.reason ? <p>{hold.reason}</p> : null}
              <p className="soft small figures">{texts.placed(hold.placed_by, dayAndTime(hold.placed_at, language))}</p>
            </div>
            {manages ? (
              <AskOnce
                label={texts.lift}
                question={texts.liftAsk}
                yes={texts.liftYes}
                no={texts.keep}
                disabled={lift.blocked}
                loading={lift.running}
                small
                onYes={() => lift.run(hold)}
              />
            ) : null}
          </li>
        ))}
      </ul>
      <Said text={lift.said} />
    </section>
  );
}
