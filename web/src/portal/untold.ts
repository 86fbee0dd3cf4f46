// Recordings of which the server does not know yet which question they answer; on this device until it does.
import { device } from "../store";
import { Refused, reason } from "./api";

export interface Untold {
  question_id: number;
  part_id: string;
  duration_s: number;
}

type Store = { getItem(name: string): string | null; setItem(name: string, value: string): unknown };

/** The server has said no for good; anything else may pass. */
function final(error: unknown): boolean {
  return error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;
}

export class UntoldTakes {
  constructor(private readonly place: string, private readonly store: Store = device) {}

  get all(): Untold[] {
    return JSON.parse(this.store.getItem(this.key) ?? "[]") as Untold[];
  }

  add(take: Untold): void {
    this.keep([...this.all, take]);
  }

  forget(told: readonly Untold[]): void {
    const parts = new Set(told.map((one) => one.part_id));
    this.keep(this.all.filter((one) => !parts.has(one.part_id)));
  }

  /** How many recordings of a question are still only here. */
  of(questionId: number): number {
    return this.all.filter((one) => one.question_id === questionId).length;
  }

  /** Tell of one after the other: which are settled, and why one was refused, if one was. */
  async tell(post: (take: Untold) => Promise<unknown>): Promise<{ settled: Untold[]; problem: string }> {
    const settled: Untold[] = [];
    let problem = "";
    for (const take of this.all) {
      try {
        await post(take);
      } catch (error) {
        if (!final(error)) break;
        problem = reason(error);
      }
      settled.push(take);
    }
    return { settled, problem };
  }

  private get key(): string {
    return `${this.place}:takes`;
  }

  private keep(takes: Untold[]): void {
    this.store.setItem(this.key, JSON.stringify(takes));
  }
}
