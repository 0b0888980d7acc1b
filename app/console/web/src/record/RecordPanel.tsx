/** The record beside the talk: written while one listens, checked for identities, submitted; a stored one is read here. */

import { Button, Spin } from "antd";
import { useEffect, useId, useRef, useState } from "react";

import { freshId } from "../api/freshId";
import { Problem, put } from "../api/request";
import type { Shapes } from "../api/types";
import { forgetOldSealed } from "../drafts/sealed";
import { AskOnce } from "../desk/AskOnce";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { GiveIdentity } from "../vault/GiveIdentity";
import { bodyOf, FREE_FIELDS, type Body, type Note } from "./body";
import { Check } from "./Check";
import { useCodeName, useCodes } from "./codes";
import { Conflict } from "./Conflict";
import { Consents } from "./Consents";
import { Actions, DangerQuestion, FreeTexts, SafetyPlan, Topics, Who } from "./Fields";
import { LevelHistory } from "./LevelHistory";
import type { Choice } from "./marks";
import { NoteView } from "./NoteView";
import "./record.css";
import { Risk } from "./Risk";
import { SaveState } from "./SaveState";
import { UnreadableDraft } from "./UnreadableDraft";
import { useLooking } from "./useLooking";
import { useRecord, type OpenRecord } from "./useRecord";

/** `giving`: with the vault's form in it; on the desk that is beside the talk. */
type Props = { contactId: string; giving?: boolean };

export function RecordPanel({ contactId, giving = false }: Props) {
  const { t, language } = useLanguage();
  const { record, error } = useRecord(contactId);
  const id = useId();
  useEffect(forgetOldSealed, []);
  return (
    <section className="card record" aria-labelledby={id}>
      <div className="row apart">
        <h2 id={id}>{t.record.title}</h2>
        {record ? <SaveState record={record} /> : null}
      </div>
      {error && !record ? <Said text={problemInWords(error, t, language)} /> : null}
      {!record && !error ? <Spin aria-label={t.record.loading} /> : null}
      {record?.unreadable ? (
        <UnreadableDraft unreadable={record.unreadable} onDiscard={record.discardUnreadable} />
      ) : null}
      {record?.refused ? <Said text={t.record.refused(record.refused.keptHere)} /> : null}
      {record ? <Writing record={record} contactId={contactId} /> : null}
      {giving && record && mayGive(record) ? <GiveIdentity contactId={contactId} /> : null}
    </section>
  );
}

/** Whoever may still write about a contact, or add to what she wrote. */
const mayGive = ({ answer }: OpenRecord) => !answer.erased && (answer.may_write || answer.note?.own === true);

function Writing({ record, contactId }: { record: OpenRecord; contactId: string }) {
  const { t, language } = useLanguage();
  const { answer, body, change } = record;
  const { note } = answer;
  const codes = useCodes();
  const nameOfCode = useCodeName(codes);
  const [editing, setEditing] = useState(false);
  const [checking, setChecking] = useState<{ body: Body; submission: string } | null>(null);
  const [theirs, setTheirs] = useState<Note | null>(null);
  const [base, setBase] = useState<number | null>(null);
  const [levelPending, setLevelPending] = useState<string | null>(null);
  const risk = useRef<HTMLDivElement>(null);
  const looking = useLooking(contactId, checking ? checking.body : null);
  const submit = useAct(
    async (choices: Choice[]) => {
      if (!checking) throw new Error("nothing is being checked");
      return put<Note>(`/api/contacts/${contactId}/note`, {
        version: base ?? note?.version ?? 0,
        draft_version: await record.draftVersion(),
        submission_id: checking.submission,
        body: checking.body,
        choices,
      } satisfies Shapes["SubmitNote"]).catch((failure: unknown) => {
        const current = failure instanceof Problem ? failure.document.current : undefined;
        if (current) {
          setTheirs(current as Note);
          setChecking(null);
        }
        throw failure;
      });
    },
    () => {
      setChecking(null);
      setEditing(false);
      setBase(null);
      void record.startOver();
    },
  );
  const fieldName = useFieldName();

  if (answer.erased) {
    return (
      <>
        <p className="said calm">{t.record.erased}</p>
        {note ? <NoteView note={note} onEdit={null} amending={null} /> : null}
      </>
    );
  }
  if (!note && !answer.may_write) {
    return (
      <>
        <p>{t.record.none}</p>
        <p className="soft small">{t.record.noneYet}</p>
        <LevelHistory contactId={contactId} />
      </>
    );
  }
  if (record.other) {
    return (
      <Conflict
        texts="otherDraft"
        mine={body}
        theirs={record.other.body}
        onChosen={(chosen) => {
          setChecking(null); // what was being checked is not what was chosen
          record.settle(chosen);
        }}
      />
    );
  }
  if (theirs) {
    return (
      <Conflict
        texts="conflict"
        mine={body}
        theirs={bodyOf(theirs)}
        onChosen={(chosen) => {
          change(chosen);
          setBase(theirs.version);
          setTheirs(null);
        }}
      />
    );
  }
  if (note && !editing && !record.dirty) {
    return (
      <>
        {note.own ? null : <LevelHistory contactId={contactId} />}
        <NoteView
          note={note}
          onEdit={answer.may_write && !note.locked ? () => setEditing(true) : null}
          amending={
            note.own && note.locked
              ? { held: answer.draft?.amendment ?? "", onDone: () => void record.startOver() }
              : null
          }
        />
        {note.own && (note.non_counselling === null || note.locked) ? (
          <Risk contactId={contactId} onPending={setLevelPending} />
        ) : null}
      </>
    );
  }
  if (checking) {
    return (
      <Check
        looking={looking}
        said={looking.error ? problemInWords(looking.error, t, language) : submit.said}
        sending={submit.running}
        blocked={submit.blocked}
        confirm={t.record.check.confirm}
        nameOf={fieldName}
        onConfirm={(choices) => submit.run(choices)}
        onBack={() => setChecking(null)}
      />
    );
  }
  const stored = note !== null && note.non_counselling === null; // a code alone is no note yet
  const missing = body.danger_asked === null || (body.danger_asked === "not_possible" && body.danger_reason === null);
  return (
    <>
      <p className="soft small">{t.record.hint}</p>
      {record.restored ? (
        <p className="said calm">{stored && !editing ? t.record.restoredBeside : t.record.restored}</p>
      ) : null}
      {note?.non_counselling ? (
        <p className="said calm">{t.record.afterAll.means(nameOfCode("non_counselling", note.non_counselling))}</p>
      ) : null}
      <DangerQuestion body={body} codes={codes} change={change} />
      <FreeTexts body={body} change={change} fields={["facts"]} />
      <div ref={risk}>
        <Risk contactId={contactId} onPending={setLevelPending} />
      </div>
      <FreeTexts body={body} change={change} fields={FREE_FIELDS.filter((field) => field !== "facts")} />
      {codes ? (
        <>
          <Topics body={body} codes={codes} change={change} />
          <Who body={body} codes={codes} change={change} />
          <Actions body={body} change={change} />
          <SafetyPlan body={body} codes={codes} change={change} />
          <Consents contactId={contactId} />
        </>
      ) : null}
      <div className="row apart">
        <div className="row">
          <Button
            type="primary"
            size="large"
            disabled={missing || levelPending !== null || record.refused !== null}
            onClick={() => setChecking({ body, submission: freshId() })}
          >
            {stored ? t.record.submitAgain : t.record.submit}
          </Button>
          {note && editing && !record.dirty ? (
            <Button size="large" onClick={() => setEditing(false)}>
              {t.common.cancel}
            </Button>
          ) : null}
          {missing ? <span className="soft">{t.record.danger.needed}</span> : null}
          {!missing && levelPending ? (
            <>
              <span className="soft">{levelPending}</span>
              <Button onClick={() => risk.current?.querySelector<HTMLElement>(".level input, .instrument h3")?.focus()}>
                {t.record.risk.goThere}
              </Button>
            </>
          ) : null}
        </div>
        {record.dirty && !record.unreadable && !record.refused ? (
          <AskOnce
            label={t.record.discard}
            question={t.record.discardAsk}
            yes={t.record.discardYes}
            no={t.record.discardNo}
            disabled={false}
            loading={false}
            small
            onYes={() => void record.discard().then(() => setEditing(false))}
          />
        ) : null}
      </div>
    </>
  );
}

/** "facts" and "actions.0.text" as the page calls them. */
function useFieldName(): (field: string) => string {
  const { t } = useLanguage();
  return (field) => {
    const names: Record<string, string> = t.record.fields;
    if (field.startsWith("actions")) return t.record.actions.title;
    if (field.startsWith("safety_plan")) return t.record.plan;
    if (field === "danger_reason") return t.record.danger.reason;
    return names[field] ?? t.record.title;
  };
}
