// Where the question bank is.
export const BANK = "/api/v1/interviewer/question-bank";
