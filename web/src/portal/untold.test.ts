import { describe, expect, it } from "vitest";
import { Refused } from "./api";
import { UntoldTakes } from "./untold";

function takes() {
  const kept = new Map<string, string>();
  const store = { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value) };
  const untold = new UntoldTakes("here", store);
  for (const [question_id, part_id] of [[1, "a"], [1, "b"], [2, "c"]] as const) untold.add({ question_id, part_id, duration_s: 3 });
  return untold;
}

const failing = (status: number) => () => Promise.reject(new Refused(status, null, `status ${status}`));

describe("recordings that the server has not placed yet", () => {
  it("count as recorded", () => {
    const untold = takes();
    expect([untold.of(1), untold.of(2), untold.of(3)]).toEqual([2, 1, 0]);
  });

  it("go when the server knows them", async () => {
    const untold = takes();
    const { settled, problem } = await untold.tell(() => Promise.resolve());
    untold.forget(settled);
    expect([untold.all, problem]).toEqual([[], ""]);
  });

  it("stay through every failure that may pass", async () => {
    for (const status of [0, 408, 429, 500, 503]) {
      const untold = takes();
      const { settled, problem } = await untold.tell(failing(status));
      untold.forget(settled);
      expect([untold.all.length, problem]).toEqual([3, ""]);
    }
  });

  it("go with the reason when they are refused for good", async () => {
    const untold = takes();
    const { settled, problem } = await untold.tell(failing(409));
    untold.forget(settled);
    expect([untold.all, problem]).toEqual([[], "status 409"]);
  });
});
