/** The calls that are going on: where each one stands, for how long, with whom, and who was rung before. */

import { Button } from "antd";
import { useState } from "react";

import type { Contact, Me } from "../api/types";
import { BlockForm } from "../blocks/BlockForm";
import { useName, useTexts } from "../i18n/language";
import { useLive } from "../live/live";
import { fileOfContact, may } from "../shell/pages";
import { useNow } from "../time/clock";
import { clockOf, hourMinute, secondsSince } from "../time/format";
import { AskVault } from "../vault/AskVault";

const ORDER = ["caller_alone", "waiting", "offered", "connecting", "intake", "talking", "diverted", "wrapping_up"];

function since(contact: Contact): string {
  if (contact.state === "wrapping_up") return contact.ended_at ?? contact.offered_at;
  if (contact.state === "talking" || contact.state === "caller_alone") return contact.answered_at ?? contact.offered_at;
  return contact.enqueued_at ?? contact.offered_at;
}

function byUrgency(a: Contact, b: Contact): number {
  return (
    Number(b.danger) - Number(a.danger) ||
    ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
    a.offered_at.localeCompare(b.offered_at)
  );
}

export function LiveContacts({ me }: { me: Me }) {
  const t = useTexts();
  const texts = t.wallboard;
  const nameOf = useName();
  const now = useNow();
  const live = useLive();
  const [blocking, setBlocking] = useState<Contact | null>(null);
  const contacts = Object.values(live.contacts).sort(byUrgency);
  const blocks = may(me, "blocks.manage");
  const files = may(me, "file.edit");
  const asks = may(me, "vault.request");
  return (
    <section className="card" aria-labelledby="wall-contacts">
      <h2 id="wall-contacts">
        {texts.contacts} <span className="soft figures">{contacts.length}</span>
      </h2>
      {contacts.length === 0 ? <p className="soft">{texts.quiet}</p> : null}
      {contacts.length > 0 ? (
        <div className="scroll">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{texts.columns.line}</th>
                <th scope="col">{texts.columns.caller}</th>
                <th scope="col">{texts.columns.state}</th>
                <th scope="col">{texts.columns.duration}</th>
                <th scope="col">{texts.columns.volunteer}</th>
                <th scope="col">{texts.columns.tried}</th>
                {blocks || files || asks ? <th scope="col">{texts.columns.acts}</th> : null}
              </tr>
            </thead>
            <tbody>
              {contacts.map((contact) => (
                <tr key={contact.id}>
                  <td>{nameOf(contact.line)}</td>
                  <td>
                    {contact.caller ?? <span className="soft">{texts.noNumber}</span>}{" "}
                    {contact.danger ? <span className="tag danger">{texts.danger}</span> : null}
                    {contact.direction === "call_back" ? <span className="tag">{texts.callBack}</span> : null}
                  </td>
                  <td>
                    <span className={`state ${contact.state}`}>{texts.state[contact.state]}</span>
                  </td>
                  <td className="figures">{clockOf(secondsSince(since(contact), now))}</td>
                  <td>{contact.work_name ?? ""}</td>
                  <td>
                    {contact.tried.map((one) => (
                      <span key={`${one.work_name}${one.at}`} className="tried figures">
                        {one.work_name} {texts.tried[one.state] ?? one.state} {hourMinute(one.at)}
                      </span>
                    ))}
                  </td>
                  {blocks || files || asks ? (
                    <td>
                      <div className="row">
                        {files && contact.answered_at ? (
                          <a href={fileOfContact(contact.id)} aria-label={`${texts.file} ${contact.caller ?? ""}`}>
                            {texts.file}
                          </a>
                        ) : null}
                        {asks ? <AskVault of={{ contact_id: contact.id }} small /> : null}
                        {blocks && contact.caller && !contact.danger ? (
                          <Button size="small" onClick={() => setBlocking(contact)}>
                            {t.blocks.block}
                          </Button>
                        ) : null}
                      </div>
                    </td>
                  ) : null}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {blocking ? <BlockForm contact={blocking} onDone={() => setBlocking(null)} /> : null}
    </section>
  );
}
