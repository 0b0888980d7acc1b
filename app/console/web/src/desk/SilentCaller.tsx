/**
 * A caller who makes no sound: a gentle prompt at each press, and after the last one an end that says so. A person decides
 * each time; nothing happens by itself (P6).
 */

import { Button } from "antd";

import { post } from "../api/request";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n/language";
import { useConnection } from "../live/live";
import { useNow } from "../time/clock";
import { secondsUntil } from "../time/format";
import { AskOnce } from "./AskOnce";
import { useOutcome } from "./Dispositions";
import { Said } from "./Said";
import { useShortcut } from "./shortcuts";
import { useAct } from "./useAct";

const SILENT = "silent";

export function SilentCaller({ contact, locked }: { contact: Contact; locked: boolean }) {
  const texts = useTexts().talk.silence;
  const connection = useConnection();
  const now = useNow();
  const [, setOutcome] = useOutcome(contact.id);
  const at = `/api/contacts/${contact.id}`;
  const prompt = useAct(
    () => post<Contact>(`${at}/silent-prompt`),
    (answer) => connection.takeContact(answer),
  );
  const end = useAct(
    () => post<Contact>(`${at}/end-silent`),
    (answer) => {
      setOutcome(SILENT);
      connection.takeContact(answer);
    },
  );

  const { silence_prompts: given, silence_prompts_most: most } = contact;
  const wait = contact.silence_prompt_from ? Math.max(0, secondsUntil(contact.silence_prompt_from, now)) : 0;
  const allGiven = given >= most;
  const waits = wait > 0 || prompt.running;
  const mayPrompt = !locked && !prompt.blocked && !allGiven && !waits;
  const ask = () => (mayPrompt ? prompt.run(undefined) : undefined);
  useShortcut("KeyS", ask);
  if (most === 0) return null;
  return (
    <div className="row silence">
      {allGiven ? (
        <AskOnce
          label={texts.end}
          question={texts.endAsk}
          yes={texts.endYes}
          no={texts.endNo}
          disabled={locked || end.blocked}
          loading={end.running}
          small
          onYes={() => end.run(undefined)}
        />
      ) : (
        // Focus stays on it while it must wait, so that a keyboard is not thrown back to the top of the page.
        <Button aria-keyshortcuts="Alt+S" aria-disabled={!mayPrompt} disabled={locked} onClick={ask}>
          {texts.prompt}
        </Button>
      )}
      <span className="soft figures" role="status">
        {given > 0 ? texts.given(given, most) : null}
        {given > 0 && !allGiven && wait > 0 ? ` · ${texts.wait}` : null}
      </span>
      <Said text={prompt.said ?? end.said} />
    </div>
  );
}
