// The mailbox of the product run on one machine, which keeps mails instead of sending them.

/** The address of someone's local mailbox; null on a host that really sends mail. */
export function localMailbox(
  email: string | undefined,
  host: string = location.hostname,
): string | null {
  const local = host === "localhost" || host.endsWith(".localhost");
  return local && email ? `/mail?to=${encodeURIComponent(email)}` : null;
}
