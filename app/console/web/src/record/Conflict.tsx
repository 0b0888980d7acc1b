/** Another version was stored or written meanwhile: both side by side, a choice for each part, nothing lost (P8). */

import { Button } from "antd";
import { useId, useState } from "react";

import { useTexts } from "../i18n/language";
import { EMPTY, type Body } from "./body";
import { differingParts, isSame, withParts, type PartName } from "./parts";
import { usePartWords } from "./usePartWords";

/** `texts`: whether it is the note that is stored, or a draft from another window. */
type Props = { mine: Body; theirs: Body; texts: "conflict" | "otherDraft"; onChosen: (body: Body) => void };

export function Conflict({ mine, theirs, texts: which, onChosen }: Props) {
  const t = useTexts();
  const texts = t.record[which];
  const { titleOf, wordsOf } = usePartWords();
  const id = useId();
  const differing = differingParts(mine, theirs);
  const [chosen, setChosen] = useState<Partial<Record<PartName, "mine" | "theirs">>>({});
  const isEmptyHere = (part: PartName) => isSame(withParts(EMPTY, mine, [part]), EMPTY);
  const taken = (part: PartName) => chosen[part] ?? (isEmptyHere(part) ? "theirs" : "mine");
  return (
    <section className="conflict" role="alertdialog" aria-labelledby={id}>
      <h3 id={id}>{texts.title}</h3>
      <p className="soft">{texts.hint}</p>
      {differing.map((part) => (
        <fieldset key={part}>
          <legend>{titleOf(part)}</legend>
          <div className="side-by-side">
            {(["theirs", "mine"] as const).map((whose) => (
              <label key={whose} className={taken(part) === whose ? "chosen" : ""}>
                <input
                  type="radio"
                  name={`${id}-${part}`}
                  checked={taken(part) === whose}
                  onChange={() => setChosen({ ...chosen, [part]: whose })}
                />{" "}
                <strong>{texts[whose]}</strong>
                <br />
                {wordsOf(part, whose === "mine" ? mine : theirs)}
              </label>
            ))}
          </div>
        </fieldset>
      ))}
      <Button
        type="primary"
        size="large"
        onClick={() =>
          onChosen(
            withParts(
              mine,
              theirs,
              differing.filter((part) => taken(part) === "theirs"),
            ),
          )
        }
      >
        {texts.goOn}
      </Button>
    </section>
  );
}
