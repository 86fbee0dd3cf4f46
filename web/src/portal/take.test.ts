import { expect, test } from "vitest";
import { begun, left, passed, READY } from "./take";

const times = { preparation_time: 30, responding_time: 90 };

test("time to prepare, then time to answer, then the end", () => {
  let take = begun(times, 100);
  expect([take.step, left(take, times, 110)]).toEqual(["preparing", 20]);
  expect(passed(take, times, 129)).toBe(take);
  take = passed(take, times, 130);
  expect([take.step, left(take, times, 130)]).toEqual(["recording", 90]);
  take = passed(take, times, 220);
  expect([take.step, left(take, times, 500)]).toEqual(["recorded", null]);
});

test("without time to prepare the answer begins at once", () => {
  expect(begun({ ...times, preparation_time: null }, 5)).toEqual({ step: "recording", since: 5 });
});

test("what has not begun does not end", () => {
  expect(passed(READY, times, 1_000)).toBe(READY);
});
