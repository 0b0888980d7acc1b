/** What the caller agreed to: recording, follow-up, telling others; each asked for by itself, and taken back at any time. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";

import { get, post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useTexts } from "../i18n/language";

type View = Shapes["Consents"];
type SaidWord = Shapes["NewConsent"]["said"];

type Asked = "recording" | "follow_up" | "disclosure";
const ASKED: Asked[] = ["follow_up", "disclosure"]; // calls are not recorded; what was said to it by a key is shown

export function Consents({ contactId }: { contactId: string }) {
  const texts = useTexts().record.consents;
  const client = useQueryClient();
  const key = ["consents", contactId];
  const { data } = useQuery({ queryKey: key, queryFn: () => get<View>(`/api/contacts/${contactId}/consents`) });
  const say = useAct(
    ({ to, said }: { to: Asked; said: SaidWord }) =>
      post<View>(`/api/contacts/${contactId}/consents`, {
        consent_to: to,
        said,
        how: "spoken",
      } satisfies Shapes["NewConsent"]),
    (answer) => client.setQueryData(key, answer),
  );
  if (!data) return null;
  const recording = data.present.recording ?? "not_asked";
  const shown: Asked[] = recording === "not_asked" ? ASKED : ["recording", ...ASKED];
  return (
    <fieldset className="consents">
      <legend>{texts.title}</legend>
      {shown.map((to) => {
        const state = data.present[to] ?? "not_asked";
        const next: SaidWord[] =
          state === "given" ? ["withdrawn"] : ["given", ...(state === "refused" ? [] : ["refused" as const])];
        return (
          <div key={to} className="row">
            <span className="consent-name">{texts.to[to]}</span>
            <span className={state === "given" ? "tag calm" : "tag"}>{texts.state[state]}</span>
            {data.entries.find((entry) => entry.consent_to === to)?.how === "key" ? (
              <span className="soft small">{texts.byKey}</span>
            ) : null}
            {next.map((said) => (
              <Button
                key={said}
                size="small"
                aria-label={`${texts.to[to]}: ${texts[said]}`}
                disabled={say.blocked || say.running}
                onClick={() => say.run({ to, said })}
              >
                {texts[said]}
              </Button>
            ))}
          </div>
        );
      })}
      <Said text={say.said} />
    </fieldset>
  );
}
