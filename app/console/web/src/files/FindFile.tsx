/** The files that go by a caller's short code. Five signs may stand for two people: all are listed, a person chooses. */

import { Button, Input } from "antd";
import { useId, useState, type ReactNode } from "react";

import { get } from "../api/request";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { dayAndTime } from "../time/format";
import { useOrganisationName, type FoundFile } from "./useFile";

const CODE = /^[0-9a-z]{5}$/i;

type Props = { label?: string; show: (found: FoundFile) => ReactNode };

export function FindFile({ label, show }: Props) {
  const { t, language } = useLanguage();
  const texts = t.files;
  const id = useId();
  const organisationName = useOrganisationName();
  const [code, setCode] = useState("");
  const [found, setFound] = useState<FoundFile[] | null>(null);
  const [misshapen, setMisshapen] = useState(false);
  const find = useAct(
    (wanted: string) => get<FoundFile[]>(`/api/subjects?code=${encodeURIComponent(wanted)}`),
    setFound,
  );
  return (
    <>
      <form
        className="row find-file"
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = code.trim();
          setFound(null);
          setMisshapen(!CODE.test(wanted));
          if (CODE.test(wanted)) find.run(wanted);
        }}
      >
        <label htmlFor={id}>{label ?? texts.code}</label>
        <Input
          id={id}
          className="code"
          value={code}
          maxLength={8}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button type="primary" htmlType="submit" disabled={find.blocked} loading={find.running}>
          {texts.search}
        </Button>
      </form>
      <Said text={misshapen ? texts.codeShape : find.said} />
      <div role="status">{found?.length === 0 ? <p>{texts.nothing}</p> : null}</div>
      {found?.length ? (
        <ul className="duty-list">
          {found.map((one) => (
            <li key={one.id}>
              <span className="row">
                <strong>{texts.ofCode(one.code)}</strong>
                <span className="tag">{texts.times(one.times_seen)}</span>
                {one.last_contact_at ? (
                  <span className="soft figures">{texts.last(dayAndTime(one.last_contact_at, language))}</span>
                ) : null}
                {one.organisation_id ? (
                  <span className="soft">{texts.custody(organisationName(one.organisation_id))}</span>
                ) : null}
              </span>
              {show(one)}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
