/**
 * A text with its identities marked: each mark is a button that says what it is, why, and what stands
 * in its place.
 */

import { useTexts } from "../i18n/language";
import type { Part } from "./marks";

type Props = { parts: readonly Part[]; onToggle: (part: Part) => void };

export function Marked({ parts, onToggle }: Props) {
  const texts = useTexts().record.check;
  return (
    <p className="marked">
      {parts.map((part) => {
        if (part.kind == null) return <span key={part.start}>{part.text}</span>;
        const kind = texts.kinds[part.kind] ?? texts.kinds.OTHER ?? "";
        const becomes = part.replacement ?? "";
        const why = part.fixed ? texts.fixed : (texts.reasons[part.reason ?? ""] ?? "");
        return (
          <button
            key={part.start}
            type="button"
            className={part.hidden ? "mark" : "mark kept"}
            aria-pressed={part.hidden}
            disabled={part.fixed}
            title={[kind, why].filter(Boolean).join(" · ")}
            onClick={() => onToggle(part)}
          >
            <span className="unseen">{kind}</span> <span className="mark-was">{part.text}</span>{" "}
            <span className="unseen">{part.hidden ? texts.becomes : texts.stays}</span>{" "}
            {part.hidden ? <span className="mark-becomes">{becomes}</span> : null}
          </button>
        );
      })}
    </p>
  );
}
