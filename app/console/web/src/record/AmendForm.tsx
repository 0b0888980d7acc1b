/** What was remembered after the note had locked: added with a date and a name, never written over. */

import { Button, Input } from "antd";
import { useEffect, useId, useMemo, useState } from "react";

import { freshId } from "../api/freshId";
import { post, Problem } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { EMPTY, type Note } from "./body";
import { Check } from "./Check";
import type { Choice } from "./marks";
import { useLooking } from "./useLooking";

/** `held`: one that was submitted before and could not be stored, because nothing hid its identities; or empty. */
export function AmendForm({ note, held, onDone }: { note: Note; held: string; onDone: () => void }) {
  const { t, language } = useLanguage();
  const texts = t.record.amend;
  const id = useId();
  const [text, setText] = useState(held);
  const [checking, setChecking] = useState<string | null>(null); // the submission's id
  const asked = useMemo(() => (checking === null ? null : { ...EMPTY, facts: text }), [checking, text]);
  const looking = useLooking(note.contact_id, asked);
  const add = useAct(
    (choices: Choice[] | null) =>
      post<Note>(`/api/notes/${note.id}/amendments`, {
        submission_id: checking ?? freshId(),
        text,
        checked: choices !== null,
        choices: (choices ?? []).map((choice) => ({ ...choice, field: "text" })),
      } satisfies Shapes["Amend"]),
    () => {
      setText("");
      setChecking(null);
      onDone();
    },
  );
  const unchecked = looking.error instanceof Problem && looking.error.code === "tagger_missing";
  useEffect(() => {
    if (unchecked) add.run(null); // nobody can check it now: the server keeps it sealed, and says so
  }, [unchecked]);
  if (checking !== null) {
    return (
      <Check
        looking={looking}
        said={looking.error && !(unchecked && add.said) ? problemInWords(looking.error, t, language) : add.said}
        sending={add.running}
        blocked={add.blocked}
        confirm={t.record.check.confirm}
        nameOf={() => texts.title}
        onConfirm={(choices) => add.run(choices)}
        onBack={() => setChecking(null)}
      />
    );
  }
  return (
    <div className="form">
      <label htmlFor={id}>{texts.text}</label>
      <Input.TextArea
        id={id}
        value={text}
        autoSize={{ minRows: 2, maxRows: 12 }}
        maxLength={50_000}
        onChange={(event) => setText(event.target.value)}
      />
      <Said text={add.said} />
      <div>
        <Button disabled={text.trim() === ""} onClick={() => setChecking(freshId())}>
          {texts.add}
        </Button>
      </div>
    </div>
  );
}
