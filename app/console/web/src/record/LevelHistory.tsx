/**
 * What the level rests on, for whoever reads somebody else's record: each level with what was prompted, by whom and why,
 * and what the instruments were told. Nothing is written here.
 */

import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useId } from "react";

import { get } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { dayAndTime } from "../time/format";
import { useInstruments, type Assessment, type Level } from "./instruments";
import { answersInWords, filledIn, unknownInWords } from "./levelWords";
import { Result, toneOf } from "./Risk";

/** Each reading is an entry in the audit: one a visit, and none for coming back to the window. */
const ONCE = { staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false };

export function LevelHistory({ contactId }: { contactId: string }) {
  const { t, language } = useLanguage();
  const texts = t.record.history;
  const id = useId();
  const level = useQuery({
    queryKey: ["level", contactId],
    queryFn: () => get<Level>(`/api/contacts/${contactId}/level`),
    ...ONCE,
  });
  const assessed = useQuery({
    queryKey: ["assessments", contactId],
    queryFn: () => get<Shapes["Assessments"]>(`/api/contacts/${contactId}/assessments`),
    ...ONCE,
  });
  const loading = level.isPending || assessed.isPending;
  const failed = [level.error, assessed.error].filter((one) => one !== null);
  const said = [...new Set(failed.map((one) => problemInWords(one, t, language)))];
  return (
    <section className="level-history" aria-labelledby={id}>
      <h3 id={id}>{texts.title}</h3>
      {loading ? <Spin aria-label={texts.loading} /> : null}
      {said.map((text) => (
        <Said key={text} text={texts.failed(text)} />
      ))}
      {level.data ? <Levels level={level.data} /> : null}
      {assessed.data?.assessments.map((one) => (
        <Answered key={one.id} result={one} />
      ))}
    </section>
  );
}

function Levels({ level }: { level: Level }) {
  const { t } = useLanguage();
  const texts = t.record.history;
  const levels = t.record.risk.levels;
  const last = level.history[0];
  return (
    <>
      {last === undefined ? <p className="soft">{texts.none}</p> : null}
      {level.prompted !== null && level.prompted !== (last?.prompted ?? null) ? (
        <p className="said">{texts.promptedNow(levels[level.prompted])}</p>
      ) : null}
      {last === undefined ? null : (
        <ol>
          {level.history.map((entry) => (
            <Entry key={entry.version} entry={entry} />
          ))}
        </ol>
      )}
    </>
  );
}

function Entry({ entry }: { entry: Level["history"][number] }) {
  const { t, language } = useLanguage();
  const texts = t.record.history;
  const levels = t.record.risk.levels;
  const instruments = useInstruments();
  const unknowns = entry.unknowns.map((code) => unknownInWords(code, instruments, language));
  return (
    <li>
      <p className="row">
        <span className={toneOf(entry.level)}>{levels[entry.level]}</span>
        {entry.prompted === null ? <span className="soft small">{texts.noPrompt}</span> : null}
        {entry.prompted !== null && !entry.below_prompt ? (
          <span className="soft small">{t.record.risk.prompts(levels[entry.prompted])}</span>
        ) : null}
        {entry.prompted !== null && entry.below_prompt ? (
          <span className="tag now">{texts.below(levels[entry.prompted])}</span>
        ) : null}
        <span className="soft small figures">{texts.setBy(entry.set_by, dayAndTime(entry.set_at, language))}</span>
      </p>
      {entry.rationale ? (
        <p className="reason">
          <span className="soft">{texts.because}</span>
          {entry.rationale}
        </p>
      ) : (
        <p className="soft">{texts.noReason}</p>
      )}
      {entry.numbered_apart ? <p className="said">{texts.numberedApart}</p> : null}
      {unknowns.length > 0 ? (
        <div className="small">
          <p>{texts.unknowns}</p>
          <ul>
            {unknowns.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      ) : null}
    </li>
  );
}

function Answered({ result }: { result: Assessment }) {
  const { t, language } = useLanguage();
  const texts = t.record.history;
  const instrument = filledIn(useInstruments(), result);
  const answers = answersInWords(result, instrument, language);
  return (
    <div className="answered">
      <Result result={result} />
      <details>
        <summary>{texts.answers(result.entered_by, answers.length)}</summary>
        <dl className="answers">
          {answers.map((one) => (
            <div key={one.question}>
              <dt>{one.question}</dt>
              <dd>{one.answer}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}
