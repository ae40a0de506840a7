/** Shell text in TypeScript, the only form that bundle, tsx and tests all load. Backslashes stay; write `\${x}` for `${x}`. */
export const sh = ({ raw }: TemplateStringsArray): string =>
  raw.join("").replaceAll("\\${", "${").replaceAll("\\`", "`");

/** A function that prints shell text, to stand in a script that runs without the library. */
export const source = (name: string, text: string): string => `${name}() { cat <<'gw_end'\n${text}\ngw_end\n}\n`;
