/** By what one may count, and the question as it is sent. */

import type { Language, Shapes } from "../api/types";

export type Way = Shapes["Dimension"];
export type Filters = { from: string; to: string; line: string; rows: Way; columns: Way | "" };

export const WAYS = ["topic", "level", "age_band", "gender", "caller_role", "region", "line", "month"] as const;

export function asked(filters: Filters, format: "json" | "csv", language: Language): Shapes["ExportCounts"] {
  return {
    from: filters.from,
    to: filters.to,
    line_ids: filters.line ? [filters.line] : [],
    by: filters.columns ? [filters.rows, filters.columns] : [filters.rows],
    format,
    language,
  };
}
