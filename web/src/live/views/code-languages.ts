// The languages that a coding answer may be written in.
export const LANGUAGES = ["Python", "JavaScript", "TypeScript", "Java", "C and C++", "SQL", "Plain text"] as const;
export type Language = (typeof LANGUAGES)[number];
