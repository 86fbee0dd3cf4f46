import { describe, expect, it } from "vitest";
import type { WatchNotice } from "./model";
import { identityWords, limitWords, notedWords, unavailableWords, watchedWords } from "./watch-words";

const NOTICE: WatchNotice = {
  profile: "warn", kinds: ["no_face", "identity_change", "second_voice", "paste"], identity: true,
  biometric: { version: "1", text: [] }, biometric_consent: true, reference_taken: true,
  limit: null, pause_minutes: 10,
};

describe("words about watching", () => {
  it("says the number and the time, and only where there is a limit", () => {
    expect(limitWords(NOTICE)).toBe("");
    const words = limitWords({ ...NOTICE, profile: "strict", limit: 3 });
    expect(words).toContain("When 3 are noted, the interview pauses");
    expect(words).toContain("10 minutes");
    expect(words).not.toContain("several");
  });

  it("lists what is looked at, by topic, and nothing else", () => {
    const found = watchedWords(NOTICE, ["second_voice"], true);
    expect(found.map(({ title }) => title)).toEqual(["Your camera's picture", "This page"]);
    expect(found[0]?.points).toHaveLength(2);
  });
  it("does not claim to look at a picture that is not there", () => {
    expect(watchedWords(NOTICE, [], false).map(({ title }) => title)).toEqual(["Sound", "This page"]);
  });
  it("says plainly what cannot be seen", () => {
    expect(unavailableWords(NOTICE, ["second_voice", "identity_change", "looking_away"])).toEqual(["Whether somebody speaks while your mouth is still"]);
  });
  it("says when and why faces are not compared", () => {
    expect(identityWords(NOTICE)).toBe("");
    expect(identityWords({ ...NOTICE, biometric_consent: false })).toContain("You chose");
    expect(identityWords({ ...NOTICE, biometric_consent: null })).toContain("not agreed");
    expect(identityWords({ ...NOTICE, reference_taken: false })).toContain("no picture");
    expect(identityWords({ ...NOTICE, identity: false })).toContain("on this server");
    expect(identityWords({ ...NOTICE, kinds: ["paste"] })).toBe("");
    const refused = watchedWords({ ...NOTICE, biometric_consent: false }, [], true);
    expect(JSON.stringify(refused)).not.toContain("still you");
  });
  it("has words for a kind that it does not know", () => {
    expect(notedWords("no_face")).toBe("You were not in the picture");
    expect(notedWords("new_kind", "The server's words")).toBe("The server's words");
  });
});
