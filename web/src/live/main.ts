// The candidate's page: one app, one element that draws it.
import "./base.css";
import type { App } from "./model";
import { Candidate } from "./views/root";

async function open(): Promise<App> {
  const demo = import.meta.env.DEV ? new URLSearchParams(location.search).get("demo") : null;
  if (demo !== null) return (await import("./dev-app")).createDemo(demo);
  const found = Object.values(import.meta.glob<{ createApp(): App }>("./app.ts"))[0];
  if (!found) throw new Error("the page's engine is not built");
  return (await found()).createApp();
}

const element = new Candidate();
element.app = await open();
document.body.append(element);
