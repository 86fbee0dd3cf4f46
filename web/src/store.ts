// The browser's storage, or memory where it is forbidden or full (cookies blocked, private windows):
// what is kept lasts as long as the page, and the page works all the same.

export class Kept {
  private readonly memory = new Map<string, string>();

  /** Reading the property may throw, as may each call. */
  constructor(private readonly storage: () => Storage) {}

  getItem(name: string): string | null {
    const here = this.memory.get(name);
    if (here !== undefined) return here;
    try {
      return this.storage().getItem(name);
    } catch {
      return null;
    }
  }

  /** False when it lasts only as long as the page. */
  setItem(name: string, value: string): boolean {
    try {
      this.storage().setItem(name, value);
      this.memory.delete(name);
      return true;
    } catch {
      this.memory.set(name, value);
      return false;
    }
  }

  names(): string[] {
    return [...new Set([...this.memory.keys(), ...this.stored()])];
  }

  private stored(): string[] {
    try {
      const storage = this.storage();
      return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
    } catch {
      return [];
    }
  }

  removeItem(name: string): void {
    this.memory.delete(name);
    try {
      this.storage().removeItem(name);
    } catch {
      return; // then it was never there
    }
  }
}

/** On this device. */
export const device = new Kept(() => localStorage);
/** In this tab. */
export const tab = new Kept(() => sessionStorage);
