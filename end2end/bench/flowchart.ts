/** Mermaid text of a playbook with so many nodes: phases of twenty, with decisions, branches that meet, and loops. */
export function flowchart(count: number): string {
  const lines = ['flowchart TD'];
  const ways: string[] = [];
  let number = 0;
  let last: string | undefined;
  const step = (text: string) => {
    number += 1;
    lines.push(`    n${number}${text}`);
    return `n${number}`;
  };
  const task = () => step(`["Step ${number + 1}: collect and compare the logs of the host"]`);
  const lead = (to: string, label?: string, from = last) => {
    if (from) ways.push(label ? `  ${from} -->|${label}| ${to}` : `  ${from} --> ${to}`);
  };
  for (let phase = 1; number < count; phase += 1) {
    lines.push(`  subgraph p${phase}["Phase ${phase}"]`);
    number += 1;
    const end = Math.min(number + 19, count);
    while (number < end) {
      if (number % 10 === 5 && end - number >= 4) {
        const decision = step(`{"Is host ${number} affected?"}`);
        lead(decision);
        const [yes, no] = [task(), task()];
        lead(yes, 'Yes', decision);
        lead(no, 'No', decision);
        last = task();
        lead(last, undefined, yes);
        lead(last, undefined, no);
        if (phase % 2 === 0) lead(decision, 'Again');
      } else {
        const next = task();
        lead(next);
        last = next;
      }
    }
    lines.push('  end');
  }
  return [...lines, ...ways].join('\n');
}
