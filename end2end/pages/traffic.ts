import type { Page } from '@playwright/test';

/** One answer, as it came over the network. */
export interface Answer {
  path: string;
  /** As the browser calls it: `Document`, `Stylesheet`, `Script`, `Fetch`, … */
  kind: string;
  /** With its head, and as compressed as it came; none when the browser had it already. */
  bytes: number;
  encoding: string;
  caching: string;
  /** Whether the browser had it already. */
  kept: boolean;
}

/** Everything that a page asks for over HTTP. To be called before the page is opened; it grows as things happen. */
export async function traffic(page: Page): Promise<Answer[]> {
  const answers: Answer[] = [];
  const open = new Map<string, Answer>();
  const had = new Set<string>();
  const session = await page.context().newCDPSession(page);
  session.on('Network.requestServedFromCache', ({ requestId }) => had.add(requestId));
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (!response.url.startsWith('http')) return;
    const head = new Map(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]));
    const answer = {
      path: new URL(response.url).pathname,
      kind: type,
      bytes: 0,
      encoding: head.get('content-encoding') ?? '',
      caching: head.get('cache-control') ?? '',
      kept: response.fromDiskCache === true || had.has(requestId),
    };
    open.set(requestId, answer);
    answers.push(answer);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const answer = open.get(requestId);
    if (answer && !answer.kept) answer.bytes = encodedDataLength;
  });
  await session.send('Network.enable');
  return answers;
}
