/** What is asked before something is looked for: fields side by side, and one button. */

import { Button, Input } from "antd";
import { useId, type ReactNode } from "react";

import "./filters.css";

type FormProps = {
  find: string;
  onFind: () => void;
  act: { running: boolean; blocked: boolean };
  /** What is filled in cannot be asked for as it stands. */
  wrong?: boolean;
  children: ReactNode;
};

export function FilterForm({ find, onFind, act, wrong = false, children }: FormProps) {
  return (
    <form
      className="filter-form"
      onSubmit={(event) => {
        event.preventDefault();
        onFind();
      }}
    >
      {children}
      <Button type="primary" htmlType="submit" disabled={act.blocked || wrong} loading={act.running}>
        {find}
      </Button>
    </form>
  );
}

type FieldProps = { label: string; value: string; onChange: (value: string) => void };

export function WordsField({
  label,
  value,
  onChange,
  longest,
  wide,
}: FieldProps & { longest: number; wide?: boolean }) {
  const id = useId();
  return (
    <div className={wide ? "field wide" : "field"}>
      <label htmlFor={id}>{label}</label>
      <Input
        id={id}
        value={value}
        maxLength={longest}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

/** `options`: value and what is said. `none`: said for no choice; without it one is always chosen. */
export function ChoiceField({
  label,
  value,
  onChange,
  options,
  none,
}: FieldProps & { options: readonly (readonly [value: string, said: string])[]; none?: string }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {none === undefined ? null : <option value="">{none}</option>}
        {options.map(([code, said]) => (
          <option key={code} value={code}>
            {said}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A day, YYYY-MM-DD; empty for none. */
export function DayField({ label, value, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} type="date" value={value} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
