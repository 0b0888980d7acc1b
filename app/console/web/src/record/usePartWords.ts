/** A part of a note in words, to be read beside another window's. */

import { useLanguage } from "../i18n/language";
import { FREE_FIELDS, type Body, type FreeField } from "./body";
import { useCodeName, useCodes } from "./codes";
import type { PartName } from "./parts";
import { WHO } from "./who";

const isFree = (part: PartName): part is FreeField => (FREE_FIELDS as readonly string[]).includes(part);

export function usePartWords(): {
  titleOf: (part: PartName) => string;
  wordsOf: (part: PartName, body: Body) => string;
} {
  const { t } = useLanguage();
  const texts = t.record;
  const nameOf = useCodeName(useCodes());
  const titles: Record<Exclude<PartName, FreeField>, string> = {
    danger: texts.danger.short,
    topics: texts.topics,
    who: texts.who,
    actions: texts.actions.title,
    plan: texts.plan,
  };
  const linesOf = (part: Exclude<PartName, FreeField>, body: Body): string[] => {
    switch (part) {
      case "danger": {
        const reason = body.danger_reason ? nameOf("danger_reasons", body.danger_reason) : "";
        return body.danger_asked ? [`${texts.danger[body.danger_asked]} ${reason}`.trim()] : [];
      }
      case "topics":
        return body.topics.map((code) => nameOf("topics", code));
      case "who":
        return WHO.filter(([field]) => body[field]).map(
          ([field, label, kind]) => `${texts[label]} · ${nameOf(kind, body[field])}`,
        );
      case "actions":
        return body.actions.map(({ text, state }) => `${texts.actions.state[state ?? "planned"]} · ${text}`);
      case "plan":
        return Object.entries(body.safety_plan)
          .filter(([, text]) => text)
          .map(([code, text]) => `${nameOf("safety_plan", code)} · ${text}`);
    }
  };
  return {
    titleOf: (part) => (isFree(part) ? texts.fields[part] : titles[part]),
    wordsOf: (part, body) => (isFree(part) ? body[part] : linesOf(part, body).join("\n")) || texts.conflict.nothing,
  };
}
