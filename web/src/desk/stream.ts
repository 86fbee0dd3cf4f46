// Server-sent events by fetch: `EventSource` cannot send the bearer token.
import { ApiError, failure, request } from "./http";

/** Feed pieces of a stream, get the `data` of whole events back. Pure. */
export class EventReader {
  private rest = "";

  push(piece: string): string[] {
    const parts = (this.rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    this.rest = parts.pop() ?? "";
    return parts.flatMap((event) => {
      const data = event.split("\n").filter((line) => line.startsWith("data:"));
      return data.length ? [data.map((line) => line.slice(5).trimStart()).join("\n")] : [];
    });
  }
}

/** Call `take` with each event until the stream ends or `signal` aborts. */
export async function readEvents(path: string, signal: AbortSignal, take: (data: string) => void): Promise<void> {
  const answer = await request(path, { signal });
  if (!answer.ok) throw await failure(answer);
  if (answer.body === null) throw new ApiError(0, "offline", "The server sent nothing.");
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const events = new EventReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const data of events.push(value)) take(data);
  }
}
