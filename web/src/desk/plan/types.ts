// The names of planning for what the server's document says; nothing of it is written by hand.
import type { BankList, BankReply, InterviewItem as Item, InterviewReply, InvitationsReply, JobReply, OptionsReply, PreviewReply, RubricPoint, SettingsReply, TokenReply, VersionItem as Version, VersionList } from "../../api.gen";

export type { InterviewReply, JobStatus } from "../../api.gen";
export type Interview = InterviewReply;
export type Mode = InterviewReply["mode"];
export type InterviewItem = Item;
export type PlanQuestion = InterviewReply["questions"][number];
export type QuestionFields = Omit<PlanQuestion, "id" | "order">;
export type Point = RubricPoint;
export type BankQuestion = BankReply;
export type BankPage = BankList;
export type VersionItem = Version;
export type VersionPage = VersionList;
export type Options = OptionsReply;
export type Usual = SettingsReply;
export type Invitation = TokenReply;
export type Preview = PreviewReply;
export type ReadLine = PreviewReply["lines"][number];
export type Person = NonNullable<ReadLine["person"]>;
export type Invited = InvitationsReply;
export type Job = JobReply;

export interface Paged<T> {
  items: T[];
  total: number;
  limit: number;
  offset: number;
}
