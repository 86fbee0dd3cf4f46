// Files that need the bearer token: fetched, then handed to the browser under their own name.
import { failure, request } from "./http";
import { fileName } from "./sync";

/** False while the server is still making the file (202). Throws ApiError. */
export async function download(path: string, otherwise: string): Promise<boolean> {
  const answer = await request(path);
  if (answer.status === 202) return false;
  if (!answer.ok) throw await failure(answer);
  save(await answer.blob(), fileName(answer.headers.get("Content-Disposition"), otherwise));
  return true;
}

function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
