// Three Mac Minis: site and API on one, models on another, data and metrics on the third.
import { judge } from "../../src/checks/judge.ts";
import { macminisChecks } from "../../src/checks/macminis/index.ts";
import { macminisModel } from "../../src/components/macminis/model.ts";
import { Provider } from "../../src/components/provider.ts";
import { type MacminisConfig, macminisConfig } from "../../src/schemas/macminis/index.ts";
import { connections } from "../../src/schemas/stack.ts";
import { refuseBroken } from "../config.ts";
import { authority } from "./authority.ts";
import { certificates } from "./certificates.ts";
import { contextOf } from "./context.ts";
import { data } from "./data.ts";
import { hosts } from "./hosts.ts";
import { inference } from "./inference.ts";
import { keys } from "./keys.ts";
import { machines } from "./machines.ts";
import { mentionsIn } from "./site.ts";
import { watch } from "./watch.ts";
import { web } from "./web.ts";

export const schema = macminisConfig;

export async function deploy(config: MacminisConfig) {
  const model = macminisModel(config, mentionsIn(config.services.nginx.site));
  refuseBroken(judge(macminisChecks, model, config.waivers, new Date().toISOString().slice(0, 10)));

  const provider = new Provider("hosts", { hosts: connections(config.hosts), offline: config.offline });
  const context = contextOf(config, model, provider);
  machines(context);
  hosts(context);
  const trusted = authority(context);
  const { endpoints: models, undeclaredModels, ...answering } = inference(context);
  const { endpoints, ...backends } = data(context, trusted, answering.ollama);
  const {
    endpoints: sites,
    nginx,
    certificateEnds: ofSite,
  } = await web(context, { ...backends, ...answering }, trusted);
  const { endpoints: watchers, prometheus, metrics, logins } = watch(context, { ...backends, nginx });
  const { endpoints: keepers, encryptingKeys, certificateEnds: ofKeys } = keys(context, prometheus);
  certificates(context, [...backends.postgres.certificateEnds, ...ofSite, ...ofKeys], metrics);

  return {
    endpoints: { ...sites, ...watchers, ...keepers, ...endpoints, ...models },
    encryptingKeys,
    undeclaredModels,
    ...logins,
  };
}
