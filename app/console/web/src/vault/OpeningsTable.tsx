/** Who asked to see what in the last month, who agreed, how often it was looked at. What was seen is not in it. */

import type { Me } from "../api/types";
import { useLanguage, useName } from "../i18n/language";
import { dayAndTime } from "../time/format";
import type { Opening } from "./openings";

const TONE: Partial<Record<Opening["state"], string>> = {
  requested: "tag now",
  open: "tag now",
  open_alone: "tag danger",
  to_review: "tag danger",
};

export function OpeningsTable({ me, openings }: { me: Me; openings: readonly Opening[] }) {
  const { t, language } = useLanguage();
  const texts = t.vault;
  const nameOf = useName();
  return (
    <section className="card" aria-labelledby="vault-all">
      <h2 id="vault-all">{texts.all}</h2>
      {openings.length === 0 ? <p className="soft">{texts.none}</p> : null}
      {openings.length > 0 ? (
        <div className="scroll">
          <table className="plain">
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
              {openings.map((one) => (
                <tr key={one.id}>
                  <td className="figures">{dayAndTime(one.requested_at, language)}</td>
                  <td>{one.requested_by.work_name}</td>
                  <td>{one.line_id ? nameOf(me.lines.find((line) => line.id === one.line_id) ?? null) : ""}</td>
                  <td>
                    {texts.kind[one.kind]} {one.subject_id ? <span className="tag">{texts.ofFile(one.contacts)}</span> : null}
                  </td>
                  <td>
                    {texts.reasonCode[one.reason_code]}
                    {one.reason ? <p className="soft small opening-reason">{one.reason}</p> : null}
                  </td>
                  <td>
                    <span className={TONE[one.state] ?? "tag"}>{texts.state[one.state]}</span>
                    {one.finding ? <p className="small">{texts.finding[one.finding]}</p> : null}
                  </td>
                  <td>{one.reviewed_by?.work_name ?? one.decided_by?.work_name ?? ""}</td>
                  <td className="figures">{one.looks}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}
