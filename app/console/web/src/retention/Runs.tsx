/** What the nightly rounds found, erased and left because of a hold, newest first. */

import type { Shapes } from "../api/types";
import { useLanguage } from "../i18n/language";
import { dayAndTime } from "../time/format";

export function Runs({ runs }: { runs: readonly Shapes["Run"][] }) {
  const { t, language } = useLanguage();
  const texts = t.retention.runs;
  return (
    <section className="card" aria-labelledby="retention-runs">
      <h2 id="retention-runs">{texts.title}</h2>
      {runs.length === 0 ? <p className="soft">{texts.none}</p> : null}
      {runs.length > 0 ? (
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
              {runs.map((run) => (
                <tr key={`${run.round_id}${run.record_class}`}>
                  <td className="figures">{dayAndTime(run.started_at, language)}</td>
                  <td>{t.retention.class[run.record_class]}</td>
                  <td className="figures">{run.looked_at}</td>
                  <td className="figures">{run.erased}</td>
                  <td className="figures">{run.held}</td>
                  <td>
                    {run.failed_as ? (
                      <span className="tag danger">{texts.failed(run.failed_as)}</span>
                    ) : run.finished_at ? (
                      texts.fine
                    ) : (
                      texts.going
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}
