/** Texts of a merged file keep the numbers of the names in it: which file that was, and what it means for 〔姓名1〕. */

import type { Shapes } from "../api/types";
import { useTexts } from "../i18n/language";

type Original = Shapes["OriginalFile"] | null;

export function FromFile({ of }: { of: Original }) {
  const texts = useTexts().files;
  return of ? <span className="tag">{texts.contacts.original(of.code)}</span> : null;
}

export function NumbersApart({ where }: { where: readonly { numbered_in: Original }[] }) {
  const texts = useTexts().files;
  return where.some((one) => one.numbered_in) ? <p className="said">{texts.numbersApart}</p> : null;
}
