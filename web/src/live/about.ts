// Who interviews here; asked for once.
export interface About {
  company: string;
  contact_email: string | null;
  privacy_url: string;
  logo_url: string | null;
}

let asked: Promise<About> | null = null;

/** Rejects where the server cannot be reached; the next call asks again. */
export function about(): Promise<About> {
  asked ??= fetch("/api/about").then(async (reply) => {
    if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
    return (await reply.json()) as About;
  });
  asked.catch(() => (asked = null));
  return asked;
}
