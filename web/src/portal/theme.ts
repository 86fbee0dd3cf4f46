// The organisation's colours, where they can be read. Pure, but for the last function.
import type { Theme } from "./api";

const READABLE = 4.5; // WCAG 2.2, 1.4.3
const SOFT = 0.12;
const NAMES = ["--paper", "--ink", "--ink-2", "--muted", "--accent", "--accent-hover", "--on-accent", "--ring", "--accent-soft"];

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((place) => {
    const share = parseInt(colour.slice(place, place + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 1 to 21. */
export function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** The custom properties that a theme sets; none that could not be read. */
export function properties(theme: Theme, dark: boolean): Record<string, string> {
  const paper = dark ? "#101716" : theme.background_color;
  const found: Record<string, string> = {};
  if (!dark && contrast(theme.text_color, theme.background_color) >= READABLE) {
    const quieter = (share: number): string => {
      const tried = mixed(theme.text_color, theme.background_color, share);
      return contrast(tried, theme.background_color) >= READABLE ? tried : theme.text_color;
    };
    Object.assign(found, { "--paper": theme.background_color, "--ink": theme.text_color, "--ink-2": quieter(0.85), "--muted": quieter(0.72) });
  }
  const under = dark || found["--paper"] ? paper : "#fbfbf9";
  const soft = mixed(theme.primary_color, under, SOFT);
  if (contrast(theme.primary_color, soft) >= READABLE) {
    const on = contrast("#ffffff", theme.primary_color) >= contrast("#06201d", theme.primary_color) ? "#ffffff" : "#06201d";
    Object.assign(found, { "--accent": theme.primary_color, "--accent-hover": theme.primary_color, "--on-accent": on, "--ring": theme.primary_color, "--accent-soft": soft });
  }
  return found;
}

/** So much of one colour in the other, as `#rrggbb`. */
function mixed(one: string, other: string, share: number): string {
  const parts = [1, 3, 5].map((place) => {
    const [a, b] = [one, other].map((colour) => parseInt(colour.slice(place, place + 2), 16)) as [number, number];
    return Math.round(share * a + (1 - share) * b).toString(16).padStart(2, "0");
  });
  return `#${parts.join("")}`;
}

const night = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");
let again: AbortController | null = null;

/** Show the page in these colours, in ours where there are none; and anew when the day ends, unless `dark` says how it is. */
export function wear(theme: Theme | null, dark?: boolean): void {
  const { style } = document.documentElement;
  again?.abort();
  for (const name of NAMES) style.removeProperty(name);
  if (theme === null) return;
  for (const [name, value] of Object.entries(properties(theme, dark ?? night().matches))) style.setProperty(name, value);
  if (dark !== undefined) return;
  again = new AbortController();
  night().addEventListener("change", () => wear(theme), { signal: again.signal });
}
