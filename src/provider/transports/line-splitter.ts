/** Takes a stream apart into lines as they come, up to a marker that says how it ended. */
export class LineSplitter {
  /** What stands behind the marker, once it came. */
  ending: string | undefined;
  private readonly kept: Buffer[] = [];
  private rest: Buffer = Buffer.alloc(0);

  constructor(
    private readonly marker: string,
    private readonly onLine: (line: string) => void,
  ) {}

  push(chunk: Buffer): void {
    if (this.ending !== undefined) return;
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let from = 0;
    for (let end = lineEnd(this.rest, from); end >= 0; end = lineEnd(this.rest, from)) {
      const marker = this.rest.subarray(from, end).indexOf(this.marker);
      if (marker >= 0) {
        this.ending = this.rest.toString("latin1", from + marker + this.marker.length, end - 1);
        this.keep(from, from + marker);
        return;
      }
      this.keep(from, end);
      from = end;
    }
    this.rest = this.rest.subarray(from);
  }

  /** All that came before the marker. */
  bytes(): Buffer {
    return Buffer.concat(this.kept);
  }

  private keep(from: number, to: number): void {
    if (to <= from) return;
    const bytes = this.rest.subarray(from, to);
    this.kept.push(bytes);
    const line = bytes.toString("utf8").trimEnd();
    if (line !== "") this.onLine(line);
  }
}

/** Behind the next line; a progress display ends its lines with a carriage return. */
function lineEnd(bytes: Buffer, from: number): number {
  const feed = bytes.indexOf("\n", from);
  const carriage = bytes.indexOf("\r", from);
  const end = feed >= 0 && carriage >= 0 ? Math.min(feed, carriage) : Math.max(feed, carriage);
  return end < 0 ? -1 : end + 1;
}
