// What is being typed, on this device, until its question is closed: a reload, a crash, a second tab
// or a lost connection takes no word of it.

export interface Draft {
  text: string;
  code: string;
  language: string;
  /** Where the cursor (or the selection) is in the text and in the code. */
  textAt: [number, number];
  codeAt: [number, number];
}

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const PREFIX = "vivavoce-draft";

export function emptyDraft(): Draft {
  return { text: "", code: "", language: "", textAt: [0, 0], codeAt: [0, 0] };
}

/** A follow-up has its question's number: the text tells them apart. */
export function draftKey(questionNumber: number | null, question: string | null): string {
  let hash = 5381;
  for (const char of question ?? "") hash = (hash * 33 + (char.codePointAt(0) ?? 0)) >>> 0;
  return `${questionNumber ?? "reply"}-${hash.toString(36)}`;
}

const OF_THE_PAGE = new Map<string, string>();

export class Drafts {
  /** Without a store (private windows may refuse one) drafts live as long as the page. */
  constructor(
    private readonly sessionId: string,
    private readonly store: Store | null = localStore(),
    private readonly memory = OF_THE_PAGE,
  ) {}

  load(key: string): Draft {
    const kept = this.read(this.name(key));
    if (kept === null) return emptyDraft();
    try {
      return { ...emptyDraft(), ...(JSON.parse(kept) as Partial<Draft>) };
    } catch {
      return emptyDraft();
    }
  }

  keep(key: string, draft: Draft): void {
    if (!draft.text && !draft.code) return this.drop(key);
    this.write(this.name(key), JSON.stringify(draft));
  }

  drop(key: string): void {
    this.memory.delete(this.name(key));
    this.store?.removeItem(this.name(key));
  }

  /** What is typed for questions, for when the interview is over. */
  unsent(): { key: string; questionNumber: number; draft: Draft }[] {
    const start = this.name("");
    const names = [...this.memory.keys(), ...stored(this.store)].filter((name) => name.startsWith(start));
    return [...new Set(names)].flatMap((name) => {
      const key = name.slice(start.length);
      const questionNumber = Number.parseInt(key, 10);
      return Number.isNaN(questionNumber) ? [] : [{ key, questionNumber, draft: this.load(key) }];
    });
  }

  /** The interview is over: nothing typed is left on this device. */
  clear(): void {
    const start = this.name("");
    for (const name of [...this.memory.keys(), ...stored(this.store)]) {
      if (name.startsWith(start)) this.drop(name.slice(start.length));
    }
  }

  private name(key: string): string {
    return `${PREFIX}:${this.sessionId}:${key}`;
  }

  private read(name: string): string | null {
    return this.memory.get(name) ?? this.store?.getItem(name) ?? null;
  }

  private write(name: string, value: string): void {
    try {
      this.store?.setItem(name, value);
      this.memory.delete(name);
    } catch {
      this.memory.set(name, value); // full or forbidden
    }
    if (this.store === null) this.memory.set(name, value);
  }
}

function stored(store: Store | null): string[] {
  return Array.from({ length: store?.length ?? 0 }, (_, index) => store?.key(index) ?? "");
}

function localStore(): Store | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
