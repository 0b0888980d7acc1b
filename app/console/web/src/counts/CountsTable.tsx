/**
 * The counts, with a bar in each cell as long as its count beside the greatest: one looks rather than reads. A hidden count
 * has a hatched place instead of a bar, of the same length whatever it is. What is not listed is none, unless something was
 * left out of the table.
 */

import type { Shapes } from "../api/types";
import { useLanguage } from "../i18n/language";
import { bySet } from "./sets";

type Counts = Shapes["Counts"];

export function CountsTable({ counts, label }: { counts: Counts; label: string }) {
  const { t, language } = useLanguage();
  const texts = t.counts;
  const [rows = [], columns] = counts.codes;
  const found = new Map(counts.cells.map((cell) => [JSON.stringify(cell.codes), cell]));
  const most = Math.max(1, ...counts.cells.map((cell) => cell.count ?? 0));
  const cellOf = (...codes: string[]) => found.get(JSON.stringify(codes));
  const none = counts.left_out > 0 ? texts.noneShown : "0";
  const [first, second] = counts.by;
  const columnSets = bySet(columns ?? [], language);
  return (
    // A wide table is moved with the arrow keys, so it takes the focus.
    <div className="scroll counts-scroll" role="region" aria-label={label} tabIndex={0}>
      <table className={columns ? "plain counts" : "plain counts list"}>
        <caption className="unseen">{label}</caption>
        <thead>
          {columns && second ? (
            <tr>
              <td />
              <th colSpan={columns.length} scope="colgroup">
                {texts.ways[second]}
              </th>
            </tr>
          ) : null}
          {columnSets.length > 1 ? (
            <tr>
              <td />
              {columnSets.map((group) => (
                <th key={group.codes[0]?.code} colSpan={group.codes.length} scope="colgroup" className="counts-set">
                  {group.name}
                </th>
              ))}
            </tr>
          ) : null}
          <tr>
            <th scope="col">{first ? texts.ways[first] : null}</th>
            {columns ? (
              columns.map((column) => (
                <th key={column.code} scope="col">
                  {column[language]}
                </th>
              ))
            ) : (
              <th scope="col">{texts.contacts}</th>
            )}
          </tr>
        </thead>
        {bySet(rows, language).map((group) => (
          <tbody key={group.codes[0]?.code ?? ""}>
            {group.name ? (
              <tr>
                <th scope="rowgroup" colSpan={1 + (columns?.length ?? 1)} className="counts-set">
                  {group.name}
                </th>
              </tr>
            ) : null}
            {group.codes.map((row) => (
              <tr key={row.code}>
                <th scope="row">{row[language]}</th>
                {columns ? (
                  columns.map((column) => (
                    <CountCell key={column.code} cell={cellOf(row.code, column.code)} none={none} most={most} />
                  ))
                ) : (
                  <CountCell cell={cellOf(row.code)} none={none} most={most} />
                )}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

type CellProps = { cell: Counts["cells"][number] | undefined; none: string; most: number };

function CountCell({ cell, none, most }: CellProps) {
  const texts = useLanguage().t.counts;
  if (cell === undefined) return <td className="figures soft">{none}</td>;
  const { count, at_least: atLeast } = cell;
  const hidden = count === null;
  return (
    <td>
      <div className="count">
        <span className={hidden ? "soft" : "figures"}>
          {hidden ? texts.hidden : atLeast ? texts.atLeast(count) : count}
        </span>
        <span className="count-track" aria-hidden="true">
          <span
            className={hidden ? "count-bar hidden" : "count-bar"}
            style={hidden ? undefined : { inlineSize: `${(count / most) * 100}%` }}
          />
        </span>
      </div>
    </td>
  );
}
