/** How much danger: instruments prompt, the volunteer sets the level and says why. Never the other way round (P6). */

import { Button, Input } from "antd";
import { useEffect, useId, useState } from "react";

import { put } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { dayAndTime } from "../time/format";
import { Instrument } from "./Instrument";
import {
  lastFillingIn,
  useInstruments,
  useRisk,
  type Assessment,
  type Instrument as View,
  type RiskLevel,
} from "./instruments";

export const LEVELS: readonly RiskLevel[] = ["low", "moderate", "high", "imminent", "unknown"];
const GRAVE: readonly RiskLevel[] = ["high", "imminent"];

export const toneOf = (level: RiskLevel): string => (GRAVE.includes(level) ? "tag danger" : "tag");

/** `onPending`: why the note has to wait for the level, in words; null: it has not. */
type RiskProps = { contactId: string; onPending: (reason: string | null) => void };

export function Risk({ contactId, onPending }: RiskProps) {
  const { t, language } = useLanguage();
  const texts = t.record.risk;
  const instruments = useInstruments();
  const { level, assessments, take, refresh } = useRisk(contactId);
  const [filling, setFilling] = useState<View | null>(null);
  const [unset, setUnset] = useState(false);
  const prompted = level?.decision_owed && level.prompted ? texts.levels[level.prompted] : null;
  const reason = unset ? texts.pending : prompted && texts.needed(prompted);
  useEffect(() => {
    onPending(reason);
    return () => onPending(null);
  }, [reason, onPending]);
  if (filling) {
    return (
      <Instrument
        contactId={contactId}
        instrument={filling}
        before={lastFillingIn(filling, assessments)}
        onClose={() => setFilling(null)}
        onDone={() => {
          setFilling(null);
          refresh();
        }}
      />
    );
  }
  return (
    <section className="risk" aria-label={texts.title}>
      <div className="row apart">
        <h3>{texts.title}</h3>
        <span className="row">
          {(instruments?.instruments ?? [])
            .filter((one) => one.kind !== "plan" && one.disabled == null)
            .map((one) => (
              <Button key={one.id} title={one.about[language]} onClick={() => setFilling(one)}>
                {one.name[language]}
              </Button>
            ))}
        </span>
      </div>
      {(instruments?.instruments ?? []).map((one) =>
        one.disabled ? (
          <details key={one.id} className="soft small">
            <summary>{texts.cannotBeUsed(one.name[language])}</summary>
            <p>{one.disabled[language]}</p>
          </details>
        ) : null,
      )}
      {assessments.map((one) => (
        <Result key={one.id} result={one} />
      ))}
      {level ? (
        <LevelChoice
          key={contactId}
          contactId={contactId}
          level={level}
          take={take}
          renew={refresh}
          onUnset={setUnset}
        />
      ) : null}
    </section>
  );
}

export function Result({ result }: { result: Assessment }) {
  const { t, language } = useLanguage();
  const texts = t.record.risk;
  const because = result.because.map((one) => one.text[language]).join(language === "zh" ? "、" : "; ");
  const notKnown = result.not_known.map((one) => one.text[language]);
  return (
    <div className="result">
      <p>
        <span className="soft small figures">{dayAndTime(result.entered_at, language)}</span> {result.name[language]}
        {": "}
        {result.level ? (
          <span className={toneOf(result.level)}>{texts.prompts(texts.levels[result.level])}</span>
        ) : (
          <span className="tag">{texts.promptsNothing}</span>
        )}{" "}
        {because}
      </p>
      {result.lower_bound ? (
        <details>
          <summary className="soft">{texts.atLeast(notKnown.length)}</summary>
          <ul className="small">
            {notKnown.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

type ChoiceProps = {
  contactId: string;
  level: Shapes["Level"];
  take: (answer: Shapes["Level"]) => void;
  renew: () => void;
  onUnset: (unset: boolean) => void;
};

/** What was chosen and written stays while somebody else sets the level, and it is said that they did. */
function LevelChoice({ contactId, level, take, renew, onUnset }: ChoiceProps) {
  const { t } = useLanguage();
  const texts = t.record.risk;
  const id = useId();
  const [picked, setPicked] = useState<RiskLevel | null>(null); // null: as it is
  const [why, setWhy] = useState("");
  const chosen = picked ?? level.level;
  const startOver = () => {
    setPicked(null);
    setWhy("");
  };
  const set = useAct(
    (wanted: RiskLevel) =>
      put<Shapes["Level"]>(`/api/contacts/${contactId}/level`, {
        level: wanted,
        rationale: why,
        unknowns: [],
        version: level.version,
      } satisfies Shapes["SetLevel"]),
    (answer) => {
      take(answer);
      startOver();
    },
    renew,
  );
  const pending = chosen !== level.level || why.trim() !== "";
  const changed = chosen !== null && pending;
  useEffect(() => {
    onUnset(pending);
    return () => onUnset(false);
  }, [pending, onUnset]);
  const [begunAt, setBegunAt] = useState(level.version);
  useEffect(() => {
    if (!pending) setBegunAt(level.version);
  }, [pending, level.version]);
  const meanwhile = pending && level.version !== begunAt ? level.history[0] : undefined;
  return (
    <fieldset className="level">
      <legend>{texts.yourLevel}</legend>
      <Said text={level.decision_owed && level.prompted ? texts.asks(texts.levels[level.prompted]) : null} tone="now" />
      <div className="row">
        {LEVELS.map((one) => (
          <label key={one} className={chosen === one ? "outcome chosen" : "outcome"}>
            <input type="radio" name={id} checked={chosen === one} onChange={() => setPicked(one)} />
            <span>{texts.levels[one]}</span>
          </label>
        ))}
      </div>
      <label htmlFor={`${id}-why`}>{texts.why}</label>
      <Input.TextArea
        id={`${id}-why`}
        value={why}
        autoSize={{ minRows: 1, maxRows: 6 }}
        maxLength={5000}
        onChange={(event) => {
          setPicked(chosen); // what she writes is about this one, whatever somebody else sets meanwhile
          setWhy(event.target.value);
        }}
      />
      {level.rationale_owed ? <p className="said">{texts.owed}</p> : null}
      <Said text={meanwhile ? texts.meanwhile(meanwhile.set_by, texts.levels[meanwhile.level]) : null} tone="now" />
      <Said text={set.said} />
      <div className="row">
        <Button
          type={changed ? "primary" : "default"}
          disabled={set.blocked || !changed}
          loading={set.running}
          onClick={() => (chosen ? set.run(chosen) : undefined)}
        >
          {texts.setLevel}
        </Button>
        {pending ? <Button onClick={startOver}>{texts.takeBack}</Button> : null}
        <span className="soft small">
          {level.level ? texts.isSet(texts.levels[level.level]) : texts.notSet}
          {level.prompted ? ` · ${texts.prompts(texts.levels[level.prompted])}` : ""}
        </span>
      </div>
    </fieldset>
  );
}
