/** A file of YAML: JSON is YAML. */
export const yaml = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
