/**
 * What is known of whoever calls, before the answer: a file, its flags, what is open, the last level; never a number.
 * A file that cannot be read is not the same as none: it is said, and can be asked for again.
 */

import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";

import { get } from "../api/request";
import type { Me, Shapes } from "../api/types";
import { FromFile, NumbersApart } from "../files/FromFile";
import { useLanguage } from "../i18n/language";
import { useSession } from "../session/session";
import { addressOf, may } from "../shell/pages";
import { dayAndTime } from "../time/format";
import { LastLevel } from "./LastLevel";

type Summary = Shapes["SubjectSummary"];

export function Subject({ contactId }: { contactId: string }) {
  const me = useSession().data;
  return me && may(me, "file.see") ? <Asked me={me} contactId={contactId} /> : null;
}

function Asked({ me, contactId }: { me: Me; contactId: string }) {
  const { t } = useLanguage();
  const texts = t.record.subject;
  const { data, failureReason, isFetching, refetch } = useQuery({
    queryKey: ["subject-of", contactId],
    queryFn: () => get<Summary>(`/api/contacts/${contactId}/subject`),
    staleTime: 30_000,
  });
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const failing = failureReason !== null;
  useEffect(() => {
    if (failing) setFailed(true);
  }, [failing]);
  const said = data ? (failed && !tells(data) ? texts.nothing : null) : failed || failing ? null : texts.asking;
  return (
    <>
      <div className="row" role="status" tabIndex={-1} ref={place}>
        {said ? <p className="soft small">{said}</p> : null}
        {!data && !said ? (
          <>
            <p className="said">{texts.unread}</p>
            <Button
              loading={isFetching && !failing}
              onMouseDown={(event) => event.preventDefault()} // the focus stays on the button that accepts
              onClick={(event) => {
                if (event.detail === 0) place.current?.focus(); // by key: this button goes when the answer comes
                void refetch();
              }}
            >
              {t.common.retry}
            </Button>
          </>
        ) : null}
      </div>
      {data && tells(data) ? <Known me={me} data={data} /> : null}
    </>
  );
}

/** Whether there is anything to know: a file that this very talk has opened is empty until somebody writes in it. */
const tells = ({ has_file, times_seen, flags, tasks, key_lines, last_level }: Summary): boolean =>
  has_file && (times_seen + flags.length + tasks.length + key_lines.length > 0 || last_level !== null);

function Known({ me, data }: { me: Me; data: Summary }) {
  const { t, language } = useLanguage();
  const texts = t.record.subject;
  const { flags, tasks, key_lines: lines } = data;
  return (
    <section className="subject" aria-label={texts.title}>
      <p className="row">
        <strong>{texts.title}</strong>
        {data.times_seen > 0 ? <span className="tag">{texts.times(data.times_seen)}</span> : null}
        {data.last_contact_at ? (
          <span className="soft figures">{texts.lastContact(dayAndTime(data.last_contact_at, language))}</span>
        ) : null}
        <LastLevel last={data.last_level} known={data.last_known_level} />
        {may(me, "file.edit") && data.subject_id ? (
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
              {line} <FromFile of={data.key_lines_numbered_in} />
            </li>
          ))}
        </ul>
      ) : null}
      <NumbersApart where={[...flags, { numbered_in: data.key_lines_numbered_in }]} />
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
