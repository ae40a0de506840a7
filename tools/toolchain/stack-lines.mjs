import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";

/** Has the stacks of errors name files and lines of the sources below `root` instead of those of the bundle. */
export function nameSources(bundle, root) {
  let map;
  const source = (place, line, column) => {
    if (!map && !existsSync(`${bundle}.map`)) return place; // the cache was cleared meanwhile
    map ??= new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, "utf8")));
    const { originalSource, originalLine, originalColumn } = map.findEntry(line - 1, column - 1);
    if (originalSource === undefined) return place;
    return `${path.join(root, originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
  };
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map((frame) => {
      const place = `${bundle}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
      const text = `    at ${frame}`;
      return text.includes(place)
        ? text.replace(place, source(place, frame.getLineNumber(), frame.getColumnNumber()))
        : text;
    });
    return [String(error), ...lines].join("\n");
  };
}
