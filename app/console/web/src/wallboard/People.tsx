/** Who is on duty and doing what; a supervisor may send someone away, close a wrap-up they left, or let someone in. */

import { Button } from "antd";
import { useState } from "react";

import type { Activity, Contact, Me, Presence } from "../api/types";
import { useTexts } from "../i18n/language";
import { useLive } from "../live/live";
import { may } from "../shell/pages";
import { useNow } from "../time/clock";
import { clockOf, hourMinute, secondsSince, secondsUntil } from "../time/format";
import { CloseWrapUp } from "./CloseWrapUp";
import { LetIn } from "./LetIn";
import { SetPresence, type Setting } from "./SetPresence";

const ORDER: Activity[] = ["offered", "engaged", "wrapping_up", "ready", "away", "offline"];
const MOVABLE: Activity[] = ["ready", "offered", "away"];

function byActivity(a: Presence, b: Presence): number {
  return ORDER.indexOf(a.activity) - ORDER.indexOf(b.activity) || a.work_name.localeCompare(b.work_name);
}

type AtContact = Presence & { contact_id: string };

/** Whether somebody is still at a wrap-up whose time is over: nobody is cut short before. */
function isLeft(one: Presence, contacts: Record<string, Contact>, now: number): one is AtContact {
  if (one.activity !== "wrapping_up" || !one.contact_id) return false;
  const until = contacts[one.contact_id]?.wrap_up_until;
  return !until || secondsUntil(until, now) <= 0;
}

export function People({ me }: { me: Me }) {
  const t = useTexts();
  const texts = t.wallboard;
  const now = useNow();
  const live = useLive();
  const [setting, setSetting] = useState<Setting | null>(null);
  const [closing, setClosing] = useState<AtContact | null>(null);
  const [lettingIn, setLettingIn] = useState(false);
  const people = Object.values(live.people)
    .filter((one) => one.activity !== "offline" || one.on_shift)
    .sort(byActivity);
  const manages = may(me, "presence.manage");
  return (
    <section className="card" aria-labelledby="wall-people">
      <div className="row apart">
        <h2 id="wall-people">
          {texts.people} <span className="soft figures">{people.length}</span>
        </h2>
        {manages ? <Button onClick={() => setLettingIn(true)}>{texts.letIn}</Button> : null}
      </div>
      {people.length === 0 ? <p className="soft">{texts.nobody}</p> : null}
      {people.length > 0 ? (
        <div className="scroll">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{texts.columns.name}</th>
                <th scope="col">{texts.columns.activity}</th>
                <th scope="col">{texts.columns.since}</th>
                <th scope="col">{texts.columns.shift}</th>
                <th scope="col">{texts.columns.answered}</th>
                {manages ? <th scope="col">{texts.columns.acts}</th> : null}
              </tr>
            </thead>
            <tbody>
              {people.map((one) => (
                <tr key={one.person_id}>
                  <td>{one.work_name}</td>
                  <td>
                    <span className={`dot ${one.activity}`} aria-hidden="true" />{" "}
                    {one.activity === "offline" ? texts.notOnline : t.desk.activity[one.activity]}
                    {one.activity !== "offline" && one.reach === "phone" ? (
                      <span className="soft"> · {t.desk.reach.phone}</span>
                    ) : null}
                  </td>
                  <td className="figures">{one.activity === "offline" ? "" : clockOf(secondsSince(one.since, now))}</td>
                  <td className="figures">
                    {one.shift_ends_at ? hourMinute(one.shift_ends_at) : one.on_shift ? "" : texts.offShift}
                  </td>
                  <td className="figures">{one.answered_today}</td>
                  {manages ? (
                    <td>
                      <div className="row">
                        {MOVABLE.includes(one.activity) && one.activity !== "away" ? (
                          <Button size="small" onClick={() => setSetting({ person: one, activity: "away" })}>
                            {texts.setAway}
                          </Button>
                        ) : null}
                        {MOVABLE.includes(one.activity) ? (
                          <Button size="small" onClick={() => setSetting({ person: one, activity: "offline" })}>
                            {texts.setOffline}
                          </Button>
                        ) : null}
                        {isLeft(one, live.contacts, now) ? (
                          <Button size="small" onClick={() => setClosing(one)}>
                            {texts.closeWrapUp.button}
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
      {setting ? <SetPresence setting={setting} onDone={() => setSetting(null)} /> : null}
      {closing ? <CloseWrapUp person={closing} onDone={() => setClosing(null)} /> : null}
      {lettingIn ? <LetIn onDone={() => setLettingIn(false)} /> : null}
    </section>
  );
}
