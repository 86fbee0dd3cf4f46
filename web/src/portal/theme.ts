// The organisation's colours, where they can be read. Pure, but for the last function.
import type { Theme } from "./api";

const READABLE = 4.5; // WCAG 2.2, 1.4.3

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
    Object.assign(found, { "--paper": theme.background_color, "--ink": theme.text_color });
  }
  const under = dark || found["--paper"] ? paper : "#fbfbf9";
  if (contrast(theme.primary_color, under) >= READABLE) {
    const on = contrast("#ffffff", theme.primary_color) >= contrast("#06201d", theme.primary_color) ? "#ffffff" : "#06201d";
    Object.assign(found, { "--accent": theme.primary_color, "--accent-hover": theme.primary_color, "--on-accent": on, "--ring": theme.primary_color });
  }
  return found;
}

/** Show the page in these colours. */
export function wear(theme: Theme): void {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  for (const [name, value] of Object.entries(properties(theme, dark))) document.documentElement.style.setProperty(name, value);
}
