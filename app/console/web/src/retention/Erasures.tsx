/** One person's records erased on a right that is named: asked once, with what it means; what was erased stays listed. */

import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Segmented } from "antd";
import { useId, useState } from "react";

import { post } from "../api/request";
import type { Shapes } from "../api/types";
import { AskOnce } from "../desk/AskOnce";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useTexts } from "../i18n/language";
import { dayAndTime } from "../time/format";
import { isId } from "./ids";
import { RETENTION } from "./Retention";

type Erasure = Shapes["Erasure"];
type Kind = Erasure["target_kind"];
type Basis = Shapes["ErasureBasis"];

const KINDS: readonly Kind[] = ["subject", "contact"];

export function Erasures({ erasures, manages }: { erasures: readonly Erasure[]; manages: boolean }) {
  const { t, language } = useLanguage();
  const texts = t.retention.erasures;
  const [asking, setAsking] = useState(false);
  return (
    <section className="card" aria-labelledby="retention-erasures">
      <div className="row apart">
        <h2 id="retention-erasures">{texts.title}</h2>
        {manages && !asking ? <Button onClick={() => setAsking(true)}>{texts.ask}</Button> : null}
      </div>
      {asking ? <EraseForm onDone={() => setAsking(false)} /> : null}
      {erasures.length === 0 && !asking ? <p className="soft">{texts.none}</p> : null}
      <ul className="duty-list">
        {erasures.map((one) => (
          <li key={one.id}>
            <div>
              <p>
                <span className="tag">{texts.bases[one.legal_basis]}</span> {texts.kinds[one.target_kind]}{" "}
                <span className="figures small">{one.target_id}</span>
              </p>
              <p className="soft small figures">{texts.by(one.requested_by, dayAndTime(one.requested_at, language))}</p>
            </div>
            <span className={one.held_by && !one.finished_at ? "tag now" : "tag"}>
              {one.finished_at
                ? texts.finished(dayAndTime(one.finished_at, language))
                : one.held_by
                  ? texts.held
                  : texts.going}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function EraseForm({ onDone }: { onDone: () => void }) {
  const t = useTexts();
  const texts = t.retention.erasures;
  const client = useQueryClient();
  const ids = { target: useId(), basis: useId() };
  const [kind, setKind] = useState<Kind>("subject");
  const [target, setTarget] = useState("");
  const [basis, setBasis] = useState<Basis>("subject_request");
  const complete = isId(target);
  const erase = useAct(
    () =>
      post<Erasure>("/api/retention/erasures", {
        [`${kind}_id`]: target.trim(),
        legal_basis: basis,
      } satisfies Shapes["NewErasure"]),
    () => {
      void client.invalidateQueries({ queryKey: RETENTION });
      onDone();
    },
  );
  return (
    <div className="form">
      <p className="said danger">{texts.warning}</p>
      <Segmented
        className="fits"
        aria-label={texts.ask}
        value={kind}
        onChange={setKind}
        options={KINDS.map((one) => ({ value: one, label: texts.kinds[one] }))}
      />
      <label htmlFor={ids.target}>{t.retention.holds.id}</label>
      <Input
        id={ids.target}
        value={target}
        maxLength={40}
        autoComplete="off"
        onChange={(event) => setTarget(event.target.value)}
      />
      <p className="soft small">
        {target.trim() !== "" && !complete ? t.retention.holds.idWrong : t.retention.holds.idHint}
      </p>
      <label htmlFor={ids.basis}>{texts.basis}</label>
      <select id={ids.basis} value={basis} onChange={(event) => setBasis(event.target.value as Basis)}>
        {(Object.entries(texts.bases) as [Basis, string][]).map(([code, said]) => (
          <option key={code} value={code}>
            {said}
          </option>
        ))}
      </select>
      <Said text={erase.said} />
      <div className="row">
        <AskOnce
          label={texts.send}
          question={texts.sendAsk}
          yes={texts.sendYes}
          no={texts.keep}
          disabled={erase.blocked || !complete}
          loading={erase.running}
          small
          onYes={() => erase.run(undefined)}
        />
        <Button onClick={onDone}>{t.common.cancel}</Button>
      </div>
    </div>
  );
}
