/** The next version of a plan. If somebody else was first, both are shown and nothing that was written is lost (P8). */

import { Button, Input } from "antd";
import { useId, useState } from "react";

import { Problem, put } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { PlanText } from "./PlanCard";
import { useFileCodes } from "./PlaceFlag";

type Plan = Shapes["Plan"];
type Adult = { role: string; does: string };
type Draft = { lines: string; body: string; adults: Adult[] };

const linesOf = (draft: Draft): string[] =>
  draft.lines
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

const draftOf = (plan: Plan | null): Draft => ({
  lines: plan?.key_lines.join("\n") ?? "",
  body: plan?.body ?? "",
  adults: plan?.adults.map(({ role, does }) => ({ role, does })) ?? [],
});

type Props = { subjectId: string; plan: Plan | null; onDone: () => void; onCancel: () => void };

export function PlanForm({ subjectId, plan, onDone, onCancel }: Props) {
  const { t } = useLanguage();
  const texts = t.files.plan;
  const ids = { lines: useId(), body: useId() };
  const [draft, setDraft] = useState(() => draftOf(plan));
  const [base, setBase] = useState(plan?.version ?? 0);
  const [theirs, setTheirs] = useState<Plan | null>(null);
  const save = useAct(
    () =>
      put<Plan>(`/api/subjects/${subjectId}/plan`, {
        version: base,
        key_lines: linesOf(draft),
        body: draft.body,
        adults: draft.adults,
      } satisfies Shapes["WritePlan"]).catch((failure: unknown) => {
        if (failure instanceof Problem && failure.document.current) setTheirs(failure.document.current as Plan);
        throw failure;
      }),
    onDone,
  );
  if (theirs) {
    return (
      <PlanClash
        mine={draft}
        theirs={theirs}
        onKeepMine={() => {
          setBase(theirs.version);
          setTheirs(null);
        }}
        onTakeTheirs={onDone}
      />
    );
  }
  const lines = linesOf(draft);
  const tooLong = lines.length > 5 || lines.some((line) => line.length > 200);
  const empty = draft.body.trim() === "" && lines.length === 0;
  return (
    <div className="form plan-form">
      {plan?.numbered_in ? <p className="said">{texts.fromOtherFile}</p> : null}
      <label htmlFor={ids.lines}>{texts.keyLines}</label>
      <p className="soft small">{texts.keyLinesHint}</p>
      <Input.TextArea
        id={ids.lines}
        value={draft.lines}
        autoSize={{ minRows: 2, maxRows: 8 }}
        onChange={(event) => setDraft({ ...draft, lines: event.target.value })}
      />
      {tooLong ? <p className="said">{texts.tooLong}</p> : null}
      <label htmlFor={ids.body}>{texts.body}</label>
      <Input.TextArea
        id={ids.body}
        value={draft.body}
        autoSize={{ minRows: 4, maxRows: 20 }}
        maxLength={10_000}
        onChange={(event) => setDraft({ ...draft, body: event.target.value })}
      />
      <Adults adults={draft.adults} onChange={(adults) => setDraft({ ...draft, adults })} />
      <p className="soft small">{t.files.hidden}</p>
      <Said text={save.said} />
      <div className="row">
        <Button
          type="primary"
          disabled={save.blocked || tooLong || empty}
          loading={save.running}
          onClick={() => save.run(undefined)}
        >
          {texts.save}
        </Button>
        <Button onClick={onCancel}>{t.common.cancel}</Button>
      </div>
    </div>
  );
}

function Adults({ adults, onChange }: { adults: Adult[]; onChange: (adults: Adult[]) => void }) {
  const { t, language } = useLanguage();
  const texts = t.files.plan;
  const roles = useFileCodes()?.roles ?? [];
  const change = (at: number, part: Partial<Adult>) =>
    onChange(adults.map((adult, n) => (n === at ? { ...adult, ...part } : adult)));
  return (
    <fieldset className="adults">
      <legend>
        {texts.adults} <span className="soft small">{texts.adultsHint}</span>
      </legend>
      {adults.map((adult, at) => (
        <div key={at} className="row adult">
          <select
            aria-label={`${texts.role} ${at + 1}`}
            value={adult.role}
            onChange={(event) => change(at, { role: event.target.value })}
          >
            {roles.map((role) => (
              <option key={role.code} value={role.code}>
                {role[language]}
              </option>
            ))}
          </select>
          <Input
            aria-label={`${texts.does} ${at + 1}`}
            placeholder={texts.does}
            value={adult.does}
            maxLength={500}
            onChange={(event) => change(at, { does: event.target.value })}
          />
          <Button
            aria-label={`${texts.removeAdult} ${at + 1}`}
            onClick={() => onChange(adults.filter((_, n) => n !== at))}
          >
            ×
          </Button>
        </div>
      ))}
      <Button
        disabled={roles.length === 0 || adults.length >= 12}
        onClick={() => onChange([...adults, { role: roles[0]?.code ?? "", does: "" }])}
      >
        {texts.addAdult}
      </Button>
    </fieldset>
  );
}

type ClashProps = { mine: Draft; theirs: Plan; onKeepMine: () => void; onTakeTheirs: () => void };

function PlanClash({ mine, theirs, onKeepMine, onTakeTheirs }: ClashProps) {
  const { t, language } = useLanguage();
  const texts = t.files.plan;
  const id = useId();
  const roles = useFileCodes()?.roles ?? [];
  const roleName = (code: string) => roles.find((role) => role.code === code)?.[language] ?? code;
  return (
    <section className="plan-clash" role="alertdialog" aria-labelledby={id}>
      <h3 id={id}>{texts.clash}</h3>
      <p className="soft">{texts.clashHint}</p>
      <div className="two-plans">
        <div>
          <h4>{texts.theirs}</h4>
          <PlanText plan={theirs} />
        </div>
        <div>
          <h4>{texts.mine}</h4>
          <ul className="key-lines">
            {linesOf(mine).map((line, at) => (
              <li key={at}>{line}</li>
            ))}
          </ul>
          <p className="plan-body">{mine.body}</p>
          <ul>
            {mine.adults.map((adult, at) => (
              <li key={at}>
                <span className="tag">{roleName(adult.role)}</span> {adult.does}
              </li>
            ))}
          </ul>
        </div>
      </div>
      <div className="row">
        <Button type="primary" onClick={onKeepMine}>
          {texts.keepMine}
        </Button>
        <Button onClick={onTakeTheirs}>{texts.takeTheirs}</Button>
      </div>
    </section>
  );
}
