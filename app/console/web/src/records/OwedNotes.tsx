/** Talks of one's own that have no note yet, the oldest first; a draft that was begun is waiting there. */

import { useQuery } from "@tanstack/react-query";

import { get } from "../api/request";
import type { Shapes } from "../api/types";
import { useLanguage, useName } from "../i18n/language";
import { addressOf } from "../shell/pages";
import { dayAndTime } from "../time/format";

export function OwedNotes() {
  const { t, language } = useLanguage();
  const nameOf = useName();
  const { data } = useQuery({
    queryKey: ["owed-notes"],
    queryFn: () => get<Shapes["OwedNote"][]>("/api/notes/owed"),
  });
  if (!data?.length) return null;
  return (
    <section className="card" aria-labelledby="owed">
      <h2 id="owed">{t.records.owed(data.length)}</h2>
      <ul className="duty-list">
        {data.map((one) => (
          <li key={one.contact_id}>
            <span>
              <span className="figures">{dayAndTime(one.answered_at, language)}</span> {nameOf(one.line)}{" "}
              {one.has_draft ? <span className="tag now">{t.records.hasDraft}</span> : null}
            </span>
            <a href={addressOf("records", one.contact_id)}>{t.records.write}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
