/** The outcomes as large buttons; the choice is a draft until the wrap-up is done. */

import { useLanguage } from "../i18n/language";
import { useDraft } from "../drafts/draft";
import { useLive } from "../live/live";

export const useOutcome = (contactId: string) => useDraft<string>(`outcome.${contactId}`);

type Props = { contactId: string; chosen?: string | null; onChoose?: (code: string) => void };

export function Dispositions({ contactId, chosen, onChoose }: Props) {
  const { t, language } = useLanguage();
  const { dispositions } = useLive();
  const [draft, setDraft] = useOutcome(contactId);
  const current = chosen === undefined ? draft : chosen;
  return (
    <div className="outcomes" role="radiogroup" aria-label={t.talk.wrapUp.question}>
      {dispositions.map(({ code, zh, en }) => (
        <label key={code} className={current === code ? "outcome chosen" : "outcome"}>
          <input
            type="radio"
            name={`outcome-${contactId}`}
            value={code}
            checked={current === code}
            onChange={() => {
              setDraft(code);
              onChoose?.(code);
            }}
          />
          <span>{language === "zh" ? zh : en}</span>
        </label>
      ))}
    </div>
  );
}
