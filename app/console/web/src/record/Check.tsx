/** Before anything is stored: every text with its identities marked; the writer agrees, keeps or hides more (P5, P6). */

import { Button, Input, Progress } from "antd";
import { useEffect, useId, useRef, useState } from "react";

import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useTexts } from "../i18n/language";
import { Marked } from "./Marked";
import { placesOf, withPlaces, type Choice, type Part, type Place } from "./marks";
import type { Looking } from "./useLooking";

type Looked = Shapes["PreviewedField"];
type Props = {
  looking: Looking;
  said: string | null;
  sending: boolean;
  blocked: boolean;
  confirm: string;
  nameOf: (field: string) => string;
  onConfirm: (choices: Choice[]) => void;
  onBack: () => void;
};

const CHOSEN = "chosen";
const LONGEST_SELECTION = 100;

export function Check({ looking, said, sending, blocked, confirm, nameOf, onConfirm, onBack }: Props) {
  const texts = useTexts().record.check;
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const [extras, setExtras] = useState<Record<string, Place[]>>({});
  const [more, setMore] = useState("");
  const [missing, setMissing] = useState(false);
  const { looked, progress } = looking;
  useEffect(() => heading.current?.focus(), []);

  const keyOf = (field: string, part: Place) => `${field}:${part.start}`;
  const partsOf = (one: Looked): Part[] =>
    withPlaces(
      one.parts.map((part) => (part.kind == null ? part : { ...part, hidden: !kept.has(keyOf(one.field, part)) })),
      extras[one.field] ?? [],
      "〔…〕",
    );

  function toggle(field: string, part: Part): void {
    if (part.reason === CHOSEN) {
      setExtras({ ...extras, [field]: (extras[field] ?? []).filter((place) => place.start !== part.start) });
      return;
    }
    const next = new Set(kept);
    const key = keyOf(field, part);
    if (!next.delete(key)) next.add(key);
    setKept(next);
  }

  function hideMore(): void {
    const next = { ...extras };
    let found = 0;
    for (const one of looked ?? []) {
      const places = placesOf(one.parts, more.trim(), extras[one.field] ?? []);
      found += places.length;
      if (places.length > 0) next[one.field] = [...(next[one.field] ?? []), ...places];
    }
    setMissing(found === 0);
    if (found > 0) {
      setExtras(next);
      setMore("");
    }
  }

  const choices = (): Choice[] =>
    (looked ?? []).flatMap((one) =>
      partsOf(one)
        .filter((part) => part.kind != null && (part.reason === CHOSEN || !part.hidden))
        .map(({ start, end, text, hidden, kind }) => ({
          field: one.field,
          start,
          end,
          written: text,
          hide: hidden,
          kind: kind ?? "PERSON",
        })),
    );

  const written = (looked ?? []).filter((one) => one.parts.length > 0);
  const marks = written.reduce((sum, one) => sum + partsOf(one).filter((part) => part.kind != null).length, 0);
  return (
    <section className="check" aria-labelledby={id}>
      <h3 id={id} ref={heading} tabIndex={-1}>
        {texts.title}
      </h3>
      {looked === null ? (
        <div role="status">
          <p>{progress ? texts.progress(progress.done, progress.of) : texts.running}</p>
          {progress ? <Progress percent={Math.round((100 * progress.done) / progress.of)} showInfo={false} /> : null}
        </div>
      ) : (
        <>
          <p className="soft">{marks > 0 ? texts.hint : texts.nothing}</p>
          <p className="soft small">{texts.whenStored}</p>
          <p className="soft small">{texts.toVault}</p>
          <div
            onMouseUp={() => {
              const selected = window.getSelection()?.toString().trim() ?? "";
              if (selected && selected.length <= LONGEST_SELECTION) setMore(selected);
            }}
          >
            {written.map((one) => (
              <div key={one.field} className="field">
                <h4>{nameOf(one.field)}</h4>
                <Marked parts={partsOf(one)} onToggle={(part) => toggle(one.field, part)} />
              </div>
            ))}
          </div>
          <div className="row">
            <label htmlFor={`${id}-more`}>{texts.more}</label>
            <Input
              id={`${id}-more`}
              className="more-to-hide"
              value={more}
              aria-describedby={`${id}-hint`}
              onChange={(event) => {
                setMore(event.target.value);
                setMissing(false);
              }}
              onPressEnter={hideMore}
            />
            <Button disabled={more.trim() === ""} onClick={hideMore}>
              {texts.hideMore}
            </Button>
          </div>
          <p id={`${id}-hint`} className="soft small">
            {texts.moreHint}
          </p>
          <Said text={missing ? texts.notFound : null} tone="now" />
          {kept.size > 0 ? <p className="said">{texts.kept(kept.size)}</p> : null}
        </>
      )}
      <Said text={said} />
      <div className="row">
        <Button
          type="primary"
          size="large"
          disabled={blocked || looked === null}
          loading={sending}
          onClick={() => onConfirm(choices())}
        >
          {confirm}
        </Button>
        <Button size="large" onClick={onBack}>
          {texts.back}
        </Button>
      </div>
    </section>
  );
}
