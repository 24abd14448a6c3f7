// What this tab remembers for one person across reloads, such as a payment on its way. Where
// storage is blocked it is kept as long as the page.

const memory = new Map<string, string>();
const nameOf = (userId: string, what: string) => `gpb.own.${userId}.${what}`;

export function recall(userId: string, what: string): string | null {
  const name = nameOf(userId, what);
  try {
    return sessionStorage.getItem(name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

export function remember(userId: string, what: string, value: string) {
  const name = nameOf(userId, what);
  try {
    sessionStorage.setItem(name, value);
  } catch {
    memory.set(name, value);
  }
}

export function forget(userId: string, what: string) {
  const name = nameOf(userId, what);
  memory.delete(name);
  try {
    sessionStorage.removeItem(name);
  } catch {
    /* Then nothing was stored either. */
  }
}
