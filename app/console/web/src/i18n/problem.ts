/** A failure in words for the person who meets it. */

import { Problem } from "../api/request";
import type { Language } from "../api/types";
import { closingTime, dayAndTime } from "../time/format";
import type { Texts } from "./texts";

export function problemInWords(error: unknown, t: Texts, language: Language): string {
  if (!(error instanceof Problem)) return t.common.errors.unreachable;
  const { why, next_shift: shift } = error.document;
  if (why === "certificates_expired") return t.common.notRostered.expired;
  if (why === "before_next_shift" && shift) {
    const hours = `${dayAndTime(shift.starts_at, language)}–${closingTime(shift.ends_at)}`;
    return t.common.notRostered.next(hours, language === "zh" ? shift.pool_name_zh : shift.pool_name_en);
  }
  if (why === "no_shift_ahead") return t.common.notRostered.none;
  const { document } = error;
  const explained =
    document.detail_zh === undefined ? undefined : language === "zh" ? document.detail_zh : document.detail;
  const known: Record<string, string> = t.common.errors;
  const own = known[error.code];
  if (own !== undefined) return explained ?? own; // what stands in the way here, rather than what it may be anywhere
  const title = language === "zh" ? document.title_zh : document.title;
  const detail = language === "zh" ? document.detail_zh : document.detail;
  const fields = (document.errors ?? []).map((one) => one.message.split(" · ")[0]).join("; "); // English comes first
  const said = [title, detail, language === "en" ? fields : ""]
    .filter(Boolean)
    .join(language === "zh" ? "。" : ". ")
    .replace(/\.\. /g, ". ");
  return said || t.common.errors.unknown;
}
