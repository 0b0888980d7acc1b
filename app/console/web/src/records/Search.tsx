/** Finding notes: words (two characters are enough in Chinese), line, topic, level, time; page by page, hits marked. */

import { Button } from "antd";
import { useId, useState } from "react";

import { post } from "../api/request";
import type { Me, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { ChoiceField, DayField, FilterForm, WordsField } from "../filters/FilterForm";
import { useLanguage, useName } from "../i18n/language";
import { topicsOf, useCodeName, useCodes } from "../record/codes";
import type { RiskLevel } from "../record/instruments";
import { LEVELS, toneOf } from "../record/Risk";
import { addressOf } from "../shell/pages";
import { dayAfter, dayAndTime, momentOf } from "../time/format";

type Found = Shapes["FoundNote"];
type Asked = Shapes["SearchNotes"];
type Filters = { words: string; line: string; topic: string; level: string; from: string; to: string };

const NOTHING: Filters = { words: "", line: "", topic: "", level: "", from: "", to: "" };

function asked(filters: Filters, after: string | null): Asked {
  return {
    words: filters.words.trim(),
    line_id: filters.line || null,
    topic: filters.topic || null,
    level: (filters.level || null) as RiskLevel | null,
    from: filters.from ? momentOf(filters.from, "00:00").toISOString() : null,
    to: filters.to ? momentOf(dayAfter(filters.to, 1), "00:00").toISOString() : null,
    after,
  };
}

export default function Search({ me }: { me: Me }) {
  const { t, language } = useLanguage();
  const texts = t.records;
  const nameOf = useName();
  const codes = useCodes();
  const topicName = useCodeName(codes);
  const id = useId();
  const [filters, setFilters] = useState(NOTHING);
  const [shown, setShown] = useState<{ notes: Found[]; filters: Filters; after: string | null } | null>(null);
  const look = useAct(
    ({ by, after }: { by: Filters; after: string | null }) =>
      post<Shapes["FoundNotes"]>("/api/notes/search", asked(by, after)),
    (answer, { by, after }) =>
      setShown({
        notes: after === null ? answer.notes : [...(shown?.notes ?? []), ...answer.notes],
        filters: by,
        after: answer.after,
      }),
  );
  const put = (part: Partial<Filters>) => setFilters({ ...filters, ...part });
  const lineName = (lineId: string | null) => nameOf(me.lines.find((line) => line.id === lineId) ?? null);
  const topics = codes ? (topicsOf(codes)?.items ?? []) : [];
  return (
    <section className="card stack" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{texts.search}</h2>
      <FilterForm find={texts.find} act={look} onFind={() => look.run({ by: filters, after: null })}>
        <WordsField label={texts.words} longest={200} wide value={filters.words} onChange={(words) => put({ words })} />
        <ChoiceField
          label={texts.line}
          none={texts.any}
          options={me.lines.map((line) => [line.id, nameOf(line)])}
          value={filters.line}
          onChange={(line) => put({ line })}
        />
        <ChoiceField
          label={texts.topic}
          none={texts.any}
          options={topics.map((topic) => [topic.code, topic[language]])}
          value={filters.topic}
          onChange={(topic) => put({ topic })}
        />
        <ChoiceField
          label={texts.level}
          none={texts.any}
          options={LEVELS.map((level) => [level, t.record.risk.levels[level]])}
          value={filters.level}
          onChange={(level) => put({ level })}
        />
        <DayField label={texts.from} value={filters.from} onChange={(from) => put({ from })} />
        <DayField label={texts.to} value={filters.to} onChange={(to) => put({ to })} />
      </FilterForm>
      <Said text={look.said} />
      {shown?.notes.length === 0 ? <p role="status">{texts.nothing}</p> : null}
      <ol className="found" aria-label={texts.results}>
        {shown?.notes.map((note) => (
          <li key={note.note_id}>
            <p className="row">
              <a href={addressOf("records", note.contact_id)} className="figures">
                {dayAndTime(note.at, language)}
              </a>
              <span>{lineName(note.line_id)}</span>
              <span className="soft">{note.by}</span>
              {note.level ? <span className={toneOf(note.level)}>{t.record.risk.levels[note.level]}</span> : null}
              {note.topics.map((topic) => (
                <span key={topic} className="tag">
                  {topicName("topics", topic)}
                </span>
              ))}
            </p>
            <p>{note.snippet.map((piece, at) => (piece.hit ? <mark key={at}>{piece.text}</mark> : piece.text))}</p>
          </li>
        ))}
      </ol>
      {shown?.after ? (
        <Button
          disabled={look.blocked}
          loading={look.running}
          onClick={() => look.run({ by: shown.filters, after: shown.after })}
        >
          {texts.more}
        </Button>
      ) : null}
    </section>
  );
}
