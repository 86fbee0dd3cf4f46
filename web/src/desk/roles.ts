// Who may do what on the desk; the server decides all the same.
import { currentUser } from "./http";

/** Owners and interviewers decide, share and export; reviewers read, rate and note. */
export function mayDecide(): boolean {
  return currentUser()?.roles.some((role) => role === "owner" || role === "interviewer") ?? false;
}
