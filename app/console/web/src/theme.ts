/**
 * Colours and sizes, one set for day and one for night. Calm greens and greys; amber is for "now", brick red only for
 * danger and for ending a call. Every text pair has a contrast of at least 4.5 : 1.
 */

import { theme, type ThemeConfig } from "antd";

export type Palette = Record<
  | "paper"
  | "card"
  | "sunk"
  | "ink"
  | "soft-ink"
  | "rule"
  | "calm"
  | "calm-ink"
  | "calm-wash"
  | "now"
  | "now-ink"
  | "now-wash"
  | "danger"
  | "danger-ink"
  | "danger-wash"
  | "focus",
  string
>;

const day: Palette = {
  paper: "#f4f3ee",
  card: "#fffefb",
  sunk: "#ebeae3",
  ink: "#23302f",
  "soft-ink": "#55635f",
  rule: "#d8d6cb",
  calm: "#2c6e69",
  "calm-ink": "#23605b",
  "calm-wash": "#e0ecea",
  now: "#b7791f",
  "now-ink": "#7a4b06",
  "now-wash": "#fbf0da",
  danger: "#a63d2f",
  "danger-ink": "#8f3125",
  "danger-wash": "#f8e4df",
  focus: "#1d5fa8",
};

const night: Palette = {
  paper: "#14191a",
  card: "#1d2425",
  sunk: "#171d1e",
  ink: "#dfe6e2",
  "soft-ink": "#9fb0aa",
  rule: "#364142",
  calm: "#34807a",
  "calm-ink": "#8fd0c6",
  "calm-wash": "#1f3a38",
  now: "#d9a441",
  "now-ink": "#f0cd8b",
  "now-wash": "#3a2f18",
  danger: "#b5503f",
  "danger-ink": "#f0aa9c",
  "danger-wash": "#40241f",
  focus: "#7db7f2",
};

export const paletteOf = (dark: boolean): Palette => (dark ? night : day);

/** Our own style sheets read the same colours as Ant Design. */
export function showPalette(palette: Palette): void {
  for (const [name, value] of Object.entries(palette)) {
    document.documentElement.style.setProperty(`--${name}`, value);
  }
}

export function antTheme(dark: boolean, still: boolean): ThemeConfig {
  const palette = paletteOf(dark);
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: palette.calm,
      colorLink: palette["calm-ink"],
      colorText: palette.ink,
      colorTextSecondary: palette["soft-ink"],
      colorTextPlaceholder: palette["soft-ink"],
      colorBgBase: palette.card,
      colorBgContainer: palette.card,
      colorBgElevated: palette.card,
      colorBorder: palette.rule,
      colorError: dark ? palette["danger-ink"] : palette.danger, // the dark algorithm makes it darker again
      colorWarning: palette.now,
      colorSuccess: palette.calm,
      borderRadius: 10,
      fontSize: 16,
      controlHeight: 40,
      controlHeightLG: 52,
      fontFamily: "inherit",
      motion: !still,
    },
    components: {
      Button: {
        primaryShadow: "none",
        defaultShadow: "none",
        dangerShadow: "none",
        fontWeight: 500,
        dangerColor: dark ? "#2a120d" : "#fff",
      },
      Segmented: { itemSelectedBg: palette.card, trackBg: palette.sunk, itemColor: palette["soft-ink"] },
    },
  };
}
