import { expect, test } from "vitest";
import { contrast, properties } from "./theme";

const theme = { primary_color: "#0b6660", background_color: "#ffffff", text_color: "#222222", company_logo: null };

test("the contrast is that of the standard", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 1);
});

test("colours that can be read are worn", () => {
  expect(properties(theme, false)).toMatchObject({ "--paper": "#ffffff", "--ink": "#222222", "--accent": "#0b6660", "--on-accent": "#ffffff" });
});

test("colours that could not be read are left out", () => {
  expect(properties({ ...theme, text_color: "#eeeeee" }, false)).not.toHaveProperty("--ink");
  expect(properties({ ...theme, primary_color: "#ffee00" }, false)).not.toHaveProperty("--accent");
  expect(properties(theme, true)).toEqual({});
});

test("what is drawn on the soft colour can be read as well", () => {
  for (const [dark, colours] of [[false, { primary_color: "#767676" }], [true, { primary_color: "#7c8a86" }]] as const) {
    const worn = properties({ ...theme, ...colours }, dark);
    const { "--accent": accent, "--accent-soft": soft } = worn;
    if (accent !== undefined && soft !== undefined) expect(contrast(accent, soft)).toBeGreaterThanOrEqual(4.5);
  }
  expect(properties(theme, false)["--accent-soft"]).toMatch(/^#[0-9a-f]{6}$/);
  expect(properties({ ...theme, primary_color: "#767676" }, false)).not.toHaveProperty("--accent");
});

test("quieter words on the organisation's paper can be read as well", () => {
  for (const background_color of ["#ffffff", "#b8b8b8", "#091326"]) {
    const text_color = background_color === "#091326" ? "#f5f7fa" : "#111111";
    const worn = properties({ ...theme, background_color, text_color }, false);
    for (const name of ["--ink", "--ink-2", "--muted"]) expect(contrast(worn[name] ?? "", background_color)).toBeGreaterThanOrEqual(4.5);
  }
});
