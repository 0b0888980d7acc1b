/** What was said of a note, oldest first: who, the scores, the words, and when its writer answered. */

import type { Shapes } from "../api/types";
import { useLanguage } from "../i18n/language";
import { dayAndTime } from "../time/format";
import { useCriteria } from "./criteria";

export function Rounds({ rounds }: { rounds: readonly Shapes["Round"][] }) {
  const { t, language } = useLanguage();
  const texts = t.reviews;
  const criteria = useCriteria()?.criteria ?? [];
  const place = (code: string) => criteria.findIndex((one) => one.code === code);
  const nameOf = (code: string) => criteria.find((one) => one.code === code)?.[language] ?? code;
  return (
    <ol className="rounds" aria-label={texts.rounds}>
      {rounds.map((one) => (
        <li key={one.round}>
          <p className="soft small figures">
            {texts.round(one.by, dayAndTime(one.at, language), texts.outcome[one.outcome])}
          </p>
          {one.feedback ? <p className="round-said">{one.feedback}</p> : null}
          <p className="row small">
            {Object.entries(one.scores)
              .sort(([a], [b]) => place(a) - place(b))
              .map(([code, value]) => (
                <span key={code} className="tag">
                  {nameOf(code)} {value === null ? texts.cannotSay : texts.score(value)}
                </span>
              ))}
          </p>
          {one.answered_at ? (
            <p className="soft small figures">
              {texts.answered(one.answered_by ?? "", dayAndTime(one.answered_at, language))}
            </p>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
