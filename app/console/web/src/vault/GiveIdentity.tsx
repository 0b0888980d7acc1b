/**
 * Who the caller is, or where, told to the vault for a rescue: it goes in and is not read back. What is typed is in this
 * component's memory alone until it is there: not in a draft, the cache of answers, the address or any storage.
 */

import { useQuery } from "@tanstack/react-query";
import { Button, Input, Segmented, type InputRef } from "antd";
import { useEffect, useId, useRef, useState } from "react";

import { get, put } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { useOnline } from "../live/live";
import { dayAndTime } from "../time/format";
import "./vault.css";

type Given = Shapes["NewIdentity"];
type Kept = Shapes["Kept"];

const KINDS: readonly Given["kind"][] = ["location", "name", "number"];
const LONGEST: Record<Given["kind"], number> = { location: 500, name: 100, number: 40 };
const PURPOSES: readonly Kept["purpose"][] = ["rescue", "follow_up"];

type Props = {
  contactId: string;
  /** Whether something is typed that the vault does not have yet. */
  onTyped?: (typed: boolean) => void;
};

export function GiveIdentity({ contactId, onTyped }: Props) {
  const { t, language } = useLanguage();
  const texts = t.vault.give;
  const id = useId();
  const online = useOnline();
  const field = useRef<InputRef>(null);
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState<Given["kind"]>("location");
  const [purpose, setPurpose] = useState<Kept["purpose"]>("rescue");
  const [value, setValue] = useState("");
  const [giving, setGiving] = useState(false);
  const [done, setDone] = useState<Given["kind"] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const { data: kept, refetch } = useQuery({
    queryKey: ["kept", contactId],
    queryFn: () => get<Kept[]>(`/api/contacts/${contactId}/identity/kept`),
    enabled: open,
  });
  const there = kept?.find((one) => one.kind === kind && one.purpose === purpose);
  const typed = value.trim() !== "";

  useEffect(() => {
    onTyped?.(typed);
    return () => onTyped?.(false);
  }, [onTyped, typed]);

  function hush(): void {
    setDone(null);
    setFailure(null);
  }

  async function give(): Promise<void> {
    hush();
    setGiving(true);
    try {
      await put(`/api/contacts/${contactId}/identity`, { kind, purpose, value } satisfies Given);
      setValue("");
      setDone(kind);
      field.current?.focus(); // the button is locked now
      void refetch();
    } catch (error) {
      setFailure(error);
    } finally {
      setGiving(false);
    }
  }

  return (
    <details className="give" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.title}</summary>
      <form
        className="form"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed && online && !giving) void give();
        }}
      >
        <p className="soft small">{texts.hint}</p>
        <Segmented
          aria-label={texts.what}
          value={kind}
          disabled={giving}
          onChange={(chosen) => {
            setKind(chosen);
            hush();
          }}
          options={KINDS.map((one) => ({ value: one, label: t.vault.kind[one] }))}
        />
        <label htmlFor={id}>{texts.value[kind]}</label>
        <Input
          id={id}
          ref={field}
          value={value}
          maxLength={LONGEST[kind]}
          readOnly={giving}
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="off"
          spellCheck={false} // some browsers have it checked elsewhere
          aria-describedby={there ? `${id}-there` : undefined}
          onChange={(event) => {
            setValue(event.target.value);
            hush();
          }}
        />
        <div role="status" id={`${id}-there`}>
          {there ? (
            <p className="said">
              {texts.there(t.vault.kind[kind], texts.purpose[purpose], dayAndTime(there.given_at, language))}
            </p>
          ) : null}
        </div>
        <span>{texts.why}</span>
        <Segmented
          aria-label={texts.why}
          value={purpose}
          disabled={giving}
          onChange={setPurpose}
          options={PURPOSES.map((one) => ({ value: one, label: texts.purpose[one] }))}
        />
        <div className="row">
          <Button type="primary" htmlType="submit" disabled={!typed || !online} loading={giving}>
            {texts.give}
          </Button>
        </div>
        <Said text={failure === null ? null : problemInWords(failure, t, language)} />
        <Said text={done && texts.done(t.vault.kind[done])} tone="calm" />
      </form>
    </details>
  );
}
