/** Somebody stored another version meanwhile: both texts side by side, a choice for each, nothing lost (P8). */

import { Button } from "antd";
import { useId, useState } from "react";

import { useTexts } from "../i18n/language";
import { FREE_FIELDS, type Body, type FreeField } from "./body";

type Props = { mine: Body; theirs: Body; onChosen: (body: Body) => void };

export function Conflict({ mine, theirs, onChosen }: Props) {
  const t = useTexts();
  const texts = t.record.conflict;
  const id = useId();
  const differing = FREE_FIELDS.filter((field) => mine[field] !== theirs[field]);
  const [chosen, setChosen] = useState<Record<string, "mine" | "theirs">>({});
  const take = (field: FreeField) => chosen[field] ?? "mine";
  return (
    <section className="conflict" role="alertdialog" aria-labelledby={id}>
      <h3 id={id}>{texts.title}</h3>
      <p className="soft">{texts.hint}</p>
      {differing.map((field) => (
        <fieldset key={field}>
          <legend>{t.record.fields[field]}</legend>
          <div className="side-by-side">
            {(["theirs", "mine"] as const).map((whose) => (
              <label key={whose} className={take(field) === whose ? "chosen" : ""}>
                <input
                  type="radio"
                  name={`${id}-${field}`}
                  checked={take(field) === whose}
                  onChange={() => setChosen({ ...chosen, [field]: whose })}
                />{" "}
                <strong>{texts[whose]}</strong>
                <br />
                {(whose === "mine" ? mine : theirs)[field]}
              </label>
            ))}
          </div>
        </fieldset>
      ))}
      <Button
        type="primary"
        size="large"
        onClick={() => {
          const parts = Object.fromEntries(
            FREE_FIELDS.map((field) => [field, (take(field) === "mine" ? mine : theirs)[field]]),
          ) as Pick<Body, FreeField>;
          onChosen({ ...mine, ...parts });
        }}
      >
        {texts.goOn}
      </Button>
    </section>
  );
}
