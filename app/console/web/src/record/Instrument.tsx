/**
 * An instrument, question by question; "not known" is an answer, and the result says what it prompts and why. Filled in
 * again it begins with what was answered before: whoever adds one answer takes no other back.
 */

import { Button } from "antd";
import { useEffect, useId, useRef, useState } from "react";

import { post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { dayAndTime } from "../time/format";
import { isAsked, type Answers, type Assessment, type Instrument as View } from "./instruments";

type Props = {
  contactId: string;
  instrument: View;
  before: Assessment | null;
  onDone: (result: Assessment) => void;
  onClose: () => void;
};

export function Instrument({ contactId, instrument, before, onDone, onClose }: Props) {
  const { t, language } = useLanguage();
  const texts = t.record.risk;
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const [given, setGiven] = useState<Answers>({});
  const answers: Answers = { ...before?.answers, ...given };
  useEffect(() => heading.current?.focus(), []);
  const asked = instrument.items.filter((item) => isAsked(item, answers));
  const save = useAct(
    () =>
      post<Assessment>(`/api/contacts/${contactId}/assessments`, {
        instrument_id: instrument.id,
        version: instrument.version,
        answers: Object.fromEntries(asked.map((item) => [item.id, answers[item.id] ?? "unknown"])),
      } satisfies Shapes["NewAssessment"]),
    onDone,
  );
  const open = asked.filter((item) => answers[item.id] === undefined).length;
  return (
    <section className="instrument" aria-labelledby={id}>
      <h3 id={id} ref={heading} tabIndex={-1}>
        {instrument.name[language]}
      </h3>
      <p className="soft">{instrument.about[language]}</p>
      {before ? (
        <p className="said calm">{texts.filledInBefore(before.entered_by, dayAndTime(before.entered_at, language))}</p>
      ) : null}
      <ol>
        {asked.map((item) => (
          <li key={item.id}>
            <fieldset>
              <legend>{item.text[language]}</legend>
              {item.ask ? <p className="soft small">{item.ask[language]}</p> : null}
              <div className="row">
                {item.answers.map((answer) => (
                  <label key={answer.code} className={answers[item.id] === answer.code ? "outcome chosen" : "outcome"}>
                    <input
                      type="radio"
                      name={`${id}-${item.id}`}
                      checked={answers[item.id] === answer.code}
                      onChange={() => setGiven({ ...given, [item.id]: answer.code })}
                    />
                    <span>{answer.text[language]}</span>
                  </label>
                ))}
              </div>
            </fieldset>
          </li>
        ))}
      </ol>
      <Said text={save.said} />
      <div className="row">
        <Button type="primary" disabled={save.blocked} loading={save.running} onClick={() => save.run(undefined)}>
          {texts.saveAnswers}
        </Button>
        <Button onClick={onClose}>{t.common.cancel}</Button>
        {open > 0 ? <span className="soft">{texts.openQuestions(open)}</span> : null}
      </div>
      <p className="soft small">{instrument.source}</p>
    </section>
  );
}
