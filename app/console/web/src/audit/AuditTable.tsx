/** Entries of the audit as a table: codes in words, details as they were entered (ids, codes and counts, never a text). */

import type { Me, Shapes } from "../api/types";
import { useLanguage, useName } from "../i18n/language";
import { dayAndTime } from "../time/format";
import "./audit.css";

type Entry = Shapes["AuditEntry"];

const inWords = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);

export function AuditTable({ me, entries }: { me: Me; entries: readonly Entry[] }) {
  const { t, language } = useLanguage();
  const texts = t.audit;
  const nameOf = useName();
  const acts: Record<string, string> = texts.acts; // an older entry may have a word that is out of use
  const lineName = (id: string) => nameOf(me.lines.find((line) => line.id === id) ?? { name_zh: id, name_en: id });
  return (
    <div className="scroll">
      <table className="plain" aria-label={texts.results}>
        <thead>
          <tr>
            {Object.entries(texts.columns).map(([name, said]) => (
              <th key={name} scope="col">
                {said}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td className="figures">{dayAndTime(entry.at, language)}</td>
              <td>{entry.work_name ?? <span className="soft">{texts.service}</span>}</td>
              <td>{acts[entry.act] ?? entry.act}</td>
              <td>
                {texts.targets[entry.target_kind] ?? entry.target_kind}
                {entry.target_id ? <div className="soft small figures audit-id">{entry.target_id}</div> : null}
              </td>
              <td>{entry.line_id ? lineName(entry.line_id) : ""}</td>
              <td className="small audit-id">
                {Object.entries(entry.facts).map(([name, value]) => (
                  <div key={name}>
                    <span className="soft">{name}</span> {inWords(value)}
                  </div>
                ))}
              </td>
              <td>
                {entry.sealed ? (
                  <span className="tag calm">{texts.sealed}</span>
                ) : (
                  <span className="soft small">{texts.notSealed}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
