import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

const read = <T>(file: string): T => parse(readFileSync(file, "utf8")) as T;

test("every alert has a case in which it fires, which promtool runs on a lab host", () => {
  const folder = "templates/prometheus";
  const files = readdirSync(folder).filter((name) => name.endsWith(".rules.yml"));
  type Rules = { groups: { rules: { alert?: string }[] }[] };
  const rules = files.flatMap((name) => read<Rules>(`${folder}/${name}`).groups.flatMap(({ rules }) => rules));
  const alerts = rules.flatMap(({ alert }) => alert ?? []);

  type Cases = { tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[] };
  const cases = read<Cases>("tests/fixtures/prometheus/alerts.yml").tests.flatMap((each) => each.alert_rule_test);
  const firing = cases.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname);
  expect(new Set(alerts)).toEqual(new Set(firing));
});
