// Property lists as XML: pure text, keys in the order given.

export type PlistValue =
  | string
  | number
  | boolean
  | readonly PlistValue[]
  | { readonly [key: string]: PlistValue | undefined };

/** A whole file. Throws where XML cannot hold a text. */
export const plist = (value: PlistValue): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(value, "")}
</plist>
`;

function element(value: PlistValue, indent: string): string {
  if (typeof value === "string") return `${indent}<string>${escaped(value)}</string>`;
  if (typeof value === "number") return `${indent}<integer>${value}</integer>`;
  if (typeof value === "boolean") return `${indent}<${value}/>`;
  const inner = `${indent}\t`;
  const lines = isList(value)
    ? value.map((item) => element(item, inner))
    : Object.entries(value).flatMap(([key, item]) =>
        item === undefined ? [] : [`${inner}<key>${escaped(key)}</key>`, element(item, inner)],
      );
  const tag = isList(value) ? "array" : "dict";
  return [`${indent}<${tag}>`, ...lines, `${indent}</${tag}>`].join("\n");
}

const isList = (value: PlistValue): value is readonly PlistValue[] => Array.isArray(value);

/** A bare carriage return would be read as a line feed. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 cannot hold
  const unfit = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.exec(text);
  if (unfit) {
    const code = unfit[0].charCodeAt(0).toString(16).padStart(4, "0");
    throw new Error(`a property list cannot hold the character U+${code}, so launchd cannot be given it: leave it out`);
  }
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");
}
