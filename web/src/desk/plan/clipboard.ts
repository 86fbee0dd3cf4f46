// Text for the clipboard; false where the browser lets nobody in, so that the page can offer it otherwise.
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
