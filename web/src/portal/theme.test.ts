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
