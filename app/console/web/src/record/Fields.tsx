/** What is written: free texts kept apart, who it is about, topics, what was done. Codes come from the server's data. */

import { Button, Input } from "antd";
import { useId } from "react";

import { useLanguage } from "../i18n/language";
import type { Body, FreeField } from "./body";
import { listOf, topicsOf, type Codes, type NamedCode } from "./codes";
import { WHO } from "./who";

type Change = (part: Partial<Body>) => void;
type Props = { body: Body; codes: Codes; change: Change };

const ROWS: Record<FreeField, number> = { facts: 6, judgement: 3, unknown: 2, means: 2, supports: 2 };

type TextsProps = { body: Body; change: Change; fields: readonly FreeField[] };

export function FreeTexts({ body, change, fields }: TextsProps) {
  const { t } = useLanguage();
  const id = useId();
  return (
    <>
      {fields.map((field) => (
        <div key={field} className="field">
          <label htmlFor={`${id}-${field}`}>{t.record.fields[field]}</label>
          <Input.TextArea
            id={`${id}-${field}`}
            value={body[field]}
            autoSize={{ minRows: ROWS[field], maxRows: 24 }}
            maxLength={50_000}

            spellCheck={false}
            autoComplete="off"
            onChange={(event) => change({ [field]: event.target.value } as Partial<Body>)}
          />
        </div>
      ))}
    </>
  );
}

export function DangerQuestion({ body, codes, change }: { body: Body; codes: Codes | null; change: Change }) {
  const { t, language } = useLanguage();
  const texts = t.record.danger;
  const id = useId();
  const answers = ["asked", "not_possible"] as const;
  return (
    <fieldset className="danger-question">
      <legend>{texts.question}</legend>
      <div className="row">
        {answers.map((answer) => (
          <label key={answer} className={body.danger_asked === answer ? "outcome chosen" : "outcome"}>
            <input
              type="radio"
              name={id}
              checked={body.danger_asked === answer}
              onChange={() => change({ danger_asked: answer })}
            />
            <span>{texts[answer]}</span>
          </label>
        ))}
      </div>
      {body.danger_asked === "not_possible" && codes ? (
        <select
          aria-label={texts.reason}
          value={body.danger_reason ?? ""}
          onChange={(event) => change({ danger_reason: event.target.value || null })}
        >
          <option value="">{texts.reason}</option>
          {(listOf(codes, "danger_reasons")?.items ?? []).map((one) => (
            <option key={one.code} value={one.code}>
              {language === "zh" ? one.zh : one.en}
            </option>
          ))}
        </select>
      ) : null}
    </fieldset>
  );
}

/** A city stands below its province. */
const indent = (one: NamedCode) => (one.inside ? "\u3000" : "");

export function Who({ body, codes, change }: Props) {
  const { t, language } = useLanguage();
  const id = useId();
  return (
    <fieldset className="who">
      <legend>{t.record.who}</legend>
      {WHO.map(([field, label, list]) => (
        <div key={field} className="field">
          <label htmlFor={`${id}-${field}`}>{t.record[label]}</label>
          <select
            id={`${id}-${field}`}
            value={body[field] ?? ""}

            onChange={(event) => change({ [field]: event.target.value || null } as Partial<Body>)}
          >
            <option value="">{t.record.notAsked}</option>
            {(listOf(codes, list)?.items ?? []).map((one) => (
              <option key={one.code} value={one.code}>
                {indent(one)}
                {language === "zh" ? one.zh : one.en}
              </option>
            ))}
          </select>
        </div>
      ))}
    </fieldset>
  );
}

export function Topics({ body, codes, change }: Props) {
  const { t, language } = useLanguage();
  const flip = (code: string, on: boolean) =>
    change({ topics: on ? [...body.topics, code] : body.topics.filter((one) => one !== code) });
  return (
    <fieldset>
      <legend>{t.record.topics}</legend>
      <div className="chips">
        {(topicsOf(codes)?.items ?? []).map(({ code, zh, en }) => (
          <label key={code} className={body.topics.includes(code) ? "chip chosen" : "chip"}>
            <input
              type="checkbox"
              className="unseen"
              checked={body.topics.includes(code)}

              onChange={(event) => flip(code, event.target.checked)}
            />
            {language === "zh" ? zh : en}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const STATES = ["planned", "done", "confirmed"] as const;

export function Actions({ body, change }: Omit<Props, "codes">) {
  const { t } = useLanguage();
  const texts = t.record.actions;
  const put = (index: number, part: Partial<Body["actions"][number]>) =>
    change({ actions: body.actions.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  return (
    <fieldset className="actions">
      <legend>{texts.title}</legend>
      {body.actions.map((action, index) => (
        <div key={index} className="row action">
          <Input
            aria-label={texts.text}
            placeholder={texts.text}
            value={action.text}
            maxLength={2000}

            onChange={(event) => put(index, { text: event.target.value })}
          />
          <select
            aria-label={texts.stateLabel}
            value={action.state}

            onChange={(event) => put(index, { state: event.target.value as (typeof STATES)[number] })}
          >
            {STATES.map((state) => (
              <option key={state} value={state}>
                {texts.state[state]}
              </option>
            ))}
          </select>
          <Button
            aria-label={texts.remove}

            onClick={() => change({ actions: body.actions.filter((_, at) => at !== index) })}
          >
            ×
          </Button>
        </div>
      ))}
      <Button onClick={() => change({ actions: [...body.actions, { text: "", state: "planned" }] })}>
        {texts.add}
      </Button>
    </fieldset>
  );
}

export function SafetyPlan({ body, codes, change }: Props) {
  const { t, language } = useLanguage();
  const id = useId();
  const steps = listOf(codes, "safety_plan")?.items ?? [];
  return (
    <details className="plan">
      <summary>{t.record.plan}</summary>
      {steps.map(({ code, zh, en }) => (
        <div key={code} className="field">
          <label htmlFor={`${id}-${code}`}>{language === "zh" ? zh : en}</label>
          <Input.TextArea
            id={`${id}-${code}`}
            value={body.safety_plan[code] ?? ""}
            autoSize={{ minRows: 1, maxRows: 8 }}

            onChange={(event) => change({ safety_plan: { ...body.safety_plan, [code]: event.target.value } })}
          />
        </div>
      ))}
    </details>
  );
}
