/** A stored note, as it may be read: de-identified, with its amendments. */

import { Button } from "antd";

import { useLanguage } from "../i18n/language";
import { dayAndTime } from "../time/format";
import { AmendForm } from "./AmendForm";
import { FREE_FIELDS, type Note } from "./body";
import { useCodeName, useCodes } from "./codes";
import { HideForm } from "./HideForm";
import { WHO } from "./who";

type Props = {
  note: Note;
  onEdit: (() => void) | null;
  /** `held`: one's own amendment that could not be stored yet; or empty. */
  amending: { held: string; onDone: () => void } | null;
};

export function NoteView({ note, onEdit, amending }: Props) {
  const { t, language } = useLanguage();
  const codes = useCodes();
  const nameOf = useCodeName(codes);
  const when = (iso: string) => dayAndTime(iso, language);
  const plan = Object.entries(note.safety_plan ?? {}).filter(([, text]) => text);
  if (note.non_counselling !== null) {
    return (
      <div className="note">
        <p className="said calm">
          {nameOf("non_counselling", note.non_counselling)} · {t.record.nonCounselling}
        </p>
        <Amendments note={note} />
        {amending ? (
          <>
            <p className="soft small">{t.record.afterAll.locked}</p>
            <AmendForm note={note} {...amending} />
            {note.amendments.length > 0 ? <HideForm note={note} onDone={amending.onDone} /> : null}
          </>
        ) : null}
        {onEdit ? (
          <div>
            <Button onClick={onEdit}>{t.record.afterAll.write}</Button>
          </div>
        ) : null}
      </div>
    );
  }
  return (
    <div className="note">
      <p className="soft small figures">
        {note.by} · {t.record.submittedAt(when(note.submitted_at))} · {t.record.version(note.version)} ·{" "}
        {note.locked ? t.record.lockedSince : t.record.locksAt(when(note.locks_at))}
      </p>
      <p className="row">
        {note.topics.map((code) => (
          <span key={code} className="tag">
            {nameOf("topics", code)}
          </span>
        ))}
      </p>
      <dl className="facts">
        {WHO.filter(([field]) => note[field] !== null).map(([field, label, kind]) => (
          <div key={field}>
            <dt>{t.record[label]}</dt>
            <dd>{nameOf(kind, note[field])}</dd>
          </div>
        ))}
        {note.danger_asked !== null ? (
          <div>
            <dt>{t.record.danger.short}</dt>
            <dd>
              {t.record.danger[note.danger_asked]}{" "}
              {note.danger_reason === null ? "" : nameOf("danger_reasons", note.danger_reason)}
            </dd>
          </div>
        ) : null}
      </dl>
      {FREE_FIELDS.filter((field) => note[field]).map((field) => (
        <div key={field}>
          <h3>{t.record.fields[field]}</h3>
          <p className="marked">{note[field]}</p>
        </div>
      ))}
      {plan.length > 0 ? (
        <>
          <h3>{t.record.plan}</h3>
          <dl className="facts">
            {plan.map(([part, text]) => (
              <div key={part}>
                <dt>{nameOf("safety_plan", part)}</dt>
                <dd className="marked">{text}</dd>
              </div>
            ))}
          </dl>
        </>
      ) : null}
      {note.actions.length > 0 ? (
        <>
          <h3>{t.record.actions.title}</h3>
          <ul>
            {note.actions.map((action) => (
              <li key={action.id}>
                <span className="tag">{t.record.actions.state[action.state]}</span> {action.text}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <Amendments note={note} />
      {amending ? (
        <>
          <AmendForm note={note} {...amending} />
          <HideForm note={note} onDone={amending.onDone} />
        </>
      ) : null}
      {onEdit ? <Button onClick={onEdit}>{t.record.edit}</Button> : null}
    </div>
  );
}

function Amendments({ note }: { note: Note }) {
  const { t, language } = useLanguage();
  return note.amendments.map((one) => (
    <div key={one.id} className="amendment">
      <h3>{t.record.amend.by(one.by, dayAndTime(one.at, language))}</h3>
      <p className="marked">{one.text}</p>
    </div>
  ));
}
