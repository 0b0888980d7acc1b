/** What names somebody and was let stand by mistake, hidden after the note has locked: everywhere, and for good. */

import { Input } from "antd";
import { useId, useState } from "react";

import { post, Problem } from "../api/request";
import type { Shapes } from "../api/types";
import { AskOnce } from "../desk/AskOnce";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useTexts } from "../i18n/language";
import type { Note } from "./body";

const SHORTEST = 2;
const LONGEST = 100;

export function HideForm({ note, onDone }: { note: Note; onDone: () => void }) {
  const texts = useTexts().record.hide;
  const id = useId();
  const [text, setText] = useState("");
  const [done, setDone] = useState(false);
  const [missing, setMissing] = useState(false);
  const hide = useAct(
    () =>
      post<Note>(`/api/notes/${note.id}/hidden`, { text: text.trim() } satisfies Shapes["HideAfterAll"]).catch(
        (failure: unknown) => {
          setMissing(failure instanceof Problem && failure.code === "invalid");
          throw failure;
        },
      ),
    () => {
      setText("");
      setDone(true);
      onDone();
    },
  );
  return (
    <div className="form">
      <label htmlFor={id}>{texts.text}</label>
      <Input
        id={id}
        className="more-to-hide"
        value={text}
        maxLength={LONGEST}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          setText(event.target.value);
          setDone(false);
        }}
      />
      <p id={`${id}-hint`} className="soft small">
        {texts.hint}
      </p>
      <Said text={missing && hide.said ? texts.notFound : hide.said} />
      <Said text={done ? texts.done : null} tone="calm" />
      <div>
        <AskOnce
          label={texts.hide}
          question={texts.ask}
          yes={texts.yes}
          no={texts.no}
          disabled={hide.blocked || text.trim().length < SHORTEST}
          loading={hide.running}
          small
          onYes={() => hide.run(undefined)}
        />
      </div>
    </div>
  );
}
