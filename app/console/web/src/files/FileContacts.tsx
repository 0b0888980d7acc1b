/** The contacts of a file with their levels and notes; some can be chosen, to be split off. */

import type { Shapes } from "../api/types";
import { useLanguage, useName } from "../i18n/language";
import { useCodeName, useCodes } from "../record/codes";
import { toneOf } from "../record/Risk";
import { addressOf } from "../shell/pages";
import { dayAndTime } from "../time/format";
import { FromFile } from "./FromFile";
import type { File } from "./useFile";

type Props = { file: File; chosen: readonly string[]; onChosen: ((ids: readonly string[]) => void) | null };

export function FileContacts({ file, chosen, onChosen }: Props) {
  const { t, language } = useLanguage();
  const texts = t.files.contacts;
  const nameOf = useName();
  return (
    <section className="card" aria-labelledby="file-contacts">
      <h2 id="file-contacts">
        {texts.title} <span className="soft figures">{file.contacts.length}</span>
      </h2>
      {file.contacts.length === 0 ? <p className="soft">{texts.none}</p> : null}
      {file.contacts.some((contact) => contact.note?.numbered_in) ? <p className="said">{texts.originals}</p> : null}
      {file.contacts.length > 0 ? (
        <div className="scroll">
          <table className="plain">
            <thead>
              <tr>
                {onChosen ? <th scope="col">{texts.choose}</th> : null}
                <th scope="col">{texts.when}</th>
                <th scope="col">{texts.line}</th>
                <th scope="col">{texts.by}</th>
                <th scope="col">{texts.level}</th>
                <th scope="col">{texts.note}</th>
              </tr>
            </thead>
            <tbody>
              {file.contacts.map((contact) => {
                const when = dayAndTime(contact.offered_at, language);
                return (
                  <tr key={contact.id}>
                    {onChosen ? (
                      <td>
                        <input
                          type="checkbox"
                          aria-label={texts.chooseOne(when)}
                          checked={chosen.includes(contact.id)}
                          onChange={(event) =>
                            onChosen(
                              event.target.checked
                                ? [...chosen, contact.id]
                                : chosen.filter((one) => one !== contact.id),
                            )
                          }
                        />
                      </td>
                    ) : null}
                    <td className="figures">
                      {when} {contact.how === "by_hand" ? <span className="tag">{texts.byHand}</span> : null}
                    </td>
                    <td>{nameOf(contact.line)}</td>
                    <td>{contact.answered_by ?? ""}</td>
                    <td>
                      {contact.level ? (
                        <span className={toneOf(contact.level.level)}>{t.record.risk.levels[contact.level.level]}</span>
                      ) : null}
                    </td>
                    <td>
                      <NoteOf contact={contact} when={when} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}

function NoteOf({ contact, when }: { contact: Shapes["FileContact"]; when: string }) {
  const { t } = useLanguage();
  const texts = t.files.contacts;
  const codeName = useCodeName(useCodes());
  const { note } = contact;
  if (!note) return <span className="soft">{contact.ended_at ? texts.noNote : texts.talkOn}</span>;
  return (
    <span className="row">
      <a href={addressOf("records", contact.id)} aria-label={texts.readOf(when)}>
        {texts.read}
      </a>
      <FromFile of={note.numbered_in} />
      {note.topics.map((code) => (
        <span key={code} className="tag">
          {codeName("topics", code)}
        </span>
      ))}
      {note.non_counselling ? <span className="tag">{codeName("non_counselling", note.non_counselling)}</span> : null}
    </span>
  );
}
