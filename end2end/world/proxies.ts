/** What may stand between a page and the server, and answer in its place. */

import type { Page, Route } from '@playwright/test';

type Answer = Parameters<Route['fulfill']>[0];

const LOGIN = { contentType: 'text/html; charset=utf-8', body: '<!doctype html><title>Sign in</title><form></form>' };

/** What a proxy answers when a sign-in has ended. */
export const LOGINS: Record<string, Answer> = {
  'a 401': { ...LOGIN, status: 401 },
  'a 403': { ...LOGIN, status: 403 },
  'a 302 to a login page of the same origin': { status: 302, headers: { location: '/oauth2/sign_in' } },
  'a 303 to a login page of another origin': { status: 303, headers: { location: 'https://login.example.com/authorize' } },
  'a 200 with a login page': { ...LOGIN, status: 200 },
  'a problem of its own': {
    status: 403,
    contentType: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: 'Forbidden', status: 403, detail: 'token expired' }),
  },
};

/** An error page of a proxy. */
export function page(status: number, headers: Record<string, string> = {}): Answer {
  return { status, contentType: 'text/html', headers, body: `<html><h1>${status}</h1></html>` };
}

/** How a change is refused by a server that has other ideas. */
export const REFUSAL: Answer = {
  status: 409,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: '/problems/refused', title: 'Refused', status: 409, detail: 'the rules have changed' }),
};

/** Everything that a page asks this API for, and not the pages themselves. */
export const API = /\/(api|app)\//;
/** Changes only. */
export const CHANGES = /\/api\/executions\/[^/?]+(\/steps\/[^/?]+)?$/;

/** Lets a proxy answer whatever an address matches, until it is called. Counts what it answered. */
export async function proxy(to: Page, address: RegExp, answer: Answer | 'abort' | 'hang') {
  const handle = async (route: Route) => {
    if (address === CHANGES && route.request().method() === 'GET') return route.fallback();
    state.answers += 1;
    if (answer === 'hang') return;
    return answer === 'abort' ? route.abort() : route.fulfill(answer);
  };
  const state = { answers: 0, stop: () => to.unroute(address, handle) };
  await to.route(address, handle);
  return state;
}

/** Somebody comes back to the window. */
export async function comeBack(to: Page) {
  await to.evaluate(() => window.dispatchEvent(new Event('focus')));
}
