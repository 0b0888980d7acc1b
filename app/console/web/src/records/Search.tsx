/** Finding notes: words (two characters are enough in Chinese), line, topic, level, time; page by page, hits marked. */

import { Button, Input } from "antd";
import { useId, useState, type ReactNode } from "react";

import { post } from "../api/request";
import type { Me, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useName, useTexts } from "../i18n/language";
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
    <section className="card record" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{texts.search}</h2>
      <form
        className="search-form"
        onSubmit={(event) => {
          event.preventDefault();
          look.run({ by: filters, after: null });
        }}
      >
        <div className="field words">
          <label htmlFor={`${id}-words`}>{texts.words}</label>
          <Input
            id={`${id}-words`}
            value={filters.words}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => put({ words: event.target.value })}
          />
        </div>
        <Select id={`${id}-line`} label={texts.line} value={filters.line} onChange={(line) => put({ line })}>
          {me.lines.map((line) => (
            <option key={line.id} value={line.id}>
              {nameOf(line)}
            </option>
          ))}
        </Select>
        <Select id={`${id}-topic`} label={texts.topic} value={filters.topic} onChange={(topic) => put({ topic })}>
          {topics.map((topic) => (
            <option key={topic.code} value={topic.code}>
              {topic[language]}
            </option>
          ))}
        </Select>
        <Select id={`${id}-level`} label={texts.level} value={filters.level} onChange={(level) => put({ level })}>
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {t.record.risk.levels[level]}
            </option>
          ))}
        </Select>
        {(["from", "to"] as const).map((end) => (
          <div key={end} className="field">
            <label htmlFor={`${id}-${end}`}>{texts[end]}</label>
            <input
              id={`${id}-${end}`}
              type="date"
              value={filters[end]}
              onChange={(event) => put({ [end]: event.target.value })}
            />
          </div>
        ))}
        <Button type="primary" htmlType="submit" disabled={look.blocked} loading={look.running}>
          {texts.find}
        </Button>
      </form>
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

type SelectProps = {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
};

function Select({ id, label, value, onChange, children }: SelectProps) {
  const t = useTexts();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t.records.any}</option>
        {children}
      </select>
    </div>
  );
}
