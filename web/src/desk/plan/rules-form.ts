// The rules of an interview as a form: how it is held, heard, spoken and watched.
import { html, nothing, type TemplateResult } from "lit";
import { LISTENING, type ListeningProfile } from "../listening";
import { PROFILES } from "../signal-words";
import type { ProctoringProfile } from "../../protocol.gen";
import type { Draft, Rules } from "./design";
import { choice, line, tick } from "./fields";
import type { Mode, Options } from "./types";

export interface RulesEditing {
  draft: Draft;
  options: Options | null;
  wrong: Record<string, string>;
  change: (change: Partial<Rules>) => void;
}

const MODES: Record<Mode, { word: string; means: string }> = {
  live: { word: "Live", means: "A conversation: the avatar asks, listens, and goes on." },
  recorded: { word: "Recorded", means: "Answers are recorded one after the other, without an avatar, whenever it suits." },
};

export function rulesForm(editing: RulesEditing): TemplateResult {
  const { draft, wrong, change } = editing;
  const live = draft.mode === "live";
  return html`
    <section class="part"><h2>Interview</h2>
      ${line({ id: "title", label: "Title", value: draft.title, max: 200, required: true, placeholder: "Backend engineer", wrong: wrong.title, hint: "Candidates read it, too.", set: (title) => change({ title }) })}
      <fieldset><legend>How it is held</legend><div class="two-choices">
        ${(Object.entries(MODES) as [Mode, { word: string; means: string }][]).map(([mode, { word, means }]) => html`<label class="profile"><input type="radio" name="mode" value=${mode} .checked=${draft.mode === mode} data-testid=${`plan-mode-${mode}`}
          @change=${() => change({ mode })} /><span>${word}<span class="hint">${means}</span></span></label>`)}
      </div></fieldset>
      <div class="grid">
        ${languages(editing)}
        ${live ? voices(editing) : choice({ id: "retakes", label: "Each answer may be recorded", value: draft.retakes, wrong: wrong.retakes, options: [["0", "Once"], ["1", "Twice"], ["2", "Three times"], ["4", "Five times"], ["10", "Eleven times"]], set: (retakes) => change({ retakes }) })}
        ${line({ id: "maxQuestions", label: "Ask at most", type: "number", placeholder: "all questions", value: draft.maxQuestions, wrong: wrong.maxQuestions, set: (maxQuestions) => change({ maxQuestions }) })}
      </div>
      ${live ? listening(editing) : nothing}
      <div class="options">
        ${tick({ id: "questionsAhead", label: "Show the questions beforehand", hint: "On the invitation's page, before anything begins.", on: draft.questionsAhead, set: (questionsAhead) => change({ questionsAhead }) })}
        ${live ? tick({ id: "followUps", label: "Ask follow-up questions", hint: "Where an answer leaves something open.", on: draft.followUps, set: (followUps) => change({ followUps }) }) : nothing}
      </div>
    </section>`;
}

function languages({ draft, options, wrong, change }: RulesEditing): TemplateResult {
  const known = options?.languages ?? [];
  const chosen = known.find(({ code }) => code === draft.language);
  const hint = draft.mode === "live" && chosen && !chosen.spoken ? "No voice here speaks it: questions are shown." : "";
  return choice({
    id: "language", label: "Language", value: draft.language, wrong: wrong.language, hint,
    options: known.map(({ code, name }) => [code, name]),
    set: (language) => change({ language, ...(draft.voice && !speaks(options, draft.voice, language) ? { voice: "" } : {}) }),
  });
}

function voices({ draft, options, wrong, change }: RulesEditing): TemplateResult {
  const fitting = (options?.voices ?? []).filter(({ name }) => speaks(options, name, draft.language));
  return choice({
    id: "voice", label: "Voice", value: draft.voice, wrong: wrong.voice,
    options: [["", "The server's own"], ...fitting.map(({ name }) => [name, name] as [string, string])],
    set: (voice) => change({ voice }),
  });
}

function speaks(options: Options | null, voice: string, language: string): boolean {
  return options?.voices.find(({ name }) => name === voice)?.language === language.split("-")[0];
}

function listening({ draft, wrong, change }: RulesEditing): TemplateResult {
  return choice({
    id: "listening", label: "Pauses in answers", value: draft.listening, wrong: wrong.listening, hint: LISTENING[draft.listening].means,
    options: Object.entries(LISTENING).map(([key, { word }]) => [key, word]),
    set: (value) => change({ listening: value as ListeningProfile }),
  });
}

export function watchForm({ draft, wrong, change }: RulesEditing): TemplateResult {
  const off = draft.proctoring === "off";
  return html`<section class="part"><h2>Proctoring</h2>
    <fieldset><legend class="unseen">Profile</legend><div class="profiles">
      ${(Object.entries(PROFILES) as [ProctoringProfile, { word: string; means: string }][]).map(([key, { word, means }]) => html`<label class="profile"><input type="radio" name="proctoring" value=${key} .checked=${draft.proctoring === key}
        data-testid=${`plan-proctoring-${key}`} @change=${() => change({ proctoring: key })} /><span>${word}<span class="hint">${means}</span></span></label>`)}
    </div></fieldset>
    ${wrong.proctoring ? html`<p class="problem">${wrong.proctoring}</p>` : nothing}
    <div class="options">
      ${tick({ id: "identity", label: "Compare faces with a reference picture", hint: "Only if the candidate agrees to it; who does not agree can still take the interview.", on: draft.identity && !off, disabled: off, set: (identity) => change({ identity }) })}
      ${tick({ id: "cameraRequired", label: "A camera is needed", hint: "Candidates read it before they agree. Who has none can ask for another way; you decide in Requests.", on: draft.cameraRequired, set: (cameraRequired) => change({ cameraRequired }) })}
    </div>
  </section>`;
}
