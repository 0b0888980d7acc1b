/** What is known of whoever calls, before the answer: a file, its flags, what is open, the last level; never a number. */

import { useQuery } from "@tanstack/react-query";

import { get } from "../api/request";
import type { Shapes } from "../api/types";
import { FromFile, NumbersApart } from "../files/FromFile";
import { useLanguage } from "../i18n/language";
import { useSession } from "../session/session";
import { addressOf, may } from "../shell/pages";
import { dayAndTime } from "../time/format";
import { toneOf } from "./Risk";

type Summary = Shapes["SubjectSummary"];

export const useSubject = (contactId: string) =>
  useQuery({
    queryKey: ["subject-of", contactId],
    queryFn: () => get<Summary>(`/api/contacts/${contactId}/subject`),
    staleTime: 30_000,
  });

export function Subject({ contactId }: { contactId: string }) {
  const { t, language } = useLanguage();
  const texts = t.record.subject;
  const { data } = useSubject(contactId);
  const me = useSession().data;
  if (!data?.has_file) return null;
  const { flags = [], tasks = [], key_lines: lines = [], last_level: last } = data;
  const nothingYet = !data.times_seen && flags.length + tasks.length + lines.length === 0; // opened by this very talk
  if (nothingYet) return null;
  const levels = t.record.risk.levels;
  return (
    <section className="subject" aria-label={texts.title}>
      <p className="row">
        <strong>{texts.title}</strong>
        <span className="tag">{texts.times(data.times_seen ?? 0)}</span>
        {data.last_contact_at ? (
          <span className="soft figures">{texts.lastContact(dayAndTime(data.last_contact_at, language))}</span>
        ) : null}
        {last ? (
          <span className={toneOf(last.level)}>
            {texts.lastLevel(levels[last.level], dayAndTime(last.set_at, language))}
          </span>
        ) : null}
        {me && may(me, "file.edit") && data.subject_id ? (
          <a href={addressOf("files", data.subject_id)}>{t.files.open}</a>
        ) : null}
      </p>
      {flags.length > 0 ? (
        <ul className="row flags" aria-label={texts.flags}>
          {flags.map((flag) => (
            <li key={flag.id} className="tag now" title={flag.text}>
              {flag[language]}
              {flag.text ? ` · ${flag.text}` : ""} <FromFile of={flag.numbered_in} />
            </li>
          ))}
        </ul>
      ) : null}
      {lines.length > 0 ? (
        <ul className="key-lines" aria-label={texts.plan}>
          {lines.map((line) => (
            <li key={line}>
              {line} <FromFile of={data.key_lines_numbered_in ?? null} />
            </li>
          ))}
        </ul>
      ) : null}
      <NumbersApart where={[...flags, { numbered_in: data.key_lines_numbered_in ?? null }]} />
      {tasks.length > 0 ? (
        <ul className="open-tasks" aria-label={texts.tasks}>
          {tasks.map((task) => (
            <li key={task.id}>
              <span className={task.overdue ? "tag danger" : "tag"}>
                {texts.due(dayAndTime(task.due_at, language), task.overdue)}
              </span>{" "}
              {task.text} <span className="soft">{task.owner[language]}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
