/** Transfer warm or cold, or bring in a third person: how, and to whom. What is chosen survives a reload. */

import { Button, Radio } from "antd";
import { useEffect, useId, useRef } from "react";

import { post } from "../api/request";
import type { Contact, Shapes, TargetKind, TransferKind } from "../api/types";
import { useDraft } from "../drafts/draft";
import { useName, useTexts } from "../i18n/language";
import { useConnection, useLive } from "../live/live";
import { AskOnce } from "./AskOnce";
import { Said } from "./Said";
import { useAct } from "./useAct";

type Draft = { kind: TransferKind; target: string | null };
type Target = { value: string; kind: TargetKind; name: string; note: string; free: boolean };

function useTargets(kind: TransferKind): { heading: string; targets: Target[] }[] {
  const t = useTexts();
  const nameOf = useName();
  const { targets, me } = useLive();
  const people = targets.people
    .filter((person) => person.person_id !== me)
    .map((person) => ({
      value: `person:${person.person_id}`,
      kind: "person" as const,
      name: person.work_name,
      note: t.desk.activity[person.activity],
      free: person.activity === "ready",
    }));
  const pools = targets.pools.map((pool) => ({
    value: `pool:${pool.id}`,
    kind: "pool" as const,
    name: nameOf(pool),
    note: t.talk.form.poolReady(pool.ready),
    free: pool.ready > 0 || kind === "cold", // a caller handed to a team at once may wait there
  }));
  const numbers = targets.numbers.map((number) => ({
    value: `number:${number.id}`,
    kind: "number" as const,
    name: nameOf(number),
    note: "",
    free: true,
  }));
  return [
    { heading: t.talk.form.person, targets: people },
    { heading: t.talk.form.pool, targets: pools },
    { heading: t.talk.form.number, targets: numbers },
  ].filter((group) => group.targets.length > 0);
}

export function TransferForm({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const t = useTexts();
  const texts = t.talk.form;
  const connection = useConnection();
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const [draft, setDraft] = useDraft<Draft>(`transfer.${contact.id}`);
  const { kind, target } = draft ?? { kind: "warm", target: null };
  const groups = useTargets(kind);
  const chosen = groups.flatMap((group) => group.targets).find((one) => one.value === target && one.free);
  const start = useAct(
    (to: Target) =>
      post<Contact>(`/api/contacts/${contact.id}/transfer`, {
        kind,
        target_kind: to.kind,
        target: to.value.slice(to.kind.length + 1),
      } satisfies Shapes["StartTransfer"]),
    (answer) => {
      setDraft(null);
      connection.takeContact(answer);
      onDone();
    },
  );

  useEffect(() => {
    heading.current?.focus();
    connection.refreshDesk().catch(() => undefined); // who is ready just now
  }, [connection]);

  const kinds: { value: TransferKind; label: string; hint: string }[] = [
    { value: "warm", label: texts.warm, hint: texts.warmHint },
    { value: "cold", label: texts.cold, hint: texts.coldHint },
    { value: "third", label: texts.third, hint: texts.thirdHint },
  ];
  const go = () => (chosen ? start.run(chosen) : undefined);
  return (
    <div className="transfer-form" role="group" aria-labelledby={id}>
      <h3 id={id} ref={heading} tabIndex={-1}>
        {texts.title}
      </h3>
      <Radio.Group
        aria-label={texts.kind}
        optionType="button"
        value={kind}
        onChange={(event) => setDraft({ kind: event.target.value as TransferKind, target })}
        options={kinds.map(({ value, label }) => ({ value, label }))}
      />
      <p className="soft" aria-live="polite">
        {kinds.find((one) => one.value === kind)?.hint}
      </p>
      {groups.length === 0 ? <p>{texts.nobody}</p> : null}
      {groups.map((group) => (
        <fieldset key={group.heading} className="targets">
          <legend>{group.heading}</legend>
          {group.targets.map((one) => (
            <label key={one.value} className={one.value === target && one.free ? "outcome chosen" : "outcome"}>
              <input
                type="radio"
                name={`target-${id}`}
                checked={one.value === target && one.free}
                disabled={!one.free}
                onChange={() => setDraft({ kind, target: one.value })}
              />
              <span>
                {one.name} {one.note ? <small className="soft">{one.note}</small> : null}
              </span>
            </label>
          ))}
        </fieldset>
      ))}
      <div className="row">
        {kind === "cold" ? (
          <AskOnce
            label={texts.start}
            question={chosen ? texts.coldAsk(chosen.name) : ""}
            yes={texts.coldConfirm}
            no={t.common.cancel}
            disabled={start.blocked || !chosen}
            loading={start.running}
            onYes={go}
          />
        ) : (
          <Button type="primary" size="large" disabled={start.blocked || !chosen} loading={start.running} onClick={go}>
            {kind === "third" ? texts.startThird : texts.start}
          </Button>
        )}
        <Button size="large" onClick={onDone}>
          {t.common.close}
        </Button>
        {chosen ? null : <span className="soft">{texts.chooseTarget}</span>}
      </div>
      <Said text={start.said} />
    </div>
  );
}
