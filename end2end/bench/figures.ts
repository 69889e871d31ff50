/** Medians and tables. */

export function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

type Cell = string | number;

/** Rows as a table of Markdown, which can be copied into docs/performance.md. */
export function table(head: string[], rows: Cell[][]): string {
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map(String))];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Bytes as thousands of them, as bounds are given. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}

export function milliseconds(time: number): string {
  return time < 10 ? `${time.toFixed(1)} ms` : `${Math.round(time)} ms`;
}
