// The candidate's page: one app, one element that draws it.
import { createApp } from "./app";
import "./base.css";
import type { App } from "./model";
import { Candidate } from "./views/root";

async function open(): Promise<App> {
  const demo = import.meta.env.DEV ? new URLSearchParams(location.search).get("demo") : null;
  return demo === null ? createApp() : (await import("./dev-app")).createDemo(demo);
}

const element = new Candidate();
element.app = await open();
document.body.append(element);
