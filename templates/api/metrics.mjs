// Durations as Prometheus reads them.
const bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const histograms = new Map();

/** @param {Record<string, string>} labels */
export function observe(name, labels, seconds) {
  const key = `${name} ${JSON.stringify(labels)}`;
  const found = histograms.get(key) ?? { name, labels, counts: bounds.map(() => 0), count: 0, sum: 0 };
  histograms.set(key, found);
  bounds.forEach((bound, index) => {
    if (seconds <= bound) found.counts[index]++;
  });
  found.count++;
  found.sum += seconds;
}

/** Runs a part of a request and notes in `timings`, in milliseconds, what it took. */
export async function timed(part, timings, work) {
  const start = performance.now();
  try {
    return await work();
  } finally {
    note(part, timings, start);
  }
}

export function note(part, timings, start) {
  const ms = performance.now() - start;
  timings[part] = Math.round(ms);
  observe("api_part_seconds", { part }, ms / 1000);
}

export function exposition() {
  const all = [...histograms.values()].sort((a, b) => a.name.localeCompare(b.name));
  return all.map((histogram, index) => type(histogram, all[index - 1]) + series(histogram)).join("");
}

const type = ({ name }, before) => (before?.name === name ? "" : `# TYPE ${name} histogram\n`);

function series({ name, labels, counts, count, sum }) {
  const written = (more = {}) =>
    Object.entries({ ...labels, ...more })
      .map(([label, value]) => `${label}="${value}"`)
      .join(",");
  const buckets = [...bounds, "+Inf"].map(
    (le, index) => `${name}_bucket{${written({ le })}} ${counts[index] ?? count}\n`,
  );
  return `${buckets.join("")}${name}_sum{${written()}} ${sum}\n${name}_count{${written()}} ${count}\n`;
}
