/** An act that cannot be undone asks once, in place; the safe answer has the focus, Escape takes it. */

import { Button } from "antd";
import { useEffect, useRef, useState } from "react";

type Props = {
  label: string;
  question: string;
  yes: string;
  no: string;
  disabled: boolean;
  loading: boolean;
  /** In a table or list: ordinary size, and not red before it is pressed. */
  small?: boolean;
  onYes: () => void;
};

export function AskOnce({ label, question, yes, no, disabled, loading, small = false, onYes }: Props) {
  const [asking, setAsking] = useState(false);
  const safe = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);

  useEffect(() => {
    if (asking) safe.current?.focus();
    else if (asked.current) first.current?.focus();
    asked.current = asking;
  }, [asking]);

  if (!asking) {
    return (
      <Button
        ref={first}
        size={small ? "middle" : "large"}
        danger={!small}
        disabled={disabled}
        loading={loading}
        onClick={() => setAsking(true)}
      >
        {label}
      </Button>
    );
  }
  return (
    <div
      className="ask-once"
      role="alertdialog"
      aria-label={question}
      onKeyDown={(event) => {
        if (event.key === "Escape") setAsking(false);
      }}
    >
      <span>{question}</span>
      <Button
        size={small ? "middle" : "large"}
        type="primary"
        danger
        disabled={disabled}
        loading={loading}
        onClick={() => {
          setAsking(false);
          onYes();
        }}
      >
        {yes}
      </Button>
      <Button ref={safe} size={small ? "middle" : "large"} onClick={() => setAsking(false)}>
        {no}
      </Button>
    </div>
  );
}
