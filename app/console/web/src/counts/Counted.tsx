/** What was counted: of which months and lines, the table or why there is none, and the same as a sheet to keep. */

import { Button } from "antd";

import { postForFile } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { CountsTable } from "./CountsTable";
import { save } from "./save";
import { hasSeveralSets } from "./sets";
import { asked, type Filters } from "./ways";

/** Spoken by a screen reader when it comes. */
export function Told({ counts, of }: { counts: Shapes["Counts"]; of: string }) {
  const texts = useLanguage().t.counts;
  const empty = counts.cells.length === 0;
  const hides = counts.hidden > 0 || counts.cells.some((cell) => cell.at_least);
  return (
    <>
      <h2>{of}</h2>
      {counts.withheld ? <p>{texts.withheld(counts.k)}</p> : empty ? <p>{texts.nothing}</p> : null}
      {hides && !empty ? <p>{texts.why(counts.k)}</p> : null}
      {counts.left_out > 0 && !empty ? <p>{texts.leftOut(counts.left_out)}</p> : null}
      {counts.by.includes("topic") && !empty ? <p className="soft small">{texts.topics}</p> : null}
      {counts.codes.some(hasSeveralSets) ? <p className="soft small">{texts.sets}</p> : null}
    </>
  );
}

type Props = { counts: Shapes["Counts"]; filters: Filters; of: string };

export function Counted({ counts, filters, of }: Props) {
  const { t, language } = useLanguage();
  const texts = t.counts;
  const { from, to } = filters;
  const keep = useAct(
    () => postForFile("/api/exports/counts", asked(filters, "csv", language)),
    (sheet) => save(sheet, `${texts.fileName}-${from === to ? from : `${from}-${to}`}.csv`),
  );
  return (
    <>
      <CountsTable counts={counts} label={of} />
      <p>
        <Button disabled={keep.blocked} loading={keep.running} onClick={() => keep.run(null)}>
          {texts.download}
        </Button>
      </p>
      <Said text={keep.said} />
    </>
  );
}
