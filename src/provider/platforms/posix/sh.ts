/** Shell text in TypeScript, the only form that bundle, tsx and tests all load. Backslashes stay; write `\${x}` for `${x}`. */
export const sh = ({ raw }: TemplateStringsArray): string =>
  raw.join("").replaceAll("\\${", "${").replaceAll("\\`", "`");
